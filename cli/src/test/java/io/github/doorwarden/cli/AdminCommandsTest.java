package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Web.Answer;
import io.github.doorwarden.tidy.Polling;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The commands that manage people, clients, grants and tokens, typed beside a deployment that runs: what they end has
/// ended there too.
class AdminCommandsTest {

    @TempDir
    Path folder;

    private Door door;

    private record Ran(int exit, String out, String err) {

        Ran done() {
            assertEquals(0, exit, this::toString);
            return this;
        }

        Ran failed(int wanted, String... words) {
            assertEquals(wanted, exit, this::toString);
            assertEquals("", out, "results alone go to standard output");
            for (var word : words) {
                assertTrue(err.contains(word), () -> word + " is missing: " + this);
            }
            assertFalse(err.contains("Exception") || err.contains("fault of Doorwarden"), this::toString);
            return this;
        }

        List<JsonNode> json() {
            return done().out.lines().map(Web.JSON::readTree).map(JsonNode.class::cast).toList();
        }
    }

    @BeforeEach
    void open() {
        door = Door.open(folder, "limits: {calls", "tiers: {STAFF: {domains: [example.org]}, ALL: {}}\nlimits: {calls"
                .replace("tiers", "  tiers"), "${env:NOTES_URL}", "${env:NOTES_URL:-http://127.0.0.1:9}");
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Ran run(String... words) {
        return typed("", words);
    }

    private Ran typed(String input, String... words) {
        var line = new ArrayList<>(List.of(words));
        line.add(2, folder.toString());
        line.addAll(List.of("--set", "server.public_origin=" + door.origin));
        var out = new StringWriter();
        var err = new StringWriter();
        var before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            var exit = Doorwarden.run(line.toArray(String[]::new), new PrintWriter(out, true),
                    new PrintWriter(err, true));
            return new Ran(exit, out.toString(), err.toString());
        } finally {
            System.setIn(before);
        }
    }

    /// Asks until the running deployment has heard: within a second, by what is promised.
    private static Answer until(int status, java.util.function.Supplier<Answer> ask) {
        var end = System.nanoTime() + 5_000_000_000L;
        var answer = ask.get();
        while (answer.status() != status && System.nanoTime() < end) {
            Polling.pause();
            answer = ask.get();
        }
        return answer.expect(status);
    }

    @Test
    void whoIsDisabledIsOutOfTheRunningDeploymentToo() {
        var agent = door.vouched();
        var browser = door.browser();
        var tokens = agent.tokens(browser, Door.READ);
        agent.call(tokens.access(), "notes_list", "{}").expect(200);
        assertTrue(run("user", "disable", Door.EMAIL).done().err().contains("end now"));
        until(401, () -> agent.call(tokens.access(), "notes_list", "{}"));
        agent.refresh(tokens.refresh()).expect(400);
        assertTrue(Browser.has(browser.get(agent.authorizeUrl(Door.READ)), "/login"));
        var again = door.browser();
        again.signIn(again.get("/login"), Door.EMAIL, Door.PASSWORD).expect(403);
        assertTrue(run("user", "show", Door.EMAIL).done().out().contains("disabled"));
        run("user", "enable", Door.EMAIL).done();
        again.signIn(again.get("/login"), Door.EMAIL, Door.PASSWORD).expect(303);
        run("user", "disable", "nobody@example.org").failed(1, "There is nobody", "user list");
    }

    @Test
    void aPasswordIsSetFromStandardInput() {
        typed("short\n", "user", "password", Door.EMAIL).failed(1, "too short");
        typed("", "user", "password", Door.EMAIL).failed(1, "standard input");
        var browser = door.signedIn();
        typed("another long password\n", "user", "password", Door.EMAIL).done();
        assertTrue(Browser.has(browser.get("/account"), "/login"));
        browser.signIn(browser.get("/login"), Door.EMAIL, Door.PASSWORD).expect(403);
        browser.signIn(browser.get("/login"), Door.EMAIL, "another long password").expect(303);
        run("user", "reset-factors", Door.EMAIL).done();
    }

