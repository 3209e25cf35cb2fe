package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.cli.Visible;
import io.github.doorwarden.client.Content;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.Tool;
import io.github.doorwarden.client.ToolResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;

/// The one-line search.
@Command(name = "search", mixinStandardHelpOptions = true, customSynopsis = {
        "doorwarden search [OPTIONS] URL WORDS...", "       doorwarden search [OPTIONS] WORDS... -- COMMAND..."},
        description = {
        "Searches what a server has.",
        "Prints what it found, best first. Calls its tool search, search_documents or search_code, or another one "
        + "whose name says that it searches.", "",
        "  doorwarden search URL hotel prices in Lisbon",
        "  doorwarden search URL hotel prices in Lisbon --fetch"})
final class SearchCommand implements Callable<Integer> {

    private static final List<String> NAMES = List.of("search", "search_documents", "search_code");
    private static final List<String> QUESTIONS = List.of("query", "q", "question", "text", "pattern");
    private static final List<String> COUNTS = List.of("limit", "max_results", "top", "top_k", "count", "k");
    private static final int SNIPPET = 220;

    @Mixin
    private Server server;

    @Option(names = "--json", description = "Prints the result as it came.")
    private boolean json;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "10", description = "How many are shown at most "
            + "(default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--fetch", description = "Prints the first one whole, by the server's tool fetch.")
    private boolean fetch;

    @Option(names = "--tool", paramLabel = "TOOL", description = "Searches with this tool.")
    private String named;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var words = String.join(" ", server.rest("WORDS"));
        return server.visit(client -> {
            var tools = client.tools();
            var tool = tool(tools);
            var result = client.call(tool.name(), arguments(tool, words));
            var hits = hits(result);
            if (fetch && !result.isError()) {
                return fetched(client, tools, hits);
            }
            return shown(result, hits);
        });
    }

    private Tool tool(List<Tool> tools) {
        if (named != null) {
            return tools.stream().filter(each -> each.name().equals(named)).findFirst().orElseThrow(() ->
                    new CommandFailure("There is no tool " + named + " that you may see. List them with:  doorwarden "
                    + "tools " + server.name(), ClientCommands.USAGE));
        }
        var searching = tools.stream().filter(each -> each.name().matches("(.*[_.-])?search([_.-].*)?")
                && question(each).isPresent()).sorted(Comparator.comparingInt(SearchCommand::rank)).toList();
        if (searching.isEmpty()) {
            throw new CommandFailure("This server has no tool that searches, or none that you may see. List them with: "
                    + " "
                    + "doorwarden tools " + server.name() + "\nand name one with --tool.", ClientCommands.USAGE);
        }
        if (searching.size() > 1 && rank(searching.getFirst()) == rank(searching.get(1))) {
            throw new CommandFailure("Several tools of this server search. Name one with --tool: " + searching.stream()
                    .map(each -> Visible.line(each.name())).collect(Collectors.joining(", ")), ClientCommands.USAGE);
        }
        return searching.getFirst();
    }

    /// The names of contracts first, then those that an aggregating server has put something before.
    private static int rank(Tool tool) {
        var known = NAMES.indexOf(tool.name());
        return known >= 0 ? known : NAMES.stream().anyMatch(name -> tool.name().endsWith("_" + name))
                ? NAMES.size() : NAMES.size() + 1;
    }

    /// The argument that takes the words.
    private static Optional<String> question(Tool tool) {
        var schema = Schema.of(tool.inputSchema());
        var texts = schema.properties().entrySet().stream().filter(each -> each.getValue().type().equals("string"))
                .map(java.util.Map.Entry::getKey).toList();
        return QUESTIONS.stream().filter(texts::contains).findFirst().or(() -> texts.stream()
                .filter(schema::requires).findFirst());
    }

    private tools.jackson.databind.node.ObjectNode arguments(Tool tool, String words) {
        var arguments = JsonNodeFactory.instance.objectNode();
        arguments.put(question(tool).orElseThrow(() -> new CommandFailure(named + " takes no text, so it cannot be "
                + "asked this way. Use:  doorwarden call " + server.name() + " " + named, ClientCommands.USAGE)),
                words);
        var properties = Schema.of(tool.inputSchema()).properties();
        COUNTS.stream().filter(properties::containsKey).findFirst().ifPresent(name -> {
            var most = properties.get(name).node().path("maximum");
            arguments.put(name, most.isNumber() ? Math.min(limit, most.asInt(limit)) : limit);
        });
        return arguments;
    }

    /// The first list of objects in the data of a result, or in its text.
    private static List<JsonNode> hits(ToolResult result) {
        var data = result.structured().orElseGet(() -> parsed(result.text()));
        var list = data.isArray() ? data : List.of("results", "hits", "matches", "documents", "items").stream()
                .map(data::path).filter(JsonNode::isArray).findFirst().or(() -> data.valueStream()
                .filter(each -> each.isArray() && !each.isEmpty() && each.get(0).isObject()).findFirst())
                .orElse(MissingNode.getInstance());
        return list.valueStream().filter(JsonNode::isObject).toList();
    }

    private static JsonNode parsed(String text) {
        try {
            return text.isBlank() ? MissingNode.getInstance() : JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    private int shown(ToolResult result, List<JsonNode> hits) {
        var out = spec.commandLine().getOut();
        var width = Terminal.of(spec, false).width();
        if (json) {
            out.println(Visible.json(result.raw()));
        } else if (result.isError() || hits.isEmpty() && !result.text().isBlank() && parsed(result.text())
                .isMissingNode()) {
            Screen.of(result, width).forEach(result.isError() ? spec.commandLine().getErr()::println : out::println);
        } else if (hits.isEmpty()) {
            spec.commandLine().getErr().println("Nothing was found.");
        } else {
            for (var i = 0; i < Math.min(limit, hits.size()); i++) {
                hit(i + 1, hits.get(i), Math.min(width, 100)).forEach(out::println);
            }
        }
        return result.isError() ? ClientCommands.TOOL_ERROR : 0;
    }

    private static List<String> hit(int place, JsonNode hit, int width) {
        var title = text(hit, "title", "name", "symbol", "path", "file", "id");
        var where = text(hit, "url", "uri", "path", "file", "id");
        var about = text(hit, "snippet", "text", "summary", "excerpt", "content", "description");
        var lines = new ArrayList<String>();
        lines.add(String.format("%2d  %s", place, title.isEmpty() ? where : title));
        if (!where.isEmpty() && !where.equals(title)) {
            lines.add("    " + where);
        }
        var cut = about.length() > SNIPPET ? about.substring(0, SNIPPET) + "…" : about;
        lines.addAll(ToolHelp.wrapped(cut, 4, width));
        return lines;
    }

    private static String text(JsonNode hit, String... names) {
        for (var name : names) {
            var value = hit.path(name);
            if (value.isValueNode() && !value.isNull() && !value.asString("").isBlank()) {
                return Visible.line(value.asString("").strip().replaceAll("\\s+", " "));
            }
        }
        return "";
    }

    private int fetched(McpClient client, List<Tool> tools, List<JsonNode> hits)
            throws McpFailure, InterruptedException {
        if (hits.isEmpty()) {
            spec.commandLine().getErr().println("Nothing was found.");
            return 0;
        }
        var id = hits.getFirst().path("id").asString("");
        var tool = tools.stream().filter(each -> each.name().equals("fetch") || each.name().endsWith("_fetch")).filter(
                each -> Schema.of(each.inputSchema()).properties().containsKey("id")).findFirst();
        if (tool.isEmpty() || id.isEmpty()) {
            throw new CommandFailure("This server has no tool fetch for what it found. Leave --fetch out.",
                    ClientCommands.USAGE);
        }
        var result = client.call(tool.get().name(), JsonNodeFactory.instance.objectNode().put("id", id));
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(Visible.json(result.raw()));
        } else {
            whole(result).forEach(result.isError() ? spec.commandLine().getErr()::println : out::println);
        }
        return result.isError() ? ClientCommands.TOOL_ERROR : 0;
    }

    /// A document as its reader wants it: title, address, text.
    private List<String> whole(ToolResult result) {
        var width = Terminal.of(spec, false).width();
        var data = result.structured().orElseGet(() -> parsed(result.text()));
        if (!data.path("text").isString()) {
            return Screen.of(result, width);
        }
        var lines = new ArrayList<String>();
        lines.add(text(data, "title", "id"));
        lines.add(text(data, "url", "id"));
        lines.add("");
        lines.addAll(Screen.of(new Content.Text(data.path("text").asString(""), JsonNodeFactory.instance.objectNode()),
                width));
        return lines;
    }
}
