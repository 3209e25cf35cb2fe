package io.github.doorwarden.client;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.Connection;
import io.github.doorwarden.client.wire.Talk;
import io.github.doorwarden.protocol.LogLevel;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One request to its complete result: what the server asks on the way is answered, in either era, and what it tells is
/// passed on. For one thread.
final class Exchange implements Talk {

    private static final int VISIT_FIRST = -32042;

    private final Connection connection;
    private final ClientOptions options;
    private final Answers answers;
    private final CallOptions how;
    private final boolean modern;
    private int asked;

    Exchange(Connection connection, ClientOptions options, Answers answers, CallOptions how) {
        this.connection = connection;
        this.options = options;
        this.answers = answers;
        this.how = how;
        this.modern = connection.revision().modern();
    }

    /// @return the result, which wants no further input; a result without `resultType` is complete
    ObjectNode run(String method, ObjectNode params, Map<String, String> headers)
            throws McpFailure, InterruptedException {
        return how.cancel().isPresent() ? how.cancel().get().during(() -> rounds(method, params, headers))
                : rounds(method, params, headers);
    }

    private ObjectNode rounds(String method, ObjectNode params, Map<String, String> headers)
            throws McpFailure, InterruptedException {
        var sent = params;
        for (var round = 0; round < Limits.ROUNDS; round++) {
            var result = once(method, sent, headers);
            if (!result.path("resultType").asString("").equals("input_required")) {
                return result;
            }
            sent = params.deepCopy();
            var requests = result.path("inputRequests");
            if (requests.isObject() && !requests.isEmpty()) {
                sent.set("inputResponses", responses(requests));
            }
            if (result.has("requestState")) {
                sent.set("requestState", result.get("requestState"));
            }
        }
        throw McpFailure.protocol("The server asks for more again and again, without an end.");
    }

    private ObjectNode once(String method, ObjectNode params, Map<String, String> headers)
            throws McpFailure, InterruptedException {
        try {
            return connection.request(method, params, headers, this, how.timeout().orElse(options.timeout()));
        } catch (ClientFailure e) {
            if (e.kind() != ClientFailure.Kind.ERROR || e.code() != VISIT_FIRST || !visited(e.data())) {
                throw McpFailure.of(e);
            }
        }
        try {
            return connection.request(method, params, headers, this, how.timeout().orElse(options.timeout()));
        } catch (ClientFailure e) {
            throw McpFailure.of(e);
        }
    }

    /// A person has to visit pages before the request can be carried out (MCP 2025-11-25, Elicitation, URL elicitation
    /// required error).
    ///
    /// @return whether the person has been at all of them
    private boolean visited(JsonNode data) throws InterruptedException {
        var pages = data.path("elicitations");
        if (!pages.isArray() || pages.isEmpty() || pages.size() > Limits.QUESTIONS) {
            return false;
        }
        for (var page : pages) {
            try {
                if (!answers.answer("elicitation/create", Json.object(page)).path("action").asString("")
                        .equals("accept")) {
                    return false;
                }
            } catch (Unanswered nobody) {
                return false;
            }
        }
        return true;
    }

    /// What the server asked for, by its keys (MCP 2026-07-28, Multi round-trip requests; the tasks extension has the
    /// same form).
    ObjectNode responses(JsonNode requests) throws McpFailure, InterruptedException {
        if (requests.size() > Limits.QUESTIONS) {
            throw McpFailure.protocol("The server asks " + requests.size() + " questions at once, and "
                    + Limits.QUESTIONS + " are taken.");
        }
        var responses = Tool.arguments();
        for (var each : requests.properties()) {
            var method = each.getValue().path("method").asString("");
            try {
                responses.set(each.getKey(), answers.answer(method, Json.object(each.getValue().path("params"))));
            } catch (Unanswered e) {
                throw McpFailure.protocol("The server asks for something that is not answered: " + e.getMessage());
            }
        }
        return responses;
    }

    @Override
    public void progress(double done, double total, String message) {
        how.progress().at(done, total, message);
    }

    @Override
    public void log(LogLevel level, String logger, JsonNode data) {
        options.listener().log(level, logger, data);
    }

    @Override
    public ObjectNode capabilities() {
        return answers.capabilities(modern);
    }

    @Override
    public JsonNode ask(String method, ObjectNode params) throws Unanswered, InterruptedException {
        if (asked++ >= Limits.ROUNDS) {
            throw new Unanswered("This server asks without an end, so nobody is asked any more for this call.");
        }
        return answers.answer(method, params);
    }
}
