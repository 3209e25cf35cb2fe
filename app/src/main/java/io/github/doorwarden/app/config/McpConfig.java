package io.github.doorwarden.app.config;

import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.sources.mcp.McpSettings;
import io.github.doorwarden.sources.mcp.McpSettings.Choice;
import io.github.doorwarden.sources.mcp.McpSettings.ToolSettings;
import io.github.doorwarden.client.wire.Way;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The part of the configuration that an `mcp` source reads by itself.
final class McpConfig {

    private McpConfig() {}

    /// @param upstreams types of the credentials by the upstreams' names
    static Config.SourceConfig read(String name, Section in, Path folder, Scopes scopes, Section upstreams,
            ConditionsConfig conditions) {
        var stdio = stdio(in.section("stdio"), folder);
        var http = in.section("http");
        var upstream = http.textOrEmpty("upstream");
        var path = http.textOrEmpty("path");
        reach(in, http, stdio.isPresent(), upstream, upstreams);
        if (!path.matches("/[!-~]*") || path.contains("#") || path.contains("?")) {
            http.mistake("path", "must be a path such as /mcp.");
            path = "/mcp";
        }
        http.end();
        var tools = new LinkedHashMap<String, ToolSettings>();
        in.named("tools").forEach((tool, its) -> {
            tools.put(tool, new ToolSettings(its.text("title"), its.text("description"),
                    OpenApiConfig.scopes(its, scopes), its.flagIfGiven("read_only"), its.flag("confirm"),
                    conditions.of(its)));
            its.end();
        });
        var expose = choice(in.section("expose"));
        if (expose.equals(Choice.NOTHING) && tools.isEmpty()) {
            in.mistake("expose", "is missing. Nothing is exposed that is not named: say for example expose: {tools: "
                    + "[\"*\"]}, or name tools under tools.");
        }
        return new Config.SourceConfig.Mcp(name, stdio, upstream, path, new McpSettings(prefix(name, in), expose,
                choice(in.section("withhold")), tools, OpenApiConfig.scopes(in, scopes),
                in.choice("pinning").equals("approve"), in.flag("ask"), in.duration("timeout"),
                in.number("concurrent"), in.number("max_bytes")));
    }

    private static Optional<Way.Stdio> stdio(Section in, Path folder) {
        var command = in.texts("command");
        Map<String, String> environment = in.pairs("environment");
        var where = in.file("folder", folder);
        in.end();
        return command.isEmpty() ? Optional.empty() : Optional.of(new Way.Stdio(command, environment, where));
    }

    private static void reach(Section in, Section http, boolean stdio, String upstream, Section upstreams) {
        if (stdio == !upstream.isEmpty()) {
            in.mistake(stdio ? "http" : "stdio", stdio ? "stands beside stdio. A server is reached in one way: take "
                    + "one of them away." : "is missing, and so is http. Say how the server is reached: stdio: "
                    + "{command: [...]} or http: {upstream: ...}.");
        } else if (!stdio && !upstreams.names().contains(upstream)) {
            http.mistake("upstream", "is " + upstream + ", which is not declared under upstreams.");
        }
    }

    private static Choice choice(Section in) {
        var choice = new Choice(in.texts("tools"), in.texts("resources"), in.texts("prompts"));
        in.end();
        return choice;
    }

    private static String prefix(String name, Section in) {
        var given = in.text("prefix");
        var prefix = given.isEmpty() && in.names().contains("prefix") ? "" : given.orElse(name);
        if (!prefix.matches("([A-Za-z][A-Za-z0-9_-]{0,31})?")) {
            in.mistake("prefix", "is " + prefix
                    + ". A prefix begins with a letter and has at most 32 characters of A-Z "
                    + "a-z 0-9 _ -; without this key it is the name of the source.");
            return "x";
        }
        return prefix;
    }
}
