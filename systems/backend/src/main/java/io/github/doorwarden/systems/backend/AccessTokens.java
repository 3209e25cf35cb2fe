package io.github.doorwarden.systems.backend;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
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

/// Verifies JWT access tokens (RFC 9068 §4): algorithm, type, signature, issuer, audience, time. What a good one says
/// is read by the backend. Safe for use by many threads.
///
/// @param <T> what the backend makes of the claims
public final class AccessTokens<T> {

    private static final Set<String> TYPES = Set.of("at+jwt", "application/at+jwt", "jwt");

    private final SigningKeys keys;
    private final Set<JWSAlgorithm> algorithms;
    private final String issuer;
    private final String audience;
    private final InstantSource clock;
    private final Reading<T> reading;

    /// @param algorithms that are taken, of RS256 and ES256
    public AccessTokens(SigningKeys keys, Set<JWSAlgorithm> algorithms, String issuer, String audience,
            InstantSource clock, Reading<T> reading) {
        this.keys = keys;
        this.algorithms = Set.copyOf(algorithms);
        this.issuer = issuer;
        this.audience = audience;
        this.clock = clock;
        this.reading = reading;
    }

    /// From the claims of a token that holds to what it says; a claim that cannot be read makes it malformed.
    @FunctionalInterface
    public interface Reading<T> {
        T read(JWTClaimsSet claims) throws ParseException, Bad;
    }

    /// What the caller of a token that failed is told to do.
    ///
    /// @param reason    of [Bad], or a backend's own
    /// @param otherwise when there is nothing to say of that reason
    public static String remedy(String reason, String otherwise) {
        return switch (reason) {
            case "expired" -> "The access token has expired. Obtain a new one and call again.";
            case "audience" ->
                    "The access token was issued for another service. Ask for one with this service's audience.";
            case "issuer" ->
                    "The access token comes from an issuer that this service does not trust. Ask the configured one.";
            case "not_yet_valid" -> "The access token is not valid yet. Compare the clocks of the two machines.";
            default -> otherwise;
        };
    }

    /// A token that failed; the reason is one word for the log.
    public static final class Bad extends Exception {

        private static final long serialVersionUID = 1;

        public Bad(String reason) {
            super(reason, null, false, false);
        }
    }

    public T verify(String token) throws Bad {
        try {
            var jwt = SignedJWT.parse(token);
            var header = jwt.getHeader();
            require(algorithms.contains(header.getAlgorithm()), "algorithm");
            require(header.getType() != null && TYPES.contains(header.getType().toString().toLowerCase(Locale.ROOT)),
                    "type");
            var candidates = keys.find(header.getKeyID());
            require(!candidates.isEmpty(), "unknown_key");
            require(signedByOneOf(candidates, jwt), "signature");
            return reading.read(checked(jwt.getJWTClaimsSet()));
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
            case ECKey ec when algorithm.equals(JWSAlgorithm.ES256) -> Optional.of(new ECDSAVerifier(ec));
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

    /// The scopes that a token lists, in one text or several.
    public static Set<String> scopes(JWTClaimsSet claims) {
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
