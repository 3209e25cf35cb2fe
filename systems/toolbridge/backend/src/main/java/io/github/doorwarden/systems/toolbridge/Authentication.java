package io.github.doorwarden.systems.toolbridge;

import com.sun.net.httpserver.Headers;
import io.github.doorwarden.systems.backend.AccessTokens;
import io.github.doorwarden.systems.backend.Digests;
import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.backend.Refused;
import io.github.doorwarden.upstream.SignatureVerifier;
import io.github.doorwarden.upstream.SigningHeaders;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Proves who calls: by an access token, beside it by the tenant's signature, or by one of the fixed credentials of the
/// administration. Nothing here looks at records. Safe for use by many threads.
final class Authentication {

    private static final List<String> SINGLE = List.of("Authorization", "X-Sync-Session", "If-Match", "Last-Event-ID",
            "Host", "X-Tenant-Id", "X-User-Id", "X-Timestamp", "X-Nonce", "X-Key-Id", "X-Signature");

    /// Who a user's call says it is for.
    ///
    /// @param signed the tenant under a good signature
    /// @param chosen the tenant that an unsigned header asks for
    record Claimed(Token token, Optional<String> signed, Optional<String> chosen) {}

    private final Optional<AccessTokens<Token>> jwts;
    private final Map<Access, String> fixed;
    private final SignatureVerifier signatures;

    /// @param fixed credentials by what they open; none for what is left out
    Authentication(Optional<AccessTokens<Token>> jwts, Map<Access, String> fixed, TenantSecrets secrets,
            SignatureVerifier.Taken taken, java.time.InstantSource clock) {
        this.jwts = jwts;
        this.fixed = new EnumMap<>(Access.class);
        this.fixed.putAll(fixed);
        this.signatures = new SignatureVerifier(SigningHeaders.USUAL, secrets::key, taken, clock);
    }

    /// A field that comes twice could mean one thing here and another one in front.
    static void once(Headers headers) {
        for (var name : SINGLE) {
            var values = headers.getOrDefault(name, List.of());
            if (values.size() > 1 || !values.isEmpty() && values.getFirst().length() > Limits.FIELD_CHARS) {
                throw Problem.invalid("The header field " + name + " comes twice, or is far too long. Send it once.");
            }
        }
    }

    /// 401 when token or signature do not hold, 403 when they are not for the same user.
    ///
    /// @param target path and query as they came
    Claimed prove(Headers headers, String method, String target, byte[] body) {
        var token = token(bearer(headers));
        var chosen = Optional.ofNullable(headers.getFirst("X-Tenant-Id"));
        if (!headers.containsKey("X-Signature")) {
            return new Claimed(token, Optional.empty(), chosen);
        }
        try {
            var party = signatures.verify(method, target, headers::getFirst, body);
            if (!party.user().equals(token.subject())) {
                throw Problem.forbidden("user_mismatch", "The call is signed for another user than the access token is "
                        + "for. Sign for the user whose token it carries.");
            }
            return new Claimed(token, Optional.of(party.tenant()), Optional.empty());
        } catch (SignatureVerifier.Refused refused) {
            throw Problem.unauthorized("signature_invalid", "The tenant's signature is not accepted. "
                    + refused.getMessage());
        }
    }

    /// @return the name of the credential, for the audit table
    String require(Headers headers, Access access) {
        var given = bearer(headers);
        for (var each : fixed.entrySet()) {
            if (Digests.same(each.getValue(), given)) {
                if (each.getKey() != access) {
                    throw Problem.insufficientScope(access.scope());
                }
                return each.getKey().name().toLowerCase(java.util.Locale.ROOT) + " credential";
            }
        }
        var token = token(given);
        if (!token.scopes().contains(access.scope())) {
            throw Problem.insufficientScope(access.scope());
        }
        return token.subject();
    }

    private static String bearer(Headers headers) {
        var value = headers.getFirst("Authorization");
        if (value == null) {
            throw Problem.unauthorized("no_token",
                    "This call carries no access token. Send one as 'Authorization: Bearer …'.");
        }
        var parts = value.strip().split(" +", 2);
        if (parts.length < 2 || !parts[0].equalsIgnoreCase("Bearer") || parts[1].length() > Limits.TOKEN_CHARS) {
            throw bad("not_a_bearer_token");
        }
        return parts[1];
    }

    private Token token(String given) {
        if (jwts.isEmpty()) {
            throw bad("unknown_token");
        }
        try {
            return jwts.get().verify(given);
        } catch (AccessTokens.Bad bad) {
            throw bad(bad.getMessage());
        }
    }

    private static Refused bad(String reason) {
        return Problem.unauthorized("invalid_token", AccessTokens.remedy(reason, "The access token cannot be accepted ("
                + reason + "). Obtain a new one from the identity provider and call again."));
    }
}
