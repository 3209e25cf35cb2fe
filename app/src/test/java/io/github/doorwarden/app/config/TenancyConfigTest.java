package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Organizations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What backends of many organisations need: who belongs to which, keys that they give out, sessions around calls,
/// resources and their changes.
class TenancyConfigTest {

    static final String EVERYTHING = """
            authorization:
              organizations: {url: "https://api.example.com/memberships", key: o, by: email, keep: 30s}
            sources:
              records:
                type: http
                upstream: api
                tools: {note_get: {path: "/notes/{id}", description: Gets a note.}}
                resources: {note: {uri: "notes://{id}", tool: note_get, title: Note, description: One note.}}
                changes: {path: /changes, token: c, resource: "notes://{id}", tenant: org}
            upstreams:
              api:
                base_url: https://api.example.com
                session: {open: POST /sessions, id: session.id, header: X-Sync, close: "DELETE /sessions/{id}"}
                signing: {provisioned: {url: "https://api.example.com/t/{tenant}/key", token: p, key_id: kid,
                  key: value, keep: 1m}}
            endpoints: {/mcp: {sources: [records]}}
            """;

    @TempDir
    private Path folder;

    private Config read(String yaml) throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME), yaml);
        return ConfigFile.read(folder, Map.of(), name -> null);
    }

    private String mistakes(String what, String instead) {
        assertTrue(EVERYTHING.contains(what), what);
        return assertThrows(ConfigMistakes.class, () -> read(EVERYTHING.replace(what, instead))).getMessage();
    }

    @Test
    void everyKeyTakesAnotherValue() throws IOException {
        var config = read(EVERYTHING);
        var organizations = config.authorization().organizations().orElseThrow();
        assertEquals("https://api.example.com/memberships", organizations.url());
        assertEquals("o", organizations.key().reveal());
        assertEquals(Organizations.By.EMAIL, organizations.by());
        assertEquals(Duration.ofSeconds(30), organizations.keep());
        var api = config.upstreams().get("api");
        var session = api.session().orElseThrow();
        assertEquals("POST /sessions session.id X-Sync DELETE /sessions/{id}", session.open().method() + " "
                + session.open().path() + " " + session.id() + " " + session.header() + " "
                + session.close().orElseThrow().method() + " " + session.close().orElseThrow().path());
        var provisioned = api.signing().orElseThrow().provisioned().orElseThrow();
        assertEquals("kid value p", provisioned.keyId() + " " + provisioned.key() + " "
                + provisioned.token().reveal());
        assertEquals(Duration.ofMinutes(1), provisioned.keep());
    }

    @Test
    void withoutTheirCredentialsNothingIsAskedOrSigned() throws IOException {
        var config = read(EVERYTHING.replace("key: o, ", "").replace("token: p, ", "").replace("token: c, ", ""));
        assertTrue(config.authorization().organizations().isEmpty());
        assertTrue(config.upstreams().get("api").signing().isEmpty());
    }

    @Test
    void mistakesAreNamed() {
        assertTrue(mistakes("url: \"https://api.example.com/memberships\", ", "").contains("organizations.url"));
        assertTrue(mistakes("/t/{tenant}/key", "/t/key").contains("{tenant}"));
        assertTrue(mistakes("open: POST /sessions, ", "").contains("session.open"));
        assertTrue(mistakes("DELETE /sessions/{id}", "DELETE /sessions").contains("{id}"));
        assertTrue(mistakes("path: /changes, ", "").contains("changes.path"));
    }
}
