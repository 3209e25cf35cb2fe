package io.github.doorwarden.server;

import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Message;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The way back to the client while one of its requests is being answered. Each transport has its own; safe for use by
/// many threads.
public interface Outlet {

    /// Reaches nobody: for requests whose transport carries answers alone.
    Outlet NONE = new Outlet() {
        @Override
        public void send(Message.Notification notice) {
            // nobody listens
        }

        @Override
        public JsonNode ask(String method, ObjectNode params, Duration patience) throws Unreachable {
            throw new Unreachable("This connection carries answers alone, so the client cannot be asked anything.");
        }

        @Override
        public void lasting(Runnable cancel) {
            // whoever waits, waits
        }
    };

    /// Sends a notification that belongs to the request, before its answer. What cannot be delivered is dropped: the
    /// client has gone, and [#lasting] tells of that.
    void send(Message.Notification notice);

    /// Sends a request to the client and waits for its result. Only revisions until 2025-11-25 have such requests.
    ///
    /// @param patience how long a person may take
    /// @throws Unreachable when it cannot be asked here, has gone, answered with an error, or took too long; with a
    ///                     sentence for the model
    JsonNode ask(String method, ObjectNode params, Duration patience) throws Unreachable, InterruptedException;

    /// Told once when the answer takes longer than a moment: from then on the transport watches for the client's
    /// leaving, and runs `cancel` when it left or cancelled. At most once, on any thread.
    void lasting(Runnable cancel);

    /// The least severe log message that this client wants; empty: none at all.
    default Optional<LogLevel> logLevel() {
        return Optional.empty();
    }

    /// Lets the client hang up now and ask for the rest after `pause` (2025-11-25, Transports, polling). Does nothing
    /// where that is not possible.
    default void letPoll(Duration pause) {}

    /// The client is to be told when the page of this id was visited to its end ([Changes.Change.OfVisit]). Does
    /// nothing where nobody can be told.
    ///
    /// @param exchange of the request that names the page
    default void awaitVisit(Exchange exchange, String elicitationId) {}

    /// The client could not be asked.
    final class Unreachable extends Exception {

        private static final long serialVersionUID = 1;

        /// @param sentence what happened, and what to do
        public Unreachable(String sentence) {
            super(sentence, null, false, false);
        }
    }
}
