package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.StoreOutage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/// `POST /device_authorization`: a device without a browser asks for a code that its user types elsewhere (RFC 8628
/// §3.1, §3.2).
final class DeviceAuthorizationEndpoint {

    private final AuthServerSettings settings;
    private final ClientAuthentication authentication;
    private final DeviceCodes codes;
    private final Budget budget;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;

    DeviceAuthorizationEndpoint(AuthServerSettings settings, ClientAuthentication authentication, DeviceCodes codes,
            InstantSource clock, Consumer<AuditEvent> audit) {
        this.settings = settings;
        this.authentication = authentication;
        this.codes = codes;
        this.budget = new Budget(clock, Limits.DEVICE_CODES_PER_MINUTE, Duration.ofMinutes(1));
        this.clock = clock;
        this.audit = audit;
    }

    Reply handle(HttpIn in) {
        var trail = new Trail(in, "device", clock, audit);
        try {
            TokenEndpoint.requireNothingInUrl(in);                             // invalid_request      OAuth 2.1 §2.4.1
            var params = Gate.form(in);                                        // invalid_request      OAuth 2.1 §3.2
            var client = authentication.client(in, params, trail, id -> false); // invalid_client, 401  RFC 8628 §3.1
            if (!client.grantTypes().contains(GrantType.DEVICE)) {
                throw refused(400, "unauthorized_client", "This client is not registered for the device grant. The "
                        + "operator can register it with " + GrantType.DEVICE + ".", "device grant not registered");
            }
            if (!budget.take(client.id() + " " + Budget.peer(in.peer())) || codes.full()) {
                throw refused(429, "slow_down", "Too many device codes were asked for. Try again in a minute.",
                        "too many device codes");
            }
            var resource = Resources.choose(settings, params.all("resource")); // invalid_target       RFC 8707 §2
            if (!resource.forPeople()) {
                throw refused(400, "invalid_target", "This resource is not for people.", "resource not for people");
            }
            var scopes = scopes(client, resource, params);                     // invalid_scope        OAuth 2.1 §1.4.1
            var pair = codes.begin(new DeviceCodes.Waiting(client.id(), resource.identifier().toString(), scopes));
            return trail.allowed(answer(pair));
        } catch (OAuthRefused refused) {
            return trail.refused(refused.why());
        } catch (StoreOutage outage) {
            return trail.failed(outage);
        }
    }

    private static Set<String> scopes(Client client, ProtectedResource resource, Params params) {
        var known = resource.scopes();
        var asked = new LinkedHashSet<>(params.one("scope").map(Rows::words).orElse(Set.of()));
        asked.remove(TokenScopes.OFFLINE);
        if (!asked.stream().allMatch(known::knows)) {
            throw refused(400, "invalid_scope", "The resource has no such scope. Its metadata lists those that it has.",
                    "unknown scope");
        }
        var wanted = DeclaredScopes.wanted(client, known, asked);
        if (wanted.isEmpty() && !known.all().isEmpty()) {
            throw refused(400, "invalid_scope", "This client may have none of the scopes that it asked for.",
                    "no scope left");
        }
        return wanted;
    }

    private Reply answer(DeviceCodes.Pair pair) {
        var page = settings.issuer() + BrowserSide.DEVICE;
        return Trail.noStore(Reply.json(200, Json.bytes(Json.object().put("device_code", pair.device())
                .put("user_code", pair.user()).put("verification_uri", page)
                .put("verification_uri_complete", page + "?user_code=" + pair.user())
                .put("expires_in", Limits.DEVICE_CODE.toSeconds())
                .put("interval", Limits.DEVICE_INTERVAL.toSeconds()))));
    }

    private static OAuthRefused refused(int status, String error, String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Json(status, error, description, detail));
    }
}
