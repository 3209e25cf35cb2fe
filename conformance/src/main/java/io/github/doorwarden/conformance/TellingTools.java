package io.github.doorwarden.conformance;

import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Changes;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.time.Duration;
import java.util.List;

/// Tools of the fixture that tell the client something before they answer.
final class TellingTools {

    private TellingTools() {}

    /// What a tool does.
    @FunctionalInterface
    interface Handler {
        ToolResult answer(Call call) throws Exception;
    }

    /// A tool from its parts.
    record Made(ToolSpec spec, Handler handler) implements Tool {
        @Override
        public ToolResult call(Call call) throws Exception {
            return handler.answer(call);
        }
    }

    static List<Tool> all() {
        return List.of(
                tool("test_tool_with_progress", "Tells how far it is.", call -> {
                    for (var done : List.of(0, 50, 100)) {
                        call.progress(done, 100, "Completed step " + done + " of 100");
                        pause(50);
                    }
                    return ToolResult.text("Done, step by step.");
                }),
                tool("test_tool_with_logging", "Logs what it does.", call -> {
                    call.log(LogLevel.INFO, "Tool execution started");
                    pause(50);
                    call.log(LogLevel.INFO, "Tool processing data");
                    pause(50);
                    call.log(LogLevel.INFO, "Tool execution completed");
                    return ToolResult.text("Logged.");
                }),
                tool("test_reconnection", "Lets the client hang up and come again for the answer.", call -> {
                    call.letPoll(Duration.ofMillis(500));
                    pause(100);
                    return ToolResult.text("The client came again.");
                }),
                tool("test_trigger_tool_change", "Says that the list of tools has changed.", call -> {
                    call.listChanged(Changes.Kind.TOOLS);
                    return ToolResult.text("Told.");
                }),
                tool("test_trigger_prompt_change", "Says that the list of prompts has changed.", call -> {
                    call.listChanged(Changes.Kind.PROMPTS);
                    return ToolResult.text("Told.");
                }),
                tool("test_trigger_resource_change", "Says that the watched resource has changed.", call -> {
                    call.resourceChanged("test://watched-resource");
                    return ToolResult.text("Told.");
                }));
    }

    /// The suite wants to see the messages apart.
    private static void pause(long millis) throws InterruptedException {
        Thread.sleep(millis);
    }

    static Tool tool(String name, String description, Handler handler) {
        return new Made(PlainTools.spec(name, description, PlainTools.NOTHING), handler);
    }
}
