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
/// @param all          in the order of the document, path parameters as they are declared
/// @param bodyType     media type of the body; empty when there is none
/// @param bodyRequired the body is sent even when no argument fills it
record Arguments(List<Argument> all, String bodyType, boolean bodyRequired) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    static Arguments of(Document document, Operation operation, Consumer<String> warn) throws Unconvertible {
        var schemas = new Schemas(document, Schemas.Direction.REQUEST);
        var found = new ArrayList<Argument>();
        for (var parameter : parameters(document, operation)) {
            parameter(document, schemas, parameter, warn).ifPresent(found::add);
        }
        var written = operation.node().path("requestBody");
        if (written.isMissingNode() || operation.method().equals("GET") || operation.method().equals("HEAD")) {
            return new Arguments(named(found), "", false);
        }
        var body = document.refs().resolve(written);
        var type = mediaType(body.path("content"));
        var required = body.path("required").asBoolean(false);
        found.addAll(bodyArguments(schemas.convert(body.path("content").path(type).path("schema")), type, required));
        return new Arguments(named(found), type, required);
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

    private static Optional<Argument> parameter(Document document, Schemas schemas, JsonNode parameter,
            Consumer<String> warn)
            throws Unconvertible {
        var name = parameter.path("name").asString("");
        var in = parameter.path("in").asString("");
        var required = parameter.path("required").asBoolean(false);
        var place = switch (in) {
            case "path" -> Place.PATH;
            case "query" -> Place.QUERY;
            case "header" -> Place.HEADER;
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
        var json = parameter.path("content").path("application/json").path("schema");
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
                parameter.path("explode").asBoolean(style.equals("form")), Optional.empty(), Optional.empty(), true));
    }

    private static String mediaType(JsonNode content) throws Unconvertible {
        for (var type : content.propertyNames()) {
            if (type.matches("application/([a-zA-Z0-9.-]+\\+)?json(;.*)?")) {
                return type;
            }
        }
        if (content.has("application/x-www-form-urlencoded")) {
            return "application/x-www-form-urlencoded";
        }
        throw new Unconvertible("its body is neither JSON nor a form: " + String.join(", ", content.propertyNames()));
    }

    private static List<Argument> bodyArguments(ObjectNode schema, String type, boolean required) throws Unconvertible {
        if (!(schema.path("properties") instanceof ObjectNode properties) || properties.isEmpty()) {
            if (!type.contains("json")) {
                throw new Unconvertible("its form has no described fields");
            }
            return List.of(new Argument("body", Place.WHOLE_BODY, "body", schema, required, "json", false,
                    Optional.empty(), Optional.empty(), true));
        }
        var names = schema.path("required").valueStream().map(name -> name.asString("")).collect(Collectors.toSet());
        return properties.properties().stream()
                .map(property -> new Argument(property.getKey(), Place.BODY, property.getKey(),
                        (ObjectNode) property.getValue(), required && names.contains(property.getKey()), "json", false,
                        Optional.empty(), Optional.empty(), true))
                .toList();
    }

    /// Names that clients take, and each only once: what several places call alike gets the place behind it.
    private static List<Argument> named(List<Argument> found) {
        var count = new HashMap<String, Integer>();
        found.forEach(each -> count.merge(legal(each.wireName()), 1, Integer::sum));
        var taken = new HashSet<String>();
        var out = new ArrayList<Argument>();
        for (var each : found) {
            var name = legal(each.wireName());
            if (count.get(name) > 1) {
                name = legal(name + "_" + suffix(each.place()));
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

    private static String legal(String name) {
        if (name.matches("[A-Za-z0-9_.-]{1,64}")) {
            return name;
        }
        var legal = name.replaceAll("[^A-Za-z0-9_.-]+", "_").replaceAll("^_+(?=.)|(?<=.)_+$", "");
        return legal.isEmpty() ? "argument"
                : legal.substring(0, Math.min(legal.length(), Limits.ARGUMENT_NAME_CHARACTERS));
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
        return new Arguments(out, bodyType, bodyRequired);
    }

    private static Argument changed(String tool, Argument was, ParameterSettings change) {
        var name = change.rename().orElse(was.name());
        if (!name.matches("[A-Za-z0-9_.-]{1,64}")) {
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
        var listed = !change.hide() && change.fixed().isEmpty();
        var given = change.fixed().isPresent() || change.defaultValue().isPresent();
        if (!listed && was.required() && !given) {
            throw new IllegalArgumentException("The tool " + tool + " hides " + was.name()
                    + ", which the backend requires. Give it a fixed value or a default.");
        }
        return new Argument(name, was.place(), was.wireName(), schema, was.required() && !given, was.style(),
                was.explode(),
                listed ? change.fixed() : change.fixed().or(change::defaultValue), change.defaultValue(), listed);
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

    /// Names of arguments that the document or the configuration marks as secret.
    Set<String> secrets() {
        return all.stream().filter(each -> each.schema().path("format").asString("").equals("password"))
                .map(Argument::name)
                .collect(Collectors.toUnmodifiableSet());
    }
}
