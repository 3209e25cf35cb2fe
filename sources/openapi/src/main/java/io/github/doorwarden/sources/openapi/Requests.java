package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.openapi.Argument.Place;
import io.github.doorwarden.upstream.UpstreamCall;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes the request of one operation from the arguments of a call. Nothing of the caller goes in but the arguments,
/// and what the configuration binds to the caller. Immutable.
final class Requests {

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

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

    /// @param caller who calls
    /// @param shown  the caller as the backend is told it in the configured header, empty for nobody
    /// @param set    values of arguments that no client gives, by their keys
    UpstreamCall build(ObjectNode given, Caller caller, String shown, String requestId, Map<String, JsonNode> set)
            throws RefusedArgument, CallerValue.Absent {
        var inPath = new HashMap<String, String>();
        var query = new StringJoiner("&");
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        var properties = JsonNodeFactory.instance.objectNode();
        JsonNode whole = null;
        for (var argument : arguments.all()) {
            var bound = argument.bound().isPresent() ? bound(argument, argument.bound().get(), given, caller) : null;
            var found = bound != null ? Optional.of(bound) : set.containsKey(argument.key())
                    ? Optional.of(set.get(argument.key())) : argument.computed().isPresent()
                    ? computed(argument, given) : value(argument, given);
            if (found.isEmpty()) {
                continue;
            }
            var value = Optional.of(PropertyNames.restored(found.get(), arguments.inside()));
            switch (argument.place()) {
                case PATH -> inPath.put(argument.wireName(), simple(argument, value.get()));
                case QUERY -> {
                    members(argument, value.get());
                    query(argument, value.get(), query);
                }
                case HEADER -> headers.put(argument.wireName(), field(argument, simple(argument, value.get())));
                case BODY -> properties.set(argument.wireName(), value.get());
                case WHOLE_BODY -> whole = value.get();
                case NOWHERE -> { }
            }
        }
        callerHeader.ifPresent(name -> {
            headers.remove(name);
            if (!shown.isEmpty() && UpstreamCall.isFieldValue(shown)) {
                headers.put(name, shown);
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

    /// What the configuration binds to the caller. The schema does not have it, so a client that gives it all the same
    /// has been refused before; this is the second lock.
    private static JsonNode bound(Argument argument, CallerValue value, ObjectNode given, Caller caller)
            throws RefusedArgument, CallerValue.Absent {
        if (given.has(argument.name())) {
            throw new RefusedArgument("The argument " + argument.name() + " is taken from who calls. Leave it out.");
        }
        var text = value.of(caller);
        var types = Merge.types(argument.schema());
        return types.contains("integer") && !types.contains("string") && text.matches("-?[0-9]{1,18}")
                ? JsonNodeFactory.instance.numberNode(Long.parseLong(text)) : JsonNodeFactory.instance.stringNode(text);
    }

    /// An exploded object writes its members' names as parameters of the query (OpenAPI 3.0 §4.7.12): none of them may
    /// be taken for another argument's, which the caller, the configuration or the pages of a list give.
    private void members(Argument argument, JsonNode value) throws RefusedArgument {
        if (!value.isObject() || !argument.explode() || argument.style().equals("json")
                || argument.style().equals("deepObject")) {
            return;
        }
        for (var member : value.propertyNames()) {
            if (arguments.all().stream().anyMatch(other -> other != argument && other.place() == Place.QUERY
                    && stem(other.wireName()).equals(stem(member)))) {
                throw new RefusedArgument("The argument " + argument.name() + " has a member that is sent as another "
                        + "argument of this tool. Leave it out of there.");
            }
        }
    }

    /// What backends read a name as: some take `tenant[]`, `tenant.x` or `Tenant` for `tenant`.
    private static String stem(String name) {
        var end = IntStream.range(0, name.length()).filter(at -> "[.".indexOf(name.charAt(at)) >= 0).findFirst();
        return name.substring(0, end.orElse(name.length())).strip().toLowerCase(Locale.ROOT);
    }

    /// Made of what clients have given; empty when the expression makes nothing of it.
    private Optional<JsonNode> computed(Argument argument, ObjectNode given) throws RefusedArgument {
        try {
            var value = argument.computed().get().evaluate(arguments.given(given));
            return value.isNull() || value.isMissingNode() ? Optional.empty() : Optional.of(value);
        } catch (Expression.Failed failed) {
            // its message may have words of the caller in it
            LOG.warn("{} {}: {} could not be computed: {}", method, template, argument.wireName(), failed.getCause()
                    .getClass().getSimpleName());
            throw new RefusedArgument("With these arguments the request cannot be made: " + argument.wireName()
                    + ", which is computed from them, has no value. Try others; if it stays, tell the administrator.");
        }
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
        var body = arguments.body();
        if (body.type().isEmpty() || (whole == null && properties.isEmpty() && !body.required())) {
            return Optional.empty();
        }
        if (body.isJson()) {
            return Optional.of(sent(body.type(), (whole == null ? properties : whole).toString()));
        }
        if (whole != null) {
            return Optional.of(sent(body.type(), text(whole)));
        }
        if (body.isMultipart()) {
            return Optional.of(Multipart.of(properties));
        }
        var form = new StringJoiner("&");
        arguments.all().stream().filter(each -> each.place() == Place.BODY && properties.has(each.wireName()))
                .forEach(each -> query(each, properties.path(each.wireName()), form));
        return Optional.of(sent(body.type(), form.toString()));
    }

    private static UpstreamCall.Body sent(String type, String text) {
        return new UpstreamCall.Body(type, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void query(Argument argument, JsonNode value, StringJoiner query) {
        var name = PathTemplate.encoded(argument.wireName());
        var style = argument.style();
        if (style.equals("json") && (value.isContainer() || argument.place() != Place.BODY)) {
            query.add(name + "=" + PathTemplate.encoded(value.toString()));
        } else if (style.equals("deepObject") && value.isContainer()) {
            deep(argument.wireName(), value, query);
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
        } else if (value.isObject() && argument.place() == Place.BODY) { // a field of a form (OpenAPI 3.0 §4.7.14)
            query.add(name + "=" + PathTemplate.encoded(value.toString()));
        } else if (value.isObject() && argument.explode()) {
            value.properties().forEach(entry -> query.add(PathTemplate.encoded(entry.getKey()) + "="
                    + PathTemplate.encoded(text(entry.getValue()))));
        } else if (value.isObject()) {
            query.add(name + "=" + value.properties().stream().map(entry -> PathTemplate.encoded(entry.getKey()) + ","
                    + PathTemplate.encoded(text(entry.getValue()))).collect(Collectors.joining(",")));
        } else {
            query.add(name + "=" + PathTemplate.encoded(text(value)));
        }
    }

    /// `a[b][c]=v` as deep as it goes, and `a[]=v` for lists, as the common frameworks read them; the specification
    /// stops at the first level.
    private static void deep(String name, JsonNode value, StringJoiner query) {
        if (value.isObject()) {
            value.properties().forEach(entry -> deep(name + "[" + entry.getKey() + "]", entry.getValue(), query));
        } else if (value.isArray()) {
            for (var i = 0; i < value.size(); i++) {
                deep(name + (value.path(i).isContainer() ? "[" + i + "]" : "[]"), value.path(i), query);
            }
        } else {
            query.add(PathTemplate.encoded(name) + "=" + PathTemplate.encoded(text(value)));
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
