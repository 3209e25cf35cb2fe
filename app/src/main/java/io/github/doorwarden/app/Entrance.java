package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.authserver.BrowserSide;
import io.github.doorwarden.authserver.ConnectedAccounts;
import io.github.doorwarden.authserver.Keys;
import io.github.doorwarden.authserver.LinkSender;
import io.github.doorwarden.authserver.MailedLinks;
import io.github.doorwarden.authserver.OwnTokens;
import io.github.doorwarden.authserver.ProtectedResource;
import io.github.doorwarden.authserver.SessionApi;
import io.github.doorwarden.authserver.TokenSide;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.identity.Admission;
import io.github.doorwarden.identity.BearerTokens;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.identity.DpopProofs;
import io.github.doorwarden.identity.JwtVerifier;
import io.github.doorwarden.identity.Limits;
import io.github.doorwarden.identity.Possession;
import io.github.doorwarden.identity.ServiceTokens;
import io.github.doorwarden.identity.Tenants;
import io.github.doorwarden.identity.TokenVerifier;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.store.StoreOutage;
import io.github.doorwarden.transport.Callers;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who may come in, how that is found out, and where they can ask. Closing it ends its work in the background.
///
/// @param callers who makes an HTTP request
/// @param pipes   who is at the other end of the pipes, at a resource
/// @param routes  of the authorization server
/// @param health  of what it depends on
record Entrance(Policy policy, Callers callers, Function<URI, Caller> pipes, List<Route> routes,
        Map<String, BooleanSupplier> health, Runnable end) implements AutoCloseable {

    /// Mode `off`: everybody who reaches this machine's loopback.
    static final Entrance OPEN = new Entrance(Policy.withoutAuthorization(), Callers.NOBODY,
            resource -> Caller.anonymous(), List.of(), Map.of(), () -> { });

    /// Between two looks for what other processes revoked: half of the second within which it counts here.
    private static final int LISTEN_MILLIS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);

    /// Who verifies bearer tokens; empty when nobody does.
    Optional<BearerTokens> tokens() {
        return callers instanceof TokenCallers(var tokens) ? Optional.of(tokens) : Optional.empty();
    }

    /// Callers by their bearer tokens.
    private record TokenCallers(BearerTokens tokens) implements Callers {

        @Override
        public Caller of(HttpIn in, URI resource) {
            return tokens.verify(in, resource);
        }

        @Override
        public boolean mayStay(Caller caller) {
            try {
                return tokens.mayStay(caller);
            } catch (StoreOutage outage) {
                return false;                                    // comes back and is told of the outage
            }
        }

        @Override
        public DpopMode dpop() {
            return tokens.dpop();
        }
    }

    /// The embedded authorization server, and the verification of what it issues.
    ///
    /// @param accounts that people may connect
    /// @param watching knows of alerts
    static Entrance guarded(Config config, URI origin, Database database, AuditLog audit, ConnectedAccounts accounts,
            Watching watching, Consumer<String> console, InstantSource clock) {
        if (config.authorization().mode() == Config.Mode.EXTERNAL) {
            return external(config, origin, Optional.empty(), database, clock);
        }
        var door = new FrontDoor(config, origin, database, audit::write, clock);
        var opened = Deployment.meanwhile("keys", () -> new Keys(database, FrontDoor.masterKey(config.variables()),
                door.settings, clock));
        door.declare(config);
        var keys = Deployment.await(opened);
        var elsewhere = new Elsewhere(config);
        var proxied = config.authorization().mode() == Config.Mode.PROXIED;
        var tokenSide = new TokenSide(door.settings, database, door.clients, door.codes, door.grants, keys,
                id -> door.claims(id).filter(person -> !proxied || elsewhere.admission.lists(person.email())), clock,
                audit::write);
        var organizations = elsewhere.organizations(config, clock);
        var ground = new BrowserSide.Ground(database, door.clients, door.codes, door.grants,
                FrontDoor.masterKey(config.variables()), organizations);
        var browserSide = new BrowserSide(door.settings, ground, links(config, console, clock),
                elsewhere.signIn(config.authorization().mode()), accounts, audit::write, clock);
        var tokens = tokens(config, origin, door, keys, tokenSide.possession(),
                new Tenants(config.authorization().tenants(), organizations, clock), clock);
        var routes = new ArrayList<>(ResourceDocuments.routes(config, origin, List.of(door.settings.issuer())));
        routes.addAll(tokenSide.routes());
        routes.addAll(browserSide.routes());
        if (config.admin().scope().isPresent()) {
            routes.addAll(new AdminEndpoint(config, door, database, keys, audit, tokens, clock).routes());
            routes.add(browserSide.figures(new Dashboard(config, audit, AdminEndpoint.resource(config, origin)
                    .orElseThrow().keeping().orElseThrow(), watching::raised, clock)));
        }
        if (config.authorization().sessionApi()) {
            routes.addAll(sessionApi(config, console, door, ground, browserSide, tokenSide, audit, clock).routes());
        }
        var end = sweep(door, keys, () -> {
            tokenSide.sweep(clock.instant());
            browserSide.sweep(clock.instant());
        });
        return new Entrance(policy(config, clock).tellingInResults(door::losesChallenges),
                new TokenCallers(tokens), resource -> Caller.anonymous(), routes,
                browserSide.needed(), () -> {
                    end.run();
                    elsewhere.close();
                });
    }

    /// Where people sign in at a provider alone, nobody is sent a link.
    private static SessionApi sessionApi(Config config, Consumer<String> console, FrontDoor door,
            BrowserSide.Ground ground, BrowserSide browserSide, TokenSide tokenSide, AuditLog audit,
            InstantSource clock) {
        var sender = config.authorization().mode() == Config.Mode.PROXIED ? Optional.<LinkSender>empty()
                : links(config, console, clock);
        return new SessionApi(door.settings, ground, sender, browserSide, tokenSide, door.opaque,
                config.authorization().demoPeople().stream().map(Config.PersonConfig::email).toList(), audit::write,
                clock);
    }

    /// Mode `external`: tokens of a provider elsewhere are verified, and nothing is issued.
    ///
    /// @param token of whoever is at the other end of the pipes
    private static Entrance external(Config config, URI origin, Optional<String> token, Database database,
            InstantSource clock) {
        var elsewhere = new Elsewhere(config);
        try {
            var resources = ResourceDocuments.endpoints(config, origin).stream().map(ProtectedResource::identifier)
                    .toList();
            var tokens = new BearerTokens(withServices(config, origin, elsewhere.verifier(resources, clock)),
                    grant -> false, possession(config, database, clock),
                    new Tenants(config.authorization().tenants(), elsewhere.organizations(config, clock), clock),
                    elsewhere.limits(), clock);
            return new Entrance(policy(config, clock), new TokenCallers(tokens),
                    resource -> token.map(held -> tokens.verify(held, resource)).orElse(Caller.anonymous()),
                    elsewhere.resourceMetadata(config, origin), elsewhere.health(), elsewhere::close);
        } catch (StartFailure e) {
            elsewhere.close();
            throw e;
        }
    }

    /// What is asked of tokens that a provider elsewhere bound to a key: a proof is good once on all nodes together.
    private static Possession possession(Config config, Database database, InstantSource clock) {
        var mode = config.authorization().tokens().dpop();
        if (mode == DpopMode.OFF) {
            return Possession.NONE;
        }
        var spent = new Spent(database);
        return new Possession(mode, Optional.of(new DpopProofs((id, end) ->
                spent.take("dpop", id, end, clock.instant()), Optional.empty(), Limits.STANDARD, clock)));
    }

    /// The verification alone, and without a token not even that: issuing is what a server beside this process does.
    ///
    /// @param token of whoever is at the other end of the pipes
    static Entrance verified(Config config, URI origin, Database database, AuditLog audit, Optional<String> token,
            InstantSource clock) {
        var policy = policy(config, clock);
        if (token.isEmpty()) {
            return new Entrance(policy, Callers.NOBODY, resource -> Caller.anonymous(), List.of(), Map.of(),
                    () -> { });
        }
        if (config.authorization().mode() == Config.Mode.EXTERNAL) {
            return external(config, origin, token, database, clock);
        }
        var door = new FrontDoor(config, origin, database, audit::write, clock);
        var keys = new Keys(database, FrontDoor.masterKey(config.variables()), door.settings, clock);
        var elsewhere = new Elsewhere(config);
        var tokens = tokens(config, origin, door, keys, Possession.NONE, new Tenants(config.authorization().tenants(),
                elsewhere.organizations(config, clock), clock), clock);
        var sweeping = sweep(door, keys, () -> { });
        Runnable end = () -> {
            sweeping.run();
            elsewhere.close();
        };
        return new Entrance(policy, new TokenCallers(tokens), resource -> tokens.verify(token.get(), resource),
                List.of(), Map.of(), end);
    }

    static Policy policy(Config config, InstantSource clock) {
        return !config.authorization().enabled() ? Policy.withoutAuthorization()
                : new Policy(config.authorization().scopes(), config.authorization().tiers(), clock);
    }

    /// By mail, or on the console in development; otherwise nobody is offered a link.
    private static Optional<LinkSender> links(Config config, Consumer<String> console, InstantSource clock) {
        LinkSender printed = (person, link) -> console.accept(
                "\n  Sign-in link for " + person.email() + ":\n  " + link + "\n");
        return config.authorization().mail().<LinkSender>map(mail -> new MailedLinks(mail, config.name(), clock))
                .or(() -> config.development() ? Optional.of(printed) : Optional.empty());
    }

    /// @param possession what is asked of bound tokens
    private static BearerTokens tokens(Config config, URI origin, FrontDoor door, Keys keys, Possession possession,
            Tenants tenants, InstantSource clock) {
        var limits = config.authorization().door().limits();
        var own = new OwnTokens(new JwtVerifier(origin.toString(), keys::published, limits, clock), door.opaque);
        var admission = new Admission(config.authorization().elsewhere().allowedEmails(), any -> Optional.empty());
        var verifier = config.authorization().mode() == Config.Mode.PROXIED ? admission.listing(own) : own;
        return new BearerTokens(withServices(config, origin, verifier), door.grants::isRevoked, possession,
                tenants, limits, clock);
    }

    private static TokenVerifier withServices(Config config, URI origin, TokenVerifier verifier) {
        var statics = config.authorization().door().serviceTokens();
        return statics.isEmpty() ? verifier : new ServiceTokens(statics, ResourceDocuments.endpoints(config, origin)
                .stream().map(ProtectedResource::identifier).toList(), verifier);
    }

    private static Runnable sweep(FrontDoor door, Keys keys, Runnable more) {
        var schedule = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("sweep").factory());
        schedule.scheduleWithFixedDelay(() -> quietly(door.grants::listen), LISTEN_MILLIS, LISTEN_MILLIS,
                TimeUnit.MILLISECONDS);
        schedule.scheduleWithFixedDelay(() -> quietly(keys::refresh), 1, 1, TimeUnit.MINUTES);
        schedule.scheduleWithFixedDelay(() -> quietly(more), 1, 5, TimeUnit.MINUTES);
        return schedule::shutdownNow;
    }

    static void quietly(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("Work in the background failed; it is tried again.", e);
        }
    }

    @Override
    public void close() {
        end.run();
    }
}
