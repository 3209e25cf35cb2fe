package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.cli.client.Coercion.Unfit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What is written after the name of a tool: its arguments in any of their forms. Flags come from the tool's own
/// schema, so they are read once that is known.
///
/// @param arguments what the tool gets
/// @param missing   required properties that nobody gave
record CallWords(ObjectNode arguments, List<String> missing) {

    /// Ours; a property of the same name is given by `--arg`.
    private static final String WHOLE = "--args";
    private static final String FILE = "--file";
    private static final String ONE = "--arg";
    /// More than a message of MCP may have here anyway.
    private static final long FILE_BYTES_MAX = 8L * 1024 * 1024;

    /// @throws Unfit with a whole sentence
    static CallWords read(List<String> words, Schema schema) throws Unfit {
        var reading = new Reading(new ArrayDeque<>(words), schema, schema.properties());
        while (!reading.words.isEmpty()) {
            reading.one();
        }
        var missing = reading.properties.keySet().stream().filter(each -> schema.requires(each)
                && !reading.given.has(each)).toList();
        return new CallWords(reading.given, missing);
    }

    /// @param given what was read so far
    private record Reading(Deque<String> words, Schema schema, LinkedHashMap<String, Schema> properties,
            ObjectNode given) {

        Reading(Deque<String> words, Schema schema, java.util.Map<String, Schema> properties) {
            this(words, schema, new LinkedHashMap<>(properties), JsonNodeFactory.instance.objectNode());
        }

        void one() throws Unfit {
            var word = words.pop();
            if (!word.startsWith("--") || word.length() == 2) {
                throw new Unfit("\"" + word + "\" is no flag. Arguments are given as --NAME VALUE"
                        + (properties.isEmpty() ? ", and this takes none." : ": " + flags() + "."));
            }
            var sign = word.indexOf('=');
            var flag = sign < 0 ? word : word.substring(0, sign);
            var value = sign < 0 ? Optional.<String>empty() : Optional.of(word.substring(sign + 1));
            switch (flag) {
                case WHOLE -> whole(wanted(flag, value), "--args");
                case FILE -> whole(contents(wanted(flag, value)), "The file");
                case ONE -> pair(wanted(flag, value));
                default -> flag(flag, value);
            }
        }

        private String wanted(String flag, Optional<String> value) throws Unfit {
            if (value.isPresent()) {
                return value.get();
            }
            if (words.isEmpty()) {
                throw new Unfit(flag + " needs a value.");
            }
            return words.pop();
        }

        private void whole(String text, String what) throws Unfit {
            try {
                if (!(Coercion.json(text, "an object as JSON") instanceof ObjectNode all)) {
                    throw new Unfit("must be an object as JSON, such as '{\"a\": 1}'");
                }
                all.properties().forEach(each -> given.set(each.getKey(), each.getValue()));
            } catch (Unfit e) {
                throw new Unfit(what + " " + e.getMessage() + ".");
            }
        }

        private void pair(String text) throws Unfit {
            var sign = text.indexOf('=');
            if (sign < 1) {
                throw new Unfit("--arg takes NAME=VALUE.");
            }
            var name = text.substring(0, sign);
            if (!properties.containsKey(name) && !schema.open()) {
                throw new Unfit("There is no argument " + name + ". " + known(name));
            }
            set(name, text.substring(sign + 1), "--arg " + name);
        }

        private void flag(String flag, Optional<String> value) throws Unfit {
            var name = property(flag.substring(2));
            if (name.isEmpty() && flag.startsWith("--no-") && property(flag.substring(5)).filter(this::truth)
                    .isPresent()) {
                given.put(property(flag.substring(5)).get(), false);
                return;
            }
            var found = name.orElseThrow(() -> new Unfit("There is no argument " + flag + ". "
                    + known(flag.substring(2))));
            if (truth(found) && value.isEmpty()) {
                var next = words.peek();
                given.put(found, !"false".equals(next));
                if ("false".equals(next) || "true".equals(next)) {
                    words.pop();
                }
                return;
            }
            set(found, wanted(flag, value), flag);
        }

        /// As it is written, or with hyphens for underscores, which hands find sooner.
        private Optional<String> property(String flag) {
            return properties.containsKey(flag) ? Optional.of(flag) : properties.keySet().stream()
                    .filter(each -> each.replace('_', '-').equals(flag)).findFirst();
        }

        private boolean truth(String name) {
            return properties.get(name).type().equals("boolean");
        }

        private void set(String name, String word, String said) throws Unfit {
            try {
                var schema = properties.getOrDefault(name, Schema.of(JsonNodeFactory.instance.objectNode()));
                JsonNode value = Coercion.value(word, schema);
                if (value instanceof ArrayNode more && given.get(name) instanceof ArrayNode there) {
                    there.addAll(more);                                // the same flag again: one more of a list
                } else {
                    given.set(name, value);
                }
            } catch (Unfit e) {
                throw new Unfit(said + " " + e.getMessage() + ".");
            }
        }

        private String known(String near) {
            var close = properties.keySet().stream().filter(each -> lower(each).startsWith(lower(near))
                    || near.length() > 2 && lower(each).contains(lower(near))
                    || distance(each, near) <= 2).findFirst();
            return close.map(each -> "Did you mean --" + each + "?").orElse(properties.isEmpty() ? "It takes none."
                    : "There are: " + flags() + ".");
        }

        private static String lower(String name) {
            return name.toLowerCase(Locale.ROOT);
        }

        private String flags() {
            return properties.keySet().stream().map(each -> "--" + each).collect(Collectors.joining(", "));
        }
    }

    private static String contents(String file) throws Unfit {
        try {
            if (file.equals("-")) {
                return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            }
            var path = Path.of(file);
            if (Files.size(path) > FILE_BYTES_MAX) {
                throw new Unfit(file + " is larger than 8 MB, which no server takes as arguments.");
            }
            return Files.readString(path);
        } catch (IOException e) {
            throw new CommandFailure("The arguments in " + file + " cannot be read: " + Trouble.with(e)
                    + ". Name a file of UTF-8 text with one JSON object, or - for standard input.",
                    ClientCommands.USAGE);
        }
    }

    /// Letters to change, add or take away.
    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (var j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (var i = 1; i <= a.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.length(); j++) {
                var above = row[j];
                row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0
                        : 1));
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
