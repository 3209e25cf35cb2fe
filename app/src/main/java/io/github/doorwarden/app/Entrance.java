package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.authserver.BrowserSide;
import io.github.doorwarden.authserver.Keys;
import io.github.doorwarden.authserver.LinkSender;
import io.github.doorwarden.authserver.MailedLinks;
import io.github.doorwarden.authserver.OpaqueTokens;
import io.github.doorwarden.authserver.TokenSide;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.identity.BearerTokens;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.identity.JwtVerifier;
import io.github.doorwarden.identity.Limits;
import io.github.doorwarden.identity.Possession;
import io.github.doorwarden.identity.TokenVerifier;
import io.github.doorwarden.identity.VerifiedToken;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.StoreOutage;
import io.github.doorwarden.transport.Callers;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who may come in, how that is found out, and where they can ask. Closing it ends its work in the background.
///
/// @param callers who makes an HTTP request
/// @param pipes   who is at the other end of the pipes, at a resource
/// @param routes  of the authorization server
record Entrance(Policy policy, Callers callers, Function<URI, Caller> pipes, List<Route> routes, Runnable end)
        implements AutoCloseable {

    /// Mode `off`: everybody who reaches this machine's loopback.
    static final Entrance OPEN = new Entrance(Policy.withoutAuthorization(), Callers.NOBODY,
            resource -> Caller.anonymous(), List.of(), () -> { });

    /// Between two looks for what other processes revoked: half of the second within which it counts here.
    private static final int LISTEN_MILLIS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);

    /// Both forms of our access tokens: a deployment that changes from one to the other shuts nobody out.
    private record OwnTokens(JwtVerifier signed, OpaqueTokens opaque) implements TokenVerifier {

        @Override
        public VerifiedToken verify(String token) {
            return OpaqueTokens.isOne(token) ? opaque.verify(token) : signed.verify(token);
        }

        @Override
        public long epoch() {
            return signed.epoch();
        }
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
    static Entrance guarded(Config config, URI origin, Database database, AuditLog audit, Consumer<String> console,
            InstantSource clock) {
        var door = new FrontDoor(config, origin, database, audit::write, clock);
        var opened = Deployment.meanwhile("keys", () -> new Keys(database, FrontDoor.masterKey(config.variables()),
                door.settings, clock));
        door.declare(config);
        var keys = Deployment.await(opened);
        var tokenSide = new TokenSide(door.settings, database, door.clients, door.codes, door.grants, keys,
                door::claims, clock, audit::write);
        var browserSide = new BrowserSide(door.settings, new BrowserSide.Ground(database, door.clients, door.codes,
                door.grants, FrontDoor.masterKey(config.variables())), links(config, console, clock), audit::write,
                clock);
        var tokens = tokens(origin, door, keys, tokenSide.possession(), clock);
        var end = sweep(door, keys, () -> {
            tokenSide.sweep(clock.instant());
            browserSide.sweep(clock.instant());
        });
        var routes = new ArrayList<>(door.resourceMetadata());
        routes.addAll(tokenSide.routes());
        routes.addAll(browserSide.routes());
        return new Entrance(policy(config, clock), new TokenCallers(tokens), resource -> Caller.anonymous(), routes,
                end);
    }

    /// The verification alone, and without a token not even that: issuing is what a server beside this process does.
    ///
    /// @param token of whoever is at the other end of the pipes
    static Entrance verified(Config config, URI origin, Database database, AuditLog audit, Optional<String> token,
            InstantSource clock) {
        var policy = policy(config, clock);
        if (token.isEmpty()) {
            return new Entrance(policy, Callers.NOBODY, resource -> Caller.anonymous(), List.of(), () -> { });
        }
        var door = new FrontDoor(config, origin, database, audit::write, clock);
        var keys = new Keys(database, FrontDoor.masterKey(config.variables()), door.settings, clock);
        var tokens = tokens(origin, door, keys, Possession.NONE, clock);
        var end = sweep(door, keys, () -> { });
        return new Entrance(policy, new TokenCallers(tokens), resource -> tokens.verify(token.get(), resource),
                List.of(), end);
    }

    private static Policy policy(Config config, InstantSource clock) {
        return new Policy(config.authorization().scopes(), config.authorization().tiers(), clock);
    }

    /// By mail, or on the console in development; otherwise nobody is offered a link.
    private static Optional<LinkSender> links(Config config, Consumer<String> console, InstantSource clock) {
        LinkSender printed = (person, link) -> console.accept(
                "\n  Sign-in link for " + person.email() + ":\n  " + link + "\n");
        return config.authorization().mail().<LinkSender>map(mail -> new MailedLinks(mail, config.name(), clock))
                .or(() -> config.development() ? Optional.of(printed) : Optional.empty());
    }

    /// @param possession what is asked of bound tokens
    private static BearerTokens tokens(URI origin, FrontDoor door, Keys keys, Possession possession,
            InstantSource clock) {
        var signed = new JwtVerifier(origin.toString(), keys::published, Limits.STANDARD, clock);
        var verifier = new OwnTokens(signed, door.opaque);
        return new BearerTokens(verifier, door.grants::isRevoked, possession, Limits.STANDARD, clock);
    }

    private static Runnable sweep(FrontDoor door, Keys keys, Runnable more) {
        var schedule = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("sweep").factory());
        schedule.scheduleWithFixedDelay(() -> quietly(door.grants::refresh), LISTEN_MILLIS, LISTEN_MILLIS,
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
