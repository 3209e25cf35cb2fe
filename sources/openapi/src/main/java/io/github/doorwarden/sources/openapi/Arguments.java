package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.sources.openapi.Argument.Place;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ParameterSettings;
import io.github.doorwarden.upstream.UpstreamCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The flat arguments of one tool, from the parameters and the body of its operation and the changes that were
/// configured. Immutable.
///
/// @param all    in the order of the document, path parameters as they are declared
/// @param body   how those of the body are sent
/// @param inside names of properties inside of arguments that were changed, with those that the backend knows
record Arguments(List<Argument> all, Body body, Map<String, String> inside) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// As deep as its schemas can be described within the bounds.
    static Arguments of(Document document, Operation operation, Consumer<String> warn) throws Unconvertible {
        for (var depth : Limits.SCHEMA_DEPTHS) {
            try {
                var said = new ArrayList<String>();
                var found = of(document, operation, depth, said::add);
                said.forEach(warn);
                if (depth < Limits.SCHEMA_DEPTHS.getFirst()) {
                    warn.accept("its arguments are so many that they are described to the depth of " + depth
                            + " alone");
                }
                return found;
            } catch (Schemas.TooLarge tooLarge) {
                continue;                                        // described less deeply
            }
        }
        throw new Unconvertible("its schema has more than " + Limits.SCHEMA_NODES + " nodes");
    }

    private static Arguments of(Document document, Operation operation, int depth, Consumer<String> warn)
            throws Unconvertible {
        var schemas = new Schemas(document, Schemas.Direction.REQUEST, depth);
        var found = new ArrayList<Argument>();
        for (var parameter : parameters(document, operation)) {
            parameter(schemas, parameter, warn).ifPresent(found::add);
        }
        var written = operation.node().path("requestBody");
        var body = written.isMissingNode() || operation.method().equals("GET") || operation.method().equals("HEAD")
                ? Body.NONE : Body.of(document.refs(), schemas, written, warn);
        found.addAll(body.arguments());
        var inside = new HashMap<String, String>();
        var named = named(found).stream().map(each -> each.described(PropertyNames.renamed(each.schema(), inside)))
                .toList();
        return new Arguments(named, body, Map.copyOf(inside));
    }

    /// Those of the path, replaced by those of the operation with the same name and place (OpenAPI 3.1 §4.8.10).
    private static List<JsonNode> parameters(Document document, Operation operation) throws Unconvertible {
        var byKey = new LinkedHashMap<String, JsonNode>();
        for (var list : List.of(operation.pathItem().path("parameters"), operation.node().path("parameters"))) {
            for (var each : list.values()) {
                var parameter = document.refs().resolve(each);
                byKey.put(parameter.path("in").asString("") + " " + parameter.path("name").asString(""), parameter);
            }
        }
        return List.copyOf(byKey.values());
    }

    private static Optional<Argument> parameter(Schemas schemas, JsonNode parameter, Consumer<String> warn)
            throws Unconvertible {
        var name = parameter.path("name").asString("");
        var in = parameter.path("in").asString("");
        var required = parameter.path("required").asBoolean(false);
        var place = switch (in) {
            case "path" -> Place.PATH;
            case "query" -> Place.QUERY;
            case "header" -> Place.HEADER;
            case Origin.DeclaredParameter.NOWHERE -> Place.NOWHERE;
            default -> null;
        };
        if (place == Place.HEADER && Set.of("accept", "content-type", "authorization")
                .contains(name.toLowerCase(Locale.ROOT))) {
            return Optional.empty(); // OpenAPI 3.1 §4.8.12.1: such declarations are ignored
        }
        if (name.isEmpty() || place == null || (place == Place.HEADER && !UpstreamCall.maySet(name))) {
            if (required) {
                throw new Unconvertible("it requires the " + in + " parameter " + name
                        + ", which the gateway never sends");
            }
            warn.accept("the " + in + " parameter " + name + " is left out, because the gateway never sends such");
            return Optional.empty();
        }
        var json = json(parameter.path("content"));
        var style = json.isMissingNode() ? parameter.path("style").asString(place == Place.QUERY ? "form" : "simple")
                : "json";
        if (!(place == Place.QUERY ? Set.of("form", "spaceDelimited", "pipeDelimited", "deepObject", "json")
                : Set.of("simple", "json"))
                .contains(style)) {
            throw new Unconvertible("its parameter " + name + " has the style " + style + ", which is not spoken");
        }
        var schema = schemas.convert(json.isMissingNode() ? parameter.path("schema") : json);
        var description = parameter.path("description").asString("");
        if (!description.isBlank()) {
            schema.put("description", Schemas.capped(description, Limits.PROPERTY_DESCRIPTION_CHARACTERS));
        }
        return Optional.of(new Argument(name, place, name, schema, required || place == Place.PATH, style,
                parameter.path("explode").asBoolean(style.equals("form"))));
    }

    /// The schema of a parameter that is sent as JSON; missing: it is sent in a style.
    private static JsonNode json(JsonNode content) {
        return content.properties().stream().filter(type -> type.getKey().contains("json")).findFirst()
                .map(type -> type.getValue().path("schema")).orElse(JSON.missingNode());
    }

    /// Names that clients take, and each only once: what several places call alike gets the place behind it.
    private static List<Argument> named(List<Argument> found) {
        var count = new HashMap<String, Integer>();
        found.forEach(each -> count.merge(PropertyNames.legal(each.wireName()), 1, Integer::sum));
        var taken = new HashSet<String>();
        var out = new ArrayList<Argument>();
        for (var each : found) {
            var name = PropertyNames.legal(each.wireName());
            if (count.get(name) > 1) {
                name = PropertyNames.legal(name + "_" + suffix(each.place()));
            }
            var free = name;
            for (var i = 2; !taken.add(free); i++) {
                free = name.substring(0, Math.min(name.length(), Limits.ARGUMENT_NAME_CHARACTERS - 4)) + "_" + i;
            }
            out.add(each.named(free));
        }
        return out;
    }

    private static String suffix(Place place) {
        return place == Place.WHOLE_BODY ? "body" : place.name().toLowerCase(Locale.ROOT);
    }

    /// With the configured changes. IllegalArgumentException for whoever configured something that cannot be.
    Arguments changed(String tool, Map<String, ParameterSettings> changes) {
        var names = all.stream().map(Argument::name).toList();
        for (var name : changes.keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("The tool " + tool + " changes the parameter " + name
                        + ", which it does not have. It has: " + String.join(", ", names) + ".");
            }
        }
        var out = all.stream()
                .map(each -> changes.containsKey(each.name()) ? changed(tool, each, changes.get(each.name())) : each)
                .toList();
        var seen = new HashSet<String>();
        for (var each : out) {
            if (each.listed() && !seen.add(each.name())) {
                throw new IllegalArgumentException("The tool " + tool + " has two parameters called " + each.name()
                        + ". Rename one of them.");
            }
        }
        return new Arguments(out, body, inside);
    }

    private static Argument changed(String tool, Argument was, ParameterSettings change) {
        var name = change.rename().orElse(was.name());
        if (!PropertyNames.isLegal(name)) {
            throw new IllegalArgumentException("The tool " + tool + " renames " + was.name()
                    + " to something that clients refuse: use 1 to 64 of A-Z a-z 0-9 _ . -");
        }
        var schema = was.schema().deepCopy();
        change.description().ifPresent(text -> schema.put("description", text));
        if (!change.allowed().isEmpty()) {
            change.allowed().forEach(schema.putArray("enum")::add);
        }
        change.defaultValue().ifPresent(value -> schema.set("default", value));
        if (change.secret()) {
            schema.put("format", "password");
        }
        var listed = !change.hide() && change.fixed().isEmpty() && change.bind().isEmpty()
                && change.jsonata().isEmpty();
        var given = change.fixed().isPresent() || change.defaultValue().isPresent() || change.bind().isPresent()
                || change.jsonata().isPresent();
        if (!listed && was.required() && !given) {
            throw new IllegalArgumentException("The tool " + tool + " hides " + was.name()
                    + ", which the backend requires. Give it a fixed value or a default, or bind it to the caller.");
        }
        if (change.bind().isPresent() && (change.fixed().isPresent() || change.defaultValue().isPresent())) {
            throw new IllegalArgumentException("The tool " + tool + " binds " + was.name()
                    + " to the caller and gives it a value as well. Take one of them.");
        }
        if (change.jsonata().isPresent() && (change.fixed().isPresent() || change.defaultValue().isPresent()
                || change.bind().isPresent())) {
            throw new IllegalArgumentException("The tool " + tool + " computes " + was.name()
                    + " by jsonata and gives it a value as well. Take one of them.");
        }
        var computed = change.jsonata().map(text -> Expression.of(was.name() + " of " + tool, text));
        return new Argument(name, was.place(), was.wireName(), schema, was.required() && !given, was.style(),
                was.explode(), listed ? change.fixed() : change.fixed().or(change::defaultValue),
                change.defaultValue(), change.bind(), computed, listed);
    }

    /// The input schema: a plain object that allows nothing else.
    ObjectNode schema() {
        var schema = JSON.objectNode().put("type", "object");
        var properties = schema.putObject("properties");
        var required = JSON.arrayNode();
        for (var each : all) {
            if (each.listed()) {
                properties.set(each.name(), each.schema());
                if (each.required()) {
                    required.add(each.name());
                }
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema.put("additionalProperties", false);
    }

    /// What clients have given, by the names that they know, with what stands for the rest.
    ObjectNode given(ObjectNode call) {
        var given = JSON.objectNode();
        all.stream().filter(Argument::listed).forEach(each -> {
            if (call.has(each.name())) {
                given.set(each.name(), call.path(each.name()));
            } else {
                each.preset().ifPresent(value -> given.set(each.name(), value));
            }
        });
        return given;
    }

    /// Names of arguments that the document or the configuration marks as secret.
    Set<String> secrets() {
        return all.stream().filter(each -> each.schema().path("format").asString("").equals("password"))
                .map(Argument::name)
                .collect(Collectors.toUnmodifiableSet());
    }
}
