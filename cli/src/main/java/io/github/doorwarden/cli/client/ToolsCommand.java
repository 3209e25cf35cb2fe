package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import io.github.doorwarden.client.Tool;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The tools of a server.
@Command(name = "tools", mixinStandardHelpOptions = true, customSynopsis = {
        "doorwarden tools [OPTIONS] URL", "       doorwarden tools [OPTIONS] -- COMMAND..."}, description = {
        "Lists the tools of a server.",
        "Those that you may see. How one is called, with its arguments:  doorwarden call URL TOOL --help"})
final class ToolsCommand implements Callable<Integer> {

    @Mixin
    private Server server;

    @Option(names = "--json", description = "Prints the definitions as they came, one a line.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        server.alone();
        var tools = server.visit(client -> client.tools());
        var out = spec.commandLine().getOut();
        if (json) {
            tools.forEach(tool -> out.println(tool.raw()));
            return 0;
        }
        if (tools.isEmpty()) {
            spec.commandLine().getErr().println("There are none that you may see.");
            return 0;
        }
        var rows = tools.stream().map(tool -> List.of(Visible.line(tool.name()), mark(tool), arguments(tool),
                first(tool.description()))).toList();
        Terminal.of(spec, false).print(Grid.of(List.of("tool", "does", "arguments", "description"), rows), out);
        return 0;
    }

    /// What the tool says of itself, which is the server's word.
    static String mark(Tool tool) {
        return tool.readOnly() ? "read" : tool.annotations().path("destructiveHint").asBoolean(true) ? "change"
                : "add";
    }

    private static String arguments(Tool tool) {
        var schema = Schema.of(tool.inputSchema());
        return schema.properties().keySet().stream().map(name -> Visible.line(schema.requires(name) ? name
                : "[" + name + "]")).collect(Collectors.joining(" "));
    }

    /// The first sentence.
    static String first(String description) {
        var text = Visible.line(description.strip().replaceAll("\\s+", " "));
        var end = text.indexOf(". ");
        return end < 0 ? text : text.substring(0, end + 1);
    }
}
