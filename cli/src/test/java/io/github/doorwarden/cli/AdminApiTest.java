package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.ClientWish;
import io.github.doorwarden.authserver.NewClient;
import io.github.doorwarden.cli.Web.Answer;
import io.github.doorwarden.tidy.Polling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Administration over HTTP, by somebody who may; and everybody else who would like to.
class AdminApiTest {

    private static final String SCOPE = "house:admin";
    private static final String JSON = "application/json";
    private static final String BOB_PASSWORD = "a long password of his";

    @TempDir
    Path folder;

    private Door door;
    private Agent console;
    private String admin;

    @BeforeEach
    void open() {
        door = Door.open(folder, "limits: {calls", "admin: {scope: \"house:admin\", people: [Ada@Example.org], "
                + "second_factor: false}\nlimits: {calls", "  clients:\n    - {id: reports",
                "  keys: {algorithm: ES256}\n  clients:\n"
                + "    - {id: console, name: Console, redirect_uris: [\"https://console.example/cb\"]}\n"
                + "    - {id: janitor, secret: canary-janitor-secret-4711-4711-4711-47, grants: [client_credentials],\n"
                + "       scopes: [\"house:admin\"]}\n"
                + "    - {id: telly, grants: [\"urn:ietf:params:oauth:grant-type:device_code\"]}\n"
                + "    - {id: reports");
        admin = door.origin + "/admin";
        console = new Agent(door.web, door.origin, admin, "console", "https://console.example/cb");
        door.person("bob@example.org", "Bob", BOB_PASSWORD);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String token(String scope) {
        return console.tokens(door.browser(), scope).access();
    }

    private Answer get(String token, String path) {
        return door.web.get(admin + path, "Authorization", "Bearer " + token);
    }

    private Answer post(String token, String path, String body) {
        return door.web.post(admin + path, JSON, body, "Authorization", "Bearer " + token);
    }

    private static Answer problem(Answer answer, int status) {
        assertEquals("application/problem+json", answer.expect(status).header("Content-Type").orElse(""));
        assertEquals(status, answer.json().path("status").asInt());
        assertFalse(answer.json().path("detail").asString().isEmpty());
        assertFalse(answer.json().path("request_id").asString().isEmpty());
        return answer;
    }

    private Browser bob() {
        var browser = door.browser();
        browser.signIn(browser.get("/login"), "bob@example.org", BOB_PASSWORD).expect(303);
        return browser;
    }

    @Test
    void whatIsGuardedSaysWhereToSignIn() {
        var stranger = problem(door.web.get(admin + "/users"), 401);
        var challenge = stranger.header("WWW-Authenticate").orElseThrow();
        assertTrue(challenge.contains("scope=\"house:admin:read\""), challenge);
        var document = door.web.get(door.origin + "/.well-known/oauth-protected-resource/admin").expect(200).json();
        assertEquals(admin, document.path("resource").asString());
        assertTrue(challenge.contains(door.origin + "/.well-known/oauth-protected-resource/admin"), challenge);
        var metadata = door.web.get(door.origin + "/.well-known/oauth-authorization-server").expect(200).body();
        assertFalse(metadata.contains("/admin") || metadata.contains(SCOPE), "strangers need not know");
        assertTrue(stranger.header("Access-Control-Allow-Origin").isEmpty());
        var page = door.web.get(admin + "/users", "Origin", "https://evil.example");
        assertTrue(page.status() == 403 || page.header("Access-Control-Allow-Origin").isEmpty());
    }

    @Test
    void peopleAreAddedShownDisabledAndDeleted() {
        var token = token(SCOPE);
        var added = post(token, "/users", "{\"email\":\"eve@example.org\",\"name\":\"Eve\",\"password\":\""
                + BOB_PASSWORD + "\"}").expect(200).json();
        var id = added.path("id").asString();
        assertTrue(id.startsWith("person_"));
        problem(post(token, "/users", "{\"email\":\"eve@example.org\",\"name\":\"Eve\"}"), 400);
        assertEquals("active", get(token, "/users?id=" + id).expect(200).json().path("items").path(0).path("state")
                .asString());

        var agent = door.vouched();
        var browser = bob();
        var bobs = Agent.Tokens.of(agent.redeem(agent.code(browser, Door.READ)));
        agent.call(bobs.access(), "notes_list", "{}").expect(200);
        var ended = post(token, "/users/disable", "{\"id\":\"bob@example.org\"}").expect(200).json();
        assertEquals(1, ended.path("grants_revoked").asInt());
        agent.call(bobs.access(), "notes_list", "{}").expect(401);
        agent.refresh(bobs.refresh()).expect(400);
        assertTrue(Browser.has(browser.get(agent.authorizeUrl(Door.READ)), "/login"), "his session is over");
        post(token, "/users/enable", "{\"id\":\"bob@example.org\"}").expect(200);
        agent.call(bobs.access(), "notes_list", "{}").expect(401);

        post(token, "/users/password", "{\"id\":\"" + id + "\",\"password\":\"short\"}").expect(400);
        post(token, "/users/password", "{\"id\":\"" + id + "\",\"password\":\"another long one\"}").expect(200);
        post(token, "/users/reset-factors", "{\"id\":\"" + id + "\"}").expect(200);
        post(token, "/users/delete", "{\"id\":\"" + id + "\"}").expect(200);
        problem(get(token, "/users?id=" + id), 404);
        problem(post(token, "/users/delete", "{\"id\":\"" + id + "\"}"), 404);
    }

    @Test
    void clientsGrantsAndTokensAreManaged() {
        var token = token(SCOPE);
        var robot = post(token, "/clients", "{\"name\":\"Robot\",\"service\":true,\"scopes\":[\"notes:read\"]}")
                .expect(200)                .json();
        var id = robot.path("client_id").asString();
        var first = credentials(id, robot.path("client_secret").asString(), door.notes).expect(200);
        var fresh = post(token, "/clients/rotate-secret", "{\"id\":\"" + id + "\"}").expect(200).json();
        credentials(id, robot.path("client_secret").asString(), door.notes).expect(401);
        var access = credentials(id, fresh.path("client_secret").asString(), door.notes).expect(200).json()
                .path("access_token").asString();
        var agent = door.vouched();
        agent.call(access, "notes_list", "{}").expect(200);

        var grant = get(token, "/grants?client=" + id).expect(200).json().path("items").path(0);
        assertEquals(door.notes, grant.path("resource").asString());
        post(token, "/grants/revoke", "{\"id\":\"" + grant.path("id").asString() + "\"}").expect(200);
        agent.call(access, "notes_list", "{}").expect(401);
        problem(post(token, "/grants/revoke", "{\"id\":\"" + grant.path("id").asString() + "\"}"), 404);
        problem(post(token, "/grants/revoke", "{}"), 400);

        var again = credentials(id, fresh.path("client_secret").asString(), door.notes).json().path("access_token")
                .asString();
        post(token, "/tokens/revoke", "{\"token\":\"" + again + "\"}").expect(200);
        agent.call(again, "notes_list", "{}").expect(401);
        var third = credentials(id, fresh.path("client_secret").asString(), door.notes).json().path("access_token")
                .asString();
        agent.call(third, "notes_list", "{}").expect(200);
        var jti = JsonMapper.shared().readTree(Base64.getUrlDecoder().decode(third.split("\\.")[1])).path("jti")
                .asString();
        var lines = "/audit?client=" + id + "&event=token";
        while (!get(token, lines).expect(200).json().path("items").path(0).path("token_id").asString().equals(jti)) {
            Polling.pause();                                 // what changes nothing is on record within 100 ms
        }
        assertEquals(1, post(token, "/tokens/revoke", "{\"jti\":\"" + jti + "\"}").expect(200).json()
                .path("grants_revoked").asInt());
        agent.call(third, "notes_list", "{}").expect(401);
        problem(post(token, "/tokens/revoke", "{\"token\":\"nonsense\"}"), 404);

        assertFalse(first.body().isEmpty());
        post(token, "/clients/delete", "{\"id\":\"" + id + "\"}").expect(200);
        problem(get(token, "/clients?id=" + id), 404);
        problem(post(token, "/clients/delete", "{\"id\":\"reports\"}"), 400);
        post(token, "/clients/revoke", "{\"id\":\"reports\"}").expect(200);
        post(token, "/keys/rotate", "{}").expect(200);
        assertEquals(2, get(token, "/keys").expect(200).json().path("items").size());
        get(token, "/tiers?email=bob@example.org").expect(200);
    }

    private Answer credentials(String id, String secret, String resource) {
        return door.web.form(door.origin + "/token", Map.of("grant_type", "client_credentials", "client_id", id,
                "client_secret", secret, "resource", resource));
    }

    @Test
    void listsComeInPages() {
        for (var i = 0; i < 7; i++) {
            door.person("p" + i + "@example.org", "P", BOB_PASSWORD);
        }
        var token = token(SCOPE + ":read");
        var seen = new ArrayList<String>();
        var path = "/users?limit=2";
        JsonNode page;
        do {
            page = get(token, path).expect(200).json();
            assertTrue(page.path("items").size() <= 2);
            page.path("items").forEach(item -> seen.add(item.path("email").asString()));
            path = "/users?limit=2&cursor=" + page.path("next_cursor").asString("");
        } while (page.has("next_cursor"));
        assertEquals(9, seen.size());
        assertEquals(seen.stream().sorted().distinct().toList(), seen);
        for (var wrong : List.of("limit=0", "limit=201", "limit=x", "cursor=%25", "color=red", "limit=1&limit=2")) {
            problem(get(token, "/users?" + wrong), 400);
        }
        var lines = get(token, "/audit?limit=1&refused=true").expect(200).json();
        var next = get(token, "/audit?limit=1&refused=true&cursor=" + lines.path("next_cursor").asString());
        assertTrue(next.expect(200).json().path("items").path(0).path("seq").asLong()
                < lines.path("items").path(0).path("seq").asLong());
        problem(get(token, "/audit?since=yesterday"), 400);
        problem(get(token, "/audit?cursor=eA"), 400);
    }

    @Test
    void everyChangeAndEveryLookIsOnRecord() {
        var token = token(SCOPE);
        post(token, "/users/disable", "{\"id\":\"bob@example.org\"}").expect(200);
        post(token, "/users/disable", "{\"id\":\"nobody@example.org\"}").expect(404);
        get(token, "/clients").expect(200);
        var lines = get(token, "/audit?event=admin/*").expect(200).json().path("items");
        var all = new ArrayList<String>();
        lines.forEach(line -> {
            if (line.path("client_id").asString().equals("console")) {
                all.add(line.path("event").asString() + " " + line.path("outcome").asString());
                assertEquals("operator", line.path("caller_kind").asString());
                assertTrue(line.path("subject").asString().startsWith("person_"));
            }
        });
        assertEquals(List.of("admin/clients allowed", "admin/user-disable refused", "admin/user-disable allowed"), all);
    }

    @Test
    void whoMayOnlyLookChangesNothing() {
        var token = token(SCOPE + ":read");
        get(token, "/users").expect(200);
        var refused = problem(post(token, "/users/disable", "{\"id\":\"bob@example.org\"}"), 403);
        assertTrue(refused.header("WWW-Authenticate").orElseThrow().contains("insufficient_scope"));
        assertEquals("active", get(token, "/users?id=bob@example.org").json().path("items").path(0).path("state")
                .asString());
    }

    @Test
    void nobodyElseGetsTheScopeWhateverTheyAskFor() {
        var browser = bob();
        for (var scope : List.of(SCOPE, SCOPE + ":read", "", "notes:read")) {
            console.verifier = Agent.newVerifier();
            var asked = browser.get(console.authorizeUrl(scope));
            assertEquals(303, asked.status(), asked::toString);
            assertTrue(Set.of("access_denied", "invalid_scope").contains(Web.query(asked.location()).get("error")),
                    asked::location);
        }
        var elsewhere = new Agent(door.web, door.origin, door.notes, "console", "https://console.example/cb");
        var other = browser.get(elsewhere.authorizeUrl(SCOPE + " notes:read"));
        assertEquals("invalid_scope", Web.query(other.location()).get("error"));
        var plain = elsewhere.tokens(door.browser(), Door.WRITE);
        problem(get(plain.access(), "/users"), 401);
        assertEquals(400, elsewhere.web.form(door.origin + "/token", Map.of("grant_type", "refresh_token",
                "refresh_token", plain.refresh(), "client_id", "console", "scope", SCOPE)).status());
        assertEquals(400, elsewhere.web.form(door.origin + "/token", Map.of("grant_type", "refresh_token",
                "refresh_token", plain.refresh(), "client_id", "console", "resource", admin)).status());
    }

    @Test
    void aClientThatNobodyVouchedForGetsItNotEvenFromAda() {
        var stranger = Agent.registered(door.web, door.origin, admin, "Console", "http://127.0.0.1:9/callback");
        var page = door.signedIn().get(stranger.authorizeUrl(SCOPE));
        assertFalse(Browser.has(page, "/consent"), "she is not even asked");
        assertTrue(page.body().contains("access_denied") || page.body().contains("registered"), page::toString);
    }

    @Test
    void aDeviceIsAllowedByThoseAloneWhoMay() {
        var begun = door.web.form(door.origin + "/device_authorization", Map.of("client_id", "telly", "resource", admin,
                "scope", SCOPE)).expect(200).json();
        var browser = bob();
        var page = browser.get("/device?user_code=" + begun.path("user_code").asString());
        var form = Browser.form(page, "/device");
        var told = browser.post(form.action(), form.with("user_code", begun.path("user_code").asString()));
        assertEquals(403, told.status(), told::toString);
        assertFalse(Browser.has(told, "/device/decision"));
        door.web.form(door.origin + "/token", Map.of("client_id", "telly", "grant_type",
                "urn:ietf:params:oauth:grant-type:device_code", "device_code", begun.path("device_code").asString()))
                .expect(400);
        assertEquals("invalid_target", door.web.form(door.origin + "/device_authorization",
                Map.of("client_id", "telly")).json().path("error").asString(),
                "it is never meant when nothing is said");
    }

    @Test
    void aProgramNeedsTheScopeByName() {
        var named = credentials("janitor", "canary-janitor-secret-4711-4711-4711-47", admin).expect(200).json();
        get(named.path("access_token").asString(), "/users").expect(200);
        String any;
        String secret;
        try (var administration = door.administration()) {
            var added = administration.addClient(new ClientWish("Any", List.of(), ClientWish.SERVICE, false, Set.of(),
                    NewClient.PublicKeys.NONE));
            any = added.clientId();
            secret = added.secret().orElseThrow();
        }
        for (var scope : List.of(SCOPE, SCOPE + ":read", "")) {
            var asked = door.web.form(door.origin + "/token", Map.of("grant_type", "client_credentials", "client_id",
                    any, "client_secret", secret, "resource", admin, "scope", scope));
            assertEquals(400, asked.status(), asked::toString);
        }
        credentials("robot", "canary-robot-secret-4711-4711-4711-4711", admin).expect(400);
        var write = token(SCOPE);
        problem(post(write, "/clients",
                "{\"name\":\"Heir\",\"service\":true,\"scopes\":[\"" + SCOPE + "\"]}"), 400);
    }

    @Test
    void whoAdministersForAnHourLeavesNobodyBehindWhoDoesForGood() {
        var write = token(SCOPE);
        try (var administration = door.administration()) {
            var keeper = administration.addClient(new ClientWish("Keeper", List.of(), ClientWish.SERVICE, false,
                    Set.of(SCOPE), NewClient.PublicKeys.NONE));
            problem(post(write, "/clients/rotate-secret", "{\"id\":\"" + keeper.clientId() + "\"}"), 400);
            credentials(keeper.clientId(), keeper.secret().orElseThrow(), admin).expect(200);
        }
        for (var kind : List.of("\"redirect_uris\":[\"https://heir.example/cb\"]", "\"device\":true",
                "\"service\":true")) {
            var id = post(write, "/clients", "{\"name\":\"Heir\"," + kind + "}").expect(200).json().path("client_id")
                    .asString();
            try (var administration = door.administration()) {
                var scopes = administration.clients().find(id).orElseThrow().client().scopes();
                assertEquals(Set.of("notes:read", "notes:write"), scopes, "none would mean any");
            }
        }
        problem(post(write, "/clients", "{\"name\":\"K\",\"service\":true,\"jwks\":{\"keys\":[{\"kty\":\"EC\",\"crv\":"
                + "\"P-256\",\"x\":\"a\",\"y\":\"b\",\"d\":\"c\"}]}}"), 400);
    }

    @Test
    void aTokenIsRevokedByItsIdWithItsOwnGrantAlone() throws Exception {
        var write = token(SCOPE);
        var agent = door.agent();
        var one = agent.tokens(door.browser(), Door.READ).access();
        var other = agent.tokens(door.browser(), Door.READ).access();
        var id = com.nimbusds.jwt.SignedJWT.parse(one).getJWTClaimsSet().getJWTID();
        agent.call(one, "notes_list", "{}").expect(200);
        assertEquals(1, post(write, "/tokens/revoke", "{\"jti\":\"" + id + "\"}").expect(200).json()
                .path("grants_revoked").asInt());
        agent.call(one, "notes_list", "{}").expect(401);
        agent.call(other, "notes_list", "{}").expect(200);
    }

    @Test
    void whoIsTakenOffTheListIsOutAtOnce() {
        var tokens = console.tokens(door.browser(), SCOPE);
        get(tokens.access(), "/users").expect(200);
        try (var node = door.secondNode(Map.of("admin.people", "eve@example.org"))) {
            door.web.get(node.origin() + "/admin/users", "Authorization", "Bearer " + tokens.access()).expect(403);
            console.refreshAt(node.origin(), tokens.refresh()).expect(400);
        }
    }

    @Test
    void aSecondFactorIsAskedForUnlessThatIsSwitchedOff() {
        var tokens = console.tokens(door.browser(), SCOPE);
        try (var node = door.secondNode(Map.of("admin.second_factor", "true"))) {
            var again = door.web.get(node.origin() + "/admin/users", "Authorization", "Bearer " + tokens.access())
                    .expect(401);
            var challenge = again.header("WWW-Authenticate").orElseThrow();
            assertTrue(challenge.contains("insufficient_user_authentication") && challenge.contains("acr_values"),
                    challenge);
        }
    }

    @Test
    void aRequestThatAFormCouldSendDoesNothing() {
        var token = token(SCOPE);
        var body = "{\"id\":\"bob@example.org\"}";
        for (var type : List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                "")) {
            problem(door.web.post(admin + "/users/disable", type, body, "Authorization", "Bearer " + token), 415);
        }
        problem(door.web.post(admin + "/users/disable", JSON, "id=bob@example.org", "Authorization",
                "Bearer " + token), 400);
        problem(door.signedIn().send("/admin/users/disable", JSON, body), 401);
        door.web.get(admin + "/users/disable?id=bob@example.org", "Authorization", "Bearer " + token).expect(405);
        problem(door.web.post(admin + "/users/disable?id=x", JSON, body, "Authorization", "Bearer " + token), 400);
        assertEquals("active", get(token, "/users?id=bob@example.org").json().path("items").path(0).path("state")
                .asString());
    }

