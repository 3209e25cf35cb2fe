package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.sources.openapi.Argument.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How the body of an operation is sent: as JSON, as a form of either kind, or as plain text.
///
/// @param type      its media type; empty when there is none
/// @param required  sent even when no argument fills it
/// @param arguments that fill it
record Body(String type, boolean required, List<Argument> arguments) {

    static final Body NONE = new Body("", false, List.of());
    static final String FORM = "application/x-www-form-urlencoded";
    static final String MULTIPART = "multipart/form-data";

    private static final Pattern JSON = Pattern.compile("(application|text)/([^;\\s]+\\+)?json\\s*(;.*)?|\\*/\\*|"
            + "application/\\*");

    /// In this order: what needs the least guessing first.
    private static final List<Predicate<String>> SPOKEN = List.of(type -> JSON.matcher(type).matches(),
            type -> is(type, FORM), type -> is(type, MULTIPART), type -> type.matches("text/plain\\s*(;.*)?"));

    static Body of(Refs refs, Schemas schemas, JsonNode written, Consumer<String> warn) throws Unconvertible {
        var body = refs.resolve(written);
        var content = body.path("content");
        var required = body.path("required").asBoolean(false);
        var type = mediaType(content, required, warn);
        if (type.isEmpty()) {
            return NONE;
        }
        var schema = schemas.convert(content.path(type).path("schema"));
        if (type.startsWith("text/plain")) {
            Merge.setTypes(schema, Set.of("string"));
            return new Body(type, required, List.of(whole(schema, required, "text")));
        }
        var sent = type.contains("*") ? "application/json" : type;
        return new Body(sent, required, JSON.matcher(type).matches() ? json(schema, required)
                : form(schema, content.path(type).path("encoding"), required, is(type, MULTIPART), warn));
    }

    boolean isJson() {
        return JSON.matcher(type).matches();
    }

    boolean isMultipart() {
        return is(type, MULTIPART);
    }

    private static boolean is(String type, String wanted) {
        return type.equals(wanted) || type.startsWith(wanted + ";");
    }

    /// Empty when there is no body that can be sent, and none is needed.
    private static String mediaType(JsonNode content, boolean required, Consumer<String> warn) throws Unconvertible {
        for (var spoken : SPOKEN) {
            for (var type : content.propertyNames()) {
                if (spoken.test(type)) {
                    return type;
                }
            }
        }
        var types = String.join(", ", content.propertyNames());
        if (required && !types.isEmpty()) {
            throw new Unconvertible("its body is " + types + ", and only JSON, forms and plain text are sent");
        }
        if (!types.isEmpty()) {
            warn.accept("its body, which is not required, is left out, because it is " + types
                    + ", and only JSON, forms and plain text are sent");
        }
        return "";
    }

    private static Argument whole(ObjectNode schema, boolean required, String style) {
        return new Argument("body", Place.WHOLE_BODY, "body", schema, required, style, false);
    }

    private static Argument field(String name, JsonNode schema, boolean required, String style, boolean explode) {
        return new Argument(name, Place.BODY, name, (ObjectNode) schema, required, style, explode);
    }

    private static Set<String> required(ObjectNode schema) {
        return schema.path("required").valueStream().map(name -> name.asString("")).collect(Collectors.toSet());
    }

    private static List<Argument> json(ObjectNode schema, boolean required) {
        var properties = schema.path("properties");
        var types = Merge.types(schema);
        types.remove("null");
        if (properties.isEmpty() || !types.equals(Set.of("object"))) {
            return List.of(whole(schema, required, "json"));
        }
        var names = required(schema);
        return properties.properties().stream().map(each -> field(each.getKey(), each.getValue(),
                required && names.contains(each.getKey()), "json", false)).toList();
    }

    private static List<Argument> form(ObjectNode schema, JsonNode encoding, boolean required, boolean multipart,
            Consumer<String> warn) throws Unconvertible {
        if (schema.path("properties").isEmpty()) {
            if (required) {
                throw new Unconvertible("its form has no described fields");
            }
            warn.accept("its form, which is not required, has no described fields and is left out");
            return List.of();
        }
        var names = required(schema);
        var all = new ArrayList<Argument>();
        for (var each : schema.path("properties").properties()) {
            var needed = required && names.contains(each.getKey());
            if (isBinary(each.getValue())) {
                if (needed) {
                    throw new Unconvertible("it requires the file " + each.getKey() + ", and files are not sent");
                }
                warn.accept("the file " + each.getKey() + " is left out, because files are not sent");
                continue;
            }
            var how = encoding.path(each.getKey());
            var style = multipart || how.path("contentType").asString("").contains("json") ? "json"
                    : how.path("style").asString("form");
            all.add(field(each.getKey(), each.getValue(), needed, style, how.path("explode")
                    .asBoolean(style.equals("form"))));
        }
        return all;
    }

    private static boolean isBinary(JsonNode schema) {
        return schema.path("format").asString("").equals("binary")
                || schema.path("items").path("format").asString("").equals("binary");
    }
}
