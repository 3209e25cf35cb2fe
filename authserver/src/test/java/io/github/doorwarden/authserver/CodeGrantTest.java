package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeGrantTest {

    @TempDir
    Path folder;
    private Door door;
    private Client client;

    @BeforeEach
    void open() {
        door = Door.open(folder);
        client = door.desktop();
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    @Covers({"AS-7", "AS-32", "AS-45"})
    void aCodeBecomesTokens() throws Exception {
        var answer = door.redeem(client, door.code(client));
        assertEquals(200, answer.status(), answer.json().toString());
        assertEquals("no-store", answer.headers().first("Cache-Control").orElse(""));
        assertEquals("application/json", answer.headers().first("Content-Type").orElse(""));
        assertEquals("Bearer", answer.text("token_type"));
        assertEquals(300, answer.json().get("expires_in").asInt());
        assertEquals("mcp:read mcp:write", answer.text("scope"));
        assertEquals(43, answer.text("refresh_token").length());
        var claims = SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet();
        assertEquals("p_ada", claims.getSubject());
        assertEquals(List.of(Door.MCP), claims.getAudience());
        assertEquals("ada@example.org", claims.getStringClaim("email"));
        assertEquals(List.of(claims.getStringClaim("gid")), door.grants.ofPerson("p_ada").stream().map(Grant::id)
                .toList());
        var line = door.lastAudit();
        assertEquals(List.of("token", "allowed", "user", "p_ada", "desktop", claims.getJWTID(), "authorization_code",
                "192.0.2.1"),
                List.of(line.event(), line.outcome(), line.callerKind(), line.subject(), line.clientId(),
                line.tokenId(), line.thing(), line.peer()));
    }

    @Test
    @Covers({"AS-14", "AS-32", "T6"})
    void theVerifierMustBelongToTheChallenge() {
        var code = door.code(client);
        var wrong = List.of("b".repeat(43), "a".repeat(128), Door.VERIFIER + "x", Door.VERIFIER.substring(1), "short",
                "a".repeat(129),
                Door.CHALLENGE, Door.VERIFIER.toUpperCase(java.util.Locale.ROOT), "ü".repeat(43));
        for (var verifier : wrong) {
            assertEquals("invalid_grant", door.token("grant_type", "authorization_code", "client_id", client.id(),
                    "code", code,
                    "code_verifier", verifier).error(), verifier);
        }
        assertEquals("invalid_grant", door.token("grant_type", "authorization_code", "client_id", client.id(), "code",
                code).error());
        assertEquals(200, door.redeem(client, code).status(), "none of the mistakes has spent the code");
    }

    @Test
    @Covers({"AS-32", "T6"})
    void aVerifierOf128CharactersWorksAndOneOfAnotherFlowDoesNot() {
        var longest = "v".repeat(128);
        var code = door.codes.issue(new Codes.Approved(client.id(), "p_ada", Door.CALLBACK,
                Hashes.sha256Base64Url(longest), Door.MCP,
                Set.of("mcp:read"), door.clock.instant()));
        assertEquals("invalid_grant", door.redeem(client, code).error(),
                "the verifier of flow A with the code of flow B");
        assertEquals(200, door.token("grant_type", "authorization_code", "client_id", client.id(), "code", code,
                "code_verifier",
                longest).status());
        var tooShort = "w".repeat(42);
        var weak = door.codes.issue(new Codes.Approved(client.id(), "p_ada", Door.CALLBACK,
                Hashes.sha256Base64Url(tooShort), Door.MCP,
                Set.of("mcp:read"), door.clock.instant()));
        assertEquals("invalid_grant", door.token("grant_type", "authorization_code", "client_id", client.id(), "code",
                weak, "code_verifier",
                tooShort).error());
    }

    @Test
    @Covers({"AS-32", "T8"})
    void theRedirectUriMayBeLeftOutButNotDiffer() {
        var code = door.code(client);
        for (var other : List.of("http://127.0.0.1:4712/callback", "http://127.0.0.1/callback", Door.CALLBACK + "/",
                "https://desktop.example/cb")) {
            assertEquals("invalid_grant", door.token("grant_type", "authorization_code", "client_id", client.id(),
                    "code", code,
                    "code_verifier", Door.VERIFIER, "redirect_uri", other).error(), other);
        }
        assertEquals(200, door.token("grant_type", "authorization_code", "client_id", client.id(), "code", code,
                "code_verifier", Door.VERIFIER,
                "redirect_uri", Door.CALLBACK).status());
    }

    @Test
    @Covers({"AS-16", "AS-32", "T28"})
    void aWrongResourceDoesNotSpendTheCode() {
        var code = door.code(client);
        for (var resource : List.of(Door.API, "https://other.example/mcp", "nonsense", Door.MCP + "#x", Door.ISSUER
                + "/mcp2")) {
            var answer = door.token("grant_type", "authorization_code", "client_id", client.id(), "code", code,
                    "code_verifier", Door.VERIFIER,
                    "resource", resource);
            assertEquals("invalid_target", answer.error(), resource);
        }
        assertEquals(200, door.token("grant_type", "authorization_code", "client_id", client.id(), "code", code,
                "code_verifier", Door.VERIFIER,
                "resource", "HTTPS://Door.Example/mcp/").status());
    }

    @Test
    @Covers({"AS-18", "T7"})
    void aCodeOfAnotherClientOrAfterAMinuteIsWorthless() {
        var other = door.clients.add(NewClient.forPeople("other", "Other", List.of("http://127.0.0.1/callback")))
                .client();
        var code = door.code(client);
        assertEquals("invalid_grant", door.redeem(other, code).error());
        assertEquals("invalid_grant", door.redeem(client, "x".repeat(43)).error());
        door.clock.pass(Duration.ofSeconds(60));
        assertEquals("invalid_grant", door.redeem(client, code).error());
        assertTrue(door.lastAudit().reason().contains("has ended"));
    }

    @Test
    @Covers({"AS-18", "AS-46", "T19"})
    void neitherDatabaseNorAuditHasACodeOrAToken() throws Exception {
        var code = door.code(client);
        var tokens = door.redeem(client, code);
        door.refresh(client, tokens.text("refresh_token"));
        door.redeem(client, code);
        var kept = new StringBuilder(door.audit.toString());
        for (var file : List.of("door.db", "door.db-wal")) {
            kept.append(java.nio.file.Files.readString(folder.resolve(file),
                    java.nio.charset.StandardCharsets.ISO_8859_1));
        }
        assertTrue(kept.indexOf("desktop") > 0, "the search finds what is there");
        for (var secret : List.of(code, Door.VERIFIER, tokens.text("refresh_token"), tokens.text("access_token"))) {
            assertTrue(kept.indexOf(secret) < 0);
        }
    }

    @Test
    @Covers({"AS-18", "AS-32", "T7"})
    void fiftyAtOnceGetOneAnswerAndThenNothingIsLeft() throws Exception {
        var code = door.code(client);
        try (var second = door.second(folder); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = threads.invokeAll(java.util.stream.IntStream.range(0, 50)
                    .<Callable<Door.Answer>>mapToObj(i -> () -> (i % 2 == 0 ? door : second).redeem(client, code))
                    .toList());
            var granted = 0;
            var refresh = Optional.<String>empty();
            for (var answer : answers) {
                granted += answer.get().status() == 200 ? 1 : 0;
                refresh = answer.get().status() == 200 ? Optional.of(answer.get().text("refresh_token")) : refresh;
                assertTrue(answer.get().status() == 200 || answer.get().error().equals("invalid_grant"));
            }
            assertEquals(1, granted);
            assertEquals("invalid_grant", door.refresh(client, refresh.orElseThrow()).error());
            assertTrue(door.grants.ofPerson("p_ada").isEmpty());
        }
    }

    @Test
    @Covers({"AS-32", "T7"})
    void aValidReplayKillsTheTokensAndAnInvalidOneDoesNot() throws Exception {
        var code = door.code(client);
        var tokens = door.redeem(client, code);
        var gid = SignedJWT.parse(tokens.text("access_token")).getJWTClaimsSet().getStringClaim("gid");
        assertEquals("invalid_grant", door.token("grant_type", "authorization_code", "client_id", client.id(), "code",
                code, "code_verifier",
                "b".repeat(43)).error());
        assertFalse(door.grants.isRevoked(gid), "whoever saw only the code can end nothing");
        var next = door.refresh(client, tokens.text("refresh_token"));
        assertEquals(200, next.status());
        door.clock.pass(Duration.ofMinutes(5));
        assertEquals("invalid_grant", door.redeem(client, code).error());
        assertTrue(door.grants.isRevoked(gid));
        assertEquals("invalid_grant", door.refresh(client, next.text("refresh_token")).error());
    }

    @Test
    @Covers("AS-33")
    void aRefreshTokenIsForClientsThatRegisteredTheGrantTypeOrWereGrantedOfflineAccess() {
        var plain = door.clients.add(new NewClient(Optional.of("plain"), "Plain", List.of("http://127.0.0.1/callback"),
                Set.of("none"),
                Set.of("authorization_code"), Set.of(), Optional.empty())).client();
        assertFalse(door.redeem(plain, door.code(plain)).json().has("refresh_token"));
        var offline = door.redeem(plain, door.code(plain, "p_ada", "mcp:read", "offline_access"));
        assertTrue(offline.json().has("refresh_token"));
        assertEquals("mcp:read", offline.text("scope"));
        assertEquals(200, door.refresh(plain, offline.text("refresh_token")).status());
    }

    @Test
    @Covers("AS-27")
    void whoIsDisabledGetsNothingMore() {
        var tokens = door.redeem(client, door.code(client));
        var code = door.code(client);
        door.people.remove("p_ada");
        assertEquals("invalid_grant", door.redeem(client, code).error());
        assertEquals("invalid_grant", door.refresh(client, tokens.text("refresh_token")).error());
    }
}
