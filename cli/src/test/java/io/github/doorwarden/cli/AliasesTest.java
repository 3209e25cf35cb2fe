package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.StartFailure;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Further paths for clients that were built for another server.
class AliasesTest {

    @TempDir
    private Path folder;

    @Test
    void aPathOfOursHasASecondName() {
        try (var door = Door.open(folder, "authorization:\n", "authorization:\n  aliases: {/oauth2/token: /token, "
                + "/oauth2/register: /register, /oauth2/authorize: /authorize, /oauth2/userinfo: /userinfo}\n")) {
            var agent = door.agent();
            var tokens = agent.tokens(door.browser(), Door.READ);
            assertEquals(200, door.web.form(door.origin + "/oauth2/token", Map.of("grant_type", "refresh_token",
                    "refresh_token", tokens.refresh(), "client_id", agent.clientId)).status());
            assertEquals(Door.EMAIL, door.web.get(door.origin + "/oauth2/userinfo", "Authorization", "Bearer "
                    + tokens.access()).expect(200).json().path("email").asString());
            assertEquals(400, door.web.get(door.origin + "/oauth2/authorize").status());
            assertEquals(404, door.web.get(door.origin + "/oauth2/else").status());
        }
    }

    @Test
    void whatIsNoPartOfTheAuthorizationServerHasOneToo() {
        try (var door = Door.open(folder, "authorization:\n",
                "authorization:\n  aliases: {/api/v1/health: /health}\n")) {
            assertEquals("up", door.web.get(door.origin + "/api/v1/health").expect(200).json().path("status")
                    .asString());
        }
    }

    @Test
    void aPathOfOursIsNotTakenAway() {
        var failure = assertThrows(StartFailure.class, () -> Door.open(folder, "authorization:\n",
                "authorization:\n  aliases: {/token: /health}\n"));
        assertTrue(failure.getMessage().contains("/token is a path of this server already"), failure.getMessage());
    }

    @Test
    void oneForNothingStopsTheStart() {
        var failure = assertThrows(StartFailure.class, () -> Door.open(folder, "authorization:\n",
                "authorization:\n  aliases: {/oauth2/token: /tokens}\n"));
        assertTrue(failure.getMessage().contains("/oauth2/token: /tokens") && failure.getMessage().contains("/token"),
                failure.getMessage());
    }
}
