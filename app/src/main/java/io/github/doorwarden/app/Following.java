package io.github.doorwarden.app;

import io.github.doorwarden.server.Changes;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts what the sources have now behind the endpoints, one change after the other. What cannot be served, for example
/// because two sources have a tool of one name now, is logged, and what was served before stays. Safe for use by many
/// threads.
final class Following {

    private static final Logger LOG = LoggerFactory.getLogger(Following.class);

    private final Supplier<List<Endpoint>> projection;
    private final Dispatch dispatch;
    private final Map<String, Endpoint> served = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    /// @param projection throws IllegalArgumentException when the sources do not go together
    Following(Supplier<List<Endpoint>> projection, List<Endpoint> served, Dispatch dispatch) {
        this.projection = projection;
        this.dispatch = dispatch;
        served.forEach(endpoint -> this.served.put(endpoint.path(), endpoint));
    }

    /// What a source of this name tells its changes to.
    Source.Listener of(String source) {
        return new Source.Listener() {
            @Override
            public void thingsChanged() {
                look(source);
            }

            @Override
            public void resourceChanged(String uri) {
                dispatch.changes().publish(new Changes.Change.OfResource(uri));
            }

            @Override
            public void resourceChanged(String uri, String tenant) {
                dispatch.changes().publish(new Changes.Change.OfResource(uri, Optional.of(tenant)));
            }
        };
    }

    /// @param source that changed, for the log
    void look(String source) {
        lock.lock();
        try {
            for (var endpoint : projection.get()) {
                if (!served.containsKey(endpoint.path())) {
                    continue;                                    // a new path, which only a start gives a route
                }
                if (!endpoint.things().equals(served.get(endpoint.path()).things())) {
                    dispatch.replace(endpoint);
                    served.put(endpoint.path(), endpoint);
                }
            }
        } catch (RuntimeException e) {                           // also what a source of the user's throws
            LOG.atError().addKeyValue("source", source).setCause(e)
                    .log("A change of a source cannot be served; what was served before stays.");
        } finally {
            lock.unlock();
        }
    }
}
