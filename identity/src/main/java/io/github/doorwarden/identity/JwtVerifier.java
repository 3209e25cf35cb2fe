package io.github.doorwarden.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Verifies the JWT access tokens of one issuer (RFC 9068 §4): type `at+jwt`, a key that the issuer publishes now, and
/// the one algorithm that this key is for: RS256, PS256 or ES256. Whatever the header says of keys (`jku`, `jwk`,
/// `x5u`) is not looked at. Safe for use by many threads.
public final class JwtVerifier implements TokenVerifier {

    /// The claim with the organisation that a token of this house is for.
    public static final String TENANT_CLAIM = "tenant";

    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256);

    private final String issuer;
    private final Supplier<JWKSet> published;
    private final Limits limits;
    private final InstantSource clock;
    private volatile Keys keys = new Keys(null, Map.of(), 0);

    /// Verifiers made from one published set. The number changes with the set.
    private record Keys(JWKSet from, Map<String, Key> byId, long number) {}

    private record Key(JWSAlgorithm algorithm, JWSVerifier verifier) {}

    /// @param published the issuer's keys as of now; the same object as long as nothing changed
    public JwtVerifier(String issuer, Supplier<JWKSet> published, Limits limits, InstantSource clock) {
        this.issuer = issuer;
        this.published = published;
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public VerifiedToken verify(String token) {
        var id = TokenId.of(token);
        var jws = parse(token, id);
        requireOneSpelling(jws.getSignature(), id);
        var header = jws.getHeader();
        if (!ALGORITHMS.contains(header.getAlgorithm())) {
            throw refused("its algorithm is not RS256, PS256 or ES256", id);
        }
        if (header.getCriticalParams() != null) {
            throw refused("its header has critical parameters that are not understood", id);
        }
        if (header.getType() == null || !typeIsAccessToken(header.getType().getType())) {
            throw refused("its type is not at+jwt: an ID token or another JWT was sent in the place of an access "
                    + "token", id);
        }
        var key = header.getKeyID() == null ? null : current().byId.get(header.getKeyID());
        if (key == null) {
            throw refused("it is signed with a key that the issuer does not publish (any more)", id);
        }
        if (!key.algorithm.equals(header.getAlgorithm())) {
            throw refused("its algorithm is not the one of its key, " + key.algorithm, id);
        }
        checkSignature(jws, key.verifier, id);
        return claims(jws, id);
    }

    @Override
    public long epoch() {
        return current().number;
    }

    private Keys current() {
        var now = published.get();
        var known = keys;
        if (known.from == now) {
            return known;
        }
        synchronized (this) {
            if (keys.from != now) {
                keys = new Keys(now, verifiers(now), keys.number + 1);
            }
            return keys;
        }
    }

    private static Map<String, Key> verifiers(JWKSet set) {
        var byId = new HashMap<String, Key>();
        for (var jwk : set.getKeys()) {
            try {
                if (jwk.getKeyID() != null && jwk instanceof RSAKey rsa) {
                    var algorithm = JWSAlgorithm.PS256.equals(jwk.getAlgorithm()) ? JWSAlgorithm.PS256
                            : JWSAlgorithm.RS256;
                    byId.put(jwk.getKeyID(), new Key(algorithm, new RSASSAVerifier(rsa.toRSAPublicKey())));
                } else if (jwk.getKeyID() != null && jwk instanceof ECKey ec && Curve.P_256.equals(ec.getCurve())) {
                    byId.put(jwk.getKeyID(), new Key(JWSAlgorithm.ES256, new ECDSAVerifier(ec)));
                }
            } catch (JOSEException e) {
                throw new IllegalStateException("The published key " + jwk.getKeyID() + " cannot be used.", e);
            }
        }
        return byId;
    }

    private static JWSObject parse(String token, String id) {
        try {
            return JWSObject.parse(token);
        } catch (ParseException | RuntimeException e) {
            throw refused("it is not a signed JWT", id);
        }
    }

    /// The library skips what is no base64url, so one signature could be spelled in many ways, and one token would have
    /// many hashes (RFC 7515 §2: base64url without anything else).
    private static void requireOneSpelling(Base64URL signature, String id) {
        if (!Base64URL.encode(signature.decode()).equals(signature)) {
            throw refused("its signature is not base64url alone", id);
        }
    }

    private static boolean typeIsAccessToken(String type) {
        return "at+jwt".equalsIgnoreCase(type) || "application/at+jwt".equalsIgnoreCase(type);
    }

    private static void checkSignature(JWSObject jws, JWSVerifier key, String id) {
        try {
            if (!jws.verify(key)) {
                throw refused("its signature is wrong", id);
            }
        } catch (JOSEException e) {
            throw refused("its signature cannot be checked", id);
        }
    }

    private VerifiedToken claims(JWSObject jws, String id) {
        try {
            var claims = JWTClaimsSet.parse(jws.getPayload().toJSONObject());
            if (!issuer.equals(claims.getIssuer())) {
                throw refused("its issuer is not " + issuer, id);
            }
            var now = clock.instant();
            var expires = instant(claims.getExpirationTime());
            if (expires.isEmpty() || !now.isBefore(expires.get())) {
                throw expires.isEmpty() ? refused("it has no expiry", id) : TokenRefused.expired(expires.get(), id);
            }
            if (instant(claims.getNotBeforeTime()).filter(t -> t.isAfter(now.plus(limits.clockSkew()))).isPresent()) {
                throw refused("it is not valid yet", id);
            }
            var subject = required(claims.getSubject(), "sub", id);
            var client = required(claims.getStringClaim("client_id"), "client_id", id);
            var scope = claims.getStringClaim("scope");
            return new VerifiedToken(subject, client, subject.equals(client),
                    Optional.ofNullable(claims.getStringClaim("email")),
                    scope == null || scope.isBlank() ? Set.of() : Set.of(scope.strip().split(" +")),
                            Set.copyOf(claims.getAudience()),
                    Optional.ofNullable(claims.getStringClaim("gid")), required(claims.getJWTID(), "jti", id),
                            expires.get(), signIn(claims), boundTo(claims, id),
                    Optional.ofNullable(claims.getStringClaim(TENANT_CLAIM)));
        } catch (ParseException | IllegalArgumentException | NullPointerException e) {
            throw refused("its claims are malformed", id);
        }
    }

    /// A binding that cannot be checked here opens nothing (RFC 7800 §3.1).
    private static Optional<String> boundTo(JWTClaimsSet claims, String id) throws ParseException {
        var confirmation = claims.getJSONObjectClaim("cnf");
        if (confirmation == null) {
            return Optional.empty();
        }
        if (confirmation.size() == 1 && confirmation.get("jkt") instanceof String thumbprint) {
            return Optional.of(thumbprint);
        }
        throw refused("it is bound in another way than by DPoP", id);
    }

    /// RFC 9068 §2.2.1; an `auth_time` is a number of seconds.
    private static SignIn signIn(JWTClaimsSet claims) throws ParseException {
        var seconds = claims.getLongClaim("auth_time");
        var amr = claims.getStringListClaim("amr");
        return new SignIn(Optional.ofNullable(seconds).map(Instant::ofEpochSecond),
                Optional.ofNullable(claims.getStringClaim("acr")), amr == null ? Set.of() : Set.copyOf(amr));
    }

    private static Optional<Instant> instant(Date date) {
        return Optional.ofNullable(date).map(Date::toInstant);
    }

    private static String required(String value, String claim, String id) {
        if (value == null || value.isEmpty()) {
            throw refused("it has no " + claim, id);
        }
        return value;
    }

    private static TokenRefused refused(String why, String id) {
        return TokenRefused.invalid(why, id);
    }
}
