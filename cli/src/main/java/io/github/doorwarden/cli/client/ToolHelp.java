package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import io.github.doorwarden.client.Tool;
import java.util.ArrayList;
import java.util.List;

/// How a tool is called from the command line, made from its schema. Pure.
final class ToolHelp {

    private static final int WIDTH = 80;
    private static final int COLUMN = 26;

    private ToolHelp() {}

    static List<String> of(Tool tool, String server) {
        var schema = Schema.of(tool.inputSchema());
        var lines = new ArrayList<>(synopsis(tool.name(), server, schema));
        lines.add("");
        tool.title().filter(title -> !title.equals(tool.name())).ifPresent(title -> lines.add(Visible.line(title)));
        for (var line : tool.description().strip().lines().toList()) {
            lines.addAll(wrapped(Visible.line(line.replace("\t", "    ")), 0, WIDTH));
        }
        lines.addAll(List.of("", switch (ToolsCommand.mark(tool)) {
            case "read" -> "It says that it changes nothing.";
            case "add" -> "It says that it may add something, and changes nothing that is there.";
            default -> "It may change or remove something: it does not say otherwise.";
        }, ""));
        schema.properties().forEach((name, each) -> lines.addAll(argument(name, each, schema.requires(name))));
        if (schema.properties().isEmpty()) {
            lines.add("It takes no arguments.");
        } else {
            lines.add("");
            lines.add("All at once:  --args '{\"NAME\": VALUE}' or --file FILE (- reads standard input)");
            lines.add("One by name:  --arg NAME=VALUE");
        }
        lines.add("The result as it came:  --json      Images and files in it:  --save FOLDER");
        return lines;
    }

    /// What is required, then the rest in brackets, as far as it helps.
    static List<String> synopsis(String tool, String server, Schema schema) {
        var words = new ArrayList<String>();
        schema.properties().forEach((name, each) -> {
            var flag = "--" + Visible.line(name) + (each.type().equals("boolean") ? "" : " " + each.word());
            words.add(schema.requires(name) ? flag : "[" + flag + "]");
        });
        words.sort((a, b) -> Boolean.compare(a.startsWith("["), b.startsWith("[")));
        var first = "Usage: doorwarden call " + server + " " + Visible.line(tool);
        var lines = new ArrayList<String>();
        var line = new StringBuilder(first);
        for (var word : words) {
            if (line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder("      ");
            }
            line.append(' ').append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private static List<String> argument(String name, Schema schema, boolean required) {
        var truth = schema.type().equals("boolean");
        var flag = "  --" + (truth ? "[no-]" : "") + Visible.line(name) + (truth ? "" : " " + schema.word());
        var about = new ArrayList<String>();
        if (!schema.description().isEmpty()) {
            about.add(schema.description());
        } else if (!schema.title().isEmpty()) {
            about.add(schema.title());
        }
        if (!schema.bounds().isEmpty()) {
            about.add(Character.toUpperCase(schema.bounds().charAt(0)) + schema.bounds().substring(1) + ".");
        }
        if (schema.type().equals("object") && !schema.properties().isEmpty()) {
            about.add("Members: " + Visible.line(String.join(", ", schema.properties().keySet())) + ".");
        }
        schema.usual().ifPresent(value ->
                about.add("(default: " + Visible.line(value.asString(value.toString())) + ")"));
        if (required) {
            about.add("(required)");
        }
        var text = wrapped(String.join(" ", about), COLUMN, WIDTH);
        if (text.isEmpty()) {
            return List.of(flag);
        }
        var lines = new ArrayList<String>();
        var head = text.getFirst().substring(COLUMN);
        if (flag.length() + 2 > COLUMN) {
            lines.add(flag);
            lines.add(text.getFirst());
        } else {
            lines.add(flag + " ".repeat(COLUMN - flag.length()) + head);
        }
        lines.addAll(text.subList(1, text.size()));
        return lines;
    }

    /// Between words.
    static List<String> wrapped(String text, int indent, int width) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (var word : text.split(" ")) {
            if (!line.isEmpty() && indent + line.length() + 1 + word.length() > width) {
                lines.add(" ".repeat(indent) + line);
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        if (!line.isEmpty()) {
            lines.add(" ".repeat(indent) + line);
        }
        return lines;
    }
}
