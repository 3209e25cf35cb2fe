package io.github.doorwarden.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Starts a deployment and stays until it is told to end.
@Command(name = "serve", mixinStandardHelpOptions = true,
        description = {"Starts the deployment that a folder describes.",
        "Prints one line 'ready URL' on standard output when it accepts calls. SIGTERM and Ctrl-C let running "
                + "calls finish, then end with exit code 0."})
final class ServeCommand implements Callable<Integer> {

    @Mixin
    private DeploymentFolder deployment;

    @Option(names = "--port", paramLabel = "N",
            description = "Port to listen on, instead of the configured one; 0 takes a free one.")
    private Integer port;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        var line = spec.commandLine();
        Map<String, String> set = port == null ? Map.of() : Map.of("server.port", port.toString());
        Serve.run(deployment.read(set), () -> deployment.read(set), line.getOut(), line.getErr());
        return 0;
    }
}
