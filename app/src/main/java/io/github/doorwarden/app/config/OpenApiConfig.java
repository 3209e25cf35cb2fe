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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The part of the configuration that an `openapi` source reads by itself.
final class OpenApiConfig {

    private OpenApiConfig() {}

    static Config.SourceConfig read(String name, Section in, Path folder, Scopes scopes, Set<String> upstreams,
            ConditionsConfig conditions) {
        for (var key : List.of("document", "upstream")) {
            if (in.textOrEmpty(key).isBlank()) {
                in.need(key);
            }
        }
        var upstream = in.textOrEmpty("upstream");
        if (!upstream.isEmpty() && !upstreams.contains(upstream)) {
            in.mistake("upstream", "is " + upstream + ", which is not declared under upstreams.");
        }
        var callerHeader = callerHeader(in);
        var tools = new LinkedHashMap<String, ToolSettings>();
        in.named("tools").forEach((toolName, tool) -> {
            tools.put(toolName, tool(tool, scopes));
            conditions.ofTool(name, toolName, tool);
            tool.end();
        });
        if (tools.isEmpty()) {
            in.mistake("tools", "is missing. Nothing is exposed that is not named: give at least one tool.");
        }
        return new Config.SourceConfig.OpenApi(name, upstream,
                new OpenApiSettings(in.file("document", folder), tools, callerHeader));
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
        if (in.textOrEmpty("operation").isBlank()) {
            in.need("operation");
        }
        return new ToolSettings(in.textOrEmpty("operation"), in.text("title"), in.text("description"),
                scopes(in, known), in.flag("slow"), in.flagIfGiven("read_only"), in.flag("confirm"), parameters(in),
                answer(in.section("answer")));
    }

    static Set<String> scopes(Section in, Scopes known) {
        var scopes = new LinkedHashSet<>(in.texts("scopes"));
        scopes.stream().filter(scope -> !known.knows(scope)).forEach(scope ->
                in.mistake("scopes", "names " + scope + ", which is not declared under authorization.scopes."));
        return scopes;
    }

    private static Map<String, ParameterSettings> parameters(Section in) {
        var parameters = new LinkedHashMap<String, ParameterSettings>();
        in.named("parameters").forEach((name, parameter) -> {
            parameters.put(name, new ParameterSettings(parameter.text("rename"), parameter.text("description"),
                    parameter.flag("hide"), parameter.json("fixed"), parameter.json("default"),
                    values(parameter.json("enum")), parameter.flag("secret")));
            parameter.end();
        });
        return parameters;
    }

    private static AnswerSettings answer(Section in) {
        var answer = new AnswerSettings(in.texts("pick"), in.texts("drop"), in.pairs("rename"),
                in.numberIfGiven("items"), in.numberIfGiven("max_tokens"), in.text("jsonata"));
        in.end();
        return answer;
    }

    private static List<JsonNode> values(Optional<JsonNode> list) {
        var values = new ArrayList<JsonNode>();
        list.ifPresent(node -> node.forEach(values::add));
        return values;
    }
}
