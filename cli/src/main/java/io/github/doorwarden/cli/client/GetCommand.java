package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.cli.Visible;
import io.github.doorwarden.cli.client.Coercion.Unfit;
import io.github.doorwarden.client.Prompt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// One prompt, filled in.
@Command(name = "get", mixinStandardHelpOptions = true, customSynopsis = {
        "doorwarden get [OPTIONS] URL PROMPT [--ARGUMENT VALUE]...",
        "       doorwarden get [OPTIONS] PROMPT [--ARGUMENT VALUE]... -- COMMAND..."}, description = {
        "Prints a prompt, filled in.",
        "doorwarden prompts URL lists them. Options of this command stand before URL; --json may stand behind PROMPT "
                + "too. --args and --file give arguments as doorwarden call does."})
final class GetCommand implements Callable<Integer> {

    @Mixin
    private Server server;

    @Option(names = "--json", description = "Prints the result as it came.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var rest = server.rest("PROMPT");
        var words = new ArrayList<>(rest.subList(1, rest.size()));
        json |= words.remove("--json");
        return server.visit(client -> {
            var prompts = client.prompts();
            var prompt = prompts.stream().filter(each -> each.name().equals(rest.getFirst())).findFirst()
                    .orElseThrow(() -> new CommandFailure("There is no prompt " + rest.getFirst()
                    + " that you may see. List them with:  doorwarden prompts " + server.name(),
                    ClientCommands.USAGE));
            var out = spec.commandLine().getOut();
            if (words.contains("--help") || words.contains("-h")) {
                help(prompt).forEach(out::println);
                return 0;
            }
            var given = new LinkedHashMap<String, String>();
            arguments(prompt, words).forEach(each -> given.put(each.getKey(), each.getValue().asString(each.getValue()
                    .toString())));
            var result = client.prompt(prompt.name(), given);
            if (json) {
                out.println(Visible.json(result.raw()));
                return 0;
            }
            for (var message : result.messages()) {
                out.println(Visible.line(message.role()) + ":");
                Screen.of(message.content(), Terminal.of(spec, false).width())
                        .forEach(line -> out.println("  " + line));
            }
            return 0;
        });
    }

    private java.util.Set<java.util.Map.Entry<String, tools.jackson.databind.JsonNode>> arguments(Prompt prompt,
            List<String> words) {
        var schema = schema(prompt);
        try {
            var read = CallWords.read(words, schema);
            if (!read.missing().isEmpty()) {
                throw new Unfit("It needs " + read.missing().stream().map(each -> "--" + each)
                        .collect(Collectors.joining(", ")) + ".");
            }
            return read.arguments().properties();
        } catch (Unfit e) {
            throw new CommandFailure(e.getMessage() + "\n" + String.join("\n", help(prompt)), ClientCommands.USAGE);
        }
    }

    /// Arguments of prompts are texts.
    private static Schema schema(Prompt prompt) {
        var schema = JsonNodeFactory.instance.objectNode().put("type", "object").put("additionalProperties", false);
        var properties = schema.putObject("properties");
        var required = schema.putArray("required");
        prompt.arguments().forEach(each -> {
            properties.putObject(each.name()).put("type", "string").put("description", each.description());
            if (each.required()) {
                required.add(each.name());
            }
        });
        return Schema.of(schema);
    }

    private List<String> help(Prompt prompt) {
        var lines = new ArrayList<>(ToolHelp.synopsis(prompt.name(), server.name(), schema(prompt)).stream()
                .map(line -> line.replace("Usage: doorwarden call ", "Usage: doorwarden get ")).toList());
        lines.add("");
        lines.addAll(ToolHelp.wrapped(Visible.line(prompt.description().strip()), 0, 80));
        prompt.arguments().forEach(each -> lines.add("  --" + Visible.line(each.name()) + "  "
                + Visible.line(each.description()) + (each.required() ? " (required)" : "")));
        return lines;
    }
}
