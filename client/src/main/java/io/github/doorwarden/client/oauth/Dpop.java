package io.github.doorwarden.client.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Proofs that we have the key a token is bound to (RFC 9449), and the nonces that servers want in them, by origin.
/// Safe for use by many threads.
final class Dpop {

    static final String ALGORITHM = "ES256";
    private static final Map<String, String> NONCES = new ConcurrentHashMap<>();

    private final ECKey key;

    private Dpop(ECKey key) {
        this.key = key;
    }

    static Dpop generate() {
        try {
            return new Dpop(new ECKeyGenerator(Curve.P_256).generate());
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /// @param jwk as [#kept] gave it
    static Dpop of(String jwk) {
        try {
            return new Dpop(ECKey.parse(jwk));
        } catch (ParseException broken) {
            throw new IllegalArgumentException("the kept key is no JWK");
        }
    }

    /// The key, to be kept where tokens are.
    String kept() {
        return key.toJSONString();
    }

    /// Keeps the nonce of an answer for the next proofs.
    ///
    /// @return whether it is another one than before
    static boolean keep(URI from, Map<String, List<String>> headers) {
        var nonce = headers.getOrDefault("dpop-nonce", List.of()).stream().findFirst().orElse("");
        return nonce.matches("[!-~]{1,1024}") && !nonce.equals(NONCES.put(Origin.of(from), nonce));
    }

    /// A proof for one request.
    ///
    /// @param token the one that goes with it; empty at the token endpoint
    String proof(String method, URI target, Optional<String> token, Instant now) {
        var claims = new JWTClaimsSet.Builder().jwtID(UUID.randomUUID().toString()).claim("htm", method)
                .claim("htu", withoutQuery(target)).issueTime(Date.from(now));
        token.ifPresent(value -> claims.claim("ath", hash(value)));
        Optional.ofNullable(NONCES.get(Origin.of(target))).ifPresent(nonce -> claims.claim("nonce", nonce));
        var jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK()).build(), claims.build());
        try {
            jwt.sign(new ECDSASigner(key));
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
        return jwt.serialize();
    }

    private static String withoutQuery(URI target) {
        return Origin.of(target) + (target.getRawPath() == null || target.getRawPath().isEmpty() ? "/"
                : target.getRawPath());
    }

    static String hash(String text) {
        try {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException(never);
        }
    }

    /// Without the key.
    @Override
    public String toString() {
        return "Dpop[" + ALGORITHM + "]";
    }
}
