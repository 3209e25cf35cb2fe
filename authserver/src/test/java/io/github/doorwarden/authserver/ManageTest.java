package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that registered themselves and come back to look after it.
class ManageTest {

    private static final String METADATA = "\"redirect_uris\":[\"https://app.example/cb\"],\"client_name\":\"App\"";

    @TempDir
    Path folder;
    private Door door;
    private Door.Answer made;

    @BeforeEach
    void open() {
        door = Door.open(folder);
        made = door.send(Door.json("/register", "{" + METADATA + "}", "192.0.2.1"));
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String id() {
        return made.text("client_id");
    }

    private Door.Answer call(String method, String id, String token, String body) {
        var headers = Headers.NONE.with("Content-Type", "application/json");
        var in = new HttpIn(method, "/register/" + id, id, "",
                token.isEmpty() ? headers : headers.with("Authorization", "Bearer " + token),
                body.getBytes(StandardCharsets.UTF_8), "192.0.2.1", "request-1");
        var route = door.side.routes().stream().filter(row -> row.path().equals("/register/{client}")
                && row.method().equals(method)).findFirst().orElseThrow();
        try {
            return Door.answer(route.answer(in, null));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Door.Answer put(String token, String members) {
        return call("PUT", id(), token, "{\"client_id\":\"" + id() + "\"," + members + "}");
    }

    @Test
    @Covers("AS-67")
    void theAnswerToARegistrationSaysWhereAndWithWhatItIsManaged() {
        assertEquals(Door.ISSUER + "/register/" + id(), made.text("registration_client_uri"));
        var token = made.text("registration_access_token");
        assertEquals(43, token.length());
        var looked = call("GET", id(), token, "");
        assertEquals(200, looked.status());
        assertEquals("no-store", looked.headers().first("Cache-Control").orElse(""));
        assertEquals("App", looked.text("client_name"));
        assertEquals(token, looked.text("registration_access_token"));
        assertEquals("[\"https://app.example/cb\"]", looked.json().get("redirect_uris").toString());
        assertFalse(looked.json().has("client_secret"), "only its hash is known");
        assertFalse(door.database.query("SELECT hex(management_hash) FROM client", row -> row.getString(1)).toString()
                .contains(token));
        assertFalse(door.audit.toString().contains(token));
    }

    @Test
    @Covers("AS-67")
    void nobodyElseManagesIt() {
        var other = door.send(Door.json("/register", "{" + METADATA + "}", "192.0.2.2"));
        door.desktop();
        for (var method : new String[] {"GET", "PUT", "DELETE"}) {
            for (var answer : new Door.Answer[] {call(method, id(), "", "{}"), call(method, id(), "nonsense", "{}"),
                call(method, id(), other.text("registration_access_token"), "{}"),
                call(method, "nobody", made.text("registration_access_token"), "{}"),
                call(method, "desktop", made.text("registration_access_token"), "{}")}) {
                assertEquals(401, answer.status());
                assertEquals("invalid_token", answer.error());
                assertTrue(answer.headers().first("WWW-Authenticate").orElse("").startsWith("Bearer "));
                assertEquals(1, answer.headers().all("WWW-Authenticate").size());
            }
        }
        for (var i = 0; i < Limits.WRONG_SECRETS_PER_PEER_PER_MINUTE; i++) {
            call("GET", id(), "guess-" + i, "");
        }
        assertEquals(429, call("GET", id(), "guess", "").status());
    }

    @Test
    @Covers("AS-67")
    void aReplacementFollowsTheRulesOfRegistrationAndChangesBothSecrets() {
        var token = made.text("registration_access_token");
        var before = door.clients.known(id()).orElseThrow();
        var changed = put(token, "\"redirect_uris\":[\"https://app.example/new\"],\"client_name\":\"New\"");
        assertEquals(200, changed.status());
        assertEquals("New", changed.text("client_name"));
        assertNotEquals(made.text("client_secret"), changed.text("client_secret"));
        assertNotEquals(token, changed.text("registration_access_token"));
        var after = door.clients.known(id()).orElseThrow();
        assertNotEquals(before.digest(), after.digest(), "consent is asked for again");
        assertTrue(Hashes.same(after.secretHash().orElseThrow(), Hashes.sha256(changed.text("client_secret"))));
        assertEquals(401, call("GET", id(), token, "").status(), "the old one is dead");
        var next = changed.text("registration_access_token");
        assertEquals("invalid_redirect_uri", put(next, "\"redirect_uris\":[\"http://app.example/cb\"]").error());
        assertEquals("invalid_client_metadata", put(next, METADATA + ",\"token_endpoint_auth_method\":\"odd\"")
                .error());
        assertEquals("invalid_client_metadata", put(next, METADATA + ",\"client_id_issued_at\":1").error());
        assertEquals("invalid_client_metadata", put(next, METADATA + ",\"client_secret\":\"guessed\"").error());
        assertEquals("invalid_client_metadata", call("PUT", id(), next, "{" + METADATA + "}").error());
        assertEquals("invalid_client_metadata", call("PUT", id(), next, "nonsense").error());
        assertEquals("New", call("GET", id(), next, "").text("client_name"), "a refused one changes nothing");
        assertEquals(200, put(next, METADATA + ",\"client_secret\":\"" + changed.text("client_secret") + "\"")
                .status());
    }

    @Test
    @Covers("AS-67")
    void anEndedRegistrationTakesEverythingWithIt() {
        var token = made.text("registration_access_token");
        var client = door.clients.known(id()).orElseThrow();
        var tokens = door.token("grant_type", "authorization_code", "client_id", id(), "client_secret",
                made.text("client_secret"), "code", door.code(client), "code_verifier", Door.VERIFIER);
        assertEquals(200, tokens.status());
        assertEquals(204, call("DELETE", id(), token, "").status());
        assertTrue(door.clients.known(id()).isEmpty());
        assertTrue(door.grants.ofClient(id()).isEmpty());
        assertEquals(401, call("DELETE", id(), token, "").status());
        assertEquals(401, door.token("grant_type", "client_credentials", "client_id", id(), "client_secret",
                made.text("client_secret")).status());
    }

    @Test
    @Covers("AS-67")
    void whoWasShutOutByTheOperatorManagesNothing() {
        door.clients.revoke(id(), "by an operator", door.grants);
        assertEquals(401, call("GET", id(), made.text("registration_access_token"), "").status());
    }
}
