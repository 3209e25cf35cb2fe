package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.sources.openapi.OpenApiSettings.AnswerSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What is left of an answer, as configured; the same for the answer and for its schema, so they cannot disagree.
/// Immutable.
final class AnswerShape {

    /// The expression could not be applied to this answer.
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        Failed(Throwable cause) {
            super("The answer could not be shaped", cause);
        }
    }

    /// Paths as a tree of names; a leaf has no children.
    private record Paths(Map<String, Paths> below) {
        static Paths of(List<String> paths) {
            var root = new Paths(new LinkedHashMap<>());
            for (var path : paths) {
                var at = root;
                for (var name : path.split("\\.")) {
                    at = at.below.computeIfAbsent(name, _ -> new Paths(new LinkedHashMap<>()));
                }
            }
            return root;
        }
    }

    private final Optional<Expression> jsonata;
    private final Paths pick;
    private final Paths drop;
    private final Map<String, String> rename;

    /// IllegalArgumentException when the expression cannot be read.
    AnswerShape(String tool, AnswerSettings settings) {
        this.jsonata = settings.jsonata().map(text -> Expression.of(tool, text));
        this.pick = Paths.of(settings.pick());
        this.drop = Paths.of(settings.drop());
        this.rename = settings.rename();
    }

    boolean hasExpression() {
        return jsonata.isPresent();
    }

    /// A new tree, or the same when nothing is to be done.
    JsonNode apply(JsonNode answer) throws Failed {
        var shaped = jsonata.isPresent() ? evaluated(answer) : answer;
        shaped = pick.below.isEmpty() ? shaped : picked(shaped, pick);
        if (!drop.below.isEmpty() || !rename.isEmpty()) {
            shaped = shaped.deepCopy();
            drop(shaped, drop);
            for (var each : rename.entrySet()) {
                rename(shaped, each.getKey().split("\\."), 0, each.getValue());
            }
        }
        return shaped;
    }

    private JsonNode evaluated(JsonNode answer) throws Failed {
        try {
            return jsonata.get().evaluate(answer);
        } catch (Expression.Failed e) {
            throw new Failed(e.getCause());
        }
    }

    private static JsonNode picked(JsonNode node, Paths paths) {
        if (paths.below.isEmpty()) {
            return node;
        }
        if (node.isArray()) {
            var out = JsonNodeFactory.instance.arrayNode();
            node.values().forEach(item -> out.add(picked(item, paths)));
            return out;
        }
        if (!node.isObject()) {
            return node;
        }
        var out = JsonNodeFactory.instance.objectNode();
        paths.below.forEach((name, rest) -> {
            if (node.has(name)) {
                out.set(name, picked(node.path(name), rest));
            }
        });
        return out;
    }

    private static void drop(JsonNode node, Paths paths) {
        if (node.isArray()) {
            node.values().forEach(item -> drop(item, paths));
        } else if (node instanceof ObjectNode object) {
            paths.below.forEach((name, rest) -> {
                if (rest.below.isEmpty()) {
                    object.remove(name);
                } else {
                    drop(object.path(name), rest);
                }
            });
        }
    }

    private static void rename(JsonNode node, String[] path, int at, String name) {
        if (node.isArray()) {
            node.values().forEach(item -> rename(item, path, at, name));
        } else if (node instanceof ObjectNode object && at < path.length - 1) {
            rename(object.path(path[at]), path, at + 1, name);
        } else if (node instanceof ObjectNode object && object.has(path[at])) {
            var entries = new LinkedHashMap<String, JsonNode>();
            object.properties().forEach(entry -> entries.put(entry.getKey().equals(path[at]) ? name : entry.getKey(),
                    entry.getValue()));
            object.removeAll();
            object.setAll(entries);
        }
    }

    /// The schema of what [#apply] makes of an answer of this schema; only without an expression.
    ObjectNode applyToSchema(ObjectNode schema) {
        var out = pick.below.isEmpty() ? schema.deepCopy() : pickedSchema(schema, pick);
        dropSchema(out, drop);
        for (var each : rename.entrySet()) {
            renameSchema(out, each.getKey().split("\\."), 0, each.getValue());
        }
        return out;
    }

    private static ObjectNode pickedSchema(ObjectNode schema, Paths paths) {
        var out = schema.deepCopy();
        if (paths.below.isEmpty()) {
            return out;
        }
        if (out.path("items") instanceof ObjectNode items) {
            out.set("items", pickedSchema(items, paths));
        }
        if (schema.path("properties") instanceof ObjectNode properties) {
            var left = out.putObject("properties");
            paths.below.forEach((name, rest) -> {
                if (properties.path(name) instanceof ObjectNode property) {
                    left.set(name, pickedSchema(property, rest));
                }
            });
        }
        return out;
    }

    private static void dropSchema(ObjectNode schema, Paths paths) {
        if (schema.path("items") instanceof ObjectNode items) {
            dropSchema(items, paths);
        }
        if (schema.path("properties") instanceof ObjectNode properties) {
            paths.below.forEach((name, rest) -> {
                if (rest.below.isEmpty()) {
                    properties.remove(name);
                } else if (properties.path(name) instanceof ObjectNode property) {
                    dropSchema(property, rest);
                }
            });
        }
    }

    private static void renameSchema(ObjectNode schema, String[] path, int at, String name) {
        if (schema.path("items") instanceof ObjectNode items) {
            renameSchema(items, path, at, name);
        } else if (schema.path("properties") instanceof ObjectNode properties) {
            if (at == path.length - 1) {
                rename(properties, path, at, name);
            } else if (properties.path(path[at]) instanceof ObjectNode property) {
                renameSchema(property, path, at + 1, name);
            }
        }
    }
}
