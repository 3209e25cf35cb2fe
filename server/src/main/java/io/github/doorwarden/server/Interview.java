package io.github.doorwarden.server;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/// How the questions of one call reach the client: each era has its own way ([Rounds], [LiveInterview]), and a task has
/// another. For the threads of one call.
interface Interview {

    /// Before the handler runs, on its thread: what may happen once only happens here, so that a request which was
    /// turned away before that, for example because too many run, can be made again.
    ///
    /// @throws io.github.doorwarden.protocol.Refused when it has happened before
    default void begin() {}

    /// What becomes of an answer that has not the form of its question.
    ///
    /// @param why a sentence
    RuntimeException unusable(String key, String why);

    /// Returns when all are answered.
    ///
    /// @throws Asked when the request must end for the client to be asked
    void ask(Call call, Map<String, ? extends Question<?>> questions) throws InterruptedException;

    /// The client's result for a question that was asked.
    JsonNode answer(String key);

    boolean canAsk(Exchange exchange, Question<?> question);

    /// Ends a handler's run, because its question must travel first. An error, so that a handler's own
    /// `catch (Exception e)` does not swallow it.
    final class Asked extends Error {

        private static final long serialVersionUID = 1;

        Asked() {
            super("The client is asked first.", null, false, false);
        }
    }
}
