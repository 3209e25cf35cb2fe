package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Agent.Tokens;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tools that work with a person's own account at a third party, which is another deployment of ours.
class ConnectedAccountTest {

    @TempDir
    Path folder;
    private ThirdPartyDoors doors;
    private Agent agent;
    private Tokens tokens;

    @BeforeEach
    void open() {
        doors = new ThirdPartyDoors(folder);
        agent = doors.here.agent();
        tokens = agent.tokens(doors.here.signedIn(), Door.READ);
    }

    @AfterEach
    void close() {
        doors.close();
    }

    @Test
    @Covers({"AK-31", "AK-45", "RS-7"})
    void whoHasNotConnectedIsAskedOnceAndTheirOwnTokenGoesThere() {
        var asked = doors.call(agent, tokens.access(), "");
        var question = ThirdPartyDoors.question(asked);
        assertEquals("elicitation/create", question.path("method").asString());
        assertEquals("url", question.path("params").path("mode").asString());
        assertFalse(question.path("params").has("requestedSchema") || question.path("params").has("elicitationId"));
        assertEquals(List.of(), doors.here.backend.requests, "nothing was sent before");

        var done = doors.connect(doors.here.browser(), question.path("params").path("url").asString()).expect(200);
        assertTrue(done.body().contains("Corp Notes is connected") && done.body().contains("Go back to your agent"),
                done.body());
        var answer = doors.call(agent, tokens.access(), ThirdPartyDoors.answered(asked, "accept"));
        assertEquals("buy milk", answer.path("result").path("structuredContent").path("notes").path(0).asString(),
                answer.toString());
        var lent = doors.lent().getFirst();
        assertNotEquals(tokens.access(), lent);
        assertFalse(doors.here.backend.requests.getFirst().contains(tokens.access()), "the caller's token stays here");
        assertTrue(doors.taken(lent), "the third party's own token");
        assertFalse(doors.taken(tokens.access()));

        assertTrue(doors.call(agent, tokens.access(), "").path("result").has("structuredContent"), "asked once");
    }

    @Test
    @Covers({"AK-31", "AK-45"})
    void whatIsNotConnectedIsSaidInWordsToClientsThatShowNoPages() {
        var legacy = Agent.result(agent.call(tokens.access(), "notes_list", "{}"));
        assertTrue(legacy.path("isError").asBoolean(), legacy.toString());
        var text = legacy.path("content").path(0).path("text").asString();
        assertTrue(text.contains("Corp Notes") && text.contains(doors.here.origin + "/connect/"), text);
        var modern = ThirdPartyDoors.json(doors.send(agent, tokens.access(), "{}", ""));
        assertTrue(modern.path("result").path("isError").asBoolean(), modern.toString());
        var formsAlone = ThirdPartyDoors.json(doors.send(agent, tokens.access(), "{\"elicitation\":{}}", ""));
        assertTrue(formsAlone.path("result").path("isError").asBoolean(), formsAlone.toString());

        var link = text.substring(text.indexOf("http"), text.indexOf(' ', text.indexOf("http")));
        doors.connect(doors.here.browser(), link).expect(200);
        assertFalse(Agent.result(agent.call(tokens.access(), "notes_list", "{}")).path("isError").asBoolean(false));
    }

    @Test
    @Covers({"AK-45"})
    void nobodyIsAskedInThePlaceOfSigningInAndServicesHaveNoAccount() {
        assertEquals(401, doors.send(agent, null, "{\"elicitation\":{\"url\":{}}}", "").status());
        var robot = Tokens.of(doors.here.web.form(doors.here.origin + "/token", Map.of("grant_type",
                "client_credentials", "client_id", "robot", "client_secret", "canary-robot-secret-4711-4711-4711-4711",
                "resource", doors.here.notes)));
        var answer = doors.call(agent, robot.access(), "").path("result");
        assertTrue(answer.path("isError").asBoolean() && answer.toString().contains("no person"), answer.toString());
    }

