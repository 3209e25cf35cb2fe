package io.github.doorwarden.sources.openapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Shows the operations of a Swagger 2.0 document as OpenAPI 3.0 writes them. Schemas stay where they are, so
/// references to `#/definitions` still lead to them; parameters and responses, which 3.0 writes otherwise, are put in
/// place of the references to them. What cannot be resolved stays a reference, and whoever follows it says why.
final class Swagger2 {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// What stands beside `name` and `in`; everything else of a parameter is its schema.
    private static final Set<String> OF_PARAMETER = Set.of("name", "in", "description", "required", "collectionFormat",
            "allowEmptyValue", "schema");

    private final JsonNode root;
    private final Refs refs;

    Swagger2(JsonNode root, Refs refs) {
        this.root = root;
        this.refs = refs;
    }

    /// @param item the path item, resolved
    /// @return with the parameters of the path among its own
    ObjectNode operation(JsonNode item, JsonNode written) {
        var out = JSON.objectNode();
        written.properties().stream().filter(each -> !Set.of("parameters", "responses", "consumes", "produces")
                .contains(each.getKey())).forEach(each -> out.set(each.getKey(), each.getValue()));
        var consumes = types(written, "consumes");
        var form = new ArrayList<JsonNode>();
        var parameters = out.putArray("parameters");
        for (var each : parameters(item, written)) {
            switch (each.path("in").asString("")) {
                case "body" -> out.set("requestBody", body(each, consumes));
                case "formData" -> form.add(each);
                default -> parameters.add(each.path("$ref").isString() ? each : parameter(each));
            }
        }
        if (!form.isEmpty()) {
            out.set("requestBody", form(form, consumes));
        }
        var responses = out.putObject("responses");
        written.path("responses").properties().forEach(each -> responses.set(each.getKey(),
                response(each.getValue(), types(written, "produces"))));
        return out;
    }

    private List<String> types(JsonNode operation, String key) {
        var own = operation.path(key).isArray() ? operation.path(key) : root.path(key);
        var types = own.valueStream().map(type -> type.asString("")).filter(type -> !type.isEmpty()).toList();
        return types.isEmpty() ? List.of("application/json") : types;
    }

    /// Those of the path, replaced by those of the operation with the same name and place.
    private List<JsonNode> parameters(JsonNode item, JsonNode operation) {
        var byKey = new LinkedHashMap<String, JsonNode>();
        for (var list : List.of(item.path("parameters"), operation.path("parameters"))) {
            for (var each : list.values()) {
                var parameter = resolved(each);
                var key = parameter.path("$ref").isString() ? parameter.toString()
                        : parameter.path("in").asString("") + " " + parameter.path("name").asString("");
                byKey.put(key, parameter);
            }
        }
        return List.copyOf(byKey.values());
    }

    private JsonNode resolved(JsonNode node) {
        try {
            return refs.resolve(node);
        } catch (Unconvertible e) {
            return node;
        }
    }

    private static ObjectNode parameter(JsonNode written) {
        var out = JSON.objectNode();
        for (var key : List.of("name", "in", "description", "required")) {
            if (written.has(key)) {
                out.set(key, written.path(key));
            }
        }
        var separated = written.path("collectionFormat").asString("csv");
        var inQuery = written.path("in").asString("").equals("query");
        if (written.path("type").asString("").equals("array") && (inQuery || !separated.equals("csv"))) {
            out.put("style", switch (separated) {
                case "csv", "multi" -> "form";
                case "ssv" -> "spaceDelimited";
                case "pipes" -> "pipeDelimited";
                default -> separated;
            }).put("explode", separated.equals("multi"));
        }
        return out.set("schema", schema(written));
    }

    private static ObjectNode schema(JsonNode parameter) {
        var schema = JSON.objectNode();
        parameter.properties().stream().filter(each -> !OF_PARAMETER.contains(each.getKey()))
                .forEach(each -> schema.set(each.getKey(), each.getValue()));
        if (schema.path("type").asString("").equals("file")) {
            schema.put("type", "string").put("format", "binary");
        }
        return schema;
    }

    private static ObjectNode body(JsonNode parameter, List<String> consumes) {
        var out = JSON.objectNode();
        out.put("required", parameter.path("required").asBoolean(false));
        var content = out.putObject("content");
        consumes.forEach(type -> content.putObject(type).set("schema", parameter.path("schema")));
        return out;
    }

    private static ObjectNode form(List<JsonNode> fields, List<String> consumes) {
        var out = JSON.objectNode().put("required", fields.stream().anyMatch(each -> each.path("required")
                .asBoolean(false)));
        var schema = JSON.objectNode().put("type", "object");
        var properties = schema.putObject("properties");
        var required = schema.putArray("required");
        var encoding = JSON.objectNode();
        for (var field : fields) {
            var name = field.path("name").asString("");
            var property = schema(field);
            if (field.has("description")) {
                property.set("description", field.path("description"));
            }
            properties.set(name, property);
            if (field.path("required").asBoolean(false)) {
                required.add(name);
            }
            if (!field.path("collectionFormat").asString("csv").equals("multi")) {
                encoding.putObject(name).put("style", "form").put("explode", false);
            }
        }
        var type = fields.stream().anyMatch(each -> each.path("type").asString("").equals("file"))
                || !consumes.contains("application/x-www-form-urlencoded") && consumes.contains("multipart/form-data")
                ? "multipart/form-data" : "application/x-www-form-urlencoded";
        out.putObject("content").putObject(type).<ObjectNode>set("schema", schema).set("encoding", encoding);
        return out;
    }

    private JsonNode response(JsonNode written, List<String> produces) {
        var response = resolved(written);
        if (!response.has("schema")) {
            return response;
        }
        var out = JSON.objectNode();
        out.put("description", response.path("description").asString(""));
        var content = out.putObject("content");
        produces.forEach(type -> content.putObject(type).set("schema", response.path("schema")));
        return out;
    }
}