    @Test
    void membersThatNobodyOffersAreRefusedNotIgnored() {
        var token = token(SCOPE);
        for (var body : List.of("{\"email\":\"m@example.org\",\"name\":\"M\",\"id\":\"person_1\"}",
                "{\"email\":\"m@example.org\",\"name\":\"M\",\"tier\":\"ADMIN\"}",
                "{\"email\":\"m@example.org\",\"name\":\"M\",\"__proto__\":{}}",
                "{\"email\":\"m@example.org\",\"email\":\"n@example.org\",\"name\":\"M\"}",
                "{\"email\":[\"m@example.org\"],\"name\":\"M\"}", "{\"name\":\"M\"}", "[]", "null", "")) {
            problem(post(token, "/users", body), 400);
        }
        for (var body : List.of("{\"name\":\"M\",\"service\":true,\"id\":\"console\"}",
                "{\"name\":\"M\",\"service\":true,\"client_secret\":\"" + "s".repeat(40) + "\"}",
                "{\"name\":\"M\",\"service\":\"yes\"}", "{\"name\":\"M\"}",
                "{\"name\":\"M\",\"grant_types\":[\"password\"]}",
                "{\"name\":\"M\",\"redirect_uris\":[\"javascript:x\"]}",
                "{\"name\":\"M\",\"service\":true,\"jwks_uri\":\"::\"}")) {
            problem(post(token, "/clients", body), 400);
        }
        assertEquals(2, get(token, "/users").json().path("items").size());
    }

    @Test
    void noPathLeadsAroundTheTable() {
        var token = token(SCOPE + ":read");
        for (var path : List.of("/users/", "//users", "/Users", "/users/disable/", "/../admin/users", "/users;x=1",
                "/users%2fdisable", "/%75sers", "", "/", "/users/person_1")) {
            var answer = door.web.get(admin + path, "Authorization", "Bearer " + token);
            assertTrue(Set.of(400, 404, 405).contains(answer.status()), () -> path + ": " + answer);
        }
    }

    @Test
    void withoutTheScopeInTheConfigurationThereIsNothing() {
        try (var plain = Door.open(folder.resolve("plain").toFile().mkdir() ? folder.resolve("plain") : folder)) {
            plain.web.get(plain.origin + "/admin/users").expect(404);
            plain.web.get(plain.origin + "/.well-known/oauth-protected-resource/admin").expect(404);
        }
    }
}
