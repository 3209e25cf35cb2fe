package io.github.doorwarden.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BearerTokensTest {

    private static final URI DOOR = URI.create("https://tools.example.com/mcp");
    private static final String ISSUER = "https://tools.example.com";
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static RSAKey key;
    private static RSAKey stranger;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final AtomicReference<JWKSet> published = new AtomicReference<>(new JWKSet(key.toPublicJWK()));
    private final Set<String> revoked = new HashSet<>();
    private final BearerTokens tokens = new BearerTokens(
            new JwtVerifier(ISSUER, published::get, Limits.STANDARD, now::get), revoked::contains, Limits.STANDARD,
                    now::get);

    @BeforeAll
    static void makeKeys() throws Exception {
        key = new RSAKeyGenerator(2048).keyID("k1").generate();
        stranger = new RSAKeyGenerator(2048).keyID("k1").generate();
    }

    private static Map<String, Object> claims() {
        var claims = new HashMap<String, Object>();
        claims.put("iss", ISSUER);
        claims.put("aud", List.of(DOOR.toString()));
        claims.put("sub", "p-1");
        claims.put("client_id", "c-1");
        claims.put("scope", "mcp:read mcp:write");
        claims.put("email", "ada@example.com");
        claims.put("gid", "g-1");
        claims.put("jti", "j-1");
        claims.put("iat", NOW.getEpochSecond());
        claims.put("exp", NOW.plusSeconds(300).getEpochSecond());
        return claims;
    }

    private static String sign(Map<String, Object> claims, String type, RSAKey with) throws Exception {
        var jws = new JWSObject(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").type(new JOSEObjectType(
                type)).build(),
                new Payload(claims));
        jws.sign(new RSASSASigner(with));
        return jws.serialize();
    }

    private static HttpIn with(String... authorization) {
        var headers = Headers.NONE;
        for (var value : authorization) {
            headers = headers.with("Authorization", value);
        }
        return new HttpIn("POST", "/mcp", "", headers, new byte[0], "127.0.0.1", "r-1");
    }

    private TokenRefused refused(String token) {
        return assertThrows(TokenRefused.class, () -> tokens.verify(with("Bearer " + token), DOOR));
    }

    @Test
    @Covers({"RS-3", "RS-5"})
    void aGoodTokenMakesACaller() throws Exception {
        var caller = tokens.verify(with("bEaReR " + sign(claims(), "at+jwt", key)), DOOR);
        assertEquals(Caller.Kind.USER, caller.kind());
        assertEquals("p-1", caller.subject());
        assertEquals("c-1", caller.clientId());
        assertEquals("ada@example.com", caller.email().orElseThrow());
        assertEquals(Set.of("mcp:read", "mcp:write"), caller.scopes());
        assertFalse(caller.toString().contains("eyJ"));
    }

    @Test
    @Covers("RS-13")
    void aCallerKnowsHowItsPersonSignedIn() throws Exception {
        assertEquals(SignIn.UNKNOWN, tokens.verify(with("Bearer " + sign(claims(), "at+jwt", key)), DOOR).signIn());
        var claims = claims();
        claims.put("auth_time", NOW.getEpochSecond() - 60);
        claims.put("acr", SignIn.TWO_FACTORS);
        claims.put("amr", List.of("pwd", "otp", "mfa"));
        var signIn = tokens.verify(with("Bearer " + sign(claims, "at+jwt", key)), DOOR).signIn();
        assertEquals(new SignIn(Optional.of(NOW.minusSeconds(60)), Optional.of(SignIn.TWO_FACTORS),
                Set.of("pwd", "otp", "mfa")), signIn);
        assertTrue(signIn.twoFactors() && signIn.within(Duration.ofMinutes(1), NOW));
        assertFalse(signIn.within(Duration.ofSeconds(59), NOW));
        for (var odd : List.of("yesterday", List.of(1), Map.of())) {
            claims.put("auth_time", odd);
            assertEquals("invalid_token", refused(sign(claims, "at+jwt", key)).error());
        }
    }

    @Test
    void withoutCredentialsTheCallerIsNobody() {
        assertTrue(tokens.verify(with(), DOOR).isAnonymous());
    }

    @Test
    void aClientWithATokenOfItsOwnIsAService() throws Exception {
        var claims = claims();
        claims.put("sub", "c-1");
        assertEquals(Caller.Kind.SERVICE, tokens.verify(with("Bearer " + sign(claims, "at+jwt", key)), DOOR).kind());
    }

    @Test
    @Covers({"RS-3", "T5"})
    void aTokenForAnotherDoorOrFromAnotherIssuerIsRefused() throws Exception {
        var elsewhere = claims();
        elsewhere.put("aud", List.of("https://tools.example.com/other"));
        assertTrue(refused(sign(elsewhere, "at+jwt", key)).getMessage().contains("https://tools.example.com/other"));
        var prefix = claims();
        prefix.put("aud", List.of(DOOR + "/deeper", "https://tools.example.com"));
        refused(sign(prefix, "at+jwt", key));
        var foreign = claims();
        foreign.put("iss", ISSUER + "/");
        refused(sign(foreign, "at+jwt", key));
    }

    @Test
    @Covers({"RS-3", "T15"})
    void everyWrongTokenIsRefusedWithItsReason() throws Exception {
        var unsigned = Base64.getUrlEncoder().withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"typ\":\"at+jwt\"}".getBytes(
                StandardCharsets.UTF_8)) + "." + new Payload(claims()).toBase64URL() + ".";
        var confused = new JWSObject(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").type(
                new JOSEObjectType("at+jwt")).build(),
                new Payload(claims()));
        confused.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
        var critical = new JWSObject(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").type(
                new JOSEObjectType("at+jwt"))
                .criticalParams(Set.of("x-odd")).customParam("x-odd", true).build(), new Payload(claims()));
        critical.sign(new RSASSASigner(key));
        var good = sign(claims(), "at+jwt", key);
        for (var bad : List.of(unsigned, confused.serialize(), critical.serialize(), sign(claims(), "JWT", key),
                sign(claims(), "at+jwt", stranger), good.substring(0, good.length() - 4) + "AAAA", "x", "a.b.c",
                        good + ".x", good + "x", good + "~", good + "=")) {
            var refusal = refused(bad);
            assertEquals(401, refusal.status());
            assertEquals("invalid_token", refusal.error());
            assertFalse(refusal.getMessage().contains(bad) && bad.length() > 5, "the token is echoed");
        }
        for (var missing : List.of("exp", "sub", "client_id", "jti", "aud", "iss")) {
            var claims = claims();
            claims.remove(missing);
            refused(sign(claims, "at+jwt", key));
        }
        var typed = claims();
        typed.put("scope", List.of("mcp:read"));
        refused(sign(typed, "at+jwt", key));
    }

    @Test
    @Covers("RS-3")
    void aTokenDiesOnTheSecondEvenWhenItIsRemembered() throws Exception {
        var token = sign(claims(), "at+jwt", key);
        tokens.verify(with("Bearer " + token), DOOR);
        now.set(NOW.plusSeconds(299));
        tokens.verify(with("Bearer " + token), DOOR);
        now.set(NOW.plusSeconds(300));
        refused(token);
    }

    @Test
    void revokingTheGrantEndsARememberedTokenAtOnce() throws Exception {
        var token = sign(claims(), "at+jwt", key);
        tokens.verify(with("Bearer " + token), DOOR);
        assertEquals(1, tokens.remembered());
        revoked.add("g-1");
        assertTrue(refused(token).detail().contains("revoked"));
    }

    @Test
    @Covers("T16")
    void withdrawingAKeyEndsRememberedTokens() throws Exception {
        var token = sign(claims(), "at+jwt", key);
        tokens.verify(with("Bearer " + token), DOOR);
        published.set(new JWKSet());
        refused(token);
    }

    @Test
    void theCacheDoesNotOutliveItsTime() throws Exception {
        var token = sign(claims(), "at+jwt", key);
        tokens.verify(with("Bearer " + token), DOOR);
        now.set(NOW.plus(Duration.ofSeconds(56)));
        published.set(new JWKSet(stranger.toPublicJWK()));
        refused(token);
    }

    @Test
    @Covers({"RS-3", "RS-5"})
    void malformedCredentialsAreRefused() throws Exception {
        var token = sign(claims(), "at+jwt", key);
        assertEquals(400, assertThrows(TokenRefused.class,
                () -> tokens.verify(with("Bearer " + token, "Bearer " + token), DOOR)).status());
        for (var bad : List.of("Basic YTpi", "Bearer", "Bearer ", "Bearer " + token + " x",
                "Bearer " + "a".repeat(9_000), "Bearer é",
                token)) {
            assertEquals(401, assertThrows(TokenRefused.class, () -> tokens.verify(with(bad), DOOR), bad).status());
        }
    }

    @Test
    @Covers({"RS-1", "RS-2"})
    void challengesAndMetadataNameTheDoor() {
        var metadata = ResourceMetadata.url(DOOR);
        assertEquals("https://tools.example.com/.well-known/oauth-protected-resource/mcp", metadata.toString());
        assertEquals("Bearer resource_metadata=\"" + metadata + "\", scope=\"mcp:read\"",
                Challenge.login(metadata, List.of("mcp:read")).header());
        assertTrue(Challenge.insufficientScope(metadata,
                List.of("mcp:write")).header().contains("error=\"insufficient_scope\""));
        assertEquals("Bearer resource_metadata=\"" + metadata + "\", scope=\"mcp:write\", "
                + "error=\"insufficient_user_authentication\", "
                + "error_description=\"This needs a sign-in with a second factor.\", "
                + "acr_values=\"urn:doorwarden:acr:two-factors\", max_age=300",
                Challenge.insufficientSignIn(metadata, List.of("mcp:write"), Optional.of(SignIn.TWO_FACTORS),
                        Optional.of(Duration.ofMinutes(5))).header());
        var odd = new TokenRefused(401, "invalid_token", "a \"quote\" and \r\n a line", "", "");
        assertFalse(Challenge.refused(metadata, odd, List.of()).header().contains("\n"));
        var json = new ResourceMetadata(DOOR, List.of(URI.create(ISSUER)), List.of("mcp:read"), "Tools").json();
        assertEquals(DOOR.toString(), json.get("resource").asString());
        assertEquals(ISSUER, json.get("authorization_servers").get(0).asString());
        assertEquals("header", json.get("bearer_methods_supported").get(0).asString());
    }

    @Test
    void callersBelongToTheOrganisationWhoseListsNameThem() throws Exception {
        var lists = new Tiers(List.of(new Tiers.Tier("acme", Set.of(), Set.of("example.com"), Set.of()),
                new Tiers.Tier("globex", Set.of("ada@example.com"), Set.of(), Set.of("c-1"))));
        var door = new BearerTokens(new JwtVerifier(ISSUER, published::get, Limits.STANDARD, now::get),
                revoked::contains, Possession.NONE, new Tenants(lists, Optional.empty(), now::get), Limits.STANDARD,
                now::get);
        assertEquals(Optional.of("acme"), door.verify(sign(claims(), "at+jwt", key), DOOR).tenant());
        var elsewhere = claims();
        elsewhere.put("email", "ada@example.org");
        assertEquals(Optional.empty(), door.verify(sign(elsewhere, "at+jwt", key), DOOR).tenant());
        var robot = claims();
        robot.put("sub", "c-1");
        robot.remove("email");
        assertEquals(Optional.of("globex"), door.verify(sign(robot, "at+jwt", key), DOOR).tenant());
        assertEquals(Optional.empty(), tokens.verify(sign(claims(), "at+jwt", key), DOOR).tenant());
    }

    @Test
    void aTokenCanBeHadForAnExchangeByWhomItWasOpenedForAlone() throws Exception {
        var token = sign(claims(), "at+jwt", key);
        var before = tokens.verify(token, DOOR);
        var presented = tokens.presented();
        assertEquals(Optional.empty(), presented.apply(before), "nothing was kept until somebody asked");
        var caller = tokens.verify(token, DOOR);
        assertEquals(Optional.of(token), presented.apply(caller), "though it was known already");
        assertSame(caller, tokens.verify(token, DOOR), "from the cache");
        assertEquals(Optional.of(token), presented.apply(caller.in(Belonging.to(Optional.of("acme")))));
        assertFalse(caller.toString().contains(token.substring(0, 20)), caller.toString());
        assertFalse(caller.equals(before), "nor does it make two of them alike");
        assertEquals(Optional.empty(), presented.apply(Caller.anonymous()));
    }

    @Test
    void callersWhoStayKeepTheirTokenHoweverManyComeAfterThem() throws Exception {
        var small = new Limits(8_000, 2, Duration.ofSeconds(1), 1, Duration.ofSeconds(5));
        var door = new BearerTokens(new JwtVerifier(ISSUER, published::get, Limits.STANDARD, now::get),
                revoked::contains, small, now::get);
        var presented = door.presented();
        var token = sign(claims(), "at+jwt", key);
        var stays = door.verify(token, DOOR);
        var others = new ArrayList<Caller>();
        for (var i = 0; i < 50; i++) {
            now.set(now.get().plus(small.cachedFor()));
            others.add(door.verify(token, DOOR));               // verified again: another object
        }
        door.remembered();
        for (var each : others) {
            assertEquals(Optional.of(token), presented.apply(each));
        }
        assertEquals(Optional.of(token), presented.apply(stays));
    }
}
