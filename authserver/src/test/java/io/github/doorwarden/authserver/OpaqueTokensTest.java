package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.BearerTokens;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.identity.Limits;
import io.github.doorwarden.identity.Possession;
import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Access tokens that are references into the database.
class OpaqueTokensTest {

    private static final URI MCP = URI.create(Door.MCP);

    @TempDir
    Path folder;
    private Door door;
    private BearerTokens resource;

    @BeforeEach
    void open() {
        door = Door.open(folder, Door.tokens(true, SigningAlgorithm.RS256, DpopMode.OPTIONAL, false));
        resource = resource(door);
    }

    private static BearerTokens resource(Door door) {
        return new BearerTokens(new OpaqueTokens(door.database, door.grants, id ->
                Optional.ofNullable(door.people.get(id)), door.clock), door.grants::isRevoked,
                Possession.NONE, Limits.STANDARD, door.clock);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String token() {
        return door.redeem(door.desktop(), door.code(door.desktop())).text("access_token");
    }

    private TokenRefused refused(String token) {
        return assertThrows(TokenRefused.class, () -> resource.verify(token, MCP));
    }

    @Test
    @Covers("AS-46")
    void itHas256BitsAndOnlyItsHashIsKept() throws Exception {
        var token = token();
        assertEquals(32, Base64.getUrlDecoder().decode(token).length);
        assertTrue(OpaqueTokens.isOne(token));
        for (var file : Files.list(folder).toList()) {
            assertFalse(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(token), "" + file);
        }
        assertFalse(door.audit.toString().contains(token));
    }

    @Test
    @Covers("AS-46")
    void itMakesTheSameCallerAsASignedOne() {
        var caller = resource.verify(token(), MCP);
        assertEquals("p_ada", caller.subject());
        assertEquals("desktop", caller.clientId());
        assertEquals(Optional.of("ada@example.org"), caller.email());
        assertEquals(Set.of("mcp:read", "mcp:write"), caller.scopes());
        assertEquals(Door.BEGIN.plus(Duration.ofSeconds(300)), caller.expiresAt());
        assertEquals(22, caller.tokenId().length());
        assertTrue(caller.grantId().isPresent());
        assertThrows(TokenRefused.class, () -> resource.verify(token(), URI.create(Door.API)), "its audience alone");
    }

    @Test
    @Covers({"AS-46", "T27"})
    void revocationCountsForTheNextRequestAlsoForAKnownToken() {
        var token = token();
        var caller = resource.verify(token, MCP);
        assertEquals(1, resource.remembered());
        door.grants.revoke(caller.grantId().orElseThrow(), "by the person");
        assertTrue(refused(token).getMessage().contains("revoked"));
        assertTrue(assertThrows(TokenRefused.class, () -> resource(door).verify(token, MCP)).getMessage()
                .contains("revoked"), "where it was never seen before");
    }

    @Test
    @Covers("AS-46")
    void itDiesWithItsTimeItsPersonAndTheSweep() {
        var token = token();
        door.clock.pass(Duration.ofSeconds(299));
        resource.verify(token, MCP);
        door.clock.pass(Duration.ofSeconds(1));
        assertTrue(refused(token).getMessage().contains("expired"));
        door.side.sweep(door.clock.instant().plusMillis(1));
        assertEquals(0, door.database.query("SELECT 1 FROM access_token", row -> 1).size());
        assertTrue(refused(token).getMessage().contains("unknown"));
        var second = token();
        door.people.remove("p_ada");
        assertTrue(refused(second).getMessage().contains("may no longer sign in"));
        refused("A".repeat(43));
        refused("short");
    }

    @Test
    @Covers("AS-48")
    void itCanBeGivenBack() {
        var token = token();
        var answer = door.send(Door.post("/revoke", Door.form("client_id", "desktop", "token", token)));
        assertEquals(200, answer.status());
        refused(token);
    }

    @Test
    @Covers("AS-45a")
    void itKnowsItsKey() {
        var ada = new Holder(door.clock);
        var tokens = door.send(Door.post("/token", Door.form("grant_type", "authorization_code", "client_id", "desktop",
                "code", door.code(door.desktop()), "code_verifier", Door.VERIFIER), "DPoP", ada.proof()));
        assertEquals("DPoP", tokens.text("token_type"));
        assertTrue(refused(tokens.text("access_token")).getMessage().contains("bound to a key"));
    }

    @Test
    @Covers({"AS-46", "T27a"})
    void aRevokedGrantCountsAtOnceOnTheOtherNodeThatHasHeardNothing() {
        var token = token();
        try (var second = door.second(folder)) {
            door.grants.ofPerson("p_ada").forEach(grant -> door.grants.revoke(grant.id(), "by the person"));
            assertThrows(TokenRefused.class, () -> new OpaqueTokens(second.database, second.grants, id ->
                    Optional.ofNullable(second.people.get(id)), second.clock).verify(token));
        }
    }
}
