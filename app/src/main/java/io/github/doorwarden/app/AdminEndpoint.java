package io.github.doorwarden.app;

import io.github.doorwarden.app.AdminRequest.Unreadable;
import io.github.doorwarden.app.AdminRoutes.NotThere;
import io.github.doorwarden.app.AdminRoutes.Operation;
import io.github.doorwarden.app.config.AdminConfig;
import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.authserver.AgentSettings.Workload;
import io.github.doorwarden.authserver.Budget;
import io.github.doorwarden.authserver.Client;
import io.github.doorwarden.authserver.Keys;
import io.github.doorwarden.authserver.OAuthRefused;
import io.github.doorwarden.authserver.PersonRefused;
import io.github.doorwarden.authserver.ProtectedResource;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.http.Route.Cors;
import io.github.doorwarden.identity.BearerTokens;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Challenge;
import io.github.doorwarden.identity.ResourceMetadata;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.SignIn;
import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.StoreOutage;
import io.github.doorwarden.transport.RefusedTokens;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Administration over HTTP: JSON, at `/admin`, a protected resource of its own (RFC 9728). What can be done is the
/// table of [AdminRoutes]; each row needs the scope to look or the scope to change. Who has a scope is asked again with
/// every request: whoever is taken off the list is out at once. No page of another origin may call it, and no cookie
/// opens it. Refusals are problem details (RFC 9457). Safe for use by many threads. See
/// `docs/decisions/0037-keep-administration-for-some.md`.
final class AdminEndpoint {

    /// Requests of one caller in a minute: a script that walks through all pages, and nothing that runs wild.
    static final int PER_MINUTE = 600;

    private static final Logger LOG = LoggerFactory.getLogger(AdminEndpoint.class);
    private static final Headers PROBLEM =
            Headers.of(List.of(new Headers.Field("Content-Type", "application/problem+json")));

    private final Config config;
    private final FrontDoor door;
    private final Database database;
    private final Keys keys;
    private final AuditLog audit;
    private final BearerTokens tokens;
    private final RefusedTokens refusedTokens;
    private final Budget budget;
    private final InstantSource clock;
    private final ProtectedResource resource;
    private final URI metadata;

    AdminEndpoint(Config config, FrontDoor door, Database database, Keys keys, AuditLog audit, BearerTokens tokens,
            InstantSource clock) {
        this.config = config;
        this.door = door;
        this.database = database;
        this.keys = keys;
        this.audit = audit;
        this.tokens = tokens;
        this.refusedTokens = new RefusedTokens(audit, clock);
        this.budget = new Budget(clock, PER_MINUTE, Duration.ofMinutes(1));
        this.clock = clock;
        this.resource = resource(config, door.settings.issuer()).orElseThrow();
        this.metadata = ResourceMetadata.url(resource.identifier());
    }

    /// What tokens for administration are for; empty while it is off.
    static Optional<ProtectedResource> resource(Config config, URI origin) {
        var admin = config.admin();
        return admin.scope().map(scope -> new ProtectedResource(origin.resolve(AdminConfig.PATH),
                "the administration of " + config.name(), new Scopes(List.of(
                new Scopes.Scope(scope, "change people, clients, grants and keys of this server",
                        Set.of(admin.readScope()), false),
                new Scopes.Scope(admin.readScope(), "see people, clients, grants and the record of this server",
                        Set.of(), false))), true, Set.of(), Optional.of(new ProtectedResource.Keeping(admin.people(),
                admin.tiers(), config.authorization().tiers()))));
    }

    List<Route> routes() {
        var routes = new ArrayList<Route>();
        var document = new ResourceMetadata(resource.identifier(), List.of(door.settings.issuer()),
                List.of(config.admin().readScope()), resource.name()).json();
        config.authorization().tokens().dpop().announce(document, true);
        routes.add(Route.get(ResourceMetadata.path(resource.identifier()), Cors.NONE,
                in -> Reply.json(200, document.toString())));
        for (var operation : new AdminRoutes(config.admin(), clock).operations()) {
            routes.add(new Route(operation.method(), operation.path(),
                    operation.writes() ? AdminRoutes.BODY_BYTES : 0, Cors.NONE, true, in -> handle(operation, in)));
        }
        return routes;
    }

