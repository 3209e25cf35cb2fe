package io.github.doorwarden.app.config;

import io.github.doorwarden.authserver.AuthServerSettings.Lifetimes;
import io.github.doorwarden.authserver.AuthServerSettings.Registration;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.server.CallLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads `doorwarden.yaml`: one method per part of the file, in the order of the file. A new key is read here and lands
/// in a record of [Config].
public final class ConfigFile {

    public static final String NAME = "doorwarden.yaml";
    private static final int DEFAULT_PORT = 8460;
    private static final String SOURCE_TYPES = "There are openapi and java.";
    private static final int MOST_BYTES = 4 << 20;
    private static final Set<String> METHODS = Set.of("initialize", "notifications/initialized", "server/discover",
            "ping", "tools/list");

    private ConfigFile() {}

    /// @param folder      of the deployment
    /// @param set         `--set` keys, by their dotted path
    /// @param environment null for a variable that is not set
    /// @throws ConfigMistakes with all of them
    public static Config read(Path folder, Map<String, String> set, UnaryOperator<String> environment) {
        var file = folder.resolve(NAME);
        var mistakes = new ArrayList<Section.Mistake>();
        var root = compose(file);
        var state = folder.resolve(Optional.ofNullable(set.get("state")).or(() -> Optional.ofNullable(
                environment.apply("DOORWARDEN_STATE"))).orElseGet(() -> stateKey(root)));
        var variables = new Variables(folder, state, environment);
        var top = new Section(new Section.Context(file.toString(), Map.copyOf(set), environment, variables, mistakes),
                "", root);
        var config = config(folder, top, state, variables);
        checkTogether(config, top);
        top.end();
        if (!mistakes.isEmpty()) {
            throw new ConfigMistakes(mistakes.stream().sorted(Comparator.comparingInt(Section.Mistake::line))
                    .map(Section.Mistake::text).toList());
        }
        return config;
    }

