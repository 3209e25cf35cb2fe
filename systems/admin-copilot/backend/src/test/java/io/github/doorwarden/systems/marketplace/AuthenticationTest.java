package io.github.doorwarden.systems.marketplace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.systems.backend.Digests;
import io.github.doorwarden.systems.backend.IdentityProvider;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthenticationTest {

    private Bed bed;

    @BeforeAll
    void start() throws IOException {
        bed = new Bed();
    }

    @AfterAll
    void stop() throws IOException {
        bed.close();
    }

    private int status(String token) {
        return bed.call("GET", "instructors/coverage", null, token, Map.of()).status();
    }

    /// Every way to come to the door, and what it answers.
    @TestFactory
    @Covers("T5")
    Stream<DynamicTest> doors() throws JOSEException {
        var idp = bed.idp;
        var now = bed.clock.instant();
        var stranger = IdentityProvider.rsa("key-1", 2048);
        var weak = IdentityProvider.rsa("key-weak", 1024);
        var doors = new LinkedHashMap<String, Object[]>();
        doors.put("no token", new Object[] {null, 401});
        doors.put("good RS256", new Object[] {idp.token("mcp:read"), 200});
        doors.put("good ES256", new Object[] {idp.sign(IdentityProvider.EC, JWSAlgorithm.ES256, "at+jwt", "mcp:read",
                c -> {}), 200});
        doors.put("typ JWT", new Object[] {idp.sign(IdentityProvider.RSA, JWSAlgorithm.RS256, "JWT", "mcp:read",
                c -> {}), 200});
        doors.put("typ missing", new Object[] {idp.sign(IdentityProvider.RSA, JWSAlgorithm.RS256, null, "mcp:read",
                c -> {}), 401});
        doors.put("typ of a logout token", new Object[] {idp.sign(IdentityProvider.RSA, JWSAlgorithm.RS256,
                "logout+jwt", "mcp:read", c -> {}), 401});
        doors.put("one of several audiences", new Object[] {idp.token("mcp:read", c -> c.audience(List.of("x",
                IdentityProvider.AUDIENCE))), 200});
        doors.put("several scopes", new Object[] {idp.token("openid mcp:read mcp:write"), 200});
        doors.put("scope as a list", new Object[] {idp.token("", c -> c.claim("scope", List.of("mcp:read"))), 200});
        doors.put("another's signature under our key id", new Object[] {idp.sign(stranger, JWSAlgorithm.RS256,
                "at+jwt", "mcp:read", c -> {}), 401});
        doors.put("broken signature", new Object[] {flipped(idp.token("mcp:read")), 401});
        doors.put("RS512", new Object[] {idp.sign(IdentityProvider.RSA, JWSAlgorithm.RS512, "at+jwt", "mcp:read",
                c -> {}), 401});
        doors.put("key id of the EC key, signed by RSA", new Object[] {idp.sign(
                new com.nimbusds.jose.jwk.RSAKey.Builder(IdentityProvider.RSA)
                .keyID("key-ec").build(), JWSAlgorithm.RS256, "at+jwt", "mcp:read", c -> {}), 401});
        claims(doors, idp, now);
        doors.put("alg none", new Object[] {new PlainJWT(new JWTClaimsSet.Builder().issuer(IdentityProvider.ISSUER)
                .audience(IdentityProvider.AUDIENCE)
                .subject("client_copilot").claim("scope", "mcp:read").expirationTime(Date.from(now.plusSeconds(300)))
                .build()).serialize(), 401});
        doors.put("HS256 with the public key as secret", new Object[] {hs256(), 401});
        doors.put("weak key", new Object[] {idp.sign(weak, JWSAlgorithm.RS256, "at+jwt", "mcp:read", c -> {}), 401});
        doors.put("no scope", new Object[] {idp.token(""), 403});
        doors.put("scope that only begins alike", new Object[] {idp.token("mcp:readonly"), 403});
        doors.put("write without read", new Object[] {idp.token("mcp:write"), 403});
        doors.put("static token", new Object[] {Bed.STATIC_TOKEN, 200});
        doors.put("static token, longer", new Object[] {Bed.STATIC_TOKEN + "x", 401});
        doors.put("static token, shorter", new Object[] {Bed.STATIC_TOKEN.substring(1), 401});
        doors.put("rubbish", new Object[] {"a.b.c", 401});
        doors.put("endless", new Object[] {"a".repeat(9_000), 401});
        idp.keys = List.of(IdentityProvider.RSA, IdentityProvider.EC, weak);
        return doors.entrySet().stream().map(door -> DynamicTest.dynamicTest(door.getKey(),
                () -> assertEquals(door.getValue()[1], status((String) door.getValue()[0]))));
    }

    /// Tokens that are signed well and say the wrong thing.
    private static void claims(Map<String, Object[]> doors, ServiceIssuer idp, Instant now) throws JOSEException {
        doors.put("other audience", new Object[] {idp.token("mcp:read", c -> c.audience("https://other.example")),
                401});
        doors.put("audiences without ours", new Object[] {idp.token("mcp:read", c -> c.audience(List.of("a", "b"))),
                401});
        doors.put("no audience", new Object[] {idp.token("mcp:read", c -> c.audience((String) null)), 401});
        doors.put("our audience, other issuer", new Object[] {idp.token("mcp:read",
                c -> c.issuer("https://evil.example/")), 401});
        doors.put("issuer without its slash", new Object[] {idp.token("mcp:read",
                c -> c.issuer("https://idp.example")), 401});
        doors.put("expired", new Object[] {idp.token("mcp:read",
                c -> c.expirationTime(Date.from(now.minusSeconds(31)))), 401});
        doors.put("expired within the skew", new Object[] {idp.token("mcp:read",
                c -> c.expirationTime(Date.from(now.minusSeconds(29)))), 200});
        doors.put("no expiry", new Object[] {idp.token("mcp:read", c -> c.expirationTime(null)), 401});
        doors.put("not yet valid", new Object[] {idp.token("mcp:read",
                c -> c.notBeforeTime(Date.from(now.plusSeconds(40)))), 401});
        doors.put("no subject", new Object[] {idp.token("mcp:read", c -> c.subject(null)), 401});
    }

    private static String flipped(String token) {
        var at = token.lastIndexOf('.') + 10;
        return token.substring(0, at) + (token.charAt(at) == 'A' ? 'B' : 'A') + token.substring(at + 1);
    }

    private String hs256() throws JOSEException {
        var jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("key-1")
                .type(new JOSEObjectType("at+jwt")).build(),
                new JWTClaimsSet.Builder().issuer(IdentityProvider.ISSUER).audience(IdentityProvider.AUDIENCE)
                        .subject("client_copilot")
                        .claim("scope", "mcp:read").expirationTime(Date.from(bed.clock.instant().plusSeconds(300)))
                        .build());
        jwt.sign(new MACSigner(IdentityProvider.RSA.toRSAPublicKey().getEncoded()));
        return jwt.serialize();
    }

    @Test
    void theChallengeSaysWhatIsMissing() {
        var none = bed.call("GET", "instructors", null, null, Map.of());
        assertEquals("Bearer", none.raw().headers().firstValue("WWW-Authenticate").orElseThrow());
        assertEquals("application/problem+json", none.raw().headers().firstValue("Content-Type").orElseThrow());
        var bad = bed.call("GET", "instructors", null, "x", Map.of());
        assertEquals("Bearer error=\"invalid_token\"", bad.raw().headers().firstValue("WWW-Authenticate")
                .orElseThrow());
        var reader = bed.call("POST", "invites/preview", Map.of("emails", List.of("a@b.example")),
                bed.idp.token("mcp:read"), Map.of());
        assertEquals(403, reader.status());
        assertEquals("Bearer error=\"insufficient_scope\", scope=\"mcp:write\"", reader.raw().headers()
                .firstValue("WWW-Authenticate").orElseThrow());
        assertTrue(reader.detail().contains("mcp:write"), reader.detail());
    }

    @Test
    void withoutAStaticTokenNoneIsAccepted() throws IOException {
        try (var other = new Bed(Optional.empty())) {
            assertEquals(401, other.call("GET", "instructors/coverage", null, Bed.STATIC_TOKEN, Map.of()).status());
            assertEquals(401, other.call("GET", "instructors/coverage", null, "", Map.of()).status());
            assertEquals(200, other.get("instructors/coverage").status());
        }
    }

    @Test
    void schemeIsCaseInsensitiveAndOnlyBearer() {
        var token = bed.idp.token("mcp:read");
        assertEquals(200, bed.call("GET", "instructors/coverage", null, null, Map.of("Authorization", "bearer "
                + token)).status());
        assertEquals(401, bed.call("GET", "instructors/coverage", null, null, Map.of("Authorization", "Basic " + token))
                .status());
        assertEquals(422, bed.call("GET", "instructors/coverage?access_token=" + token, null, token, Map.of())
                .status());
    }

    @Test
    @Covers("RS-12")
    void everyAuthenticationIsAnEventAndNoTokenIsEverLogged() {
        var good = bed.idp.token("mcp:read", c -> c.subject("client_events").claim("client_id", "client_events"));
        var expired = bed.idp.token("mcp:read", c -> c.expirationTime(Date.from(bed.clock.instant().minusSeconds(900)))
                .jwtID("expired-one"));
        status(good);
        status(expired);
        status(Bed.STATIC_TOKEN);
        bed.call("POST", "invites/send", Map.of(), good, Map.of());
        var jwt = bed.events("mcp_auth_m2m_jwt").stream().filter(e -> e.path("principal_id").asString("")
                .equals("client_events")).toList();
        assertEquals("service", jwt.getFirst().path("principal_type").asString());
        assertTrue(bed.events("mcp_auth_failed").stream().anyMatch(e -> e.path("reason").asString("")
                .equals("expired")));
        assertFalse(bed.events("mcp_auth_static_token").isEmpty());
        assertTrue(bed.events("mcp_scope_insufficient").stream().anyMatch(e -> e.path("scope").asString("")
                .equals("mcp:write")));
        var log = bed.log.toString(StandardCharsets.UTF_8);
        for (var token : List.of(good, expired, Bed.STATIC_TOKEN)) {
            assertFalse(log.contains(token));
            assertFalse(log.contains(token.substring(token.length() - 20)));
        }
        assertTrue(log.contains(Digests.sha256(expired).substring(0, 8)));
    }

    @Test
    void everyCallIsAudited() {
        var person = bed.idp.token("mcp:read", c -> c.subject("user_42").claim("client_id", "web").claim("email",
                "ann@example.com"));
        var longId = "client_" + "x".repeat(100);
        bed.call("GET", "instructors/nobody%20here", null, person, Map.of("X-On-Behalf-Of", "someone-else"));
        bed.call("GET", "metrics/gmv", null, bed.idp.token("mcp:read"), Map.of("X-On-Behalf-Of",
                "admin@instainstru.example"));
        bed.call("GET", "search/zero-results", null, bed.idp.token("mcp:read", c -> c.subject(longId)), Map.of());
        bed.call("GET", "founding/funnel-summary", null, null, Map.of());
        var rows = bed.rows(
                "SELECT principal_type, principal_id, on_behalf_of, method, path_template, status FROM audit");
        assertTrue(rows.contains(row("user", "user_42", null, "GET", "/api/v1/admin/mcp/instructors/{identifier}",
                "404")), rows.toString());
        assertTrue(rows.contains(row("service", "client_copilot", "admin@instainstru.example", "GET",
                "/api/v1/admin/mcp/metrics/{name}", "200")));
        assertTrue(rows.contains(row("none", "", null, "GET", "/api/v1/admin/mcp/founding/funnel-summary", "401")));
        var cut = rows.stream().filter(r -> r.get(4).endsWith("zero-results")).findFirst().orElseThrow();
        assertEquals(64, cut.get(1).length());
        assertEquals("client_" + "x".repeat(40) + "~" + Digests.sha256(longId).substring(0, 16), cut.get(1));
    }

    private static List<String> row(String... cells) {
        return java.util.Arrays.asList(cells);
    }

    @Test
    void onBehalfOfIsBounded() {
        var token = bed.idp.token("mcp:read");
        assertEquals(200, bed.call("GET", "metrics/gmv", null, token, Map.of("X-On-Behalf-Of", "a".repeat(64)))
                .status());
        assertEquals(422, bed.call("GET", "metrics/gmv", null, token, Map.of("X-On-Behalf-Of", "a".repeat(65)))
                .status());
    }

    @Test
    void healthAndContractAreOpen() {
        assertEquals(200, bed.call("GET", "/api/v1/health", null, null, Map.of()).status());
        assertEquals(200, bed.call("GET", "/openapi.json", null, null, Map.of()).status());
        assertEquals(404, bed.call("GET", "/api/v1/admin/mcp/secrets", null, null, Map.of()).status());
        assertEquals("GET", bed.call("DELETE", "instructors", null, null, Map.of()).raw().headers().firstValue("Allow")
                .orElseThrow());
    }
}
