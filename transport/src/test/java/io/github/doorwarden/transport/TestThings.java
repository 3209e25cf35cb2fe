package io.github.doorwarden.transport;

import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Content;
import io.github.doorwarden.server.Elicitation;
import io.github.doorwarden.server.Prompt;
import io.github.doorwarden.server.Resource;
import io.github.doorwarden.server.ResourceTemplate;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One of everything, behind `/full`. The tool `steps` does what the test puts into [#steps], one after the other, and
/// notes in [#seen] what became of it.
final class TestThings {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// `progress`, `log`, `end`, `stray`.
    final BlockingQueue<String> steps = new LinkedBlockingQueue<>();
    final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @FunctionalInterface
    private interface Work<R> {
        R of(Call call) throws Exception;
    }

    private record MadeTool(ToolSpec spec, Work<ToolResult> work) implements Tool {
        @Override
        public ToolResult call(Call call) throws Exception {
            return work.of(call);
        }
    }

    private record MadeResource(Spec spec, Work<List<ObjectNode>> work) implements Resource {
        @Override
        public List<ObjectNode> read(Call call) throws Exception {
            return work.of(call);
        }
    }

    private record MadeTemplate(Spec spec) implements ResourceTemplate {
        @Override
        public List<ObjectNode> read(String uri, Call call) {
            return List.of(Content.textOf(uri, "text/plain", "Lesson " + call.arguments().path("id").asString()));
        }

        @Override
        public List<String> complete(String variable, String value, Map<String, String> variables) {
            return List.of("7", "70", "8").stream().filter(each -> each.startsWith(value)).toList();
        }
    }

    private record MadePrompt(Spec spec) implements Prompt {
        @Override
        public Answer get(Call call) {
            return new Answer(spec.description(), List.of(Prompt.message("user", "Summarize "
                    + call.arguments().path("lesson").asString() + ".")));
        }

        @Override
        public List<String> complete(String argument, String value, Map<String, String> arguments) {
            return List.of("algebra", "anatomy").stream().filter(each -> each.startsWith(value)).toList();
        }
    }

    Things all() {
        return new Things(tools(), resources(), List.of(new MadeTemplate(new ResourceTemplate.Spec(
                "lesson://by-id/{id}", "Lesson by id", "One lesson.", "text/plain"))), prompts(), List.of());
    }

    private List<Tool> tools() {
        return List.of(tool("steps", this::steps), tool("greet", TestThings::greet),
                tool("trace", call -> ToolResult.text(call.traceparent().orElse("none"))),
                tool("count", call -> {
                    call.progress(1, 2, "one");
                    call.log(LogLevel.INFO, "counting");
                    call.progress(2, 2, "two");
                    return ToolResult.text("counted");
                }),
                tool("quick", call -> ToolResult.text("quick")));
    }

    private static Tool tool(String name, Work<ToolResult> work) {
        return new MadeTool(new ToolSpec(name, "", "Does it.", (ObjectNode) JSON.readTree(
                "{\"type\":\"object\",\"properties\":{\"lesson\":{\"type\":\"string\"}}}"), Optional.empty(),
                JSON.createObjectNode(), Set.of(), true, Duration.ofSeconds(20), Set.of()), work);
    }

    private ToolResult steps(Call call) throws InterruptedException {
        try {
            for (var number = 1; true; number++) {
                switch (steps.take()) {
                    case "progress" -> call.progress(number, 0, "");
                    case "log" -> call.log(LogLevel.ERROR, "step " + number);
                    case "stray" -> {
                        Thread.ofVirtual().start(() -> {
                            for (var i = 100; i < 200; i++) {
                                call.progress(i, 0, "");
                                call.log(LogLevel.ERROR, "stray");
                            }
                            seen.add("strayed");
                        });
                        return ToolResult.text("done");
                    }
                    default -> {
                        return ToolResult.text("done");
                    }
                }
            }
        } catch (InterruptedException e) {
            call.progress(1_000, 0, "");
            seen.add("interrupted");
            throw e;
        }
    }

    private static ToolResult greet(Call call) throws InterruptedException {
        var form = Elicitation.form("Who are you?", (ObjectNode) JSON.readTree(
                "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":[\"name\"]}"));
        return ToolResult.text("Hello, " + call.ask("name", form).accepted().map(each -> each.path("name").asString())
                .orElse("stranger") + "!");
    }

    private static List<Resource> resources() {
        return List.of(
                new MadeResource(new Resource.Spec("lesson://algebra", "Algebra", "A lesson.", "text/plain"),
                        call -> List.of(Content.textOf("lesson://algebra", "text/plain", "x + 1"))),
                new MadeResource(new Resource.Spec("lesson://exam", "Exam", "For teachers.", "text/plain")
                        .withScopes(Set.of("tools:write")),
                        call -> List.of(Content.textOf("lesson://exam", "text/plain", "x = 7"))),
                new MadeResource(new Resource.Spec("lesson://asking", "Asking", "Asks first.", "text/plain"),
                        call -> List.of(Content.textOf("lesson://asking", "text/plain", greet(call).content().getFirst()
                                .path("text").asString()))));
    }

    private static List<Prompt> prompts() {
        return List.of(
                new MadePrompt(new Prompt.Spec("summary", "Summarizes a lesson.",
                        List.of(new Prompt.Argument("lesson", "", "Which one.", true)))),
                new MadePrompt(new Prompt.Spec("grade", "", "Grades a lesson.", List.of(), Set.of("tools:write"),
                        Duration.ofSeconds(9), List.of())));
    }
}
