package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a resource server learns of a token, and what everybody else does not.
class IntrospectionTest {

    private static final String SECRET = "a secret that is long enough for this";

    @TempDir
    Path folder;
    private Door door;
    private Client web;

    private void open(boolean opaque) {
        door = Door.open(folder, Door.tokens(opaque, SigningAlgorithm.ES256, DpopMode.OPTIONAL, false));
        for (var id : List.of("api", "nightly", "stranger")) {
            door.clients.add(NewClient.service(id, id, Set.of(), Optional.of(SECRET)));
        }
        web = door.clients.add(new NewClient(Optional.of("web"), "Web", List.of("https://web.example/cb"),
                AuthMethod.SECRET, GrantType.WITH_A_PERSON, Set.of(), Optional.of(SECRET))).client();
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Door.Answer ask(String client, String token) {
        return door.send(Door.post("/introspect", Door.form("token", token, "token_type_hint", "nonsense"),
                "Authorization", Door.basic(client, SECRET)));
    }

    private Door.Answer service(String resource, String... headers) {
        return door.send(Door.post("/token", Door.form("grant_type", "client_credentials", "client_id", "nightly",
                "client_secret", SECRET, "resource", resource), headers));
    }

    private Door.Answer ofAda() {
        return door.token("grant_type", "authorization_code", "client_id", web.id(), "client_secret", SECRET, "code",
                door.code(web), "code_verifier", Door.VERIFIER);
    }

    private static void inactive(Door.Answer answer) {
        assertEquals(200, answer.status());
        assertEquals("{\"active\":false}", answer.json().toString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Covers("AS-48a")
    void theServerOfAResourceLearnsWhatATokenForItMeans(boolean opaque) {
        open(opaque);
        var ada = new Holder(door.clock);
        var token = service(Door.API, "DPoP", ada.proof()).text("access_token");
        var answer = ask("api", token);
        assertEquals("no-store", answer.headers().first("Cache-Control").orElse(""));
        assertTrue(answer.json().get("active").asBoolean());
        assertEquals("nightly", answer.text("client_id"));
        assertEquals("nightly", answer.text("sub"));
        assertEquals(Door.API, answer.text("aud"));
        assertEquals(Door.ISSUER, answer.text("iss"));
        assertEquals("mcp:read", answer.text("scope"));
        assertEquals("DPoP", answer.text("token_type"));
        assertEquals(ada.thumbprint(), answer.json().at("/cnf/jkt").asString());
        assertEquals(Door.BEGIN.getEpochSecond(), answer.json().get("iat").asLong());
        assertEquals(Door.BEGIN.getEpochSecond() + 300, answer.json().get("exp").asLong());
        assertEquals(22, answer.text("jti").length());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Covers("AS-48a")
    void aClientLearnsOfItsOwnTokensAndNobodyElseDoes(boolean opaque) {
        open(opaque);
        var tokens = ofAda();
        var access = ask("web", tokens.text("access_token"));
        assertEquals("p_ada", access.text("sub"));
        assertEquals("ada@example.org", access.text("username"));
        assertEquals("ada@example.org", access.text("email"), "another deployment sorts people by it");
        assertTrue(access.json().path("email_verified").asBoolean());
        assertEquals("Bearer", access.text("token_type"));
        assertFalse(access.json().has("cnf"));
        assertEquals(Door.BEGIN.getEpochSecond(), access.json().get("auth_time").asLong());
        assertFalse(access.text("acr").isEmpty());
        var refresh = ask("web", tokens.text("refresh_token"));
        assertTrue(refresh.json().get("active").asBoolean());
        assertFalse(refresh.json().has("token_type"));
        for (var other : List.of("api", "stranger")) {
            inactive(ask(other, tokens.text("access_token")));
            inactive(ask(other, tokens.text("refresh_token")));
        }
        inactive(ask("stranger", service(Door.API).text("access_token")));
        inactive(ask("api", service(Door.MCP).text("access_token")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Covers("AS-48a")
    void whatIsDeadIsInactive(boolean opaque) {
        open(opaque);
        inactive(ask("web", "nonsense"));
        inactive(ask("web", "a.b.c"));
        inactive(ask("web", "A".repeat(43)));
        var spent = ofAda();
        door.token("grant_type", "refresh_token", "client_id", web.id(), "client_secret", SECRET, "refresh_token",
                spent.text("refresh_token"));
        inactive(ask("web", spent.text("refresh_token")));
        var given = ofAda();
        door.send(Door.post("/revoke", Door.form("client_id", "web", "client_secret", SECRET, "token",
                given.text("refresh_token"))));
        inactive(ask("web", given.text("access_token")));
        inactive(ask("web", given.text("refresh_token")));
        var old = ofAda();
        door.clock.pass(Duration.ofSeconds(300));
        inactive(ask("web", old.text("access_token")));
        var gone = ofAda();
        door.people.remove("p_ada");
        inactive(ask("web", gone.text("access_token")));
        inactive(ask("web", gone.text("refresh_token")));
    }

    @Test
    @Covers("AS-48a")
    void whoHasNoCredentialsMayNotAsk() {
        open(false);
        var tokens = door.redeem(door.desktop(), door.code(door.desktop()));
        var form = Door.form("client_id", "desktop", "token", tokens.text("access_token"));
        assertEquals("invalid_client", door.send(Door.post("/introspect", form)).error());
        assertEquals(401, door.send(Door.post("/introspect", form)).status());
        assertEquals(401, door.send(Door.post("/introspect", Door.form("token", tokens.text("access_token"))))
                .status());
        assertEquals(401, door.send(Door.post("/introspect", Door.form("token", tokens.text("access_token")),
                "Authorization", Door.basic("api", SECRET + "x"))).status());
        assertEquals("invalid_request", door.send(Door.post("/introspect", "", "Authorization",
                Door.basic("api", SECRET))).error());
    }
}
