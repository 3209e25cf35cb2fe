package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.Secret;
import io.github.doorwarden.app.config.Variables;
import io.github.doorwarden.server.Catalogue;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.JavaSource;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.WhoAmI;
import io.github.doorwarden.sources.openapi.OpenApiSource;
import io.github.doorwarden.upstream.ClientCredentials;
import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All sources and upstreams of a deployment, and the endpoints that project them.
final class Sources implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sources.class);

    private final List<Source> all = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    /// @throws StartFailure with the source and the reason
    static Sources of(Config config, InstantSource clock) {
        var sources = new Sources();
        sources.all.add(new JavaSource("builtin", List.of(WhoAmI.tool())));
        for (var source : config.sources().values()) {
            try {
                sources.add(config, source, clock);
            } catch (IllegalArgumentException e) {
                sources.close();
                throw new StartFailure("The source " + source.name() + " cannot be used: " + e.getMessage());
            }
        }
        return sources;
    }

    /// Builds everything once and lets it go: what only the documents of the sources can tell comes to light without a
    /// start. No backend is called.
    ///
    /// @throws StartFailure with the source and the reason
    static void check(Config config, InstantSource clock) {
        var nowhere = URI.create("http://127.0.0.1:1");
        config.variables().put("self", nowhere.toString());
        config.companions().keySet().forEach(name -> config.variables().put("companion:" + name, nowhere.toString()));
        try (var sources = of(config, clock)) {
            sources.endpoints(config, nowhere);
        }
    }

    private void add(Config config, Config.SourceConfig declared, InstantSource clock) {
        var source = switch (declared) {
            case Config.SourceConfig.OpenApi openApi -> {
                var upstream = upstream(config.upstreams().get(openApi.upstream()), config.variables(), clock);
                open.add(upstream);
                yield new OpenApiSource(openApi.name(), openApi.settings(), upstream);
            }
            case Config.SourceConfig.Java java -> java(java.className());
        };
        source.warnings().forEach(warning -> LOG.atWarn().addKeyValue("source", declared.name()).log(warning));
        all.add(source);
        open.add(source);
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
                credentials(config, variables, clock));
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
            var catalogue = new Catalogue(all);
            return config.endpoints().stream().map(endpoint -> new Endpoint(endpoint.path(),
                    origin.resolve(endpoint.path()),
                    catalogue.select(Set.copyOf(endpoint.sources()), Set.copyOf(endpoint.tools())),
                            endpoint.openMethods(),
                    endpoint.instructions())).toList();
        } catch (IllegalArgumentException e) {
            throw new StartFailure(e.getMessage());
        }
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