    @Test
    void whoSaysNoInTheClientOrOnThePageConnectsNothing() {
        var asked = doors.call(agent, tokens.access(), "");
        var no = doors.call(agent, tokens.access(), ThirdPartyDoors.answered(asked, "decline")).path("result");
        assertTrue(no.path("isError").asBoolean() && no.toString().contains("did not want"), no.toString());

        var browser = doors.here.browser();
        var link = doors.link(agent, tokens.access());
        var page = doors.page(browser, link, Door.EMAIL, Door.PASSWORD);
        var form = Browser.form(page, ThirdPartyDoors.path(link));
        assertTrue(browser.post(form.action(), form.with("decision", "deny")).expect(200).body().contains("said no"));
        browser.get(link).expect(404);
    }

    @Test
    void thePageNamesTheAgentTheAccountAndTheUse() {
        var page = doors.page(doors.here.browser(), doors.link(agent, tokens.access()), Door.EMAIL, Door.PASSWORD)
                .body();
        for (var said : List.of("Stranger", "Nobody has checked", "Corp Notes", "notes_list", "notes:read",
                "Ada Lovelace", doors.corp.origin.substring("http://".length()))) {
            assertTrue(page.contains(said), said + " is not on " + page);
        }
    }

    @Test
    void theAccountPageConnectsAndDisconnectsAndTheThirdPartyHearsOfIt() throws Exception {
        var browser = doors.here.signedIn();
        var form = Browser.form(browser.get("/account"), "/account/connections");
        var link = browser.post(form.action(), form.with()).expect(303).location();
        doors.connect(browser, doors.here.origin + link).expect(200);
        assertTrue(doors.call(agent, tokens.access(), "").path("result").has("structuredContent"));
        var lent = doors.lent().getLast();
        assertTrue(doors.taken(lent));
        var account = browser.get("/account");
        assertTrue(account.body().contains("Disconnect Corp Notes") && account.body().contains("Last used"),
                account.body());
        try (var administration = doors.here.administration()) {
            var findings = administration.explain(Door.EMAIL).findings().toString();
            assertTrue(findings.contains("Has connected the account at Corp Notes (corp)"), findings);
        }
        var disconnect = Browser.form(account, "/account/connections");
        browser.post("/account/connections/end", disconnect.with()).expect(303);
        assertEquals("url", ThirdPartyDoors.question(doors.call(agent, tokens.access(), "")).path("params")
                .path("mode").asString());
        try (var administration = doors.corp.administration()) {
            var end = System.nanoTime() + 10_000_000_000L;
            while (administration.audit().find(io.github.doorwarden.store.AuditLog.By.CLIENT, "door", 50).stream()
                    .noneMatch(line -> line.event().event().equals("revoke")) && System.nanoTime() < end) {
                Polling.pause();
            }
        }
        assertFalse(doors.taken(lent), "given back");
    }

    @Test
    void whatADeletedPersonHadConnectedIsGivenBack() {
        doors.connect(doors.here.browser(), doors.link(agent, tokens.access())).expect(200);
        doors.call(agent, tokens.access(), "");
        var lent = doors.lent().getLast();
        assertTrue(doors.taken(lent));
        try (var administration = doors.here.administration()) {
            administration.delete(administration.people().byEmail(Door.EMAIL).orElseThrow());
        }
        assertFalse(doors.taken(lent), "and the command does not end before");
    }

    @Test
    void connectingUsingAndDisconnectingAreOnRecord() {
        var browser = doors.here.browser();
        doors.connect(browser, doors.link(agent, tokens.access())).expect(200);
        doors.call(agent, tokens.access(), "");
        var form = Browser.form(browser.get("/account"), "/account/connections");
        browser.post("/account/connections/end", form.with()).expect(303);
        doors.here.deployment.close();
        try (var administration = doors.here.administration()) {
            var person = administration.people().byEmail(Door.EMAIL).orElseThrow().id();
            var lines = administration.audit().find(io.github.doorwarden.store.AuditLog.By.SUBJECT, person, 100)
                    .stream().map(line -> line.event()).filter(event -> event.thing().equals("corp")).toList();
            assertEquals(List.of("account/disconnect", "account/use", "account/connect"),
                    lines.stream().map(event -> event.event()).toList());
            assertTrue(lines.stream().allMatch(event -> event.outcome().equals("allowed")));
            assertFalse(lines.toString().contains(doors.lent().getFirst()));
        }
    }
}
