package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.cli.Agent.Tokens;
import io.github.doorwarden.cli.Web.Answer;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator does at one node, seen at the other: a person is shut out, and the signing key changes.
class TwoNodesTest {

    private static final String JSON = "application/json";
    private static final String BOB = "bob@example.org";
    private static final String BOB_PASSWORD = "canary-password-of-bob";
    private static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
    /// Within which one node hears what the other did (T27a).
    private static final Duration HEARD = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /// `Limits.KEY_PUBLISHED_BEFORE_USE`; then what a token lives, and how far clocks may be apart.
    private static final Duration PUBLISHED = Duration.ofMinutes(10);
    private static final Duration LAST_TOKEN = Duration.ofMinutes(6);

    @TempDir
    Path folder;
    private Door door;
    private Door.Node other;
    private String admin;

    @BeforeEach
    void open() {
        // The first key is of another algorithm, and the next of one whose keys are made at once.
        door = Door.open(folder, "  scopes:\n    notes:read", "  session_api: true\n  keys: {algorithm: ES256}\n"
                + "  scopes:\n    notes:read",
                "limits: {calls", "admin: {scope: \"house:admin\", people: [ada@example.org], second_factor: false}\n"
                + "limits: {calls", "  clients:\n    - {id: reports", "  clients:\n"
                + "    - {id: console, name: Console, redirect_uris: [\"https://console.example/cb\"]}\n"
                + "    - {id: telly, grants: [\"" + DEVICE + "\"]}\n    - {id: reports");
        door.person(BOB, "Bob", BOB_PASSWORD);
        other = door.secondNode();
        admin = new Agent(door.web, door.origin, door.origin + "/admin", "console", "https://console.example/cb")
                .tokens(door.browser(), "house:admin").access();
    }

    @AfterEach
    void close() {
        other.close();
        door.close();
    }

    private Answer administer(String path, String body) {
        return door.web.post(door.origin + "/admin" + path, JSON, body, "Authorization", "Bearer " + admin).expect(200);
    }

    private Answer notes(String node, String token) {
        return door.agent().rpc(node + "/notes", token, Agent.LEGACY, "tools/call", "{\"name\":\"notes_list\"}");
    }

    /// The same cookies at the other node: in public both have one name.
    private Browser atTheOther(Browser browser) {
        var there = new Browser(door.web, other.origin());
        there.cookies.putAll(browser.cookies);
        return there;
    }

    private String link() {
        return door.console.getLast().lines().map(String::strip).filter(line -> line.startsWith("http")).findFirst()
                .orElseThrow();
    }

    /// Signs in by plain JSON as far as the link; what opens it.
    private Supplier<Answer> linked() {
        var handle = door.web.post(door.origin + "/auth/login", JSON, "{\"email\":\"" + BOB + "\"}").expect(202).json()
                .path("login").asString();
        var there = link().replace(door.origin, other.origin());
        return () -> door.web.get(there, "Doorwarden-Login", handle);
    }

    /// A device that Bob has allowed, and that has not asked yet whether he did; its asking.
    private Supplier<Answer> allowed(Browser bob) {
        var begun = door.web.form(door.origin + "/device_authorization", Map.of("client_id", "telly", "resource",
                door.notes)).expect(200).json();
        var form = Browser.form(bob.get("/device").expect(200), "/device");
        var ask = bob.post("/device", form.with("user_code", begun.path("user_code").asString())).expect(200);
        bob.post("/device/decision", Browser.form(ask, "/device/decision").with("decision", "allow")).expect(200);
        return () -> door.web.form(other.origin() + "/token", Map.of("grant_type", DEVICE, "client_id", "telly",
                "device_code", begun.path("device_code").asString()));
    }

    private static boolean signedIn(Browser browser) {
        var page = browser.get("/account");
        return page.status() == 200 && !Browser.has(page, "/login");
    }

