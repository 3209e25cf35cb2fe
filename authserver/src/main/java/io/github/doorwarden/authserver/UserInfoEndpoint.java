package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.identity.TokenVerifier;
import io.github.doorwarden.store.AuditEvent;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/// `GET /userinfo`: who granted an access token of ours (OpenID Connect Core §5.3), for clients that want to show a
/// name. Says no more than the token itself.
final class UserInfoEndpoint {

    static final String PATH = "/userinfo";

    private final TokenVerifier verifier;
    private final Predicate<String> revoked;
    private final Function<String, Optional<PersonClaims>> people;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;

    /// @param verifier of our own access tokens
    /// @param revoked  told a grant id
    UserInfoEndpoint(TokenVerifier verifier, Predicate<String> revoked,
            Function<String, Optional<PersonClaims>> people, InstantSource clock, Consumer<AuditEvent> audit) {
        this.verifier = verifier;
        this.revoked = revoked;
        this.people = people;
        this.clock = clock;
        this.audit = audit;
    }

    Reply handle(HttpIn in) {
        var trail = new Trail(in, "userinfo", clock, audit);
        var fields = in.headers().all("Authorization");
        if (fields.size() != 1 || !fields.getFirst().regionMatches(true, 0, "Bearer ", 0, 7)) {
            return refused(trail, "invalid_request", "Send the access token in Authorization: Bearer.");  // RFC 6750 §2
        }
        try {
            var token = verifier.verify(fields.getFirst().substring(7).strip());                          // 401
            trail.token(token.tokenId());
            if (token.boundTo().isPresent()) {
                return refused(trail, "invalid_token", "The token is bound to a key; this takes bearer tokens alone.");
            }
            var person = token.grantId().filter(revoked).isPresent() ? Optional.<PersonClaims>empty()
                    : people.apply(token.subject());
            if (person.isEmpty()) {
                return refused(trail, "invalid_token", "The token is dead, or no person stands behind it.");
            }
            var json = Json.object().put("sub", token.subject()).put("email", person.get().email())
                    .put("email_verified", true)
                    .put("name", person.get().name());
            return trail.allowed(Trail.noStore(Reply.json(200, Json.bytes(json))));
        } catch (TokenRefused refused) {
            return refused(trail, refused.error(), refused.getMessage());
        }
    }

    private static Reply refused(Trail trail, String error, String description) {
        return trail.refused(new OAuthRefusal.Json(401, error, description, "userinfo"))
                .with("WWW-Authenticate", "Bearer error=\"" + error + "\"");
    }
}
