package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.AgentSettings.Pushed;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.StoreOutage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;

/// `POST /par` (RFC 9126): a client says beforehand, and proves who it is, what it will send a person to `/authorize`
/// for. It gets a reference that is good for one answer. The checks are those of `/authorize`.
final class PushEndpoint {

    private final boolean needed;
    private final ClientAuthentication authentication;
    private final AuthorizeSteps steps;
    private final PushedRequests pushed;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;
    private final Budget perPeer;

    PushEndpoint(AuthServerSettings settings, ClientAuthentication authentication, AuthorizeSteps steps,
            PushedRequests pushed, InstantSource clock, Consumer<AuditEvent> audit) {
        this.needed = settings.agents().pushed() == Pushed.REQUIRED;
        this.authentication = authentication;
        this.steps = steps;
        this.pushed = pushed;
        this.clock = clock;
        this.audit = audit;
        this.perPeer = new Budget(clock, Limits.PUSHED_PER_PEER_PER_MINUTE, Duration.ofMinutes(1));
    }

    Reply handle(HttpIn in) {
        var trail = new Trail(in, "par", clock, audit);
        try {
            TokenEndpoint.requireNothingInUrl(in);                           // invalid_request      OAuth 2.1 §2.4.1
            var params = Gate.form(in);                                      // invalid_request      OAuth 2.1 §3.2
            requireBudget(in);                                               // 429                  RFC 9126 §2.3
            var client = authentication.client(in, params, trail,            // invalid_client, 401  RFC 9126 §2.1
                    id -> needed);
            requireNotByReference(params);                                   // invalid_request      RFC 9126 §2.1
            var to = steps.redirect(client, params);                         // invalid_request      RFC 9126 §2.1
            steps.read(new Params(params.values(), true), client, to);       // as /authorize        OAuth 2.1 §4.1.1
            var uri = pushed.push(client, params).orElseThrow(() -> refused(429, "temporarily_unavailable",
                    "Too many requests have been pushed. Try again in a minute.", "no room"));
            return trail.allowed(Trail.noStore(Reply.json(201, Json.bytes(Json.object().put("request_uri", uri)
                    .put("expires_in", Limits.PUSHED_LIFE.toSeconds())))));
        } catch (OAuthRefused refused) {
            return trail.refused(refused.why());
        } catch (StoreOutage outage) {
            return trail.failed(outage);
        }
    }

    private void requireBudget(HttpIn in) {
        if (!perPeer.take(Budget.peer(in.peer()))) {
            throw refused(429, "temporarily_unavailable", "Too many requests are pushed from this address. Try again "
                    + "in a minute.", "more requests than one address may push in a minute");
        }
    }

    private static void requireNotByReference(Params params) {
        if (params.one("request_uri").isPresent()) {
            throw refused(400, "invalid_request", "A pushed request cannot itself name a request_uri. Send the "
                    + "parameters.", "request_uri in a pushed request");
        }
    }

    private static OAuthRefused refused(int status, String error, String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Json(status, error, description, detail));
    }
}