    @Test
    @Covers({"T27a", "AS-26"})
    void whoIsDisabledAtOneNodeIsOutAtTheOther() {
        var bob = door.browser();
        bob.signIn(bob.get("/login"), BOB, BOB_PASSWORD).expect(303);
        var agent = door.agent();
        var tokens = agent.tokens(bob, "");
        var session = linked().get().expect(200).json().path("access_token").asString();
        var unusedLink = linked();
        var device = allowed(bob);
        var code = agent.redemption(agent.code(bob, ""));
        for (var token : List.of(tokens.access(), session)) {
            notes(other.origin(), token).expect(200);
        }
        assertTrue(signedIn(atTheOther(bob)));

        administer("/users/disable", "{\"id\":\"" + BOB + "\"}");
        var disabled = System.nanoTime();
        assertFalse(signedIn(atTheOther(bob)), "no session is remembered by a node");
        agent.refreshAt(other.origin(), tokens.refresh()).expect(400);
        door.web.form(other.origin() + "/token", code).expect(400);
        device.get().expect(400);
        unusedLink.get().expect(400);
        for (var token : List.of(tokens.access(), session)) {
            var last = lastLetIn(token, disabled);
            assertTrue(last.compareTo(HEARD) <= 0, "let in " + last.toMillis() + " ms after");
            notes(door.origin, token).expect(401);
        }
        var again = new Browser(door.web, other.origin());
        again.signIn(again.get("/login"), BOB, BOB_PASSWORD).expect(403);
        assertTrue(signedIn(atTheOther(door.signedIn())), "Ada is nobody's business");
    }

    /// When the last call began that was let in at the other node.
    private Duration lastLetIn(String token, long since) {
        var last = since;
        while (System.nanoTime() - since < PATIENCE.toNanos()) {
            var begun = System.nanoTime();
            if (notes(other.origin(), token).status() == 401) {
                return Duration.ofNanos(last - since);
            }
            last = begun;
        }
        throw new AssertionError("the other node never heard of it");
    }

    private String robot(String node) {
        return Tokens.of(door.web.form(node + "/token", Map.of("grant_type", "client_credentials", "client_id", "robot",
                "client_secret", "canary-robot-secret-4711-4711-4711-4711", "resource", door.notes))).access();
    }

    private static String kid(String token) {
        try {
            return SignedJWT.parse(token).getHeader().getKeyID();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    private Set<String> published(String node) {
        var kids = new TreeSet<String>();
        door.web.get(node + "/.well-known/jwks.json").expect(200).json().path("keys").forEach(key ->
                kids.add(key.path("kid").asString()));
        return kids;
    }

    /// As when so much time has passed: everything about keys is that much longer ago.
    private void pass(Duration time) {
        try (var database = Database.open(folder.resolve("state").resolve("doorwarden.db"))) {
            database.update("UPDATE signing_key SET active_from = active_from - ?, retired_at = retired_at - ?, "
                    + "forget_at = forget_at - ?", time.toMillis(), time.toMillis(), time.toMillis());
        }
    }

    /// A node reads the keys once a minute, and when an operator asks it for them.
    private Map<String, String> states(String node) {
        var states = new HashMap<String, String>();
        door.web.get(node + "/admin/keys", "Authorization", "Bearer " + admin).expect(200).json().path("items")
                .forEach(key -> states.put(key.path("kid").asString(), key.path("state").asString()));
        return states;
    }

    private void goodAtBoth(String... tokens) {
        for (var token : tokens) {
            notes(door.origin, token).expect(200);
            notes(other.origin(), token).expect(200);
        }
    }

    @Test
    @Covers("AS-47")
    void aKeyThatOneNodeMakesSignsAtBothAndTheOldOneIsGoodUntilItsLastTokenEnds() {
        var before = robot(door.origin);
        var old = kid(before);
        goodAtBoth(before);
        var next = administer("/keys/rotate", "{}").json().path("kid").asString();
        assertNotEquals(old, next);
        assertEquals(Map.of(old, "signing", next, "next"), states(other.origin()));
        assertEquals(Set.of(old, next), published(other.origin()), "before anything is signed with it");
        assertEquals(List.of(old, old), List.of(kid(robot(door.origin)), kid(robot(other.origin()))));

        pass(PUBLISHED);
        assertEquals(Map.of(old, "retired", next, "signing"), states(other.origin()));
        var there = robot(other.origin());
        var here = robot(door.origin);
        assertEquals(List.of(next, old), List.of(kid(there), kid(here)), "the first has not looked again yet");
        goodAtBoth(before, there, here);
        assertEquals(Map.of(old, "retired", next, "signing"), states(door.origin));
        assertEquals(next, kid(robot(door.origin)));
        goodAtBoth(before, there, here);

        pass(LAST_TOKEN);
        for (var node : List.of(other.origin(), door.origin)) {
            states(node);
            assertEquals(Set.of(next), published(node));
            notes(node, there).expect(200);
            notes(node, before).expect(401);
        }
    }
}
