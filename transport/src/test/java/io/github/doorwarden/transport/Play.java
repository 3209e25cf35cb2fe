package io.github.doorwarden.transport;

import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Elicitation;
import io.github.doorwarden.server.Resource;
import io.github.doorwarden.server.Roots;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Things that tell, ask and wait, with the strings by which a test moves them.
final class Play {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// A permit for each handler that has begun to wait.
    final Semaphore waiting = new Semaphore(0);

    /// A permit lets one waiting handler go on.
    final Semaphore go = new Semaphore(0);

    /// A permit for each handler that was interrupted.
    final Semaphore interrupted = new Semaphore(0);

    /// A permit for each `flood` that has only its answer left.
    final Semaphore flooded = new Semaphore(0);

    /// The call of the last `stutter`, which is over.
    volatile Call overhang;

    /// What the tool `ask` asks for.
    record Person(String name) {}

    private interface Work {
        ToolResult answer(Call call) throws Exception;
    }

    private record Scripted(ToolSpec spec, Work work) implements Tool {
        @Override
        public ToolResult call(Call call) throws Exception {
            return work.answer(call);
        }
    }

    private record Note(Resource.Spec spec) implements Resource {
        @Override
        public List<ObjectNode> read(Call call) {
            return List.of(JSON.createObjectNode().put("uri", spec.uri()).put("text", "Noted."));
        }
    }

    Things things() {
        var tools = new ArrayList<Tool>(telling());
        tools.addAll(asking());
        return new Things(tools, List.of(new Note(new Resource.Spec("test://note", "note", "A note.", "text/plain"))),
                List.of(), List.of(), List.of());
    }

    private List<Tool> telling() {
        return List.of(
                tool("count", "Counts, and tells.", call -> {
                    var to = call.arguments().path("to").asInt(3);
                    for (var i = 1; i <= to; i++) {
                        call.progress(i, to, "at " + i);
                    }
                    return ToolResult.text("Counted to " + to + ".");
                }),
                tool("chat", "Logs.", call -> {
                    call.log(LogLevel.DEBUG, "a detail");
                    call.log(LogLevel.INFO, "a message");
                    return ToolResult.text("Said.");
                }),
                tool("chatter", "Logs much.", call -> {
                    for (var i = 0; i < 100; i++) {
                        call.log(LogLevel.INFO, "line " + i);
                    }
                    return ToolResult.text("Said.");
                }),
                tool("flood", "Says more than any buffer holds.", call -> {
                    call.log(LogLevel.INFO, "now");
                    flooded.release();
                    return ToolResult.text("x".repeat(32 * 1024 * 1024));
                }),
                tool("stutter", "Tells of progress that is none.", call -> {
                    for (var done : new double[] {1, 3, 3, 2, 4.5}) {
                        call.progress(done, 0, "");
                    }
                    overhang = call;
                    return ToolResult.text("Done.");
                }),
                tool("fail", "Tells, and has a bug.", call -> {
                    call.progress(1, 2, "");
                    throw new IllegalStateException("a secret of the house");
                }));
    }

    private List<Tool> asking() {
        return List.of(
                tool("ask", "Asks for a name.", call -> {
                    var answer = call.ask("name", Elicitation.form("Who are you?", Person.class));
                    return ToolResult.text("Hello, " + answer.map(Person::name).orElse("nobody") + "!");
                }),
                tool("roots", "Asks for the roots.", call -> ToolResult.text(call.ask("roots", new Roots()).size()
                        + " roots")),
                tool("hold", "Tells twice, with a wait between.", call -> {
                    call.progress(1, 2, "");
                    await();
                    call.progress(2, 2, "");
                    return ToolResult.text("Held.");
                }),
                tool("silent", "Waits and says nothing.", call -> {
                    await();
                    return ToolResult.text("Held.");
                }),
                tool("poll", "Lets the client go, and waits.", call -> {
                    call.letPoll(Duration.ofMillis(10));
                    await();
                    return ToolResult.text("Polled.");
                }));
    }

    private void await() throws InterruptedException {
        waiting.release();
        try {
            if (!go.tryAcquire(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The test forgot a tool that waits.");
            }
        } catch (InterruptedException e) {
            interrupted.release();
            throw e;
        }
    }

    private static Tool tool(String name, String description, Work work) {
        return new Scripted(new ToolSpec(name, "", description, (ObjectNode) JSON.readTree("{\"type\":\"object\"}"),
                Optional.empty(), JSON.createObjectNode(), Set.of(), true, Duration.ofSeconds(30), Set.of()), work);
    }
}
