package io.github.doorwarden.server;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// Where it is told that something changed: whoever knows of a change publishes it, whoever has a subscriber listens.
/// Within this process. Safe for use by many threads.
public final class Changes {

    /// What changed.
    public sealed interface Change {

        /// A list of an endpoint reads otherwise than before.
        ///
        /// @param endpoint its path; empty for all endpoints
        record OfList(Kind kind, String endpoint) implements Change {}

        /// A resource reads otherwise than before.
        ///
        /// @param tenant organisation whose callers alone may hear of it; empty: whoever may read it
        record OfResource(String uri, Optional<String> tenant) implements Change {

            public OfResource(String uri) {
                this(uri, Optional.empty());
            }
        }

        /// A page that a client was sent to was visited to its end.
        record OfVisit(String elicitationId) implements Change {}

        /// A task has a new state.
        ///
        /// @param owner who may hear of it, as [Occasion#who] names callers
        /// @param task  `DetailedTask` as on the wire
        record OfTask(String endpoint, String owner, String taskId, ObjectNode task) implements Change {}
    }

    /// The lists that a client can hear about.
    public enum Kind { TOOLS, PROMPTS, RESOURCES }

    private final Set<Consumer<Change>> listeners = ConcurrentHashMap.newKeySet();

    /// Tells every listener, on this thread.
    public void publish(Change change) {
        for (var listener : listeners) {
            listener.accept(change);
        }
    }

    /// @param listener must not block
    /// @return ends it
    AutoCloseable listen(Consumer<Change> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /// How many listen, for health and tests.
    public int listeners() {
        return listeners.size();
    }
}
