package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevocationTest {

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

    private Door.Answer revoke(String... pairs) {
        return door.send(Door.post("/revoke", Door.form(pairs)));
    }

    private static String gid(Door.Answer tokens) throws Exception {
        return SignedJWT.parse(tokens.text("access_token")).getJWTClaimsSet().getStringClaim("gid");
    }

    @Test
    @Covers("AS-48")
    void givingBackEitherTokenEndsTheGrant() throws Exception {
        for (var which : List.of("refresh_token", "access_token")) {
            var tokens = door.redeem(client, door.code(client));
            var answer = revoke("client_id", client.id(), "token", tokens.text(which), "token_type_hint", "nonsense");
            assertEquals(200, answer.status());
            assertEquals("no-store", answer.headers().first("Cache-Control").orElse(""));
            assertTrue(door.grants.isRevoked(gid(tokens)));
            assertEquals("invalid_grant", door.refresh(client, tokens.text("refresh_token")).error());
            assertEquals(200, revoke("client_id", client.id(), "token", tokens.text(which)).status(), "again");
        }
    }

    @Test
    @Covers("AS-48")
    void anotherInstallationOfTheSameClientGoesOn() {
        var laptop = door.redeem(client, door.code(client));
        var phone = door.redeem(client, door.code(client));
        revoke("client_id", client.id(), "token", phone.text("refresh_token"));
        assertEquals(200, door.refresh(client, laptop.text("refresh_token")).status());
    }

    @Test
    @Covers("AS-48")
    void anUnknownTokenIsFineAndAnotherClientsIsNot() throws Exception {
        assertEquals(200, revoke("client_id", client.id(), "token", "nonsense").status());
        assertEquals(200, revoke("client_id", client.id(), "token", "a.b.c").status());
        var tokens = door.redeem(client, door.code(client));
        var other = door.clients.add(NewClient.forPeople("other", "Other", List.of("http://127.0.0.1/callback")))
                .client();
        assertEquals("invalid_grant", revoke("client_id", other.id(), "token", tokens.text("refresh_token")).error());
        assertFalse(door.grants.isRevoked(gid(tokens)));
    }

    @Test
    @Covers("AS-48")
    void theClientAuthenticates() throws Exception {
        var secret = "a secret that is long enough for this";
        door.clients.add(NewClient.service("nightly", "Nightly", Set.of(), Optional.of(secret)));
        var tokens = door.send(Door.post("/token", Door.form("grant_type", "client_credentials", "resource", Door.MCP),
                "Authorization",
                Door.basic("nightly", secret)));
        assertEquals(401, revoke("client_id", "nightly", "token", tokens.text("access_token")).status());
        assertEquals(401, revoke("token", tokens.text("access_token")).status());
        assertFalse(door.grants.isRevoked(gid(tokens)));
        assertEquals(200, revoke("client_id", "nightly", "client_secret", secret, "token", tokens.text("access_token"))
                .status());
        assertTrue(door.grants.isRevoked(gid(tokens)));
        assertEquals("invalid_request", revoke("client_id", client.id()).error());
    }

    @Test
    @Covers("AS-48")
    void aForgedTokenNamesNothing() throws Exception {
        var tokens = door.redeem(client, door.code(client));
        var parts = tokens.text("access_token").split("\\.");
        assertEquals(200, revoke("client_id", client.id(), "token", parts[0] + "." + parts[1] + "."
                + "A".repeat(parts[2].length())).status());
        assertFalse(door.grants.isRevoked(gid(tokens)));
    }
}
