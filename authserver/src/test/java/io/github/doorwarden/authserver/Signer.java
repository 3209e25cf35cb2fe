package io.github.doorwarden.authserver;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Somebody with keys of their own who makes assertions: honest ones, and others.
final class Signer {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    final ECKey ec;
    final RSAKey rsa;

    Signer() {
        try {
            ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
            rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What is published.
    String jwks() {
        return new JWKSet(java.util.List.<JWK>of(ec.toPublicJWK(), rsa.toPublicJWK())).toString();
    }

    /// A fresh `jti`, valid for five minutes.
    static Map<String, Object> claims(String issuer, String subject, String audience, Instant now) {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", issuer);
        claims.put("sub", subject);
        claims.put("aud", audience);
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.getEpochSecond() + 300);
        claims.put("jti", "j-" + NUMBER.incrementAndGet());
        return claims;
    }

    static Map<String, Object> changed(Map<String, Object> claims, Consumer<Map<String, Object>> change) {
        var copy = new LinkedHashMap<>(claims);
        change.accept(copy);
        return copy;
    }

    String sign(Map<String, Object> claims) {
        return sign(JWSAlgorithm.ES256, "JWT", claims);
    }

    String sign(JWSAlgorithm algorithm, String type, Map<String, Object> claims) {
        var key = JWSAlgorithm.Family.EC.contains(algorithm) ? ec : rsa;
        var header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID());
        return sign(type.isEmpty() ? header.build() : header.type(new JOSEObjectType(type)).build(), key,
                new Payload(claims));
    }

    static String sign(JWSHeader header, JWK key, Payload payload) {
        try {
            JWSSigner signer = key instanceof ECKey one ? new ECDSASigner(one) : new RSASSASigner(key.toRSAKey());
            var jws = new JWSObject(header, payload);
            jws.sign(signer);
            return jws.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A token of any header and any signature.
    static String raw(String header, String claims, byte[] signature) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(signature);
    }
}
