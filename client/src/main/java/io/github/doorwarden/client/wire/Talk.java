package io.github.doorwarden.client.wire;

import io.github.doorwarden.protocol.LogLevel;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Who hears of a request of ours while it runs, on the thread that waits for its answer.
public interface Talk {

    /// @param total   0 when unknown
    /// @param message may be empty
    default void progress(double done, double total, String message) {}

    default void log(LogLevel level, String logger, JsonNode data) {}

    /// What the one behind this request can be asked, in the form of `ClientCapabilities`.
    default ObjectNode capabilities() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// A question of the server's, for example `elicitation/create`.
    ///
    /// @return the result
    /// @throws Unanswered with a sentence for the server, when it is not answered
    default JsonNode ask(String method, ObjectNode params) throws Unanswered, InterruptedException {
        throw new Unanswered("This client takes no questions.");
    }

    /// The question is refused.
    final class Unanswered extends Exception {

        private static final long serialVersionUID = 1;

        public Unanswered(String sentence) {
            super(sentence, null, false, false);
        }
    }
}
