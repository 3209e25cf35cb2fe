package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.doorwarden.http.Headers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserInfoTest {

    @TempDir
    private Path folder;

    private static Door.Answer ask(Door door, String... headers) {
        return door.send(Door.in("GET", "/userinfo", "", "", "192.0.2.1", Headers.NONE, headers));
    }

    @Test
    void saysWhoGrantedATokenAsLongAsItLives() {
        try (var door = Door.open(folder)) {
            var client = door.desktop();
            var token = door.redeem(client, door.code(client)).text("access_token");
            var person = ask(door, "Authorization", "Bearer " + token);
            assertEquals(200, person.status());
            assertEquals("p_ada", person.text("sub"));
            assertEquals("ada@example.org", person.text("email"));
            assertEquals("Ada", person.text("name"));
            assertEquals("no-store", person.headers().first("Cache-Control").orElseThrow());

            assertEquals(401, ask(door).status());
            assertEquals(401, ask(door, "Authorization", "Bearer " + token + "x").status());
            assertEquals(401, ask(door, "Authorization", "Basic eDp5").status());
            door.people.remove("p_ada");
            assertEquals(401, ask(door, "Authorization", "Bearer " + token).status(), "who may no longer sign in");
            door.people.put("p_ada", new PersonClaims("ada@example.org", "Ada"));
            door.grants.revokeOfClient(client.id(), "test");
            assertEquals("invalid_token", ask(door, "Authorization", "Bearer " + token).error());
        }
    }

    @Test
    void anOldTokenSaysNothing() {
        try (var door = Door.open(folder)) {
            var client = door.desktop();
            var token = door.redeem(client, door.code(client)).text("access_token");
            door.clock.pass(Duration.ofMinutes(6));
            assertEquals(401, ask(door, "Authorization", "Bearer " + token).status());
        }
    }
}