    @Test
    void whoIsDeletedIsGoneWithEverything() {
        var agent = door.vouched();
        var tokens = agent.tokens(door.browser(), Door.READ);
        run("user", "delete", Door.EMAIL).failed(2, "--yes");
        var id = run("user", "show", Door.EMAIL, "--json").json().getFirst().path("value").asString();
        run("user", "delete", Door.EMAIL, "--yes").done();
        until(401, () -> agent.call(tokens.access(), "notes_list", "{}"));
        agent.refresh(tokens.refresh()).expect(400);
        run("user", "show", Door.EMAIL).failed(1, "There is nobody");
        assertEquals(List.of(), run("grant", "list", "--json").json());
        assertTrue(run("audit", "list", "--event", "admin/user-delete").done().out().contains(id));
        run("audit", "verify").done();
    }

    @Test
    void clientsOfEveryKindAreAdded() throws IOException {
        run("client", "add", "Nothing").failed(2, "--redirect-uri", "--device", "--service");
        var device = run("client", "add", "Telly", "--device", "--json").json().getFirst().path("client_id").asString();
        var begun = door.web.form(door.origin + "/device_authorization", Map.of("client_id", device, "resource",
                door.notes)).expect(200);
        assertTrue(begun.json().has("user_code"));
        var shown = run("client", "show", device).done().out();
        assertTrue(shown.contains("device_code") && shown.contains("none"), shown);

        Files.writeString(folder.resolve("keys.json"), "{\"keys\":[]}");
        run("client", "add", "Signer", "--service", "--jwks", folder.resolve("keys.json").toString())
                .failed(1, "public keys");
        run("client", "add", "Signer", "--service", "--jwks", folder.resolve("no.json").toString())
                .failed(1, "cannot be read");
        var signer = run("client", "add", "Signer", "--service", "--jwks-uri", "https://signer.example/jwks", "--json")
                .json().getFirst();
        assertFalse(signer.has("client_secret"), "it has keys");
        run("client", "add", "Odd", "--grant", "password").failed(1, "There is no grant type password",
                "authorization_code");
        run("client", "add", "Odd", "--service", "--scope", "nope").failed(1, "no scope nope");
        var web = run("client", "add", "Web", "--redirect-uri", "https://web.example/cb", "--confidential", "--json")
                .json().getFirst();
        assertTrue(web.has("client_secret"));
        run("client", "show", "nobody").failed(1, "There is no client nobody");
        run("client", "rotate-secret", device).failed(1, "has a secret");
        run("client", "rotate-secret", "robot").failed(1, "doorwarden.yaml");
        run("client", "delete", "robot").failed(1, "doorwarden.yaml");
        run("client", "delete", web.path("client_id").asString()).done();
        run("client", "delete", web.path("client_id").asString()).failed(1, "There is no client");
    }

    @Test
    void anOldSecretOpensNothing() {
        var robot = run("client", "add", "Robot", "--service", "--json").json().getFirst();
        var id = robot.path("client_id").asString();
        credentials(id, robot.path("client_secret").asString()).expect(200);
        var fresh = run("client", "rotate-secret", id, "--json").json().getFirst().path("client_secret").asString();
        credentials(id, robot.path("client_secret").asString()).expect(401);
        credentials(id, fresh).expect(200);
    }

    private Answer credentials(String id, String secret) {
        return door.web.form(door.origin + "/token", Map.of("grant_type", "client_credentials", "client_id", id,
                "client_secret", secret, "resource", door.notes));
    }