    private Reply handle(Operation operation, HttpIn in) {
        var caller = Caller.anonymous();
        try {
            caller = tokens.verify(in, resource.identifier());            // 400, 401   RFC 6750 §3, RFC 9728 §5.1
            var scope = operation.writes() ? config.admin().scope().orElseThrow() : config.admin().readScope();
            var stop = stopped(in, caller, scope);                        // 401, 403   RFC 6750 §3.1, RFC 9470 §3
            if (stop.filter(reply -> reply.status() == 429).isPresent()) {
                return stop.get();                                        // on record it would cost what it saves
            }
            if (stop.isPresent()) {
                return refused(in, operation, caller, stop.get());
            }
            var operator = Operator.of(caller, in);
            var asked = AdminRequest.read(in, operation.takes());         // 400, 415
            var administration = Administration.within(config, database, audit, clock, door, keys, operator);
            var answer = operation.work().run(administration, asked);     // 400, 404, 503
            if (!operation.writes()) {
                record(in, operation, caller, "allowed", "");
            }
            return Reply.json(200, answer.toString()).with("Cache-Control", "no-store");
        } catch (TokenRefused refused) {
            refusedTokens.record(in.requestId(), in.peer(), in.path(), refused);
            return Challenge.refused(metadata, refused, List.of()).offering(tokens.dpop())
                    .on(problem(in, refused.status(), refused.getMessage()));
        } catch (Unreadable unreadable) {
            return refused(in, operation, caller, problem(in, unreadable.status(), unreadable.getMessage()));
        } catch (NotThere notThere) {
            return refused(in, operation, caller, problem(in, 404, notThere.getMessage()));
        } catch (OAuthRefused | PersonRefused | IllegalArgumentException mistake) {
            return refused(in, operation, caller, problem(in, 400, mistake.getMessage()));
        } catch (Refused refused) {
            return refused(in, operation, caller, problem(in, refused.why().status(), refused.why().message()));
        } catch (StoreOutage outage) {
            LOG.atError().addKeyValue("request", in.requestId()).setCause(outage).log("The store is down.");
            return problem(in, 503, "The server cannot reach its store. Try again in a minute.")
                    .with("Retry-After", "60");
        }
    }

    /// Why this caller gets no further; empty: they do.
    private Optional<Reply> stopped(HttpIn in, Caller caller, String scope) {
        if (caller.isAnonymous()) {
            return Optional.of(challenged(in, Challenge.login(metadata, List.of(scope)), 401,
                    "Send an access token as Authorization: Bearer; WWW-Authenticate says where to get one."));
        }
        if (!budget.take(caller.subject())) {
            return Optional.of(problem(in, 429, "Too many requests. Try again in a minute.").with("Retry-After", "60"));
        }
        if (!isOneOfThem(caller, scope)) {
            return Optional.of(problem(in, 403, "You may not administer this server. Its operator says who may, under "
                    + "admin in doorwarden.yaml, or for a program in its registration."));
        }
        if (!resource.scopes().closure(caller.scopes()).contains(scope)) {
            return Optional.of(challenged(in, Challenge.insufficientScope(metadata, List.of(scope)), 403,
                    "This needs the scope " + scope + "."));
        }
        if (config.admin().secondFactor() && caller.kind() == Caller.Kind.USER && !caller.signIn().twoFactors()) {
            return Optional.of(challenged(in, Challenge.insufficientSignIn(metadata, List.of(scope),
                    Optional.of(SignIn.TWO_FACTORS), Optional.empty()), 401,
                    "This needs a sign-in with a second factor."));
        }
        return Optional.empty();
    }

    /// As it is now, not as it was when the token was made.
    private boolean isOneOfThem(Caller caller, String scope) {
        if (caller.kind() == Caller.Kind.SERVICE) {
            return door.clients.known(caller.clientId()).map(Client::scopes)
                    .or(() -> config.authorization().agents().workload(caller.clientId()).map(Workload::scopes))
                    .filter(held -> resource.scopes().closure(held).contains(scope)).isPresent();
        }
        return door.people.find(caller.subject()).filter(person -> !person.disabled())
                .filter(person -> resource.keeping().get().takes(person.email())).isPresent();
    }

    private Reply challenged(HttpIn in, Challenge challenge, int status, String sentence) {
        return challenge.offering(tokens.dpop()).on(problem(in, status, sentence));
    }

    /// Of somebody without a token nothing is on record, here as elsewhere: anybody could fill it.
    private Reply refused(HttpIn in, Operation operation, Caller caller, Reply reply) {
        if (caller.isAnonymous()) {
            return reply;
        }
        try {
            record(in, operation, caller, "refused", "status " + reply.status());
        } catch (StoreOutage outage) {
            LOG.atWarn().setCause(outage).log("A refusal could not be put on record. It stays one.");
        }
        return reply;
    }

    private void record(HttpIn in, Operation operation, Caller caller, String outcome, String reason) {
        audit.writeDurably(new AuditEvent(clock.instant(), in.requestId(), operation.event(), outcome, "operator",
                caller.subject(), caller.clientId(), caller.tokenId(), in.path(), "", reason, null, Duration.ZERO,
                in.peer()));
    }

    private static Reply problem(HttpIn in, int status, String detail) {
        var title = switch (status) {
            case 401 -> "Not signed in";
            case 403 -> "Not allowed";
            case 404 -> "Not there";
            case 413 -> "Too large";
            case 415 -> "Not JSON";
            case 429 -> "Too many requests";
            case 503 -> "Out of order";
            default -> "Not understood";
        };
        var json = AdminJson.object().put("type", "about:blank").put("title", title).put("status", status)
                .put("detail", detail).put("request_id", in.requestId());
        return new Reply(status, PROBLEM, json.toString().getBytes(StandardCharsets.UTF_8))
                .with("Cache-Control", "no-store");
    }
}
