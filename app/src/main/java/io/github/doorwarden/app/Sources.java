package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.app.config.Secret;
import io.github.doorwarden.app.config.Variables;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.server.Catalogue;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.JavaSource;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.WhoAmI;
import io.github.doorwarden.sources.openapi.Access;
import io.github.doorwarden.sources.openapi.OpenApiSource;
import io.github.doorwarden.sources.openapi.Parties;
import io.github.doorwarden.sources.skills.SkillsSource;
import io.github.doorwarden.upstream.ClientCredentials;
import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Party;
import io.github.doorwarden.upstream.RequestSigner;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All sources and upstreams of a deployment, and the endpoints that project them.
final class Sources implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sources.class);

    private final Map<Source, String> all = new LinkedHashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    /// @param accounts for upstreams that work with people's own
    /// @param further sources that come neither from the file nor from a plugin; whoever gives them closes them
    /// @throws StartFailure with the source and the reason
    static Sources of(Config config, List<Source> further, PersonalAccounts accounts, InstantSource clock) {
        var sources = new Sources();
        try {
            sources.add(new JavaSource("builtin", List.of(WhoAmI.tool())), "Doorwarden itself");
            for (var source : config.sources().values()) {
                sources.add(config, source, accounts, clock);
            }
            var plugins = Plugins.of(config.plugins());
            sources.open.add(plugins);
            plugins.all().forEach(plugin -> sources.open.add(plugin.source()));
            plugins.all().forEach(plugin -> sources.add(plugin.source(), "the plugin " + plugin.jar()));
            further.forEach(source -> sources.add(source, "the program that started Doorwarden"));
            return sources;
        } catch (StartFailure e) {
            sources.close();
            throw e;
        }
    }

    /// Builds everything once and lets it go: what only the documents of the sources can tell comes to light without a
    /// start. No backend is called.
    ///
    /// @throws StartFailure with the source and the reason
    static void check(Config config, InstantSource clock) {
        var nowhere = URI.create("http://127.0.0.1:1");
        config.variables().put("self", nowhere.toString());
        config.companions().keySet().forEach(name -> config.variables().put("companion:" + name, nowhere.toString()));
        try (var sources = of(config, List.of(), new PersonalAccounts(config, nowhere, clock), clock)) {
            sources.endpoints(config, nowhere);
        }
    }

    private void add(Config config, Config.SourceConfig declared, PersonalAccounts accounts, InstantSource clock) {
        try {
            var source = switch (declared) {
                case Config.SourceConfig.OpenApi openApi -> {
                    var upstream = upstream(config.upstreams().get(openApi.upstream()), config.variables(), clock);
                    open.add(upstream);
                    yield new OpenApiSource(openApi.name(), openApi.settings(), upstream,
                            access(config.upstreams().get(openApi.upstream()), accounts),
                            party(config.upstreams().get(openApi.upstream())));
                }
                case Config.SourceConfig.Java java -> java(java.className());
                case Config.SourceConfig.Skills skills ->
                        new SkillsSource(skills.name(), skills.folder(), skills.scopes());
            };
            open.add(source);
            add(new ConditionedSource(source, config.conditions()), "sources in " + ConfigFile.NAME);
        } catch (IllegalArgumentException e) {
            throw new StartFailure("The source " + declared.name() + " cannot be used: " + e.getMessage());
        }
    }

    /// @param from where it comes from, for the sentence about two of one name
    private void add(Source source, String from) {
        all.forEach((other, where) -> {
            if (other.name().equals(source.name())) {
                throw new StartFailure("Two sources are named " + source.name() + ": one comes from " + where
                        + ", one from " + from + ". Rename one of them.");
            }
        });
        all.put(source, from);
        source.warnings().forEach(warning -> LOG.atWarn().addKeyValue("source", source.name()).log(warning));
    }

    private static Source java(String name) {
        try {
            return (Source) Class.forName(name).getDeclaredConstructor().newInstance();
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("the class " + name + " is not on the class path.");
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalArgumentException("the class " + name
                    + " is not a Source with a public constructor without parameters.");
        }
    }

    private static Upstream upstream(Config.UpstreamConfig config, Variables variables, InstantSource clock) {
        var base = variables.resolve(config.baseUrl());
        var usual = UpstreamSettings.of(config.name(), URI.create(base));
        return new Upstream(usual.withLimits(config.concurrent(), usual.slotWait(), usual.maxAnswerBytes()),
                credentials(config, variables, clock), config.signing().map(signing ->
                        new RequestSigner(signing.headers(), signing.usual(), signing.tenants(), clock)));
    }

    /// Whom calls to an upstream are for, where it is told so.
    private static Parties party(Config.UpstreamConfig upstream) {
        if (upstream.signing().isEmpty()) {
            return Parties.NONE;
        }
        var fixed = upstream.signing().get().tenant();
        return caller -> {
            try {
                return Optional.of(new Party(fixed.isPresent() ? fixed.get() : CallerValue.TENANT.of(caller),
                        caller.subject()));
            } catch (IllegalArgumentException e) {
                throw new Access.NoAccess(upstream.name() + " cannot be told who you are. " + e.getMessage()
                        + " Tell the administrator.");
            }
        };
    }

    private static Access access(Config.UpstreamConfig upstream, PersonalAccounts accounts) {
        return upstream.credentials().type().equals("account")
                ? accounts.of(upstream.credentials().account(), upstream.name()) : Access.SHARED;
    }

    private static Credentials credentials(Config.UpstreamConfig config, Variables variables, InstantSource clock) {
        var in = config.credentials();
        return switch (in.type()) {
            case "static" -> Credentials.bearer(in.token().orElseThrow().reveal());
            case "client_credentials" -> new ClientCredentials(new ClientCredentials.Settings(
                    URI.create(variables.resolve(in.tokenUrl())), in.clientId(),
                            in.clientSecret().orElseThrow().reveal(),
                    given(variables.resolve(in.audience())), given(variables.resolve(in.resource())),
                            given(String.join(" ", in.scopes())),
                    in.fallbackToken().map(Secret::reveal)), clock,
                    fell -> LOG.atWarn().addKeyValue("event", "mcp_auth_static_token").addKeyValue("client",
                            fell.clientId())
                            .addKeyValue("why", fell.why(
                                    )).log("No token could be had for a backend; the static one is used."));
            default -> Credentials.none();
        };
    }

    private static Optional<String> given(String value) {
        return Optional.of(value).filter(text -> !text.isEmpty());
    }

    /// The endpoints, each with the resource identifier that its path has under the public origin.
    ///
    /// @throws StartFailure when names collide or are not known
    List<Endpoint> endpoints(Config config, URI origin) {
        try {
            return project(config, origin);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(e.getMessage());
        }
    }

    private List<Endpoint> project(Config config, URI origin) {
        var catalogue = new Catalogue(List.copyOf(all.keySet()));
        return config.endpoints().stream().map(endpoint -> new Endpoint(endpoint.path(),
                origin.resolve(endpoint.path()),
                catalogue.select(Set.copyOf(endpoint.sources()), Set.copyOf(endpoint.tools())), endpoint.openMethods(),
                endpoint.instructions())).toList();
    }

    /// Serves what sources have from now on whenever one says that it has something else.
    ///
    /// @param served as the dispatch has them
    void follow(Config config, URI origin, List<Endpoint> served, Dispatch dispatch) {
        var following = new Following(() -> project(config, origin), served, dispatch);
        all.keySet().forEach(source -> source.listen(following.of(source.name())));
        following.look("builtin");                     // something may have changed since the endpoints were made
    }

    @Override
    public void close() {
        for (var closeable : open.reversed()) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.warn("A source could not be closed.", e);
            }
        }
    }
}