    @Test
    void grantsAndTokensAreListedAndRevoked() {
        var agent = door.vouched();
        var one = agent.tokens(door.browser(), Door.READ);
        var two = agent.tokens(door.browser(), Door.READ);
        var three = agent.tokens(door.browser(), Door.READ);
        var four = agent.tokens(door.browser(), Door.READ);
        var grants = run("grant", "list", "--user", Door.EMAIL, "--json").json();
        assertEquals(4, grants.size());
        assertEquals(4, run("grant", "list", "--client", "reports", "--json").json().size());
        assertEquals(0, run("grant", "list", "--client", "robot", "--json").json().size());
        run("grant", "list", "--user", "nobody").failed(1, "There is nobody");
        run("grant", "revoke").failed(2, "--user");
        run("grant", "revoke", "nonsense").failed(1, "no living grant");

        typed(one.access() + "\n", "token", "revoke").done();
        until(401, () -> agent.call(one.access(), "notes_list", "{}"));
        agent.refresh(one.refresh()).expect(400);
        agent.call(two.access(), "notes_list", "{}").expect(200);
        typed(two.refresh() + "\n", "token", "revoke").done();
        until(401, () -> agent.call(two.access(), "notes_list", "{}"));
        assertTrue(typed(two.refresh() + "\n", "token", "revoke").done().err().contains("already"));
        typed("nonsense\n", "token", "revoke").failed(1, "No such token");
        typed("", "token", "revoke").failed(1, "standard input");
        run("token", "revoke", "--jti", "nonsense").failed(1, "No such token");

        var left = run("grant", "list", "--json").json();
        assertEquals(2, left.size());
        run("grant", "revoke", left.getFirst().path("id").asString()).done();
        assertTrue(run("grant", "revoke", "--user", Door.EMAIL, "--client", "reports").done().err().startsWith("1 "));
        until(401, () -> agent.call(three.access(), "notes_list", "{}"));
        until(401, () -> agent.call(four.access(), "notes_list", "{}"));

        var five = agent.tokens(door.browser(), Door.READ);
        var jti = run("audit", "list", "--event", "token", "--client", "reports", "--last", "1", "--json").json();
        run("token", "revoke", "--jti", jti.getFirst().path("token_id").asString()).done();
        until(401, () -> agent.call(five.access(), "notes_list", "{}"));
    }

    @Test
    void theLogIsSiftedAndExported() {
        run("user", "disable", Door.EMAIL).done();
        var browser = door.browser();
        browser.signIn(browser.get("/login"), Door.EMAIL, Door.PASSWORD).expect(403);
        run("user", "enable", Door.EMAIL).done();
        door.signedIn();
        credentials("robot", "x".repeat(40)).expect(401);
        credentials("robot", "canary-robot-secret-4711-4711-4711-4711").expect(200);
        run("client", "revoke", "robot").done();

        for (var line : run("audit", "list", "--refused", "--json").json()) {
            assertFalse(line.path("outcome").asString().equals("allowed"), line::toString);
        }
        var robots = run("audit", "list", "--client", "robot", "--json").json();
        assertTrue(robots.stream().allMatch(line -> line.path("client_id").asString().equals("robot")));
        assertTrue(robots.size() >= 3, robots::toString);
        var hers = run("audit", "list", "--user", Door.EMAIL, "--event", "login", "--json").json();
        assertTrue(hers.stream().allMatch(line -> line.path("subject").asString().startsWith("person_")));
        assertEquals(3, run("audit", "list", "--event", "admin/*", "--json").json().size());
        assertEquals(0, run("audit", "list", "--since", "2126-01-01T00:00:00Z", "--json").json().size());
        assertFalse(run("audit", "list", "--since", "1h", "--json").json().isEmpty());
        run("audit", "list", "--since", "yesterday").failed(2, "--since", "12h");

        var exported = run("audit", "export").json();
        for (var i = 0; i < exported.size(); i++) {
            assertEquals(i + 1, exported.get(i).path("seq").asInt());
        }
        var head = exported.getLast();
        assertTrue(run("audit", "verify").done().out().contains(head.path("hash").asString()));
        var rest = run("audit", "export", "--after", "" + (exported.size() - 1)).json();
        assertEquals(head, rest.getFirst());
    }

    @Test
    void aTierIsToldWithItsReason() {
        assertTrue(run("tiers", "show", "New@example.org").done().out().contains("the domain of the address"));
        assertTrue(run("tiers", "show", "new@elsewhere.example").done().out().contains("it takes everybody"));
        assertEquals("STAFF", run("tiers", "show", Door.EMAIL, "--json").json().getFirst().path("tier").asString());
    }
}
