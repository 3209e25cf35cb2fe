package io.github.doorwarden.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A resource that takes bound tokens: what a thief of token, proof or both can do with it.
class DpopTest {

    private static final URI DOOR = URI.create("https://tools.example.com/mcp");
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static ECKey key;
    private static ECKey other;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final AtomicInteger jtis = new AtomicInteger();
    private final Set<String> spent = new HashSet<>();

    @BeforeAll
    static void makeKeys() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).generate();
        other = new ECKeyGenerator(Curve.P_256).generate();
    }

    private BearerTokens door(DpopMode mode, boolean nonces) {
        var asked = nonces ? Optional.of(new DpopNonces(new byte[32], now::get)) : Optional.<DpopNonces>empty();
        var possession = mode == DpopMode.OFF ? Possession.NONE : new Possession(mode,
                Optional.of(new DpopProofs((id, end) -> spent.add(id), asked, Limits.STANDARD, now::get)));
        return new BearerTokens(DpopTest::verified, grant -> false, possession, Limits.STANDARD, now::get);
    }

    /// Tokens are `bound` and `free`.
    private static VerifiedToken verified(String token) {
        if (!Set.of("bound", "free").contains(token)) {
            throw TokenRefused.invalid("it is unknown", "sha256:00000000");
        }
        return new VerifiedToken("p-1", "c-1", false, Optional.empty(), Set.of(), Set.of(DOOR.toString()),
                Optional.empty(), "j-1", NOW.plus(Duration.ofHours(1)), SignIn.UNKNOWN,
                token.equals("bound") ? Optional.of(thumbprint(key)) : Optional.empty());
    }

    private static String thumbprint(ECKey of) {
        try {
            return of.computeThumbprint().toString();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String ath(String token) throws Exception {
        return Base64URL.encode(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)))
                .toString();
    }

    private Map<String, Object> claims() throws Exception {
        var claims = new HashMap<String, Object>();
        claims.put("jti", "proof-" + jtis.incrementAndGet());
        claims.put("htm", "POST");
        claims.put("htu", DOOR.toString());
        claims.put("iat", now.get().getEpochSecond());
        claims.put("ath", ath("bound"));
        return claims;
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("dpop+jwt")).jwk(key.toPublicJWK());
    }

    private static String sign(JWSHeader header, Map<String, Object> claims, ECKey with) throws Exception {
        var jws = new JWSObject(header, new Payload(claims));
        jws.sign(new ECDSASigner(with));
        return jws.serialize();
    }

    private String proof() throws Exception {
        return sign(header().build(), claims(), key);
    }

    private String proof(String claim, Object value) throws Exception {
        var claims = claims();
        if (value == null) {
            claims.remove(claim);
        } else {
            claims.put(claim, value);
        }
        return sign(header().build(), claims, key);
    }

    private static HttpIn call(String authorization, String... proofs) {
        var headers = Headers.NONE.with("Authorization", authorization);
        for (var proof : proofs) {
            headers = headers.with("DPoP", proof);
        }
        return new HttpIn("POST", "/mcp", "", headers, new byte[0], "127.0.0.1", "r-1");
    }

    private static TokenRefused refused(BearerTokens door, HttpIn in) {
        var refused = assertThrows(TokenRefused.class, () -> door.verify(in, DOOR));
        assertEquals(401, refused.status());
        return refused;
    }

    private String errorOf(String proof) {
        return refused(door(DpopMode.OPTIONAL, false), call("DPoP bound", proof)).error();
    }

    @Test
    @Covers("RS-10")
    void aFreshProofByTheTokensKeyOpensTheDoor() throws Exception {
        var door = door(DpopMode.OPTIONAL, false);
        assertEquals("p-1", door.verify(call("DPoP bound", proof()), DOOR).subject());
        assertEquals("p-1", door.verify(call("dpop  bound", proof()), DOOR).subject(), "schemes have no case");
        assertEquals("p-1", door.verify(call("Bearer free"), DOOR).subject(), "other clients go on as before");
        assertEquals("p-1", door(DpopMode.REQUIRED, false).verify(call("DPoP bound", proof()), DOOR).subject());
    }

    @Test
    @Covers({"RS-10", "T25"})
    void aBoundTokenAloneOpensNothing() throws Exception {
        for (var mode : DpopMode.values()) {
            var why = refused(door(mode, false), call("Bearer bound", proof()));
            assertEquals("invalid_token", why.error());
        }
        var door = door(DpopMode.OPTIONAL, false);
        assertEquals("invalid_dpop_proof", refused(door, call("DPoP bound")).error());
        assertEquals("invalid_dpop_proof", refused(door, call("DPoP bound", proof(), proof())).error());
        assertEquals("invalid_token", refused(door, call("DPoP free", proof("ath", ath("free")))).error());
        for (var odd : List.of(" " + proof(), proof() + " ", proof().replace(".", ". "), proof() + "=")) {
            assertEquals("invalid_dpop_proof", refused(door, call("DPoP bound", odd)).error(), "the parser is lax");
        }
        assertThrows(TokenRefused.class, () -> door.verify("bound", DOOR), "pipes have nothing to prove with");
        assertEquals("invalid_token", refused(door(DpopMode.REQUIRED, false), call("Bearer free")).error());
        assertEquals("invalid_token", refused(door(DpopMode.OFF, false), call("DPoP bound", proof())).error());
    }

    @Test
    @Covers({"RS-10", "T25"})
    void aKnownTokenNeedsAProofWithEachRequest() throws Exception {
        var door = door(DpopMode.OPTIONAL, false);
        var proof = proof();
        door.verify(call("DPoP bound", proof), DOOR);
        assertEquals(1, door.remembered());
        assertTrue(refused(door, call("DPoP bound", proof)).getMessage().contains("it was used before"));
        assertEquals("invalid_dpop_proof", refused(door, call("DPoP bound")).error());
        assertTrue(refused(door(DpopMode.OPTIONAL, false), call("DPoP bound", proof)).getMessage()
                .contains("it was used before"), "another node with the same memory");
    }

    @Test
    @Covers({"RS-10", "T25"})
    void aProofIsForOneMethodOneUriOneTokenAndNow() throws Exception {
        for (var wrong : List.of(
                proof("htm", "GET"), proof("htm", "post"), proof("htm", null),
                proof("htu", "https://tools.example.com/other"), proof("htu", "http://tools.example.com/mcp"),
                proof("htu", "https://tools.example.com/mcp/"), proof("htu", "https://tools.example.com:8443/mcp"),
                proof("htu", "https://tools.example.com.evil.example/mcp"), proof("htu", "/mcp"),
                proof("htu", "https://a@tools.example.com/mcp"), proof("htu", "https://tools.example.com/MCP"),
                proof("htu", "not a uri"), proof("htu", null), proof("htu", List.of(DOOR.toString())),
                proof("iat", NOW.minusSeconds(301).getEpochSecond()),
                proof("iat", NOW.plusSeconds(301).getEpochSecond()),
                proof("iat", Long.MAX_VALUE), proof("iat", Long.MIN_VALUE), proof("iat", "now"), proof("iat", null),
                proof("ath", ath("free")), proof("ath", null), proof("jti", null), proof("jti", ""),
                proof("jti", 7), proof("jti", "j".repeat(257)))) {
            assertEquals("invalid_dpop_proof", errorOf(wrong));
        }
        assertTrue(spent.isEmpty(), "a proof that proves nothing is not spent");
    }

    @Test
    @Covers("RS-10")
    void uriAndTimeAreComparedWithinReason() throws Exception {
        var door = door(DpopMode.OPTIONAL, false);
        for (var good : List.of(proof("htu", "HTTPS://Tools.Example.com:443/mcp"),
                proof("htu", "https://tools.example.com/mcp?x=1#y"), proof("htu", "https://tools.example.com/%6dcp"),
                proof("htu", "https://tools.example.com/a/../mcp"),
                proof("iat", NOW.minusSeconds(299).getEpochSecond()),
                proof("iat", NOW.plusSeconds(299).getEpochSecond()))) {
            assertEquals("p-1", door.verify(call("DPoP bound", good), DOOR).subject());
        }
    }

    @Test
    @Covers("T25")
    void aPathThatIsNoUriIsRefusedLikeAnyOther() throws Exception {
        var odd = new HttpIn("POST", "/mcp/tool/a|b", "a|b", "", call("DPoP bound", proof()).headers(), new byte[0],
                "127.0.0.1", "r-1");
        assertEquals("invalid_dpop_proof", refused(door(DpopMode.OPTIONAL, false), odd).error());
    }

    @Test
    @Covers({"RS-10", "T25"})
    void onlyTheTokensKeySignsIt() throws Exception {
        assertTrue(refused(door(DpopMode.OPTIONAL, false), call("DPoP bound",
                sign(header().jwk(other.toPublicJWK()).build(), claims(), other))).getMessage()
                .contains("another key"));
        assertEquals("invalid_dpop_proof", errorOf(sign(header().build(), claims(), other)), "foreign signature");
        assertEquals("invalid_dpop_proof", errorOf(sign(header().jwk(null).build(), claims(), key)));
        assertEquals("invalid_dpop_proof", errorOf(sign(header().type(JOSEObjectType.JWT).build(), claims(), key)));
        assertEquals("invalid_dpop_proof", errorOf(sign(header().type(null).build(), claims(), key)));
        assertEquals("invalid_dpop_proof", errorOf(sign(header().criticalParams(Set.of("exp")).build(), claims(),
                key)));
        var whole = proof();
        var parts = whole.split("\\.");
        for (var broken : List.of("", "x", "a.b.c", parts[0] + "." + parts[1] + ".", parts[0] + "." + parts[1] + "."
                + Base64URL.encode(new byte[64]), whole + "." + parts[2], "x".repeat(5_000),
                Base64URL.encode("{\"alg\":\"none\",\"typ\":\"dpop+jwt\"}") + "." + parts[1] + ".")) {
            assertEquals("invalid_dpop_proof", errorOf(broken));
        }
        assertTrue(spent.isEmpty());
    }

    @Test
    @Covers({"RS-10", "T25"})
    void keysAreAsymmetricPublicAndOfFairSize() throws Exception {
        var hmac = new JWSObject(new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK()).build(), new Payload(claims()));
        hmac.sign(new MACSigner(key.toPublicJWK().toJSONString()));
        assertEquals("invalid_dpop_proof", errorOf(hmac.serialize()));
        var privately = Base64URL.encode("{\"alg\":\"ES256\",\"typ\":\"dpop+jwt\",\"jwk\":" + key.toJSONString()
                + "}");
        assertEquals("invalid_dpop_proof", errorOf(privately + "." + proof().split("\\.", 2)[1]));
        var small = new RSAKeyGenerator(1024, true).generate();
        var weak = new JWSObject(new JWSHeader.Builder(JWSAlgorithm.RS256).type(new JOSEObjectType("dpop+jwt"))
                .jwk(small.toPublicJWK()).build(), new Payload(claims()));
        weak.sign(new RSASSASigner(small, true));
        var weakDoor = new DpopProofs((id, end) -> true, Optional.empty(), Limits.STANDARD, now::get);
        var refused = assertThrows(DpopRefused.class, () ->
                weakDoor.ofTokenRequest(call("Bearer x", weak.serialize()), DOOR));
        assertTrue(refused.getMessage().contains("2048"), refused.getMessage());
        var strong = new RSAKeyGenerator(2048).generate();
        for (var algorithm : List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256)) {
            var fair = new JWSObject(new JWSHeader.Builder(algorithm).type(new JOSEObjectType("dpop+jwt"))
                    .jwk(strong.toPublicJWK()).build(), new Payload(claims()));
            fair.sign(new RSASSASigner(strong));
            assertEquals(strong.computeThumbprint().toString(),
                    weakDoor.ofTokenRequest(call("Bearer x", fair.serialize()), DOOR).orElseThrow());
        }
    }

    @Test
    @Covers("RS-10")
    void withNoncesAProofIsMadeForNow() throws Exception {
        var door = door(DpopMode.OPTIONAL, true);
        var first = refused(door, call("DPoP bound", proof()));
        assertEquals("use_dpop_nonce", first.error());
        var nonce = first.nonce().orElseThrow();
        door.verify(call("DPoP bound", proof("nonce", nonce)), DOOR);
        now.set(NOW.plus(DpopLimits.NONCE_WINDOW));
        door.verify(call("DPoP bound", proof("nonce", nonce)), DOOR);
        now.set(NOW.plus(DpopLimits.NONCE_WINDOW).plus(DpopLimits.NONCE_WINDOW));
        var later = refused(door, call("DPoP bound", proof("nonce", nonce)));
        assertEquals("use_dpop_nonce", later.error());
        assertFalse(later.nonce().equals(first.nonce()));
        assertEquals("use_dpop_nonce", refused(door, call("DPoP bound", proof("nonce", "made-up"))).error());
        assertFalse(new DpopNonces("another secret of thirty-two bytes".getBytes(StandardCharsets.US_ASCII),
                now::get).good(later.nonce().orElseThrow()));
    }

    @Test
    @Covers("RS-10")
    void theChallengeNamesBothSchemesBearerFirst() throws Exception {
        var metadata = URI.create("https://tools.example.com/.well-known/oauth-protected-resource/mcp");
        var login = Challenge.login(metadata, List.of("mcp:read"));
        assertEquals(List.of("Bearer resource_metadata=\"" + metadata + "\", scope=\"mcp:read\"",
                "DPoP resource_metadata=\"" + metadata + "\", scope=\"mcp:read\", algs=\"ES256 ES384 PS256 RS256\""),
                fields(login.offering(DpopMode.OPTIONAL)));
        assertEquals(1, fields(login.offering(DpopMode.OFF)).size());
        assertTrue(fields(login.offering(DpopMode.REQUIRED)).getFirst().startsWith("DPoP "));
        var refused = refused(door(DpopMode.OPTIONAL, true), call("DPoP bound", proof()));
        var challenge = Challenge.refused(metadata, refused, List.of()).offering(DpopMode.OPTIONAL);
        assertFalse(fields(challenge).getFirst().contains("error"));
        assertTrue(fields(challenge).getLast().contains("error=\"use_dpop_nonce\""));
        assertEquals(refused.nonce(), challenge.on(Reply.empty(401)).headers().first("DPoP-Nonce"));
    }

    private static List<String> fields(Challenge challenge) {
        return challenge.on(Reply.empty(401)).headers().all("WWW-Authenticate");
    }
}
