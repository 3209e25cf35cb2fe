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
    private final Clients clients;
    private final ClientAuthentication authentication;
    private final AuthorizeSteps steps;
    private final PushedRequests pushed;
    private final TokenBinding binding;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;
    private final Budget perPeer;
    private final Budget unknown;

    PushEndpoint(AuthServerSettings settings, Clients clients, ClientAuthentication authentication,
            PushedRequests pushed, TokenBinding binding, InstantSource clock, Consumer<AuditEvent> audit) {
        this.needed = settings.agents().pushed() == Pushed.REQUIRED;
        this.authentication = authentication;
        this.clients = clients;
        this.steps = new AuthorizeSteps(settings, clients, pushed);
        this.pushed = pushed;
        this.binding = binding;
        this.clock = clock;
        this.audit = audit;
        this.perPeer = new Budget(clock, Limits.PUSHED_PER_PEER_PER_MINUTE, Duration.ofMinutes(1));
        this.unknown = new Budget(clock, BrowserLimits.UNKNOWN_CLIENTS_PER_PEER_PER_MINUTE, Duration.ofMinutes(1));
    }

    Reply handle(HttpIn in) {
        var trail = new Trail(in, "par", clock, audit);
        try {
            TokenEndpoint.requireNothingInUrl(in);                           // invalid_request      OAuth 2.1 §2.4.1
            var params = Gate.form(in);                                      // invalid_request      OAuth 2.1 §3.2
            requireBudget(in);                                               // 429                  RFC 9126 §2.3
            var client = authentication.client(in, params, trail,            // invalid_client, 401  RFC 9126 §2.1
                    id -> needed && mayFetch(in, id));
            requireNotByReference(params);                                   // invalid_request      RFC 9126 §2.1
            var to = steps.redirect(client, params);                         // invalid_request      RFC 9126 §2.1
            steps.read(new Params(params.values(), true), client, to);       // as /authorize        OAuth 2.1 §4.1.1
            var key = binding.ofPushed(in, params.one("dpop_jkt"));          // invalid_dpop_proof   RFC 9449 §10.1
            var uri = pushed.push(client, params, key).orElseThrow(() -> refused(429, "temporarily_unavailable",
                    "Too many requests have been pushed. Try again in a minute.", "no room"));
            return binding.marked(trail.allowed(
                    Trail.noStore(Reply.json(201, Json.bytes(Json.object().put("request_uri", uri)
                    .put("expires_in", Limits.PUSHED_LIFE.toSeconds()))))));
        } catch (OAuthRefused refused) {
            return binding.marked(trail.refused(refused.why()));
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

    /// Nobody has signed in on this leg, and the document of a client is a request of ours to somebody else.
    private boolean mayFetch(HttpIn in, String id) {
        if (clients.known(id).isEmpty() && !unknown.take(Budget.peer(in.peer()))) {
            throw refused(429, "temporarily_unavailable", "Too many unknown clients push requests from this address. "
                    + "Try again in a minute.", "too many unknown clients");
        }
        return true;
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
