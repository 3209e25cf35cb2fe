package io.github.doorwarden.systems.toolbridge;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Verifies JWT access tokens (RFC 9068 §4): algorithm, type, signature, issuer, audience, time. Safe for use by many
/// threads.
final class AccessTokens {

        private static final List<String> TENANT_CLAIMS = List.of("tenant", "tenant_id", "org_id");
    private static final Set<String> TYPES = Set.of("at+jwt", "application/at+jwt", "jwt");

    private final SigningKeys keys;
    private final String issuer;
    private final String audience;
    private final InstantSource clock;

    AccessTokens(SigningKeys keys, String issuer, String audience, InstantSource clock) {
        this.keys = keys;
        this.issuer = issuer;
        this.audience = audience;
        this.clock = clock;
    }

    /// What a good token says.
    ///
    /// @param email  in small letters, if the issuer has verified it
    /// @param tenant that it is for, if it says so
    record Token(String subject, Optional<String> email, Optional<String> tenant, Set<String> scopes) {}

    /// A token that failed; the reason is one word for the log and the problem's `reason`.
    static final class Bad extends Exception {

        private static final long serialVersionUID = 1;

        Bad(String reason) {
            super(reason, null, false, false);
        }
    }

    Token verify(String token) throws Bad {
        try {
            var jwt = SignedJWT.parse(token);
            var header = jwt.getHeader();
            require(JWSAlgorithm.RS256.equals(header.getAlgorithm()), "algorithm");
            require(header.getType() != null && TYPES.contains(header.getType().toString().toLowerCase(Locale.ROOT)),
                    "type");
            var candidates = keys.find(header.getKeyID());
            require(!candidates.isEmpty(), "unknown_key");
            require(signedByOneOf(candidates, jwt), "signature");
            return token(checked(jwt.getJWTClaimsSet()));
        } catch (ParseException | IllegalArgumentException e) {
            throw new Bad("malformed");
        }
    }

    private static void require(boolean holds, String reason) throws Bad {
        if (!holds) {
            throw new Bad(reason);
        }
    }

    private static boolean signedByOneOf(List<JWK> candidates, SignedJWT jwt) {
        for (var key : candidates) {
            try {
                var verifier = verifier(key, jwt.getHeader().getAlgorithm());
                if (verifier.isPresent() && jwt.verify(verifier.get())) {
                    return true;
                }
            } catch (JOSEException e) {
                // a key that cannot verify this signature is simply not the one
                continue;
            }
        }
        return false;
    }

    /// The key decides which algorithm it is for, never the token alone: no key of one kind verifies another kind's
    /// signature.
    private static Optional<JWSVerifier> verifier(JWK key, JWSAlgorithm algorithm) throws JOSEException {
        if (key.getKeyUse() != null && key.getKeyUse() != KeyUse.SIGNATURE
                || key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm)) {
            return Optional.empty();
        }
        return switch (key) {
            case RSAKey rsa when algorithm.equals(JWSAlgorithm.RS256) && rsa.size() >= Limits.RSA_BITS_MIN ->
                    Optional.of(new RSASSAVerifier(rsa));
            default -> Optional.empty();
        };
    }

    private JWTClaimsSet checked(JWTClaimsSet claims) throws Bad {
        var now = clock.instant();
        require(issuer.equals(claims.getIssuer()), "issuer");
        require(claims.getAudience().contains(audience), "audience");
        require(claims.getExpirationTime() != null, "no_expiry");
        require(now.isBefore(claims.getExpirationTime().toInstant().plus(Limits.CLOCK_SKEW)), "expired");
        var notBefore = Optional.ofNullable(claims.getNotBeforeTime()).map(Date::toInstant).orElse(now);
        require(!now.plus(Limits.CLOCK_SKEW).isBefore(notBefore), "not_yet_valid");
        require(claims.getSubject() != null && !claims.getSubject().isBlank(), "subject");
        return claims;
    }

    private static Token token(JWTClaimsSet claims) throws ParseException, Bad {
        require(claims.getSubject().matches("[!-~]+( [!-~]+)*") && claims.getSubject().length() <= Limits.USER_CHARS,
                "subject");
        // An address that nobody has verified could be anybody's.
        var email = Boolean.TRUE.equals(claims.getClaim("email_verified"))
                ? Optional.ofNullable(claims.getStringClaim("email")).map(text -> text.toLowerCase(Locale.ROOT))
                : Optional.<String>empty();
        var tenants = new TreeSet<String>();
        for (var name : TENANT_CLAIMS) {
            switch (claims.getClaim(name)) {
                case String tenant when !tenant.isEmpty() -> tenants.add(tenant);
                case null -> { }
                default -> throw new Bad("tenant");
            }
        }
        require(tenants.size() <= 1, "tenant");
        return new Token(claims.getSubject(), email, tenants.stream().findFirst(), scopes(claims));
    }

    private static Set<String> scopes(JWTClaimsSet claims) {
        return switch (claims.getClaim("scope")) {
            case String text -> Set.copyOf(new HashSet<>(List.of(text.split(" "))));
            case List<?> list -> {
                var scopes = new ArrayList<String>();
                list.forEach(item -> scopes.add(String.valueOf(item)));
                yield Set.copyOf(new HashSet<>(scopes));
            }
            case null, default -> Set.of();
        };
    }
}
