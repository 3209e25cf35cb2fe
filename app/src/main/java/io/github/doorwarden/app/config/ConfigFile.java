package io.github.doorwarden.app.config;

import io.github.doorwarden.authserver.AuthServerSettings.Lifetimes;
import io.github.doorwarden.authserver.AuthServerSettings.Registration;
import io.github.doorwarden.authserver.Unvouched;
import io.github.doorwarden.authserver.AuthServerSettings.Tokens;
import io.github.doorwarden.authserver.Quirk;
import io.github.doorwarden.authserver.Quirks;
import io.github.doorwarden.authserver.SigningAlgorithm;
import io.github.doorwarden.http.Networks;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.server.CallLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import tools.jackson.databind.JsonNode;

/// Reads `doorwarden.yaml`: one method per part of the file, in the order of the file. A new key has a row in [Keys],
/// is read here and lands in a record of [Config].
public final class ConfigFile {

    public static final String NAME = "doorwarden.yaml";
    public static final int MOST_BYTES = 4 << 20;

    private ConfigFile() {}

    /// What a file says, looked at without starting anything.
    ///
    /// @param readings every value that holds, in the order of the manual
    public record Checked(Config config, List<Reading> readings) {}

    /// @param folder      of the deployment
    /// @param set         `--set` keys, by their dotted path
    /// @param environment null for a variable that is not set
    /// @throws ConfigMistakes with all of them
    public static Config read(Path folder, Map<String, String> set, UnaryOperator<String> environment) {
        return read(folder, set, environment, false).config();
    }

    /// The same without writing anything: a secret that would be generated stays missing.
    ///
    /// @throws ConfigMistakes with all of them
    public static Checked check(Path folder, Map<String, String> set, UnaryOperator<String> environment) {
        return read(folder, set, environment, true);
    }

    private static Checked read(Path folder, Map<String, String> set, UnaryOperator<String> environment,
            boolean reading) {
        var file = folder.resolve(NAME);
        var root = compose(file);
        var first = new ReadingContext(NAME, set, environment,
                new Variables(folder, folder.resolve("state"), environment, true));
        var state = new Section(first, root).file("state", folder);
        var variables = new Variables(folder, state, environment, reading);
        var context = new ReadingContext(file.toString(), set, environment, variables);
        var top = new Section(context, root);
        var config = config(folder, top, state, variables);
        checkTogether(config, top);
        top.end();
        context.end();
        return new Checked(config, context.readings());
    }

    /// Names of the first level of which two texts of the file say something else; empty when one of them is no YAML.
    public static List<String> differing(String before, String now) {
        var old = firstLevel(before);
        var fresh = firstLevel(now);
        return Stream.concat(old.keySet().stream(), fresh.keySet().stream()).distinct()
                .filter(key -> !Objects.equals(old.get(key), fresh.get(key))).toList();
    }

