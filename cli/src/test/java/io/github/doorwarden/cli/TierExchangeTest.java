package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tiers and token exchange: what a server may know of that acts for a person is what that person may know of. Whose
/// server it is neither adds nor takes away.
class TierExchangeTest {

    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String SECRET = "canary-exchanging-secret-4711-4711-4711";
    private static final String BOB = "bob@elsewhere.example";
    private static final String BOB_PASSWORD = "canary-password-of-bob";
    /// A server of the inner tier, and one that no tier names; both may exchange the same.
    private static final String INSIDER = "insider";
    private static final String OUTSIDER = "outsider";

    @TempDir
    static Path folder;
    private static Door door;

    @BeforeAll
    static void open() {
        door = Door.open(folder, "  clients:\n",
                "  tiers:\n    INNER: {emails: [ada@example.org], clients: [insider]}\n"
                + "    OUTER: {}\n  exchanges:\n    - {client: insider, from: /memo, to: /notes}\n"
                + "    - {client: outsider, from: /memo, to: /notes}\n  clients:\n" + server(INSIDER)
                + server(OUTSIDER), "description: Adds a note., scopes: [notes:write]",
                "description: Adds a note., scopes: [notes:write], tiers: [INNER]");
        door.person(BOB, "Bob", BOB_PASSWORD);
    }

    private static String server(String id) {
        return "    - {id: " + id + ", secret: " + SECRET + ", grants: [client_credentials, \"" + EXCHANGE
                + "\"], scopes: [notes:read, notes:write]}\n";
    }

    @AfterAll
    static void close() {
        door.close();
    }

    /// A person's token for the first server.
    private static String token(String email, String password) {
        var browser = door.browser();
        browser.signIn(browser.get("/login"), email, password).expect(303);
        var agent = door.agent();
        return new Agent(door.web, door.origin, door.memo, agent.clientId, agent.redirect)
                .tokens(browser, Door.READ + " " + Door.WRITE).access();
    }

    private static String asked(Map<String, String> form, String client) {
        var all = new HashMap<>(form);
        all.putAll(Map.of("client_id", client, "client_secret", SECRET, "resource", door.notes));
        return door.web.form(door.origin + "/token", all).expect(200).json().path("access_token").asString();
    }

    private static String exchanged(String client, String subject) {
        return asked(Map.of("grant_type", EXCHANGE, "subject_token", subject, "subject_token_type",
                "urn:ietf:params:oauth:token-type:access_token"), client);
    }

    private static void knows(String token) {
        var agent = door.agent();
        assertTrue(listed(agent, token).contains("notes_add"));
        assertFalse(Agent.result(agent.call(token, "notes_add", "{\"text\":\"x\"}")).path("isError").asBoolean());
    }

    /// As of a tool that there is not, word by word.
    private static void knowsNothing(String token) {
        var agent = door.agent();
        assertFalse(listed(agent, token).contains("notes_add"));
        var before = door.backend.requests.size();
        var refused = agent.call(token, "notes_add", "{\"text\":\"x\"}");
        var nothing = agent.call(token, "notes_addd", "{\"text\":\"x\"}");
        assertEquals(nothing.status() + nothing.body().replace("notes_addd", "notes_add"),
                refused.status() + refused.body());
        assertTrue(refused.header("WWW-Authenticate").isEmpty(), "no scope would help");
        assertEquals(before, door.backend.requests.size());
    }

    private static String listed(Agent agent, String token) {
        var tools = Agent.result(agent.rpc(door.notes, token, Agent.LEGACY, "tools/list", "{}")).toString();
        assertTrue(tools.contains("notes_list"), tools);
        return tools;
    }

    @ParameterizedTest
    @ValueSource(strings = {INSIDER, OUTSIDER})
    @Covers("AS-37")
    void whatAServerMayKnowOfIsWhatItsPersonMay(String server) {
        var ofAda = exchanged(server, token(Door.EMAIL, Door.PASSWORD));
        var ofBob = exchanged(server, token(BOB, BOB_PASSWORD));
        knows(ofAda);
        knowsNothing(ofBob);
        var who = Agent.result(door.agent().call(ofBob, "doorwarden_whoami", "{}")).path("structuredContent");
        assertEquals("user " + server, who.path("kind").asString() + " " + who.path("client").asString());
    }

    /// Otherwise the test above would hold without any rule for servers.
    @Test
    void aServerThatActsForItselfIsInATierOfItsOwn() {
        var itself = Map.of("grant_type", "client_credentials");
        knows(asked(itself, INSIDER));
        knowsNothing(asked(itself, OUTSIDER));
    }
}
