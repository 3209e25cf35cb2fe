package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.authserver.AgentSettings.Pushed;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.tidy.Covers;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests that the client pushes, and a person answers.
class PushedRequestsTest {

    private static final String CALLBACK = "http://127.0.0.1:4711/callback";
    private static final String[] REQUEST = {"client_id", "desktop", "response_type", "code", "redirect_uri", CALLBACK,
        "code_challenge", Door.CHALLENGE, "code_challenge_method", "S256", "scope", "mcp:read", "state", "s-1",
        "resource", Door.MCP};

    @TempDir
    Path folder;
    private Door door;
    private String cookie;

    @BeforeEach
    void open() {
        door = Door.open(folder);
        door.desktop();
    }

    @AfterEach
    void close() {
        door.close();
    }

    private static Door.Answer push(Door at, String... pairs) {
        return at.send(Door.post("/par", Door.form(pairs)));
    }

    private String pushed() {
        var answer = push(door, REQUEST);
        assertEquals(201, answer.status(), answer.json().toString());
        return answer.text("request_uri");
    }

    /// What a browser sees that a person is signed in with.
    private Reply browse(Door at, String method, String path, String query, String form) {
        var side = new BrowserSide(at.settings, new BrowserSide.Ground(at.database, at.clients, at.codes, at.grants,
                Door.MASTER_KEY), Optional.empty(), at.audit::add, at.clock);
        if (cookie == null) {
            cookie = new Sessions(at.database, Duration.ofHours(1), at.clock).start(Door.query(""), "p_ada",
                    Sessions.Method.PASSWORD, Set.of(), Hashes.secret()).cookie().split(";")[0];
        }
        var headers = Headers.NONE.with("Cookie", cookie).with("Origin", Door.ISSUER)
                .with("Sec-Fetch-Site", method.equals("GET") ? "none" : "same-origin")
                .with("Content-Type", "application/x-www-form-urlencoded");
        try {
            return route(side, method, path).answer(Door.in(method, path, query, form, "192.0.2.1", headers), null);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Route route(BrowserSide side, String method, String path) {
        return side.routes().stream().filter(row -> row.path().equals(path) && row.method().equals(method)).findFirst()
                .orElseThrow();
    }

    private static String query(String clientId, String uri) {
        return "client_id=" + clientId + "&request_uri=" + URLEncoder.encode(uri, StandardCharsets.UTF_8);
    }

    private static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    private static String csrf(Reply page) {
        var form = java.util.regex.Pattern.compile("action=\"/consent[^>]*>.*?name=\"csrf\" value=\"([^\"]+)\"",
                java.util.regex.Pattern.DOTALL).matcher(text(page));
        assertTrue(form.find(), text(page));
        return form.group(1);
    }

    @Test
    @Covers("AS-21")
    void aPushedRequestLeadsToOneCode() {
        var uri = pushed();
        assertTrue(uri.matches("urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}"), uri);
        var page = browse(door, "GET", "/authorize", query("desktop", uri), "");
        assertEquals(200, page.status());
        var again = browse(door, "GET", "/authorize", query("desktop", uri), "");
        assertEquals(200, again.status(), "a page may be loaded again");
        var form = Door.form("csrf", csrf(again), "decision", "allow");
        var answer = browse(door, "POST", "/consent", query("desktop", uri), form);
        var location = answer.headers().first("Location").orElseThrow(() -> new AssertionError(text(answer)));
        assertTrue(location.startsWith(CALLBACK + "?code=") && location.contains("&state=s-1"), location);
        for (var repeated : List.of(browse(door, "POST", "/consent", query("desktop", uri), form),
                browse(door, "GET", "/authorize", query("desktop", uri), ""))) {
            assertEquals(400, repeated.status());
            assertTrue(text(repeated).contains("answered"), text(repeated));
        }
    }

    @Test
    @Covers("AS-21")
    void nothingInTheBrowserChangesWhatWasPushed() {
        var query = query("desktop", pushed())
                + "&scope=mcp%3Awrite&redirect_uri=https%3A%2F%2Fevil.example%2F&state=other&prompt=none";
        var page = browse(door, "GET", "/authorize", query, "");
        assertEquals(200, page.status());
        var answer = browse(door, "POST", "/consent", query, Door.form("csrf", csrf(page), "decision", "allow"));
        var location = answer.headers().first("Location").orElseThrow();
        assertTrue(location.startsWith(CALLBACK + "?code=") && location.contains("&state=s-1"), location);
        assertEquals("mcp:read", door.database.first("SELECT scopes FROM authorization_code", row -> row.getString(1))
                .orElseThrow());
    }

    @Test
    @Covers("AS-21")
    void itBelongsToItsClientAndEndsSoon() {
        door.clients.add(NewClient.forPeople("other", "Other", List.of(CALLBACK)));
        var uri = pushed();
        assertEquals(400, browse(door, "GET", "/authorize", query("other", uri), "").status());
        assertEquals(400, browse(door, "GET", "/authorize", query("desktop", uri + "x"), "").status());
        door.clock.pass(Limits.PUSHED_LIFE);
        var late = browse(door, "GET", "/authorize", query("desktop", uri), "");
        assertEquals(400, late.status());
        assertTrue(text(late).contains("start again"));

        var opened = pushed();
        browse(door, "GET", "/authorize", query("desktop", opened), "");
        door.clock.pass(Limits.PUSHED_AND_OPENED_LIFE.minusSeconds(1));
        assertEquals(200, browse(door, "GET", "/authorize", query("desktop", opened), "").status());
        door.side.sweep(door.clock.instant().plus(Duration.ofHours(1)));
        assertEquals(0, door.database.first("SELECT COUNT(*) FROM pushed_request", row -> row.getInt(1)).orElseThrow());
    }

    @Test
    @Covers("AS-21")
    void whatAuthorizeWouldRefuseIsRefusedAtOnce() {
        assertEquals("invalid_request", push(door, with("redirect_uri", "https://evil.example/")).error());
        assertEquals("invalid_request", push(door, with("code_challenge", "short")).error());
        assertEquals("invalid_target", push(door, with("resource", "https://other.example")).error());
        assertEquals("invalid_scope", push(door, with("scope", "unheard-of")).error());
        assertEquals("unsupported_response_type", push(door, with("response_type", "token")).error());
        assertEquals("invalid_request", push(door, with("state", "s-1", "request_uri", "urn:x")).error());
        assertEquals("request_not_supported", push(door, with("state", "s-1", "request", "x.y.z")).error());
        assertEquals("invalid_client", push(door, with("client_id", "unheard-of")).error());
        assertEquals(401, push(door, with("state", "s-1", "client_secret", "x")).status());
    }

    private static String[] with(String name, String value, String... more) {
        var all = REQUEST.clone();
        for (var i = 0; i < all.length; i += 2) {
            if (all[i].equals(name)) {
                all[i + 1] = value;
            }
        }
        var longer = java.util.Arrays.copyOf(all, all.length + more.length);
        System.arraycopy(more, 0, longer, all.length, more.length);
        return longer;
    }

    @Test
    @Covers("AS-21")
    void whoHasToPushIsRefusedWithoutIt() {
        door.clients.add(new NewClient(Optional.of("pusher"), "Pusher", List.of(CALLBACK), Set.of("none"),
                GrantType.WITH_A_PERSON, Set.of(), Optional.empty(), NewClient.PublicKeys.NONE, true));
        var bare = browse(door, "GET", "/authorize", Door.form(with("client_id", "pusher")), "");
        assertTrue(bare.headers().first("Location").orElse("").contains("error=invalid_request"), text(bare));
        var uri = push(door, with("client_id", "pusher")).text("request_uri");
        assertEquals(200, browse(door, "GET", "/authorize", query("pusher", uri), "").status());

        try (var strict = at(Pushed.REQUIRED)) {
            assertTrue(browse(strict, "GET", "/authorize", Door.form(REQUEST), "").headers().first("Location")
                    .orElse("").contains("error=invalid_request"));
            assertTrue(metadata(strict).contains("\"require_pushed_authorization_requests\":true"));
        }
    }

    private Door at(Pushed pushed) {
        var usual = AgentSettings.STANDARD;
        return new Door(folder.resolve("door.db"), door.clock, Door.with(new AgentSettings(usual.grants(), pushed,
                Set.of(), List.of(), List.of()), false));
    }

    private static String metadata(Door at) {
        return at.send(Door.in("GET", "/.well-known/oauth-authorization-server", "", "", "192.0.2.1",
                Headers.NONE)).json().toString();
    }

    @Test
    @Covers({"AS-21", "AS-6a"})
    void offMeansThatNothingOfItIsThere() {
        assertTrue(metadata(door).contains("\"pushed_authorization_request_endpoint\":\"" + Door.ISSUER + "/par\""));
        try (var off = at(Pushed.OFF)) {
            assertTrue(off.route("/par").isEmpty());
            assertFalse(metadata(off).contains("pushed"));
        }
    }

    @Test
    @Covers({"AS-6a", "AS-39"})
    void aGrantThatIsOffIsNowhere() {
        var people = new AgentSettings(Set.of(GrantType.CODE), Pushed.OFF, Set.of(), List.of(), List.of());
        try (var once = new Door(folder.resolve("door.db"), door.clock, Door.with(people, false))) {
            assertTrue(metadata(once).contains("\"grant_types_supported\":[\"authorization_code\"]"));
            assertFalse(once.redeem(once.desktop(), once.code(once.desktop())).json().has("refresh_token"));
            assertEquals("unsupported_grant_type", once.refresh(once.desktop(), "x").error());
            assertEquals("unsupported_grant_type", once.token("grant_type", "client_credentials").error());
        }
        var programs = new AgentSettings(Set.of(GrantType.CLIENT_CREDENTIALS), Pushed.OFF, Set.of(), List.of(),
                List.of());
        try (var closed = new Door(folder.resolve("door.db"), door.clock, Door.with(programs, false))) {
            assertTrue(browse(closed, "GET", "/authorize", Door.form(REQUEST), "").headers().first("Location")
                    .orElse("").contains("error=unauthorized_client"));
        }
    }

    @Test
    @Covers({"AS-21", "T19", "T23"})
    void noProofIsKeptAndNobodyFillsTheTable() {
        var secret = "a secret that must not be kept, at all";
        door.clients.add(new NewClient(Optional.of("web"), "Web", List.of(CALLBACK), AuthMethod.SECRET,
                GrantType.WITH_A_PERSON, Set.of(), Optional.of(secret)));
        assertEquals(201, push(door, with("client_id", "web", "client_secret", secret)).status());
        var kept = door.database.first("SELECT parameters FROM pushed_request", row -> row.getString(1)).orElseThrow();
        assertFalse(kept.contains("secret"), kept);
        for (var i = 1; i < Limits.PUSHED_PER_PEER_PER_MINUTE; i++) {
            push(door, REQUEST);
        }
        assertEquals(429, push(door, REQUEST).status());
    }
}
