package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.store.TaskRecord;
import io.github.doorwarden.store.TaskRecord.Status;
import java.net.URI;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tasks as they stand on the wire (extension `io.modelcontextprotocol/tasks`, Tasks).
final class TaskView {

    private TaskView() {}

    /// `CreateTaskResult`: the task as it begins.
    static ObjectNode created(TaskRecord task) {
        return describe(JsonNodeFactory.instance.objectNode().put("resultType", "task"), task);
    }

    /// `DetailedTask`: the task as it is now, with what its status brings along.
    static ObjectNode detailed(TaskRecord task) {
        var json = describe(JsonNodeFactory.instance.objectNode(), task);
        if (!task.open().isEmpty()) {
            var requests = json.putObject("inputRequests");
            task.open().forEach(question ->
                    requests.set(question.key(), RequestStates.JSON.readTree(question.request())));
        }
        task.outcome().ifPresent(outcome ->
                json.set(task.status() == Status.FAILED ? "error" : "result", RequestStates.JSON.readTree(outcome)));
        return json;
    }

    private static ObjectNode describe(ObjectNode json, TaskRecord task) {
        json.put("taskId", task.id()).put("status", status(task));
        if (!task.message().isEmpty()) {
            json.put("statusMessage", task.message());
        }
        return json.put("createdAt", task.createdAt().toString()).put("lastUpdatedAt", task.updatedAt().toString())
                .put("ttlMs", Duration.between(task.createdAt(), task.expiresAt()).toMillis())
                .put("pollIntervalMs", Limits.TASK_POLL.toMillis());
    }

    private static String status(TaskRecord task) {
        return switch (task.status()) {
            case WORKING -> task.open().isEmpty() ? "working" : "input_required";
            case COMPLETED -> "completed";
            case FAILED -> "failed";
            case CANCELLED -> "cancelled";
        };
    }

    /// `inputRequests` has it under its key.
    static String request(Exchange exchange, Question<?> question) {
        return JsonNodeFactory.instance.objectNode().put("method", question.method())
                .<ObjectNode>set("params", question.params(exchange.revision())).toString();
    }

    /// The question that a request was made from, as far as its answer must be judged.
    static Question<?> question(String request) {
        var json = RequestStates.JSON.readTree(request);
        var params = (ObjectNode) json.path("params");
        return switch (json.path("method").asString()) {
            case "elicitation/create" -> params.path("requestedSchema") instanceof ObjectNode schema
                    ? Elicitation.form(params.path("message").asString(), schema)
                    : Elicitation.visit(params.path("message").asString(), URI.create(
                            params.path("url").asString()), "kept");
            case "sampling/createMessage" -> new Sampling(params);
            case "roots/list" -> new Roots();
            default -> throw new IllegalStateException("A question of ours has an unknown method.");
        };
    }

    /// The JSON-RPC error object of a refusal.
    static ObjectNode error(int code, String message, JsonNode data) {
        var error = JsonNodeFactory.instance.objectNode().put("code", code).put("message", message);
        if (data != null) {
            error.set("data", data);
        }
        return error;
    }

    static ObjectNode error(Refusal why) {
        return error(why.code(), why.message(), why.data());
    }
}
