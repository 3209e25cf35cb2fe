package io.github.doorwarden.client;

import io.github.doorwarden.client.wire.Connection;
import io.github.doorwarden.protocol.Revision;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The tasks of one server (extension `io.modelcontextprotocol/tasks` of 2026-07-28; tasks of 2025-11-25). Safe for use
/// by many threads.
public final class Tasks {

    private final Revision revision;
    private final Function<CallOptions, Exchange> exchanges;

    Tasks(Connection connection, Function<CallOptions, Exchange> exchanges) {
        this.revision = connection.revision();
        this.exchanges = exchanges;
    }

    /// How far a task is now.
    public Task get(String id) throws McpFailure, InterruptedException {
        return Task.of(run("tasks/get", id, CallOptions.PLAIN));
    }

    /// Asks the server to stop it. It may be done all the same.
    public void cancel(String id) throws McpFailure, InterruptedException {
        run("tasks/cancel", id, CallOptions.PLAIN.within(Limits.CANCELLING));
    }

    /// Waits until the task is over and gives its result. What the server asks meanwhile is answered. When the wait is
    /// given up, or its time is over, the server is asked to stop the task.
    ///
    /// @param how its time is for all of the wait; empty: a day
    /// @throws McpFailure.Execution when the task failed or was cancelled
    public ToolResult await(Task task, CallOptions how) throws McpFailure, InterruptedException {
        try {
            return how.cancel().isPresent() ? how.cancel().get().during(() -> waited(task, how)) : waited(task, how);
        } catch (InterruptedException | CancellationException e) {
            stop(task);
            throw e;
        }
    }

    private ToolResult waited(Task began, CallOptions how) throws McpFailure, InterruptedException {
        var end = System.nanoTime() + how.timeout().orElse(Limits.TASK).toNanos();
        var task = began;
        var answered = new HashSet<String>();
        while (!task.status().isOver()) {
            if (task.status() == Task.Status.INPUT_REQUIRED) {
                if (!revision.modern()) {
                    break;                         // the questions come while the result is waited for
                }
                answer(task, answered);
            }
            var left = Duration.ofNanos(end - System.nanoTime());
            if (left.isNegative()) {
                stop(task);
                throw new McpFailure.Outage("The task was not done in time.", true, null);
            }
            Thread.sleep(task.poll().compareTo(left) < 0 ? task.poll() : left);
            task = get(task.id());
            how.progress().at(0, 0, task.message());
        }
        return result(task, Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    }

    /// Each question once: the server may take a while to see that it has been answered.
    private void answer(Task task, HashSet<String> answered) throws McpFailure, InterruptedException {
        var open = JsonNodeFactory.instance.objectNode();
        for (var each : task.raw().path("inputRequests").properties()) {
            if (answered.add(each.getKey())) {
                open.set(each.getKey(), each.getValue());
            }
        }
        if (open.isEmpty()) {
            return;
        }
        if (answered.size() > Limits.ROUNDS) {
            throw McpFailure.protocol("The server asks for more again and again, without an end.");
        }
        var exchange = exchanges.apply(CallOptions.PLAIN);
        var params = JsonNodeFactory.instance.objectNode().put("taskId", task.id());
        params.set("inputResponses", exchange.responses(open));
        exchange.run("tasks/update", params, Map.of());
    }

    private ToolResult result(Task task, Duration within) throws McpFailure, InterruptedException {
        if (!revision.modern() && task.status() != Task.Status.CANCELLED) {
            return ToolResult.of(run("tasks/result", task.id(), CallOptions.PLAIN.within(within)));
        }
        JsonNode error = task.raw().path("error");
        return switch (task.status()) {
            case COMPLETED -> ToolResult.of(Json.object(task.raw().path("result")));
            case CANCELLED -> throw McpFailure.execution("The task was cancelled.");
            default -> throw McpFailure.execution(said(error, task), error.path("code").asInt(0), error.path("data"));
        };
    }

    private static String said(JsonNode error, Task task) {
        var words = McpFailure.words(error.path("message").asString(task.message()));
        return words.isEmpty() ? "The task failed." : "The task failed: " + words;
    }

    /// As well as it can be done by a thread that was interrupted.
    private void stop(Task task) {
        var interrupted = Thread.interrupted();
        try {
            cancel(task.id());
        } catch (McpFailure notStopped) {
            // it ends by itself
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ObjectNode run(String method, String id, CallOptions how) throws McpFailure, InterruptedException {
        return exchanges.apply(how).run(method, JsonNodeFactory.instance.objectNode().put("taskId", id), Map.of());
    }
}