    private static Map<String, JsonNode> firstLevel(String text) {
        var all = new LinkedHashMap<String, JsonNode>();
        try {
            new Compose(LoadSettings.builder().build()).composeString(text).map(YamlJson::of)
                    .ifPresent(root -> root.properties().forEach(key -> all.put(key.getKey(), key.getValue())));
        } catch (YamlEngineException e) {
            all.clear();
        }
        return all;
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
        } catch (YamlEngineException | IllegalArgumentException | IOException e) {  // the second, at tags that are none
            throw new ConfigMistakes(List.of(file + ": cannot be read: " + e.getMessage()));
        } catch (StackOverflowError e) {
            throw new ConfigMistakes(List.of(file + ": cannot be read: it is nested too deeply."));
        }
    }

    private static Config config(Path folder, Section top, Path state, Variables variables) {
        var name = top.textOrEmpty("name");
        var development = top.flag("development");
        top.file("state", folder);
        var server = server(top.section("server"), folder);
        var plugins = top.file("plugins", folder);
        var scopes = scopes(top.section("authorization"));
        var authorization = authorization(top.section("authorization"), scopes, folder);
        var admin = AdminConfig.read(top.section("admin"));
        var watch = WatchConfig.read(top.section("metrics"), top.section("alerts"));
        var limits = limits(top.section("limits"));
        var endpoints = endpoints(top, scopes);
        var conditions = new ConditionsConfig(authorization.tiers());
        return new Config(folder, name, development, server, CompanionConfigs.front(top),
                state, plugins, authorization, admin, watch,
                limits,
                endpoints,
                sources(top, folder, scopes, conditions), conditions.all(), upstreams(top, authorization),
                CompanionConfigs.read(top, folder), variables);
    }

    private static Config.Server server(Section in, Path folder) {
        var server = new Config.Server(in.textOrEmpty("host"), in.number("port"), in.address("public_origin")
                .map(ConfigFile::bare),
                in.texts("allowed_origins"), trustedProxies(in), tls(in.section("tls"), folder));
        if (!server.host().matches("[A-Za-z0-9._-]+|[0-9A-Fa-f:]+(\\.[0-9.]+)?(%[A-Za-z0-9._-]+)?")) {
            in.mistake("host", "must be a name or an address alone, such as 127.0.0.1, ::1 or 0.0.0.0.");
        }
        server.publicOrigin().filter(origin -> !origin.toString().matches("https?://[^/?#@]+")).ifPresent(origin ->
                in.mistake("public_origin", "must be scheme, host and port alone, such as https://tools.example.com."));
        in.end();
        return server;
    }

    /// Without the slash that people and tools like to put at the end.
    private static URI bare(URI origin) {
        return "/".equals(origin.getRawPath()) && origin.toString().endsWith("/")
                ? URI.create(origin.toString().substring(0, origin.toString().length() - 1)) : origin;
    }

    private static Networks trustedProxies(Section in) {
        try {
            return Networks.parse(in.texts("trusted_proxies"));
        } catch (IllegalArgumentException e) {
            in.mistake("trusted_proxies", "cannot be used: " + e.getMessage());
            return Networks.NONE;
        }
    }

    private static Optional<Config.Tls> tls(Section in, Path folder) {
        var certificate = in.textOrEmpty("certificate");
        var key = in.textOrEmpty("key");
        if (certificate.isEmpty() != key.isEmpty()) {
            in.need(certificate.isEmpty() ? "certificate" : "key");
        }
        var tls = new Config.Tls(in.file("certificate", folder), in.file("key", folder));
        in.end();
        return certificate.isEmpty() || key.isEmpty() ? Optional.empty() : Optional.of(tls);
    }

    private static Scopes scopes(Section in) {
        var all = new ArrayList<Scopes.Scope>();
        in.named("scopes").forEach((name, scope) -> {
            try {
                all.add(new Scopes.Scope(name, scope.textOrEmpty("text"), Set.copyOf(scope.texts("implies")),
                        scope.flag("baseline")));
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

    private static Config.Authorization authorization(Section in, Scopes scopes, Path folder) {
        in.section("scopes");
        var mode = Config.Mode.valueOf(in.choice("mode").toUpperCase(Locale.ROOT));
        var resources = new ArrayList<Config.ResourceConfig>();
        in.named("resources").forEach((key, resource) -> {
            resources.add(new Config.ResourceConfig(key, resource.text("name").orElse(key),
                    resource.textOrEmpty("identifier"), resource.flag("for_people"),
                    Set.copyOf(resource.texts("clients"))));
            resource.end();
        });
        var authorization = new Config.Authorization(mode, scopes,
                lifetimes(in.section("lifetimes")), registration(in.section("registration"), scopes), tokens(in),
                AgentsConfig.read(in, folder), quirks(in.section("client_quirks")), resources, clients(in, folder),
                people(in),
                PeopleConfig.mail(in.section("mail")), PeopleConfig.tiers(in), PeopleConfig.tenants(in),
                ElsewhereConfig.read(in, mode),
                AccountKeys.read(in, mode), OrganizationKeys.read(in, mode), in.flag("session_api"),
                DoorConfig.read(in));
        in.end();
        return authorization;
    }

    private static Lifetimes lifetimes(Section in) {
        var lifetimes = new Lifetimes(in.duration("code"), in.duration("access_token"), in.duration("refresh_idle"),
                in.duration("grant"), in.duration("refresh_grace"), in.duration("session"), in.duration("consent"),
                in.duration("magic_link"));
        in.end();
        return lifetimes;
    }

    private static Tokens tokens(Section in) {
        var keys = in.section("keys");
        var tokens = new Tokens(in.choice("access_tokens").equals("opaque"),
                SigningAlgorithm.valueOf(keys.choice("algorithm")), keys.duration("rotate_every"),
                DpopMode.valueOf(in.choice("dpop").toUpperCase(Locale.ROOT)), in.flag("dpop_nonces"),
                in.flag("openid_provider"));
        keys.end();
        return tokens;
    }

    private static Registration registration(Section in, Scopes known) {
        var registration = new Registration(in.flag("dynamic"), in.flag("metadata_documents"),
                in.texts("private_schemes"), in.duration("unused_for"), in.number("per_hour_per_peer"),
                in.number("at_most"), new Unvouched(OpenApiConfig.scopes(in, known), in.texts("document_domains"),
                in.texts("refused_domains")));
        in.end();
        return registration;
    }

    private static Quirks quirks(Section in) {
        var all = new EnumMap<Quirk, List<String>>(Quirk.class);
        for (var quirk : Quirk.values()) {
            all.put(quirk, in.texts(quirk.key()));
        }
        in.end();
        return new Quirks(all);
    }

    private static List<Config.ClientConfig> clients(Section in, Path folder) {
        var all = new ArrayList<Config.ClientConfig>();
        for (var client : in.items("clients")) {
            var id = client.textOrEmpty("id");
            all.add(new Config.ClientConfig(id, client.text("name").orElse(id), client.texts("redirect_uris"),
                    client.secret("secret"), AgentsConfig.keys(client, folder), Set.copyOf(client.texts("grants")),
                    Set.copyOf(client.texts("scopes")), client.flag("pushed_requests"),
                    client.flag("dpop_bound_access_tokens")));
            client.end();
        }
        return all;
    }

    private static List<Config.PersonConfig> people(Section in) {
        var all = new ArrayList<Config.PersonConfig>();
        for (var person : in.items("demo_people")) {
            all.add(new Config.PersonConfig(person.textOrEmpty("email"), person.textOrEmpty("name"),
                    person.secret("password").orElse(new Secret(""))));
            person.end();
        }
        return all;
    }

    private static CallLimits limits(Section in) {
        var limits = new CallLimits(in.number("calls_per_minute"), in.number("calls_per_tool_per_minute"),
                in.number("concurrent_calls"), in.number("streams"));
        in.end();
        return limits;
    }

    private static List<Config.EndpointConfig> endpoints(Section top, Scopes scopes) {
        var all = new ArrayList<Config.EndpointConfig>();
        top.named("endpoints").forEach((path, endpoint) -> {
            if (!path.matches("(/[A-Za-z0-9_-]+)+")) {
                top.mistake("endpoints",
                        "has the path " + path + ", which must be /segments of A-Z a-z 0-9 _ - such as /mcp.");
            }
            all.add(new Config.EndpointConfig(path, endpoint.texts("sources"), endpoint.texts("tools"),
                    Set.copyOf(endpoint.texts("open_methods")), MethodScopesConfig.read(endpoint, scopes),
                    endpoint.flag("rest"),
                    endpoint.textOrEmpty("instructions"), endpoint.choice("sessions").equals("on")));
            endpoint.end();
        });
        return all;
    }

    private static Map<String, Config.SourceConfig> sources(Section top, Path folder, Scopes scopes,
            ConditionsConfig conditions) {
        var all = new LinkedHashMap<String, Config.SourceConfig>();
        var upstreams = top.section("upstreams").names();
        top.named("sources").forEach((name, source) -> {
            var type = source.choice("type");
            switch (type) {
                case "openapi" -> all.put(name, OpenApiConfig.read(name, source, folder, scopes, upstreams,
                        conditions));
                case "http" -> all.put(name, HttpConfig.read(name, source, scopes, upstreams, conditions));
                case "java" -> {
                    all.put(name, new Config.SourceConfig.Java(name, source.textOrEmpty("class")));
                    if (source.textOrEmpty("class").isBlank()) {
                        source.need("class");
                    }
                }
                case "skills" -> all.put(name, skills(name, source, folder, scopes));
                case "folder" -> all.put(name, FolderConfig.read(name, source, folder, scopes));
                case "sql" -> all.put(name, SqlConfig.read(name, source, folder, scopes, conditions));
                case "files" -> all.put(name, FilesConfig.read(name, source, folder, scopes, conditions));
                case "mcp" -> all.put(name, McpConfig.read(name, source, folder, scopes, top.section("upstreams"),
                        conditions));
                case "documents" -> all.put(name, DocumentsConfig.read(name, source, folder, scopes, conditions));
                case "code" -> all.put(name, CodeConfig.read(name, source, folder, scopes, conditions));
                default -> {
                    return;  // the other keys depend on the type
                }
            }
            conditions.ofSource(name, type, source);
            source.end();
        });
        return all;
    }

    private static Config.SourceConfig skills(String name, Section in, Path folder, Scopes known) {
        if (in.textOrEmpty("folder").isBlank()) {
            in.need("folder");
        }
        return new Config.SourceConfig.Skills(name, in.file("folder", folder),
                OpenApiConfig.scopes(in, known));
    }

    private static Map<String, Config.UpstreamConfig> upstreams(Section top, Config.Authorization authorization) {
        var all = new LinkedHashMap<String, Config.UpstreamConfig>();
        top.named("upstreams").forEach((name, upstream) -> {
            var baseUrl = upstream.textOrEmpty("base_url");
            var concurrent = upstream.number("concurrent");
            all.put(name, new Config.UpstreamConfig(name, baseUrl, credentials(upstream.section("credentials"),
                    authorization), concurrent, SigningKeys.read(upstream.section("signing")),
                    CallSessionKeys.read(upstream.section("session"))));
            upstream.end();
        });
        return all;
    }

    private static Config.CredentialsConfig credentials(Section in, Config.Authorization authorization) {
        var type = in.choice("type");
        var ours = ClientKeyRows.readOfBackend(in);
        var needed = switch (type) {
            case "static" -> List.of("token");
            case "client_credentials" -> ours.isPresent() ? List.of("token_url", "client_id")
                    : List.of("token_url", "client_id", "client_secret");
            case "token_exchange" -> List.of("token_url", "client_id");
            case "account" -> List.of("account");
            default -> List.<String>of();
        };
        needed.stream().filter(key -> in.textOrEmpty(key).isBlank()).forEach(in::need);
        var credentials = new Config.CredentialsConfig(type, in.secret("token"), in.textOrEmpty("token_url"),
                in.textOrEmpty("client_id"), in.secret("client_secret"), in.textOrEmpty("audience"),
                in.textOrEmpty("resource"), in.texts("scopes"), in.secret("fallback_token"),
                in.textOrEmpty("account"), ours);
        if (type.equals("token_exchange") && authorization.mode() == Config.Mode.OFF) {
            in.mistake("type", "is token_exchange, and with mode: off callers bring no tokens. Take another type.");
        }
        if (type.equals("account")) {
            AccountKeys.check(in, credentials.account(), authorization.accounts(), authorization.mode());
        }
        in.end();
        return credentials;
    }

    /// What no single key can tell.
    private static void checkTogether(Config config, Section top) {
        var issues = config.authorization().mode() == Config.Mode.EMBEDDED
                || config.authorization().mode() == Config.Mode.PROXIED;
        if (!config.front().isEmpty() && !config.endpoints().isEmpty()) {
            top.mistake("front", "stands beside endpoints. A front passes everything on: put the endpoints into a "
                    + "deployment of their own behind it.");
        }
        if (config.endpoints().isEmpty() && config.front().isEmpty()
                && !(issues && config.authorization().resources().stream()
                .anyMatch(Config.ResourceConfig::forPeople))) {
            top.mistake("endpoints", "is missing. Declare at least one, for example /mcp: {sources: [builtin]}. Only "
                    + "an "
                    + "authorization server alone has none: name under authorization.resources what it issues tokens "
                    + "for, with for_people: true.");
        }
        var rest = config.endpoints().stream().filter(Config.EndpointConfig::rest).map(Config.EndpointConfig::path)
                .toList();
        for (var endpoint : config.endpoints()) {
            rest.stream().filter(path -> endpoint.path().equals(path + "/tools")
                    || endpoint.path().startsWith(path + "/tool/")).forEach(path ->
                    top.section("endpoints").mistake(endpoint.path(), "is also a path of the REST facade of " + path
                            + ". Rename it, or set rest: false there."));
            for (var source : endpoint.sources()) {
                // what plugins have is known once they are loaded; Catalogue names what is still missing then
                if (!source.equals("builtin") && !config.sources().containsKey(source)
                        && !Files.isDirectory(config.plugins())) {
                    top.section("endpoints").mistake(endpoint.path(),
                            "names the source " + source + ", which is not declared under sources, and there are no "
                            + "plugins in " + config.plugins() + ".");
                }
            }
        }
        AgentsConfig.checkTogether(config, top);
        AdminConfig.checkTogether(config, top);
        PeopleConfig.checkTogether(config, top);
        DoorConfig.checkTogether(config, top);
        reach(config, top);
    }

    /// What may be reached from outside is held to more than what loopback alone sees.
    private static void reach(Config config, Section top) {
        var host = config.server().host();
        var loopback = Set.of("127.0.0.1", "localhost", "::1").contains(host);
        var local = loopback && config.server().publicOrigin().map(ConfigFile::isLoopback).orElse(true);
        WatchConfig.checkTogether(config, top, local);
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
                    "is off, but this deployment can be reached from outside. Use embedded, external or proxied.");
        }
        var server = top.section("server");
        config.server().publicOrigin().filter(origin -> "http".equals(origin.getScheme())
                && !isLoopback(origin)).ifPresent(origin ->
                server.mistake("public_origin", "must be https: tokens and passwords travel over it."));
        config.server().publicOrigin().filter(origin -> "http".equals(origin.getScheme())
                && config.server().tls().isPresent()).ifPresent(origin ->
                server.mistake("public_origin", "is http, but server.tls makes this an https server. Write https://."));
        if (!loopback && config.server().publicOrigin().isEmpty()) {
            server.mistake("host", "can be reached from outside, and nobody outside would know the URLs. Give "
                    + "server.public_origin too, such as https://tools.example.com.");
        }
    }

    private static boolean isLoopback(URI origin) {
        return origin.getHost() != null && Set.of("127.0.0.1", "localhost", "[::1]").contains(origin.getHost());
    }
}
