package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.cli.Visible;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What one resource holds.
@Command(name = "read", mixinStandardHelpOptions = true, customSynopsis = {
        "doorwarden read [OPTIONS] URL URI", "       doorwarden read [OPTIONS] URI -- COMMAND..."}, description = {
        "Prints what a resource holds.", "URI is one that doorwarden resources URL lists, or one of "
                + "its patterns filled in. Bytes are shown by type and size; --output keeps them."})
final class ReadCommand implements Callable<Integer> {

    @Mixin
    private Server server;

    @Option(names = "--json", description = "Prints the contents as they came, one part a line.")
    private boolean json;

    @Option(names = "--output", paramLabel = "FILE", description = "Writes the first part to a file, as it is.")
    private Path output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var rest = server.rest("URI");
        if (rest.size() > 1) {
            throw new ParameterException(spec.commandLine(), "\"" + rest.get(1) + "\" is one word too many.");
        }
        var contents = server.visit(client -> client.read(rest.getFirst()));
        var out = spec.commandLine().getOut();
        if (output != null && !contents.isEmpty()) {
            try {
                Files.write(output, contents.getFirst().bytes());
                spec.commandLine().getErr().println("kept  " + output + "  "
                        + Screen.size(contents.getFirst().bytes().length));
            } catch (IOException e) {
                throw new CommandFailure(output + " cannot be written: " + Trouble.with(e)
                        + ". Name a file that you may write.");
            }
            return 0;
        }
        for (var each : contents) {
            if (json) {
                out.println(Visible.json(each.raw()));
                continue;
            }
            if (contents.size() > 1) {
                spec.commandLine().getErr().println(Visible.line(each.uri()) + ":");
            }
            Screen.of(each, Terminal.of(spec, false).width()).forEach(out::println);
        }
        if (contents.isEmpty()) {
            spec.commandLine().getErr().println("It is empty.");
        }
        return 0;
    }
}
