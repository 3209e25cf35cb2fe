package io.github.doorwarden.conformance;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Question;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.server.ToolSpec.TaskSupport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;

/// Tools of the fixture that go on as tasks, and one that does not.
final class TaskTools {

    private static final String ANYTHING = """
            {"type": "object", "properties": {}}""";

    private static final String CONFIRM = "{\"confirm\": {\"type\": \"boolean\"}}";

    private TaskTools() {}

    /// A tool that asks for a name before it becomes a task.
    private record Composed(ToolSpec spec) implements Tool {

        @Override
        public void prepare(Call call) throws Exception {
            call.ask("user_name", AskingTools.NAME);
        }

        @Override
        public ToolResult call(Call call) throws Exception {
            return ToolResult.text("Hello, " + AskingTools.name(call.ask("user_name", AskingTools.NAME))
                    + ", from a task.");
        }
    }

    static List<Tool> all() {
        return List.of(
                tool("greet", "Greets somebody.", TaskSupport.NEVER, """
                        {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}""",
                        call -> ToolResult.text("Hello, " + call.arguments().path("name").asString() + "!")),
                tool("slow_compute", "Computes for some seconds.", TaskSupport.POSSIBLE, """
                        {"type": "object", "properties": {"seconds": {"type": "integer", "minimum": 0, "maximum": 120},
                         "label": {"type": "string"}}, "required": ["seconds"]}""", TaskTools::compute),
                tool("failing_job", "Fails after a second.", TaskSupport.REQUIRED, ANYTHING, call -> {
                    Thread.sleep(1_000);
                    return ToolResult.error("The job failed, as it always does.");
                }),
                tool("protocol_error_job", "Ends in a protocol error.", TaskSupport.POSSIBLE, ANYTHING, call -> {
                    throw new Refused(new Refusal.BadParams("This job cannot be done with any parameters."));
                }),
                tool("confirm_delete", "Deletes a file of its imagination, once that is confirmed.",
                        TaskSupport.POSSIBLE, """
                        {"type": "object", "properties": {"filename": {"type": "string"}}, "required": ["filename"]}""",
                        TaskTools::delete),
                tool("multi_input", "Asks two things at once.", TaskSupport.POSSIBLE, ANYTHING, call -> {
                    var all = new LinkedHashMap<String, Question<?>>();
                    all.put("name", AskingTools.NAME);
                    all.put("confirm", AskingTools.form("Shall it be used?", CONFIRM, "confirm"));
                    call.askAll(all);
                    return ToolResult.text("Taken: " + AskingTools.name(call.ask("name", AskingTools.NAME)));
                }),
                new Composed(spec("test_tool_with_task", "Asks for a name, then goes on as a task.",
                        TaskSupport.REQUIRED, ANYTHING)));
    }

    private static ToolResult compute(Call call) throws InterruptedException {
        var seconds = call.arguments().path("seconds").asInt();
        for (var done = 0; done < seconds; done++) {
            call.progress(done, seconds, "Second " + (done + 1) + " of " + seconds);
            Thread.sleep(1_000);
        }
        return ToolResult.text("Computed " + call.arguments().path("label").asString("something") + " for " + seconds
                + " s.");
    }

    private static ToolResult delete(Call call) throws InterruptedException {
        var file = call.arguments().path("filename").asString();
        var answer = call.ask("confirm", AskingTools.form("Delete " + file + "?", CONFIRM, "confirm"));
        var yes = answer.accepted().filter(content -> content.path("confirm").asBoolean()).isPresent();
        return ToolResult.text(yes ? "Deleted " + file + "." : "Left " + file + " alone.");
    }

    private static Tool tool(String name, String description, TaskSupport tasks, String schema,
            TellingTools.Handler handler) {
        return new TellingTools.Made(spec(name, description, tasks, schema), handler);
    }

    private static ToolSpec spec(String name, String description, TaskSupport tasks, String schema) {
        var plain = PlainTools.spec(name, description, schema);
        return new ToolSpec(name, "", description, plain.inputSchema(), plain.outputSchema(), plain.annotations(),
                plain.scopes(), plain.readOnly(), Duration.ofMinutes(5), plain.secretArguments()).withTasks(tasks);
    }
}
