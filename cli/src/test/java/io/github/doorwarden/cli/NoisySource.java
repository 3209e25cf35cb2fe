package io.github.doorwarden.cli;

import io.github.doorwarden.server.RecordTool;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A source whose tools print where only messages belong, and wait for ever.
public final class NoisySource implements Source {

    static final String NOISE = "noise-of-a-tool";

    record Nothing() {}

    private final List<Tool> tools = List.of(
            RecordTool.named("print", "Prints.").of(Nothing.class, (nothing, call) -> {
                System.out.print(NOISE + "\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n");
                System.out.flush();
                return ToolResult.text("printed");
            }),
            RecordTool.named("wait", "Waits.").of(Nothing.class, (nothing, call) -> {
                call.progress(1, 0, "");
                new CountDownLatch(1).await();
                return ToolResult.text("never");
            }));

    @Override
    public String name() {
        return "noisy";
    }

    @Override
    public Things things() {
        return Things.of(tools);
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }

    /// A companion that is there for as long as its standard input is.
    static final class Beside {

        private Beside() {}

        public static void main(String[] args) throws IOException {
            if (System.getenv().containsKey("DOORWARDEN_TOKEN")) {
                throw new IllegalStateException("The caller's token is nobody else's.");
            }
            System.out.println("ready http://127.0.0.1:1/");
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (in.readLine() != null) {
                continue;
            }
        }
    }
}
