package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.StoreOutage;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/// `POST /revoke` (RFC 7009): a client gives back a token. Whichever it gives back, the whole grant ends: the family of
/// refresh tokens and every access token under it. Another installation of the same client has a grant of its own and
/// goes on.
final class RevocationEndpoint {

    private final ClientAuthentication authentication;
    private final RefreshTokens refreshTokens;
    private final AccessTokens accessTokens;
    private final Grants grants;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;

    RevocationEndpoint(ClientAuthentication authentication, RefreshTokens refreshTokens, AccessTokens accessTokens,
            Grants grants, InstantSource clock, Consumer<AuditEvent> audit) {
        this.authentication = authentication;
        this.refreshTokens = refreshTokens;
        this.accessTokens = accessTokens;
        this.grants = grants;
        this.clock = clock;
        this.audit = audit;
    }

    Reply handle(HttpIn in) {
        var trail = new Trail(in, "revoke", clock, audit);
        try {
            TokenEndpoint.requireNothingInUrl(in);                             // invalid_request      OAuth 2.1 §2.4.1
            var params = Gate.form(in);                                        // invalid_request      RFC 7009 §2.1
            var grant = grantOf(TokenEndpoint.required(params, "token"));      // the hint is no use   RFC 7009 §2.1
            var client = authentication.client(in, params, trail,              // invalid_client, 401  RFC 7009 §2.1
                    id -> grant.filter(known -> known.clientId().equals(id)).isPresent());
            grant.ifPresent(known -> revoke(known, client, trail));            // invalid_grant        RFC 7009 §2.1
            return trail.allowed(Trail.noStore(Reply.empty(200)));             // also when unknown    RFC 7009 §2.2
        } catch (OAuthRefused refused) {
            return trail.refused(refused.why());
        } catch (StoreOutage outage) {
            return trail.failed(outage);
        }
    }

    private void revoke(Grant grant, Client client, Trail trail) {
        if (!grant.clientId().equals(client.id())) {
            throw new OAuthRefused(new OAuthRefusal.Json(400, "invalid_grant",
                    "The token was issued to another client.",
                    "token of another client"));
        }
        trail.grant(grant);
        trail.about("grant " + grant.id());
        grants.revoke(grant.id(), "by the client");
    }

    private Optional<Grant> grantOf(String token) {
        return refreshTokens.grantOf(token)
                .or(() -> accessTokens.read(token).flatMap(facts -> grants.find(facts.grantId())));
    }
}
