package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import io.github.doorwarden.client.Tool;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The tools of a server.
@Command(name = "tools", mixinStandardHelpOptions = true, customSynopsis = {
        "doorwarden tools [OPTIONS] URL", "       doorwarden tools [OPTIONS] -- COMMAND..."}, description = {
        "Lists the tools of a server.",
        "Those that you may see. How one is called, with its arguments:  doorwarden call URL TOOL --help"})
final class ToolsCommand implements Callable<Integer> {

    @Mixin
    private Server server;

    @Mixin
    private Listing listing;

    @Override
    public Integer call() {
        server.alone();
        var tools = server.visit(client -> client.tools());
        return listing.print(tools.stream().map(Tool::raw).toList(), List.of("tool", "does", "arguments",
                "description"), tools.stream().map(tool -> List.of(Visible.line(tool.name()), mark(tool),
                arguments(tool), first(tool.description()))).toList());
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
