package io.github.doorwarden.cli;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.Config;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Serves one endpoint over standard input and output, for a client that starts its servers itself.
@Command(name = "stdio", mixinStandardHelpOptions = true,
        description = {"Serves one endpoint of a deployment over standard input and output.",
        "For MCP clients that start their servers as processes. Takes no port, and may run beside 'serve' on the same "
                + "folder. " + Deployment.TOKEN + " holds an access token for the endpoint; without one the caller is "
                + "anonymous. Ends with exit code 0 when standard input ends."})
final class StdioCommand implements Callable<Integer> {

    @Mixin
    private DeploymentFolder deployment;

    @Option(names = "--endpoint", paramLabel = "PATH", description = "Path of the endpoint; the first one if left out.")
    private String endpoint;

    @Override
    public Integer call() throws IOException {
        run(deployment.read(), Optional.ofNullable(endpoint));
        return 0;
    }

    /// Standard output is the client's alone: what anybody else prints goes to standard error.
    static void run(Config config, Optional<String> endpoint) throws IOException {
        System.setOut(System.err);
        var token = Optional.ofNullable(System.getenv(Deployment.TOKEN)).map(String::strip)
                .filter(text -> !text.isEmpty());
        try (var running = Deployment.startStdio(config, endpoint, token, new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out))) {
            var drain = new Thread(() -> {
                running.close();
                Runtime.getRuntime().halt(0);
            }, "drain");
            Runtime.getRuntime().addShutdownHook(drain);
            try {
                running.converse();
            } finally {
                endsByItself(drain);
            }
        }
    }

    /// The exit code is then that of the command.
    private static void endsByItself(Thread drain) {
        try {
            Runtime.getRuntime().removeShutdownHook(drain);
        } catch (IllegalStateException alreadyTold) {
            Thread.yield();                                            // the drain ends the process
        }
    }
}
