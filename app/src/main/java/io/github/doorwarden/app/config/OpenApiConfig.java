package io.github.doorwarden.app.config;

import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.sources.openapi.OpenApiSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.AnswerSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ParameterSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.upstream.UpstreamCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The part of the configuration that an `openapi` source reads by itself.
final class OpenApiConfig {

    private static final int MOST_ITEMS = 10_000;
    private static final int MOST_BYTES = 16 << 20;

    private OpenApiConfig() {}

    static Config.SourceConfig read(String name, Section in, Path folder, Scopes scopes, Set<String> upstreams) {
        var document = in.required("document", "Name the OpenAPI document, relative to the configuration.");
        var upstream = in.required("upstream", "Name one of the upstreams.");
        if (!upstream.isEmpty() && !upstreams.contains(upstream)) {
            in.mistake("upstream", "is " + upstream + ", which is not declared under upstreams.");
        }
        var tools = new LinkedHashMap<String, ToolSettings>();
        in.named("tools").forEach((toolName, tool) -> {
            tools.put(toolName, tool(tool, scopes));
            tool.end();
        });
        if (tools.isEmpty()) {
            in.mistake("tools", "is missing. Nothing is exposed that is not named: give at least one tool.");
        }
        return new Config.SourceConfig.OpenApi(name, upstream, new OpenApiSettings(folder.resolve(document), tools,
                callerHeader(in)));
    }

    private static Optional<String> callerHeader(Section in) {
        var header = in.text("caller_header");
        if (header.isPresent() && !UpstreamCall.maySet(header.get())) {
            in.mistake("caller_header",
                    "cannot be used: it is no header name, or one that carries credentials or frames the message. Take "
                    + "one such as X-On-Behalf-Of.");
            return Optional.empty();
        }
        return header;
    }

    private static ToolSettings tool(Section in, Scopes known) {
        var scopes = new LinkedHashSet<>(in.texts("scopes"));
        scopes.stream().filter(scope -> !known.knows(scope)).forEach(scope ->
                in.mistake("scopes", "names " + scope + ", which is not declared under authorization.scopes."));
        var parameters = new LinkedHashMap<String, ParameterSettings>();
        in.named("parameters").forEach((name, parameter) -> {
            parameters.put(name, new ParameterSettings(parameter.text("rename"), parameter.text("description"),
                    parameter.flag("hide", false),
                    parameter.json("fixed"), parameter.json("default"), values(parameter.json("enum"))));
            parameter.end();
        });
        var readOnly = in.has("read_only") ? Optional.of(in.flag("read_only", false)) : Optional.<Boolean>empty();
        return new ToolSettings(in.required("operation", "Name its operationId, or method and path."),
                in.text("title"), in.text("description"),
                scopes, in.flag("slow", false), readOnly, parameters, answer(in.section("answer")));
    }

    private static AnswerSettings answer(Section in) {
        var rename = new LinkedHashMap<String, String>();
        var renamed = in.section("rename");
        renamed.keys().forEach(key -> renamed.text(key).ifPresent(value -> rename.put(key, value)));
        var answer = new AnswerSettings(in.texts("pick"), in.texts("drop"), rename,
                in.has("items") ? Optional.of(in.number("items", 1, 1, MOST_ITEMS)) : Optional.empty(),
                in.has("max_bytes") ? Optional.of(in.number("max_bytes", MOST_BYTES, 1,
                        MOST_BYTES)) : Optional.empty(), in.text("jsonata"));
        in.end();
        return answer;
    }

    private static List<JsonNode> values(Optional<JsonNode> list) {
        var values = new ArrayList<JsonNode>();
        list.ifPresent(node -> node.forEach(values::add));
        return values;
    }
}
