package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// How the questions of one call reach the client: each era has its own way ([Rounds], [LiveInterview]), and a task has
/// another ([TaskInterview]). For the threads of one call.
interface Interview {

    /// Before the handler runs, on its thread: what may happen once only happens here, so that a request which was
    /// turned away before that, for example because too many run, can be made again.
    ///
    /// @throws Refused when it has happened before
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

    /// Nothing is asked of a client that has not said it can answer (MCP 2026-07-28, Multi round-trip requests).
    ///
    /// @throws Refused `MissingCapability`
    static void askable(Interview interview, Exchange exchange, Question<?> question) {
        if (!interview.canAsk(exchange, question)) {
            throw new Refused(new Refusal.MissingCapability("This needs a client that can be asked, and the request "
                    + "does not declare it: " + String.join(", ", question.capability().propertyNames())
                    + ". Use a client that has it.", question.capability()));
        }
    }

    /// Ends a handler's run, because its question must travel first. An error, so that a handler's own
    /// `catch (Exception e)` does not swallow it.
    final class Asked extends Error {

        private static final long serialVersionUID = 1;

        Asked() {
            super("The client is asked first.", null, false, false);
        }
    }
}
