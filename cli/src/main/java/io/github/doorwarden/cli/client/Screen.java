package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import io.github.doorwarden.client.Content;
import io.github.doorwarden.client.Resource;
import io.github.doorwarden.client.ResourceContents;
import io.github.doorwarden.client.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a server answered, as people read it. All of it is foreign: what a terminal would obey is made visible. Pure.
final class Screen {

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final String STEP = "  ";

    private final int width;
    private final List<String> lines = new ArrayList<>();

    private Screen(int width) {
        this.width = width;
    }

    /// The text that the tool wrote for people; its data where it wrote none.
    static List<String> of(ToolResult result, int width) {
        var screen = new Screen(width);
        var texts = result.content().stream().filter(each -> !said(each).isBlank()).toList();
        if (texts.isEmpty() && result.structured().isPresent()) {
            screen.tree(result.structured().get(), "");
        }
        texts.forEach(screen::add);
        if (screen.lines.isEmpty()) {
            screen.lines.add(result.isError() ? "The tool failed and does not say why."
                    : "Done; the tool says nothing.");
        }
        return screen.lines;
    }

    static List<String> of(Content content, int width) {
        var screen = new Screen(width);
        screen.add(content);
        return screen.lines;
    }

    static List<String> of(ResourceContents contents, int width) {
        var screen = new Screen(width);
        screen.add(contents);
        return screen.lines;
    }

    static List<String> of(JsonNode data, int width) {
        var screen = new Screen(width);
        screen.tree(data, "");
        return screen.lines;
    }

    private static String said(Content content) {
        return content instanceof Content.Text text ? text.text() : "something";
    }

    private void add(Content content) {
        switch (content) {
            case Content.Text text -> data(text.text())
                    .ifPresentOrElse(data -> tree(data, ""), () -> text(text.text()));
            case Content.Image image -> lines.add(bytes("image", image.mimeType(), image.data().length));
            case Content.Audio audio -> lines.add(bytes("audio", audio.mimeType(), audio.data().length));
            case Content.Embedded embedded -> {
                lines.add(Visible.line(embedded.resource().uri()) + ":");
                add(embedded.resource());
            }
            case Content.Link link -> link(link.resource());
            case Content.Other other -> lines.add("[" + Visible.line(other.type()) + ", which this version does not "
                    + "know; --json shows it]");
        }
    }

    private void add(ResourceContents contents) {
        contents.text().ifPresentOrElse(text -> data(text).filter(data -> contents.mimeType().contains("json"))
                .ifPresentOrElse(data -> tree(data, ""), () -> text(text)),
                () -> lines.add(bytes("bytes", contents.mimeType(), contents.bytes().length)));
    }

    /// Lines and tabs stay; nothing else moves the cursor.
    private void text(String text) {
        text.replace("\r\n", "\n").lines().map(line -> Visible.line(line.replace("\t", "    ")).stripTrailing())
                .forEach(lines::add);
    }

    private void link(Resource resource) {
        var about = new ArrayList<String>();
        if (!resource.mimeType().isEmpty()) {
            about.add(resource.mimeType());
        }
        resource.size().ifPresent(size -> about.add(size(size)));
        lines.add("-> " + Visible.line(resource.uri()) + (about.isEmpty() ? "" : "  (" + Visible.line(String.join(", ",
                about)) + ")"));
        var name = resource.title().orElse(resource.name());
        var said = (name + (resource.description().isBlank() ? "" : ": " + resource.description())).strip();
        if (!said.isEmpty()) {
            lines.add("   " + Visible.line(said.replaceAll("\\s+", " ")));
        }
    }

    private static String bytes(String kind, String type, long size) {
        return "[" + (type.isEmpty() ? kind : Visible.line(type)) + ", " + size(size) + "]";
    }

    static String size(long bytes) {
        return bytes < 1_000 ? bytes + " bytes" : bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    /// A text that is data: many tools answer so.
    private static Optional<JsonNode> data(String text) {
        var stripped = text.strip();
        if (!stripped.startsWith("{") && !stripped.startsWith("[")) {
            return Optional.empty();
        }
        try {
            return Optional.of(STRICT.readTree(stripped));
        } catch (JacksonException text2) {
            return Optional.empty();
        }
    }

    private void tree(JsonNode node, String indent) {
        var table = Grid.of(node);
        if (table.isPresent()) {
            table.get().lines(width - indent.length()).forEach(line -> lines.add(indent + line));
        } else if (node.isObject()) {
            members(node, indent);
        } else if (node.isArray()) {
            node.valueStream().forEach(each -> item(each, indent));
            if (node.isEmpty()) {
                lines.add(indent + "none");
            }
        } else {
            words(node).forEach(line -> lines.add(indent + line));
        }
    }

    private void members(JsonNode object, String indent) {
        var names = object.properties().stream().filter(each -> brief(each.getValue())).map(Map.Entry::getKey)
                .mapToInt(name -> Visible.line(name).length()).max().orElse(0);
        object.properties().forEach(each -> {
            var name = Visible.line(each.getKey());
            if (brief(each.getValue())) {
                var padded = name + " ".repeat(names - name.length() + 2);
                lines.add((indent + padded + shortly(each.getValue())).stripTrailing());
            } else {
                lines.add(indent + name + ":");
                tree(each.getValue(), indent + STEP);
            }
        });
        if (object.isEmpty()) {
            lines.add(indent + "empty");
        }
    }

    private void item(JsonNode item, String indent) {
        var before = lines.size();
        tree(item, indent + STEP);
        if (lines.size() > before) {
            lines.set(before, indent + "- " + lines.get(before).substring(indent.length() + STEP.length()));
        }
    }

    /// What stands behind its name on one line.
    private static boolean brief(JsonNode value) {
        return value.isValueNode() && !value.asString(value.toString()).contains("\n")
                || value.isArray() && value.valueStream().allMatch(each -> each.isValueNode() && !each.asString("")
                        .contains("\n"));
    }

    private static String shortly(JsonNode value) {
        return value.isArray() ? value.valueStream().map(each -> Visible.line(each.asString(each.toString())))
                .collect(Collectors.joining(", ")) : value.isNull() ? ""
                : Visible.line(value.asString(value.toString()));
    }

    private static List<String> words(JsonNode value) {
        return value.asString(value.toString()).lines().map(line -> Visible.line(line.replace("\t", "    "))).toList();
    }
}
