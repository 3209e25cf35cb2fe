package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {

    @TempDir
    Path folder;
    private Door door;

    @BeforeEach
    void open() {
        door = Door.open(folder);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Door.Answer register(String body) {
        return door.send(Door.json("/register", body, "192.0.2.9"));
    }

    @Test
    @Covers({"AS-65", "AS-13", "AS-7"})
    void cursorKeepsTheUrisThatItMayHave() {
        var body = """
                {"client_name": "Cursor", "redirect_uris": ["cursor://anysphere.cursor-mcp/oauth/callback",
                 "https://www.cursor.com/agents/mcp/oauth/callback", "http://localhost:8787/callback"],
                 "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                 "token_endpoint_auth_method": "none"}""";
        var all = register(body);
        assertEquals(201, all.status(), all.json().toString());
        assertEquals(3, all.json().get("redirect_uris").size());
        assertEquals("web", all.text("application_type"));
        assertEquals("no-store", all.headers().first("Cache-Control").orElse(""));
        assertFalse(all.json().has("client_secret"));
        var standard = AuthServerSettings.Registration.STANDARD;
        door.close();
        var strict = new AuthServerSettings.Registration(true, true, List.of(), standard.unusedFor(), 60, 10);
        door = new Door(folder.resolve("door.db"), new Door.Clock(), Door.settings(strict));
        assertEquals("[\"https://www.cursor.com/agents/mcp/oauth/callback\",\"http://localhost:8787/callback\"]",
                register(body).json().get("redirect_uris").toString());
    }

    @Test
    @Covers("AS-65")
    void aKeySetThatIsNoneIsRefusedBeforeAnythingIsKept() {
        var body = "{\"redirect_uris\":[\"https://x.example/cb\"],\"token_endpoint_auth_method\":\"none\",\"jwks\":%s}";
        for (var none : List.of("[]", "\"x\"", "1", "true", "{}", "{\"keys\":{}}")) {
            assertEquals("invalid_client_metadata", register(body.formatted(none)).error(), none);
        }
        assertEquals(0, door.clients.list().size());
        assertEquals(201, register(body.formatted("null")).status(), "null is as good as absent");
        assertEquals(201, register(body.formatted("null,\"jwks_uri\":\"https://x.example/keys\"")).status());
    }

    @Test
    @Covers({"AS-65", "T23"})
    void whatGrowsWhenItIsSpelledAnewCanStillBeRead() {
        var bomb = "{\"keys\":[],\"x\":[" + "1e6,".repeat(3_800) + "1]}";
        var answer = register("{\"redirect_uris\":[\"https://x.example/cb\"],\"token_endpoint_auth_method\":\"none\","
                + "\"jwks\":" + bomb + "}");
        assertEquals(201, answer.status());
        assertEquals(1, door.clients.list().size());
        assertTrue(door.clients.known(answer.text("client_id")).isPresent());
    }

    @Test
    @Covers({"AS-65", "AS-17"})
    void claudeCodeAsksForNoScopeAndMayHaveAll() {
        var answer = register("""
                {"client_name": "Claude Code (door)", "redirect_uris": ["http://localhost:53682/callback"],
                 "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                 "token_endpoint_auth_method": "none"}""");
        assertEquals("native", answer.text("application_type"));
        var client = door.clients.known(answer.text("client_id")).orElseThrow();
        assertTrue(client.scopes().isEmpty(), "empty means any");
        assertTrue(RedirectUris.match(client, "http://localhost:61000/callback").isPresent());
        assertEquals(Client.Kind.DYNAMIC, client.kind());
        assertTrue(client.id().startsWith("cl_"), "never a URL, never a person");
    }

    @Test
    @Covers("AS-65")
    void vsCodeRegistersItsFour() {
        var answer = register("""
                {"client_name": "Visual Studio Code", "client_uri": "https://code.visualstudio.com",
                 "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
                 "response_types": ["code"], "redirect_uris":
                 ["https://insiders.vscode.dev/redirect", "https://vscode.dev/redirect",
                 "http://127.0.0.1/", "http://127.0.0.1:33418/"],
                 "token_endpoint_auth_method": "none", "application_type": "native"}""");
        assertEquals(4, answer.json().get("redirect_uris").size());
        assertEquals("[\"authorization_code\",\"refresh_token\"]", answer.json().get("grant_types").toString());
        assertTrue(RedirectUris.match(door.clients.known(answer.text("client_id")).orElseThrow(),
                "http://127.0.0.1:50123/").isPresent());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                          | http://localhost:1/cb  | native
            ''                          | cursor://x/cb          | native
            ''                          | https://app.example/cb | web
            "application_type":"native",| https://app.example/cb | native
            "application_type":"native",| http://127.0.0.1/cb    | native
            "application_type":"web",   | https://app.example/cb | web
            "application_type":"web",   | http://127.0.0.1/cb    | invalid_redirect_uri
            "application_type":"web",   | cursor://x/cb          | invalid_redirect_uri
            "application_type":"other", | http://127.0.0.1/cb    | native""")
    @Covers("AS-65")
    void theApplicationTypeIsInferredAndAnExplicitOneWins(String member, String uri, String expected) {
        var answer = register("{" + member + "\"redirect_uris\":[\"" + uri + "\"]}");
        assertEquals(expected, answer.status() == 201 ? answer.text("application_type") : answer.error());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "1", "{", "{}x", "{\"redirect_uris\":1}",
            "{\"redirect_uris\":\"https://a.example/\"}",
        "{\"redirect_uris\":[1]}", "{\"redirect_uris\":{\"a\":\"https://a.example/\"}}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"client_name\":1}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"redirect_uris\":[]}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"response_types\":[\"token\"]}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"grant_types\":[\"implicit\"]}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"grant_types\":[]}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"token_endpoint_auth_method\":\"private_key_jwt\"}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"jwks\":{\"keys\":[]},\"jwks_uri\":\"https://a.example/k\"}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"jwks\":{\"keys\":[{\"kty\":\"EC\",\"d\":\"x\"}]}}",
        "{\"a\":[[[[[[[[[[]]]]]]]]]]}"})
    @Covers({"AS-65", "T22"})
    void refusesWhatIsNoRegistration(String body) {
        var answer = register(body);
        assertEquals(400, answer.status());
        assertEquals("invalid_client_metadata", answer.error());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"redirect_uris\":[]}", "{\"redirect_uris\":[\"http://evil.example/\"]}",
            "{\"redirect_uris\":[\"javascript:alert(1)\"]}",
        "{\"redirect_uris\":[\"https://a.example/#x\",\"file:///etc/passwd\",\"https://u:p@h/\",\"//h/cb\","
                + "\"cb\",\"https://c/*\",\"https://c/..\"]}"})
    @Covers({"AS-65", "AS-13"})
    void refusesWhatLeavesNoRedirectUri(String body) {
        assertEquals("invalid_redirect_uri", register(body).error());
    }

    @Test
    @Covers("AS-65")
    void takesJsonAlone() {
        assertEquals("invalid_client_metadata",
                door.send(Door.post("/register", "{\"redirect_uris\":[\"https://a.example/\"]}")).error());
        assertEquals("invalid_client_metadata",
                register("{\"redirect_uris\":[\"https://a.example/\"],\"x\":\"" + "y".repeat(17_000) + "\"}").error());
    }

    @Test
    @Covers({"AS-25", "AS-65", "T20"})
    void aNameIsCleanedAndUnknownMembersAreIgnored() {
        var answer = register("""
                {"client_name": "  Bank\\u202e\\u0000 \\n\\t of\\u200b <b>Gold</b> %s",
                 "redirect_uris": ["https://a.example/cb"], "x": {"y": [1, null]},
                 "logo_uri": "http://169.254.169.254/", "jwks_uri": "http://127.0.0.1:1/",
                 "software_statement": "eyJ.x.y"}""".formatted("z".repeat(200)));
        assertEquals(201, answer.status());
        var name = answer.text("client_name");
        assertTrue(name.startsWith("Bank of <b>Gold</b> zzz"), name);
        assertEquals(Limits.CLIENT_NAME_CHARS, name.length());
    }

    @Test
    @Covers("AS-65")
    void theSecretIsShownOnce() throws Exception {
        var answer = register("{\"redirect_uris\":[\"https://a.example/cb\"]}");
        assertEquals(43, answer.text("client_secret").length());
        assertEquals(0, answer.json().get("client_secret_expires_at").asInt(-1));
        var file = new String(java.nio.file.Files.readAllBytes(folder.resolve("door.db-wal")),
                java.nio.charset.StandardCharsets.ISO_8859_1);
        assertFalse(file.contains(answer.text("client_secret")));
        assertFalse(door.audit.toString().contains(answer.text("client_secret")));
    }

    @Test
    @Covers("AS-66")
    void registeringAgainIsHarmlessUntilThePeerHasHadEnough() {
        var body = "{\"redirect_uris\":[\"https://a.example/cb\"]}";
        var first = register(body).text("client_id");
        assertNotEquals(first, register(body).text("client_id"));
        for (var i = 2; i < 60; i++) {
            assertEquals(201, register(body).status());
        }
        var refused = register(body);
        assertEquals(429, refused.status());
        assertTrue(refused.headers().first("Retry-After").isPresent());
        assertEquals(201, door.send(Door.json("/register", body, "198.51.100.1")).status());
        door.clock.pass(Duration.ofHours(1));
        assertEquals(201, register(body).status());
    }

    @Test
    @Covers("AS-66")
    void anIpv6SubscriberIsOnePeer() {
        var body = "{\"redirect_uris\":[\"https://a.example/cb\"]}";
        for (var i = 0; i < 60; i++) {
            assertEquals(201, door.send(Door.json("/register", body, "2001:db8:1:2::" + Integer.toHexString(i)))
                    .status());
        }
        assertEquals(429, door.send(Door.json("/register", body, "2001:db8:1:2:ffff::1")).status());
        assertEquals(201, door.send(Door.json("/register", body, "2001:db8:1:3::1")).status());
    }

    @Test
    @Covers({"AS-66", "T23"})
    void theTableIsBoundedAndWhatIsUsedSurvives() {
        var standard = AuthServerSettings.Registration.STANDARD;
        door.close();
        door = new Door(folder.resolve("door.db"), new Door.Clock(),
                Door.settings(new AuthServerSettings.Registration(true, true,
                standard.privateSchemes(), standard.unusedFor(), 1_000, 50)));
        var used = register("{\"redirect_uris\":[\"http://127.0.0.1/callback\"],"
                + "\"token_endpoint_auth_method\":\"none\"}").text("client_id");
        var client = door.clients.known(used).orElseThrow();
        assertEquals(200, door.redeem(client, door.code(client)).status());
        var refused = 0;
        for (var i = 0; i < 300; i++) {
            var answer = door.send(Door.json("/register", "{\"redirect_uris\":[\"https://a.example/cb\"]}", "10.0."
                    + i / 250 + "." + i % 250));
            refused += answer.status() == 429 ? 1 : 0;
        }
        assertEquals(251, refused, "the newest ones are safe for ten minutes");
        assertEquals(50, stored());
        door.clock.pass(Duration.ofMinutes(11));
        assertEquals(201, register("{\"redirect_uris\":[\"https://a.example/cb\"]}").status(),
                "then those that nobody used make room");
        assertTrue(stored() <= 50);
        assertTrue(door.clients.known(used).isPresent());
        assertEquals(429, door.audit.stream()
                .anyMatch(line -> line.reason().contains("table of dynamic registrations is full")) ? 429 : 0);
    }

    private int stored() {
        return door.database.first("SELECT COUNT(*) FROM client WHERE kind = 'DYNAMIC'", row -> row.getInt(1))
                .orElseThrow();
    }

    @Test
    @Covers("AS-66")
    void whatIsNotUsedExpiresAndWhatIsUsedLivesOn() {
        var body = "{\"redirect_uris\":[\"http://127.0.0.1/callback\"],\"token_endpoint_auth_method\":\"none\"}";
        var used = door.clients.known(register(body).text("client_id")).orElseThrow();
        var unused = register(body).text("client_id");
        door.clock.pass(Duration.ofDays(20));
        assertEquals(200, door.redeem(used, door.code(used)).status());
        door.clock.pass(Duration.ofDays(10));
        assertTrue(door.clients.known(unused).isEmpty());
        assertTrue(door.clients.known(used.id()).isPresent());
        door.side.sweep(door.clock.instant());
        assertEquals(1, stored());
    }

    @Test
    void registrationCanBeClosed() {
        door.close();
        door = new Door(folder.resolve("door.db"), new Door.Clock(),
                Door.settings(new AuthServerSettings.Registration(false, false,
                List.of(), Duration.ofDays(1), 1, 1)));
        assertTrue(door.route("/register").isEmpty());
        var document = door.send(Door.in("GET", "/.well-known/oauth-authorization-server", "", "", "192.0.2.1",
                io.github.doorwarden.http.Headers.NONE)).json();
        assertFalse(document.has("registration_endpoint"));
        assertFalse(document.get("client_id_metadata_document_supported").asBoolean());
    }
}
