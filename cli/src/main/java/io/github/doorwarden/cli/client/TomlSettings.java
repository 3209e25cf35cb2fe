package io.github.doorwarden.cli.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlMapper;

/// Settings in TOML 1.0: a table of its own for each server, at the end of the file.
final class TomlSettings implements SettingsText {

    private static final TomlMapper MAPPER = TomlMapper.builder().build();
    private static final Pattern HEADER = Pattern.compile("\\s*\\[.*");

    private final String text;
    private final String member;
    private final ObjectNode tree;

    private TomlSettings(String text, String member, ObjectNode tree) {
        this.text = text;
        this.member = member;
        this.tree = tree;
    }

    static TomlSettings read(String text, String member) throws Unreadable {
        return new TomlSettings(text, member, tree(text));
    }

    private static ObjectNode tree(String text) throws Unreadable {
        try {
            return (ObjectNode) MAPPER.readTree(text);
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new Unreadable("is not TOML" + (at == null ? "" : ": line " + at.getLineNr() + ", column "
                    + at.getColumnNr()));
        }
    }

    @Override
    public Optional<ObjectNode> entry(String name) {
        return tree.path(member).path(name) instanceof ObjectNode entry ? Optional.of(entry) : Optional.empty();
    }

    @Override
    public String with(String name, ObjectNode entry) throws Unreadable {
        var lines = new ArrayList<>(text.lines().toList());
        var table = table(name, entry);
        if (tree.path(member).has(name)) {
            var from = header(lines, 0, "[" + member + "." + name + "]");
            if (from < 0) {
                throw new Unreadable("has " + member + "." + name + " in a form that is not the usual table");
            }
            var to = from + 1;
            while (to < lines.size() && !HEADER.matcher(lines.get(to)).matches()) {
                to++;
            }
            while (to > from + 1 && aside(lines.get(to - 1))) {
                to--;                                                  // these belong to what follows
            }
            lines.subList(from, to).clear();
            lines.addAll(from, table);
        } else {
            if (!lines.isEmpty() && !lines.getLast().isBlank()) {
                lines.add("");
            }
            lines.addAll(table);
        }
        var written = lines.stream().map(line -> line + "\n").collect(Collectors.joining());
        var wanted = tree.deepCopy();
        wanted.withObject(member).set(name, entry);
        if (!wanted.equals(tree(written))) {
            throw new Unreadable("has a form to which nothing can be added safely");
        }
        return written;
    }

    private static int header(List<String> lines, int from, String header) {
        for (var i = from; i < lines.size(); i++) {
            if (lines.get(i).replaceAll("\\s", "").equals(header)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean aside(String line) {
        return line.isBlank() || line.strip().startsWith("#");
    }

    private List<String> table(String name, ObjectNode entry) {
        var lines = new ArrayList<String>();
        lines.add("[" + member + "." + name + "]");
        entry.properties().forEach(each -> lines.add(each.getKey() + " = " + value(each.getValue())));
        return lines;
    }

    /// The escapes of JSON strings are those of TOML's basic strings, but for `\/`, which is not written.
    private static String value(JsonNode value) {
        return value.isArray() ? value.valueStream().map(TomlSettings::value).collect(Collectors.joining(", ", "[",
                "]")) : value.toString();
    }
}
