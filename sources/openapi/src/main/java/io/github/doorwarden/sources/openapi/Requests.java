package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.sources.openapi.Argument.Place;
import io.github.doorwarden.upstream.UpstreamCall;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes the request of one operation from the arguments of a call. Nothing of the caller goes in but the arguments.
/// Immutable.
final class Requests {

    private final String method;
    private final String template;
    private final PathTemplate path;
    private final Arguments arguments;
    private final boolean slow;
    private final Optional<String> callerHeader;

    /// @param callerHeader see [OpenApiSettings]
    Requests(Operation operation, Arguments arguments, boolean slow,
            Optional<String> callerHeader) throws Unconvertible {
        this.callerHeader = callerHeader;
        this.method = operation.method();
        this.template = operation.path();
        this.path = PathTemplate.of(operation.path());
        this.arguments = arguments;
        this.slow = slow;
        var filled = arguments.all().stream().filter(each -> each.place() == Place.PATH).map(Argument::wireName)
                .collect(Collectors.toSet());
        for (var hole : path.holes()) {
            if (!filled.contains(hole)) {
                throw new Unconvertible("its path has {" + hole + "}, which no parameter fills");
            }
        }
    }

    /// @param caller subject of the signed-in caller, empty for nobody
    UpstreamCall build(ObjectNode given, String caller, String requestId) throws RefusedArgument {
        var inPath = new HashMap<String, String>();
        var query = new StringJoiner("&");
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        var properties = JsonNodeFactory.instance.objectNode();
        JsonNode whole = null;
        for (var argument : arguments.all()) {
            var value = value(argument, given);
            if (value.isEmpty()) {
                continue;
            }
            switch (argument.place()) {
                case PATH -> inPath.put(argument.wireName(), simple(argument, value.get()));
                case QUERY -> query(argument, value.get(), query);
                case HEADER -> headers.put(argument.wireName(), field(argument, simple(argument, value.get())));
                case BODY -> properties.set(argument.wireName(), value.get());
                case WHOLE_BODY -> whole = value.get();
            }
        }
        callerHeader.ifPresent(name -> {
            headers.remove(name);
            if (!caller.isEmpty() && UpstreamCall.isFieldValue(caller)) {
                headers.put(name, caller);
            }
        });
        var target = path.fill(inPath) + (query.length() == 0 ? "" : "?" + query);
        return new UpstreamCall(method, target, headers, body(properties, whole), slow, requestId);
    }

    /// A request as a person may see it.
    ///
    /// @param line      method and path; a part of the path that the caller does not give is left as `{name}`
    /// @param arguments as clients name them; secret ones by their names alone
    record Shown(String line, ObjectNode arguments) {}

    Shown shown(ObjectNode given, Set<String> secrets) {
        var line = method + " " + template;
        var all = JsonNodeFactory.instance.objectNode();
        for (var argument : arguments.all()) {
            var value = argument.listed() ? value(argument, given) : Optional.<JsonNode>empty();
            if (value.isEmpty()) {
                continue;
            }
            if (secrets.contains(argument.name())) {
                all.put(argument.name(), "(not shown)");
            } else if (argument.place() == Place.PATH && !value.get().isContainer()) {
                line = line.replace("{" + argument.wireName() + "}", PathTemplate.encoded(text(value.get())));
            } else {
                all.set(argument.name(), value.get());
            }
        }
        return new Shown(line, all);
    }

    private static Optional<JsonNode> value(Argument argument, ObjectNode given) {
        if (argument.fixed().isPresent()) {
            return argument.fixed();
        }
        if (!argument.listed()) {
            return Optional.empty();
        }
        var value = given.path(argument.name());
        if (value.isMissingNode()) {
            return argument.preset();
        }
        // null means "not given" where there is no way to write it down
        var inJson = argument.place() == Place.BODY || argument.place() == Place.WHOLE_BODY;
        return value.isNull() && !inJson ? argument.preset() : Optional.of(value);
    }

    private Optional<UpstreamCall.Body> body(ObjectNode properties, JsonNode whole) {
        if (arguments.bodyType().isEmpty() || (whole == null && properties.isEmpty() && !arguments.bodyRequired())) {
            return Optional.empty();
        }
        if (!arguments.bodyType().contains("json")) {
            var form = new StringJoiner("&");
            properties.properties().forEach(field -> form.add(PathTemplate.encoded(field.getKey()) + "="
                    + PathTemplate.encoded(text(field.getValue()))));
            return Optional.of(new UpstreamCall.Body(arguments.bodyType(),
                    form.toString().getBytes(StandardCharsets.UTF_8)));
        }
        var json = whole == null ? properties : whole;
        return Optional.of(new UpstreamCall.Body(arguments.bodyType(),
                json.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static void query(Argument argument, JsonNode value, StringJoiner query) {
        var name = PathTemplate.encoded(argument.wireName());
        var style = argument.style();
        if (style.equals("json")) {
            query.add(name + "=" + PathTemplate.encoded(value.toString()));
        } else if (value.isArray() && argument.explode()) {
            value.values().forEach(item -> query.add(name + "=" + PathTemplate.encoded(text(item))));
        } else if (value.isArray()) {
            var between = switch (style) {
                case "spaceDelimited" -> "%20";
                case "pipeDelimited" -> "%7C";
                default -> ",";
            };
            query.add(name + "=" + value.valueStream().map(item -> PathTemplate.encoded(text(item)))
                    .collect(Collectors.joining(between)));
        } else if (value.isObject()) {
            value.properties().forEach(entry -> query.add((style.equals("deepObject")
                    ? PathTemplate.encoded(argument.wireName() + "[" + entry.getKey() + "]")
                    : PathTemplate.encoded(entry.getKey()))
                    + "=" + PathTemplate.encoded(text(entry.getValue()))));
        } else {
            query.add(name + "=" + PathTemplate.encoded(text(value)));
        }
    }

    /// Style `simple` (RFC 6570 §3.2.2), or JSON.
    private static String simple(Argument argument, JsonNode value) throws RefusedArgument {
        if (argument.style().equals("json")) {
            return value.toString();
        }
        if (value.isObject()) {
            throw new RefusedArgument("The argument " + argument.name() + " must be a single value or a list of such.");
        }
        return value.isArray() ? String.join(",", value.valueStream().map(Requests::text).toList()) : text(value);
    }

    private static String field(Argument argument, String value) throws RefusedArgument {
        if (!UpstreamCall.isFieldValue(value)) {
            throw new RefusedArgument("The argument " + argument.name()
                    + " goes into a header field: it must be plain ASCII without line breaks.");
        }
        return value;
    }

    private static String text(JsonNode value) {
        return value.isContainer() ? value.toString() : Schemas.shown(value);
    }

    List<Argument> all() {
        return arguments.all();
    }
}
