package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.choice;
import static io.github.doorwarden.app.config.Key.flag;
import static io.github.doorwarden.app.config.Key.json;
import static io.github.doorwarden.app.config.Key.text;

import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.sources.openapi.OpenApiSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.sources.openapi.Origin;
import io.github.doorwarden.sources.openapi.Origin.DeclaredOperation;
import io.github.doorwarden.sources.openapi.Origin.DeclaredParameter;
import io.github.doorwarden.sources.openapi.Selection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;

/// A source `http`: operations of a REST API that has no OpenAPI document, declared by hand. What can be said of a tool
/// of an `openapi` source can be said of these too.
final class HttpConfig {

    private HttpConfig() {}

    /// The rows of the table of keys.
    static List<Key> rows(String tool) {
        var parameter = tool + "parameters.<parameter>.";
        return List.of(
                choice(tool + "method", "GET", List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
                "With `http`: the "
                        + "method of the request."),
                text(tool + "path", "With `http`: the path behind the base URL, with a `{name}` for each parameter in "
                        + "it."),
                json(tool + "body", "With `http`: JSON Schema of the body, which is sent as JSON; its properties "
                + "become "
                        + "arguments."),
                choice(parameter + "in", "query", List.of("path", "query", "header", "none"), "With `http`: where "
                        + "it goes. `none`: nowhere, for others that are computed from it."),
                text(parameter + "jsonata", "With `openapi` and `http`: clients neither see nor give it; this JSONata "
                        + "expression over the arguments that they give makes its value. What goes into a query "
                        + "language should have an `enum`, a `pattern` or be a number."),
                json(parameter + "schema", "With `http`: JSON Schema of its value; without it, a text."),
                flag(parameter + "required", false, "With `http`: whether it must be given; one in the path always "
                        + "must."));
    }

    static Config.SourceConfig read(String name, Section in, Scopes scopes, Set<String> upstreams,
            ConditionsConfig conditions) {
        var upstream = OpenApiConfig.upstream(in, upstreams);
        var callerHeader = OpenApiConfig.callerHeader(in);
        var tools = new LinkedHashMap<String, ToolSettings>();
        var operations = new LinkedHashMap<String, DeclaredOperation>();
        in.named("tools").forEach((toolName, tool) -> {
            for (var key : List.of("path", "description")) {
                if (tool.textOrEmpty(key).isBlank()) {
                    tool.need(key);
                }
            }
            var method = tool.choice("method");
            var path = tool.textOrEmpty("path");
            var body = tool.json("body");
            var parameters = new LinkedHashMap<String, DeclaredParameter>();
            var ofBody = body.map(schema -> schema.path("properties")).orElse(JsonNodeFactory.instance.objectNode());
            tools.put(toolName, OpenApiConfig.tool(tool, toolName, scopes, parameter -> {
                var place = parameter.choice("in");
                var schema = parameter.json("schema").orElse(JsonNodeFactory.instance.objectNode().put("type",
                        "string"));
                var declared = new DeclaredParameter(path.contains("{" + parameter.name() + "}") ? "path" : place,
                        schema, parameter.flag("required"));
                if (!ofBody.has(parameter.name())) {
                    parameters.put(parameter.name(), declared);
                }
            }));
            operations.put(toolName, new DeclaredOperation(method, path, parameters, body));
            conditions.ofTool(name, toolName, tool);
            tool.end();
        });
        if (tools.isEmpty()) {
            in.mistake("tools", "is missing. Declare at least one.");
        }
        return new Config.SourceConfig.OpenApi(name, upstream, new OpenApiSettings(new Origin.Declared(operations),
                Selection.NOTHING, tools, callerHeader), ResourceKeys.read(in), ResourceKeys.token(in));
    }
}