    private static Node compose(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new ConfigMistakes(List.of(file + ": there is no such file. Name a folder that has a " + NAME
                        + ", for example systems/admin-copilot."));
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new ConfigMistakes(List.of(file + ": is larger than " + MOST_BYTES + " bytes."));
            }
            var settings = LoadSettings.builder().setLabel(NAME).setMaxAliasesForCollections(20).build();
            return new Compose(settings).composeString(Files.readString(file))
                    .orElseThrow(() -> new ConfigMistakes(List.of(file + ": is empty.")));
        } catch (MarkedYamlEngineException e) {
            var line = e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
            throw new ConfigMistakes(List.of(file + line + ": is not YAML: " + e.getProblem() + "."));
        } catch (YamlEngineException | IOException e) {
            throw new ConfigMistakes(List.of(file + ": cannot be read: " + e.getMessage()));
        }
    }

    private static String stateKey(Node root) {
        var none = new Section.Context(NAME, Map.of(), name -> null, null, new ArrayList<>());
        return new Section(none, "", root).template("state").orElse("state");
    }

    private static Config config(Path folder, Section top, Path state, Variables variables) {
        var name = top.text("name", "Doorwarden");
        var development = top.flag("development", false);
        top.has("state");
        var server = server(top.section("server"));
        var scopes = scopes(top.section("authorization"));
        return new Config(folder, name, development, server, state, authorization(top.section("authorization"), scopes),
                limits(top.section("limits")), endpoints(top), sources(top, folder, scopes), upstreams(top),
                        companions(top), variables);
    }

    private static Config.Server server(Section in) {
        var server = new Config.Server(in.text("host", "127.0.0.1"), in.number("port", DEFAULT_PORT, 0, 65_535),
                in.uri("public_origin"), in.texts("allowed_origins"));
        server.publicOrigin().filter(origin -> !origin.toString().matches("https?://[^/?#@]+")).ifPresent(origin ->
                in.mistake("public_origin", "must be scheme, host and port alone, such as https://tools.example.com."));
        in.end();
        return server;
    }

    private static Scopes scopes(Section in) {
        var all = new ArrayList<Scopes.Scope>();
        in.named("scopes").forEach((name, scope) -> {
            try {
                all.add(new Scopes.Scope(name, scope.required("text", "Say in plain words what it lets an agent do."),
                        Set.copyOf(scope.texts("implies")), scope.flag("baseline", false)));
            } catch (IllegalArgumentException e) {
                in.mistake("scopes", "cannot be used: " + e.getMessage());
            }
            scope.end();
        });
        try {
            return new Scopes(all);
        } catch (IllegalArgumentException e) {
            in.mistake("scopes", "cannot be used: " + e.getMessage());
            return new Scopes(List.of());
        }
    }

    private static Config.Authorization authorization(Section in, Scopes scopes) {
        in.section("scopes");
        var mode = in.text("mode", "embedded");
        if (!Set.of("embedded", "off").contains(mode)) {
            in.mistake("mode", "must be embedded or off.");
        }
        var resources = new ArrayList<Config.ResourceConfig>();
        in.named("resources").forEach((key, resource) -> {
            resources.add(new Config.ResourceConfig(key, resource.text("name", key),
                    resource.template("identifier").orElseGet(() -> resource.required("identifier",
                            "Name the audience of its tokens."))));
            resource.end();
        });
        var authorization = new Config.Authorization(mode.equals("embedded"), scopes,
                lifetimes(in.section("lifetimes")),
                registration(in.section("registration")), resources, clients(in), people(in));
        in.end();
        return authorization;
    }

    private static Lifetimes lifetimes(Section in) {
        var standard = Lifetimes.STANDARD;
        var second = Duration.ofSeconds(1);
        var lifetimes = new Lifetimes(
                in.duration("code", standard.code(), second, Duration.ofMinutes(5)),
                in.duration("access_token", standard.accessToken(), second, Duration.ofHours(24)),
                in.duration("refresh_idle", standard.refreshIdle(), second, Duration.ofDays(365)),
                in.duration("grant", standard.grant(), second, Duration.ofDays(365)),
                in.duration("refresh_grace", standard.refreshGrace(), Duration.ZERO, Duration.ofMinutes(2)),
                in.duration("session", standard.session(), second, Duration.ofDays(30)),
                in.duration("consent", standard.consent(), Duration.ZERO, Duration.ofDays(365)),
                in.duration("magic_link", standard.magicLink(), second, Duration.ofHours(1)));
        in.end();
        return lifetimes;
    }

    private static Registration registration(Section in) {
        var standard = Registration.STANDARD;
        var registration = new Registration(in.flag("dynamic", standard.dynamic()),
                in.flag("metadata_documents", standard.metadataDocuments()),
                in.has("private_schemes") ? in.texts("private_schemes") : standard.privateSchemes(),
                in.duration("unused_for", standard.unusedFor(), Duration.ofHours(1), Duration.ofDays(365)),
                in.number("per_hour_per_peer", standard.perHourPerPeer(), 1, 100_000),
                in.number("at_most", standard.atMost(), 1, 1_000_000));
        in.end();
        return registration;
    }

    private static List<Config.ClientConfig> clients(Section in) {
        var all = new ArrayList<Config.ClientConfig>();
        for (var client : in.sections("clients")) {
            all.add(new Config.ClientConfig(client.required("id", "Give the client's id."), client.text("name",
                    client.text("id", "")),
                    client.texts("redirect_uris"), client.text("secret").map(Secret::new),
                    client.has("grants") ? Set.copyOf(client.texts("grants")) : Set.of("authorization_code",
                            "refresh_token"),
                    Set.copyOf(client.texts("scopes"))));
            client.end();
        }
        return all;
    }

    private static List<Config.PersonConfig> people(Section in) {
        var all = new ArrayList<Config.PersonConfig>();
        for (var person : in.sections("demo_people")) {
            all.add(new Config.PersonConfig(person.required("email", "Give an e-mail address."),
                    person.required("name", "Give a name."), new Secret(person.required("password",
                            "Give a password."))));
            person.end();
        }
        return all;
    }

    private static CallLimits limits(Section in) {
        var usual = CallLimits.USUAL;
        var limits = new CallLimits(in.number("calls_per_minute", usual.callsPerMinute(), 1, 100_000_000),
                in.number("calls_per_tool_per_minute", usual.callsPerToolPerMinute(), 1, 100_000_000),
                in.number("concurrent_calls", usual.concurrentCalls(), 1, 100_000));
        in.end();
        return limits;
    }

    private static List<Config.EndpointConfig> endpoints(Section top) {
        var all = new ArrayList<Config.EndpointConfig>();
        top.named("endpoints").forEach((path, endpoint) -> {
            if (!path.matches("(/[A-Za-z0-9_-]+)+")) {
                top.mistake("endpoints",
                        "has the path " + path + ", which must be /segments of A-Z a-z 0-9 _ - such as /mcp.");
            }
            var open = endpoint.texts("open_methods");
            open.stream().filter(method -> !METHODS.contains(method)).forEach(method ->
                    endpoint.mistake("open_methods", "may not have " + method + ". Without a token there can be "
                            + String.join(", ", METHODS.stream().sorted().toList()) + "."));
            all.add(new Config.EndpointConfig(path, endpoint.texts("sources"), endpoint.texts("tools"),
                    Set.copyOf(open),
                    endpoint.text("instructions", "")));
            endpoint.end();
        });
        if (all.isEmpty()) {
            top.mistake("endpoints", "is missing. Declare at least one, for example /mcp: {sources: [builtin]}.");
        }
        return all;
    }

    private static Map<String, Config.SourceConfig> sources(Section top, Path folder, Scopes scopes) {
        var all = new LinkedHashMap<String, Config.SourceConfig>();
        var upstreams = top.section("upstreams").keys();
        top.named("sources").forEach((name, source) -> {
            switch (source.required("type", SOURCE_TYPES)) {
                case "openapi" -> all.put(name, OpenApiConfig.read(name, source, folder, scopes, upstreams));
                case "java" -> all.put(name, new Config.SourceConfig.Java(name, source.required("class",
                        "Name a class that implements io.github.doorwarden.server.Source.")));
                case "" -> { }
                case String type -> source.mistake("type", "is " + type + ". " + SOURCE_TYPES);
            }
            source.end();
        });
        return all;
    }

    private static Map<String, Config.UpstreamConfig> upstreams(Section top) {
        var all = new LinkedHashMap<String, Config.UpstreamConfig>();
        top.named("upstreams").forEach((name, upstream) -> {
            var baseUrl = upstream.template("base_url").orElseGet(() -> upstream.required("base_url",
                    "Give the backend's address."));
            all.put(name, new Config.UpstreamConfig(name, baseUrl, credentials(upstream.section("credentials")),
                    upstream.number("concurrent", 64, 1, 10_000)));
            upstream.end();
        });
        return all;
    }

    private static Config.CredentialsConfig credentials(Section in) {
        var type = in.text("type", "none");
        switch (type) {
            case "none" -> { }
            case "static" -> in.required("token", "Give the token, best as ${env:NAME}.");
            case "client_credentials" -> {
                in.template("token_url").orElseGet(() -> in.required("token_url", "Give the token endpoint."));
                in.required("client_id", "Give the client id.");
                in.required("client_secret", "Give the secret, best as ${env:NAME}.");
            }
            default -> in.mistake("type", "must be none, static or client_credentials.");
        }
        var credentials = new Config.CredentialsConfig(type, in.text("token").map(Secret::new),
                in.template("token_url").orElse(""),
                in.text("client_id", ""), in.text("client_secret").map(Secret::new), in.template("audience").orElse(""),
                in.template("resource").orElse(""), in.texts("scopes"),
                        in.text("fallback_token").filter(token -> !token.isEmpty()).map(Secret::new));
        in.end();
        return credentials;
    }

    private static Map<String, Config.CompanionConfig> companions(Section top) {
        var all = new LinkedHashMap<String, Config.CompanionConfig>();
        top.named("companions").forEach((name, companion) -> {
            var environment = new LinkedHashMap<String, String>();
            var variables = companion.section("environment");
            variables.keys().forEach(key -> variables.template(key).ifPresent(value -> environment.put(key, value)));
            var main = companion.required("main", "Give the Java main class.");
            var arguments = companion.section("arguments");
            var words = new ArrayList<String>();
            arguments.keys().forEach(key -> arguments.template(key).ifPresent(value -> words.addAll(List.of("--"
                    + key, value))));
            if (companion.text("unless", "").isEmpty()) {
                all.put(name, new Config.CompanionConfig(name, main, words, environment));
            }
            companion.end();
        });
        return all;
    }

    /// What no single key can tell.
    private static void checkTogether(Config config, Section top) {
        for (var endpoint : config.endpoints()) {
            for (var source : endpoint.sources()) {
                if (!source.equals("builtin") && !config.sources().containsKey(source)) {
                    top.section("endpoints").mistake(endpoint.path(),
                            "names the source " + source + ", which is not declared under sources.");
                }
            }
        }
        var local = isLoopback(config.server().publicOrigin().orElse(URI.create("http://" + config.server().host())))
                && isLoopback(URI.create("http://" + (config.server().host().contains(":") ? "["
                        + config.server().host() + "]"
                        : config.server().host())));
        if (config.development() && !local) {
            top.mistake("development",
                    "is on, but this deployment can be reached from outside. Demo people and printed sign-in links are "
                    + "for loopback alone: set development: false, or host: 127.0.0.1 without a public_origin.");
        }
        if (!config.development() && !config.authorization().demoPeople().isEmpty()) {
            top.section("authorization").mistake("demo_people",
                    "exist only with development: true. Add people with doorwarden user add.");
        }
        if (!config.authorization().enabled() && !local) {
            top.section("authorization").mistake("mode",
                    "is off, but this deployment can be reached from outside. Use embedded.");
        }
        config.server().publicOrigin().filter(origin -> "http".equals(origin.getScheme())
                && !isLoopback(origin)).ifPresent(origin ->
                top.section("server").mistake("public_origin", "must be https: tokens and passwords travel over it."));
    }

    private static boolean isLoopback(URI origin) {
        return origin.getHost() != null && Set.of("127.0.0.1", "localhost", "[::1]").contains(origin.getHost());
    }
}
