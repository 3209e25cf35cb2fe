package io.github.doorwarden.app.config;

import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.openapi.OpenApiSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.AnswerSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ParameterSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.sources.openapi.Origin;
import io.github.doorwarden.sources.openapi.Selection;
import io.github.doorwarden.upstream.ProviderCalls;
import io.github.doorwarden.upstream.UpstreamCall;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// The part of the configuration that an `openapi` source reads by itself.
final class OpenApiConfig {

    private OpenApiConfig() {}

    static Config.SourceConfig read(String name, Section in, Path folder, Scopes scopes, Set<String> upstreams,
            ConditionsConfig conditions) {
        if (in.textOrEmpty("document").isBlank()) {
            in.need("document");
        }
        var upstream = upstream(in, upstreams);
        var callerHeader = callerHeader(in);
        var selection = selection(in, scopes);
        var tools = new LinkedHashMap<String, ToolSettings>();
        in.named("tools").forEach((toolName, tool) -> {
            tools.put(toolName, tool(tool, scopes));
            if (selection.include().isEmpty() && tool.textOrEmpty("operation").isBlank()) {
                tool.need("operation");
            }
            conditions.ofTool(name, toolName, tool);
            tool.end();
        });
        if (tools.isEmpty() && selection.include().isEmpty()) {
            in.mistake("tools", "is missing, and so is include. Nothing is exposed that is not named: give at least "
                    + "one "
                    + "tool, or say by include which operations become tools.");
        }
        return new Config.SourceConfig.OpenApi(name, upstream,
                new OpenApiSettings(origin(name, in, folder), selection, tools, callerHeader),
                ResourceKeys.read(in), ResourceKeys.token(in));
    }

    /// A copy of one from an address is kept under the state, which is known when the source is made.
    private static Origin origin(String name, Section in, Path folder) {
        var document = in.textOrEmpty("document");
        if (!document.matches("(?i)https?://.*")) {
            return new Origin.OfFile(in.file("document", folder), folder);
        }
        try {
            var address = URI.create(document);
            if (ProviderCalls.mayCall(address)) {
                return new Origin.OfAddress(address, Path.of("openapi", name + ".json"), true);
            }
        } catch (IllegalArgumentException notAnAddress) {
            // said below
        }
        in.mistake("document", "is " + document + ", which is not fetched. Write a path, or an address that begins "
                + "with https:// (http:// on this machine alone) and has no user in it.");
        return new Origin.OfFile(folder, folder);
    }

    static String upstream(Section in, Set<String> upstreams) {
        var upstream = in.textOrEmpty("upstream");
        if (upstream.isBlank()) {
            in.need("upstream");
        } else if (!upstreams.contains(upstream)) {
            in.mistake("upstream", "is " + upstream + ", which is not declared under upstreams.");
        }
        return upstream;
    }

    private static Selection selection(Section in, Scopes scopes) {
        var prefix = in.textOrEmpty("prefix");
        var writes = in.flag("allow_writes");
        var include = filters(in, "include", scopes, writes);
        var exclude = filters(in, "exclude", scopes, true);
        try {
            return new Selection(include, exclude, prefix, writes);
        } catch (IllegalArgumentException e) {
            in.mistake("prefix", "cannot be used. " + e.getMessage());
            return Selection.NOTHING;
        }
    }

    private static List<Selection.Filter> filters(Section in, String key, Scopes known, boolean writes) {
        var all = new ArrayList<Selection.Filter>();
        for (var item : in.items(key)) {
            var including = key.equals("include");
            var methods = Set.copyOf(item.texts("methods"));
            if (!writes && !Set.of("GET", "HEAD").containsAll(methods)) {
                item.mistake("methods", "has some that may change something. To include those, write allow_writes: true"
                        + " beside include.");
            }
            try {
                all.add(new Selection.Filter(new LinkedHashSet<>(item.texts("tags")), item.texts("paths"), methods,
                        new LinkedHashSet<>(item.texts("operations")), including ? scopes(item, known) : Set.of(),
                        including && item.flag("confirm")));
            } catch (IllegalArgumentException e) {
                in.mistake(key, "has a part that chooses nothing. " + e.getMessage());
            }
            item.end();
        }
        return all;
    }

    static Optional<String> callerHeader(Section in) {
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
        return tool(in, in.textOrEmpty("operation"), known, parameter -> {});
    }

    /// @param more reads further keys of each parameter
    static ToolSettings tool(Section in, String operation, Scopes known, Consumer<Section> more) {
        return new ToolSettings(operation, in.text("title"), in.text("description"),
                scopes(in, known), in.flag("slow"), in.flagIfGiven("read_only"), in.flag("confirm"),
                parameters(in, more),
                answer(in.section("answer")), PaginationConfig.read(in.section("pagination")));
    }

    static Set<String> scopes(Section in, Scopes known) {
        var scopes = new LinkedHashSet<>(in.texts("scopes"));
        scopes.stream().filter(scope -> !known.knows(scope)).forEach(scope ->
                in.mistake("scopes", "names " + scope + ", which is not declared under authorization.scopes."));
        return scopes;
    }

    private static Map<String, ParameterSettings> parameters(Section in, Consumer<Section> more) {
        var parameters = new LinkedHashMap<String, ParameterSettings>();
        in.named("parameters").forEach((name, parameter) -> {
            parameters.put(name, new ParameterSettings(parameter.text("rename"), parameter.text("description"),
                    parameter.flag("hide"), parameter.json("fixed"), parameter.json("default"),
                    values(parameter.json("enum")), parameter.flag("secret"), bind(parameter), computed(parameter)));
            more.accept(parameter);
            parameter.end();
        });
        return parameters;
    }

    private static Optional<CallerValue> bind(Section in) {
        var wanted = in.textOrEmpty("bind");
        if (!wanted.isEmpty() && CallerValue.of(wanted).isEmpty()) {
            in.mistake("bind", "is " + wanted + ". There are " + String.join(", ", CallerValue.keys()) + ".");
        }
        if (!wanted.isEmpty() && (in.json("fixed").isPresent() || in.json("default").isPresent())) {
            in.mistake("bind", "stands beside fixed or default. The value comes from the caller, or from here: take "
                    + "one of them.");
        }
        return CallerValue.of(wanted);
    }

    private static Optional<String> computed(Section in) {
        var expression = in.text("jsonata");
        if (expression.isPresent() && (in.json("fixed").isPresent() || in.json("default").isPresent()
                || in.text("bind").isPresent())) {
            in.mistake("jsonata", "stands beside fixed, default or bind. The value is computed, or comes from there: "
                    + "take one of them.");
            return Optional.empty();
        }
        return expression;
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
