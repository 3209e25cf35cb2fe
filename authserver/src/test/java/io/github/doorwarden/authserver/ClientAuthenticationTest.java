package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAuthenticationTest {

    private static final String SECRET = "a secret with + and % and ü, long enough";
    private static final String GRANT = Door.form("grant_type", "client_credentials", "resource", Door.MCP);

    @TempDir
    Path folder;
    private Door door;

    @BeforeEach
    void open() {
        door = Door.open(folder);
        door.clients.add(NewClient.service("nightly", "Nightly report", Set.of("mcp:read"), Optional.of(SECRET)));
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Door.Answer service(String body, String... headers) {
        return door.send(Door.post("/token", body, headers));
    }

    private Door.Answer basic(String id, String secret) {
        return service(GRANT, "Authorization", Door.basic(id, secret));
    }

    @Test
    @Covers({"AS-31", "AS-34", "AS-45"})
    void aServiceGetsATokenByHeaderOrBody() throws Exception {
        for (var answer : List.of(basic("nightly", SECRET),
                service(GRANT + "&" + Door.form("client_id", "nightly", "client_secret", SECRET)))) {
            assertEquals(200, answer.status(), answer.json().toString());
            assertFalse(answer.json().has("refresh_token"));
            assertEquals("mcp:read", answer.text("scope"));
            var claims = SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet();
            assertEquals("nightly", claims.getSubject());
            assertEquals("nightly", claims.getStringClaim("client_id"));
            assertEquals(List.of(Door.MCP), claims.getAudience());
            assertFalse(claims.getClaims().containsKey("email") || claims.getClaims().containsKey("auth_time"));
        }
        assertEquals("service", door.lastAudit().callerKind());
        assertEquals(1, door.grants.ofClient("nightly").size(), "one grant, so that it can be ended");
    }

    @Test
    @Covers({"AS-34", "AS-16"})
    void aServiceSaysForWhichResource() {
        var auth = new String[] {"Authorization", Door.basic("nightly", SECRET)};
        assertEquals("invalid_target", service("grant_type=client_credentials", auth).error(), "there are two");
        assertEquals("invalid_target", service(GRANT + "&" + Door.form("resource", Door.API), auth).error());
        assertEquals("invalid_target",
                service(Door.form("grant_type", "client_credentials", "resource", "https://x.example"), auth).error());
        assertEquals(200, service(Door.form("grant_type", "client_credentials", "resource", Door.API), auth).status());
    }

    @Test
    @Covers("AS-34")
    void aServiceMayNarrowButNotWiden() {
        var auth = new String[] {"Authorization", Door.basic("nightly", SECRET)};
        assertEquals("invalid_scope", service(GRANT + "&scope=mcp%3Awrite", auth).error());
        assertEquals("invalid_scope", service(GRANT + "&scope=unheard-of", auth).error());
        assertEquals("mcp:read", service(GRANT + "&scope=mcp%3Aread", auth).text("scope"));
    }

    @Test
    @Covers({"AS-34", "T14"})
    void onlyWhomTheOperatorVouchesForActsForItself() {
        assertEquals("unauthorized_client",
                door.token("grant_type", "client_credentials", "client_id", door.desktop().id()).error());
        var registered = door.send(Door.json("/register", """
                {"redirect_uris": ["https://app.example/cb"],
                 "grant_types": ["authorization_code", "client_credentials"]}""", "192.0.2.9"));
        assertEquals("[\"authorization_code\"]", registered.json().get("grant_types").toString());
        assertEquals("unauthorized_client", basic(registered.text("client_id"), registered.text("client_secret"))
                .error());
        assertThrows(IllegalArgumentException.class, () ->
                door.clients.add(new NewClient(Optional.of("open"), "Open", List.of(),
                Set.of("none"), Set.of("client_credentials"), Set.of(), Optional.empty())));
    }

    @Test
    @Covers({"AS-30", "AS-31"})
    void moreThanOneWayAtOnceIsRefused() {
        var header = Door.basic("nightly", SECRET);
        assertEquals("invalid_request", service(GRANT + "&client_secret=x", "Authorization", header).error());
        assertEquals("invalid_request", service(GRANT + "&client_id=desktop", "Authorization", header).error());
        assertEquals("invalid_request", service(GRANT, "Authorization", header, "Authorization", header).error());
        assertEquals("invalid_request",
                service(GRANT + "&client_assertion=x&client_assertion_type=y", "Authorization", header).error());
        assertEquals("invalid_request", service(GRANT + "&client_assertion=x&client_secret=z").error());
        assertEquals(200, service(GRANT + "&client_id=nightly", "Authorization", header).status());
    }

    @Test
    @Covers("AS-30")
    void nothingInTheUrl() {
        var in = Door.in("POST", "/token", "client_id=nightly", GRANT, "192.0.2.1",
                io.github.doorwarden.http.Headers.NONE.with("Content-Type", "application/x-www-form-urlencoded"),
                "Authorization",
                Door.basic("nightly", SECRET));
        assertEquals("invalid_request", door.send(in).error());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic ", "Basic !", "Basic bm9jb2xvbg==", "Basic OnNlY3JldA==", "Basic JTp4",
            "Basic gIA6eA==", "basic AAAA",
        "Basic bmlnaHRseTp3cm9uZw==", "Basic bmlnaHRseTo="})
    @Covers({"AS-39", "T22"})
    void aBrokenHeaderIsARefusalNotABug(String header) {
        var answer = service(GRANT, "Authorization", header);
        assertEquals(401, answer.status());
        assertEquals("invalid_client", answer.error());
        assertTrue(answer.headers().first("WWW-Authenticate").orElse("").startsWith("Basic "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain", "", "application/x-www-form-urlencoded\u0000"})
    @Covers({"AS-30", "T22"})
    void anotherContentTypeIsARefusalNotABug(String contentType) {
        var in = Door.in("POST", "/token", "", "{\"grant_type\":\"client_credentials\"}", "192.0.2.1",
                io.github.doorwarden.http.Headers.NONE.with("Content-Type", contentType));
        var answer = door.send(in);
        assertEquals(400, answer.status());
        assertEquals("invalid_request", answer.error());
    }

    @Test
    @Covers("AS-39")
    void anUnknownClientIsToldSoThatItRegistersAgain() {
        for (var id : List.of("gone", "cl_unknown", "x".repeat(1500))) {
            var answer = door.token("grant_type", "authorization_code", "client_id", id, "code", "x", "code_verifier",
                    Door.VERIFIER);
            assertEquals(401, answer.status());
            assertEquals("invalid_client", answer.error());
            assertFalse(answer.headers().first("WWW-Authenticate").isPresent());
        }
        assertEquals("invalid_client", door.token("grant_type", "authorization_code", "code", "x").error());
        assertEquals("unknown client", door.audit.getFirst().reason().replace("invalid_client: ", ""));
    }

    @Test
    @Covers("AS-39")
    void errorsAreThoseOfTheSpecification() {
        assertEquals("unsupported_grant_type", door.token("grant_type", "password", "client_id", door.desktop().id())
                .error());
        assertEquals("invalid_request", door.token("client_id", "desktop").error());
        assertEquals("invalid_request", door.token("grant_type", "authorization_code", "client_id", "desktop").error());
        assertEquals("invalid_request", door.token("grant_type", "refresh_token", "client_id", "desktop").error());
        assertEquals("unauthorized_client",
                service(Door.form("grant_type", "authorization_code", "code", "x"), "Authorization",
                Door.basic("nightly", SECRET)).error());
        assertEquals("no-store", door.token("client_id", "desktop").headers().first("Cache-Control").orElse(""));
    }

    @Test
    @Covers("AS-31")
    void aMethodIsNeverTakenAcrossNoneAndSecret() {
        assertEquals("invalid_client", door.token("grant_type", "client_credentials", "client_id", "nightly").error());
        var code = door.code(door.desktop());
        assertEquals("invalid_client",
                door.token("grant_type", "authorization_code", "client_id", "desktop", "client_secret", "anything",
                "code",
                code, "code_verifier", Door.VERIFIER).error());
        assertEquals(200, door.redeem(door.desktop(), code).status());
    }

    @Test
    @Covers({"AS-31", "AS-65"})
    void whoNamedAMethodIsHeldToItAndWhoDidNotMayUseEither() {
        var post = register("\"token_endpoint_auth_method\": \"client_secret_post\",");
        assertEquals(401, redeemBasic(post).status());
        assertEquals(200, redeemPost(post).status());
        var header = register("\"token_endpoint_auth_method\": \"client_secret_basic\",");
        assertEquals(401, redeemPost(header).status());
        assertEquals(200, redeemBasic(header).status());
        var either = register("");
        assertEquals("client_secret_basic", either.text("token_endpoint_auth_method"));
        assertEquals(200, redeemPost(either).status());
        assertEquals(200, redeemBasic(either).status());
        assertEquals(401, door.redeem(client(either), door.code(client(either))).status(), "silence is no secret");
    }

    private Door.Answer register(String more) {
        return door.send(Door.json("/register", "{" + more + "\"redirect_uris\": [\"http://127.0.0.1/callback\"]}",
                "192.0.2.9"));
    }

    private Client client(Door.Answer registered) {
        return door.clients.known(registered.text("client_id")).orElseThrow();
    }

    private Door.Answer redeemPost(Door.Answer registered) {
        return service(Door.form("grant_type", "authorization_code", "code", door.code(client(registered)),
                "code_verifier", Door.VERIFIER,
                "client_id", registered.text("client_id"), "client_secret", registered.text("client_secret")));
    }

    private Door.Answer redeemBasic(Door.Answer registered) {
        return service(Door.form("grant_type", "authorization_code", "code", door.code(client(registered)),
                "code_verifier", Door.VERIFIER),
                "Authorization", Door.basic(registered.text("client_id"), registered.text("client_secret")));
    }

    @Test
    @Covers({"AS-31", "T17"})
    void wrongSecretsAreThrottledPerPeerAndTheRightOneComesBackLater() {
        for (var i = 0; i < Limits.WRONG_SECRETS_PER_MINUTE; i++) {
            assertEquals(401, basic("nightly", "wrong").status());
        }
        var throttled = basic("nightly", SECRET);
        assertEquals(429, throttled.status());
        assertEquals("60", throttled.headers().first("Retry-After").orElse(""));
        var elsewhere = Door.in("POST", "/token", "", GRANT, "198.51.100.7",
                io.github.doorwarden.http.Headers.NONE.with("Content-Type", "application/x-www-form-urlencoded"),
                "Authorization",
                Door.basic("nightly", SECRET));
        assertEquals(200, door.send(elsewhere).status(), "one peer cannot shut out the others");
        door.clock.pass(Duration.ofMinutes(1));
        assertEquals(200, basic("nightly", SECRET).status());
    }

    @Test
    @Covers("T18")
    void noSecretIsComparedByEquals() throws Exception {
        // Secrets reach a comparison as hashes; this keeps anybody from comparing them as text.
        var sources = Path.of("src/main/java/io/github/doorwarden/authserver");
        for (var file : List.of("ClientAuthentication", "Codes", "RefreshTokens")) {
            var text = java.nio.file.Files.readString(sources.resolve(file + ".java"));
            assertFalse(text.matches("(?s).*(secret|verifier|challenge\\(\\)|token|code)\\.equals\\(.*"), file);
            assertFalse(text.matches("(?s).*Arrays\\.equals.*"), file);
        }
    }

    @Test
    @Covers({"AS-46", "T19"})
    void aSecretIsStoredAsAHashAndNeverAudited() throws Exception {
        basic("nightly", SECRET);
        basic("nightly", SECRET + "x");
        var file = new String(java.nio.file.Files.readAllBytes(folder.resolve("door.db-wal")),
                java.nio.charset.StandardCharsets.UTF_8);
        assertFalse(file.contains(SECRET));
        assertFalse(door.audit.toString().contains(SECRET));
        assertFalse(NewClient.service("a", "b", Set.of(), Optional.of(SECRET)).toString().contains(SECRET));
    }

    @Test
    @Covers("AS-34")
    void theIdOfAClientIsNobodyElses() {
        assertThrows(IllegalArgumentException.class, () ->
                door.clients.add(NewClient.service("p_ada", "x", Set.of(), Optional.of(SECRET))));
        for (var id : List.of("https://x", "a", "a b", "../x", "x".repeat(65), "")) {
            assertThrows(IllegalArgumentException.class, () ->
                    door.clients.add(NewClient.service(id, "x", Set.of(), Optional.of(SECRET))), id);
        }
        assertThrows(IllegalArgumentException.class, () ->
                door.clients.add(NewClient.service("nightly", "x", Set.of(), Optional.of(SECRET))));
        assertThrows(IllegalArgumentException.class, () ->
                door.clients.add(NewClient.service("weak", "x", Set.of(), Optional.of("short"))));
    }

    @Test
    void aClientOfTheConfigurationIsTheSameAtEveryStart() {
        var first = door.clients.declare(NewClient.forPeople("mcp-inspector-client", "Inspector",
                List.of("http://127.0.0.1:6274/oauth/callback", "http://127.0.0.1:6274/oauth/callback/debug")));
        var second = door.clients.declare(
                NewClient.forPeople("mcp-inspector-client", "Inspector 2",
                List.of("http://127.0.0.1:6274/oauth/callback")));
        assertEquals(second.redirectUris(), door.clients.known("mcp-inspector-client").orElseThrow().redirectUris());
        assertFalse(first.digest().equals(second.digest()), "remembered consent ends when the redirect URIs change");
        assertThrows(IllegalArgumentException.class, () ->
                door.clients.declare(NewClient.service("bot", "Bot", Set.of(), Optional.empty())));
    }

    @Test
    @Covers("AS-27")
    void aRevokedClientIsGoneWithEverythingItWasGranted() {
        var desktop = door.desktop();
        var tokens = door.redeem(desktop, door.code(desktop));
        var grant = door.grants.ofClient("desktop").getFirst();
        assertTrue(door.clients.revoke("desktop", "by the operator", door.grants));
        assertTrue(door.grants.isRevoked(grant.id()));
        assertEquals("invalid_client", door.refresh(desktop, tokens.text("refresh_token")).error());
        assertTrue(door.clients.list().stream()
                .anyMatch(row -> row.client().id().equals("desktop") && row.revokedAt().isPresent()));
    }
}
