package io.github.doorwarden.cli;

import io.github.doorwarden.server.RecordTool;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import java.util.List;

/// A source in Java, as users bring one.
public final class MemoSource implements Source {

    record Memo(String text) {}

    private final List<Tool> tools = List.of(
            RecordTool.named("memo", "Keeps a text.").scopes(Door.WRITE)
                    .of(Memo.class, (memo, call) -> ToolResult.text("kept: " + memo.text())),
            RecordTool.named("broken", "Always ends in a fault.").scopes(Door.READ)
                    .of(Memo.class, (memo, call) -> {
                        throw new IllegalStateException("canary-inside-a-fault");
                    }));

    @Override
    public String name() {
        return "memo";
    }

    @Override
    public Things things() {
        return Things.of(tools);
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }
}
