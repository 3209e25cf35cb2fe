package io.github.doorwarden.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.tidy.Covers;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A key of ours at a provider: in which forms it is read, what is signed with it, what is shown of it.
class ClientKeyTest {

    private static final String ISSUER = "https://login.example";
    private static final URI TOKEN = URI.create("https://login.example/token");
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final RSAKey RSA = rsa(2048);
    private static final ECKey EC = ec(Curve.P_256);

    private static RSAKey rsa(int bits) {
        try {
            return new RSAKeyGenerator(bits, true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey ec(Curve curve) {
        try {
            return new ECKeyGenerator(curve).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ClientKey read(String text) {
        return ClientKey.read(text, Optional.empty(), Optional.empty());
    }

    private static String pem(byte[] der) {
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der) + "\n-----END PRIVATE KEY-----\n";
    }

    private static String pem(Key key) {
        return pem(key.getEncoded());
    }

    /// As openssl writes it, with the public half: the JDK leaves that out (RFC 5915 §3).
    private static String pemOfCurve(ECKey key, byte[] x, byte[] y) {
        var header = HexFormat.of().parseHex("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b"
                + "0201010420");
        var all = new ByteArrayOutputStream();
        all.writeBytes(header);
        all.writeBytes(key.getD().decode());
        all.writeBytes(HexFormat.of().parseHex("a14403420004"));
        all.writeBytes(x);
        all.writeBytes(y);
        return pem(all.toByteArray());
    }

    private static String pemOfCurve(ECKey key) {
        return pemOfCurve(key, key.getX().decode(), key.getY().decode());
    }

    private static SignedJWT assertion(ClientKey key, String audience) throws Exception {
        return SignedJWT.parse(key.assertion("door", audience, TOKEN, NOW));
    }

    @Test
    @Covers("AS-90")
    void aKeyIsReadFromPemAndFromAJwkAndSignsByItsAlgorithm() throws Exception {
        for (var text : List.of(pem(RSA.toPrivateKey()), RSA.toJSONString(), "\n" + RSA.toJSONString())) {
            for (var algorithm : List.of("RS256", "PS256")) {
                var jwt = assertion(ClientKey.read(text, Optional.of(algorithm), Optional.of("k1")), ISSUER);
                assertEquals(JWSAlgorithm.parse(algorithm), jwt.getHeader().getAlgorithm());
                assertEquals("k1", jwt.getHeader().getKeyID());
                assertTrue(jwt.verify(new RSASSAVerifier(RSA.toRSAPublicKey())));
            }
            assertEquals(JWSAlgorithm.RS256, assertion(read(text), ISSUER).getHeader().getAlgorithm());
            assertEquals(RSA.computeThumbprint().toString(), assertion(read(text), ISSUER).getHeader().getKeyID());
        }
        for (var text : List.of(pemOfCurve(EC), EC.toJSONString())) {
            var jwt = assertion(read(text), ISSUER);
            assertEquals(JWSAlgorithm.ES256, jwt.getHeader().getAlgorithm());
            assertTrue(jwt.verify(new ECDSAVerifier(EC.toECPublicKey())));
        }
        assertEquals(read(RSA.toJSONString()), read(RSA.toJSONString()), "what is read again is nothing new");
        assertFalse(read(RSA.toJSONString()).equals(read(EC.toJSONString())));
        assertFalse(read(RSA.toJSONString()).equals(ClientKey.read(RSA.toJSONString(), Optional.of("PS256"),
                Optional.empty())));
        var named = new RSAKey.Builder(RSA).keyID("own").algorithm(JWSAlgorithm.PS256)
                .keyOperations(Set.of(KeyOperation.SIGN)).build();
        var header = assertion(read(named.toJSONString()), ISSUER).getHeader();
        assertEquals("own", header.getKeyID());
        assertEquals(JWSAlgorithm.PS256, header.getAlgorithm());
    }

    @Test
    @Covers("AS-90")
    void anAssertionIsForOneServerOnceAndSoon() throws Exception {
        var key = read(EC.toJSONString());
        var claims = assertion(key, ISSUER).getJWTClaimsSet();
        assertEquals("door", claims.getIssuer());
        assertEquals("door", claims.getSubject());
        assertEquals(ISSUER, claims.toJSONObject().get("aud"), "one text, which every server reads");
        assertEquals(Date.from(NOW), claims.getIssueTime());
        assertEquals(Date.from(NOW.plusSeconds(60)), claims.getExpirationTime());
        assertEquals("client-authentication+jwt", assertion(key, ISSUER).getHeader().getType().getType());
        assertEquals("JWT", assertion(key, TOKEN.toString()).getHeader().getType().getType());
        var ids = new HashSet<String>();
        for (var i = 0; i < 100; i++) {
            ids.add(assertion(key, ISSUER).getJWTClaimsSet().getJWTID());
        }
        assertEquals(100, ids.size());
    }

    @Test
    @Covers({"AS-90", "T19"})
    void onlyThePublicHalfIsEverShown() throws Exception {
        var keys = List.of(read(RSA.toJSONString()), read(pemOfCurve(EC)), read(EC.toJSONString()));
        var published = ClientKey.published(keys);
        var set = JWKSet.parse(published);
        assertEquals(2, set.size(), "each once");
        assertTrue(set.getKeys().stream().noneMatch(JWK::isPrivate), published);
        assertEquals(List.of("RS256", "ES256"), set.getKeys().stream().map(each -> each.getAlgorithm().getName())
                .toList());
        assertTrue(set.getKeyByKeyId(EC.computeThumbprint().toString()) instanceof ECKey);
        for (var secret : List.of(RSA.getPrivateExponent(), RSA.getFirstPrimeFactor(), EC.getD())) {
            assertFalse((published + keys).contains(secret.toString()));
        }
    }

    @Test
    @Covers({"AS-90", "T19"})
    void whatIsNoKeyIsRefusedWithoutRepeatingIt() throws Exception {
        var other = ec(Curve.P_256);
        var text = RSA.toJSONString();
        for (var none : List.of("", "canary", "{\"canary\":1}", "{\"kty\":\"RSA\",\"n\":\"canary\"}", "{canary",
                new JWKSet(RSA).toString(false), RSA.toPublicJWK().toJSONString(), EC.toPublicJWK().toJSONString(),
                rsa(1024).toJSONString(), ec(Curve.P_384).toJSONString(),
                new OctetSequenceKeyGenerator(256).generate().toJSONString(),
                "-----BEGIN RSA PRIVATE KEY-----\nY2FuYXJ5\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nY2FuYXJ5\n-----END ENCRYPTED PRIVATE KEY-----",
                pem("canary".getBytes(StandardCharsets.UTF_8)), pem(EC.toPrivateKey()),
                pemOfCurve(EC, other.getX().decode(), other.getY().decode()), text.substring(0, text.length() / 2))) {
            var refused = assertThrows(IllegalArgumentException.class, () -> read(none), none);
            var message = refused.getMessage();
            assertTrue(message.endsWith(".") || message.endsWith("new.pem"), message);
            assertFalse(message.contains("canary") || message.contains("Y2FuYXJ5"), message);
        }
        assertThrows(IllegalArgumentException.class, () ->
                ClientKey.read(EC.toJSONString(), Optional.of("RS256"), Optional.empty()));
        assertThrows(IllegalArgumentException.class, () ->
                ClientKey.read(RSA.toJSONString(), Optional.of("HS256"), Optional.empty()));
    }
}
