package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Explanation;
import io.github.doorwarden.app.Explanation.Verdict;
import io.github.doorwarden.store.AuditLog;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An operator asks why, after something went wrong at a real door (clients.md K4: issued and never used, wrong
/// audience).
class ExplainTest {

    @TempDir
    static Path folder;
    private static Door door;
    private static Browser ada;

    @BeforeAll
    static void open() {
        door = Door.open(folder);
        ada = door.signedIn();
    }

    @AfterAll
    static void close() {
        door.close();
    }

    private static Explanation explain(String what) {
        try (var administration = door.administration()) {
            return administration.explain(what);
        }
    }

    private static void says(Explanation told, Verdict verdict, String words) {
        assertTrue(told.findings().stream().anyMatch(finding -> finding.verdict() == verdict
                && finding.text().contains(words)), () -> verdict + " " + words + " is missing: " + told.about()
                + told.findings());
    }

    /// Waits until the log, which is written behind the answers, has a line.
    private static String requestOf(Predicate<AuditLog.Line> wanted) {
        while (true) {
            try (var administration = door.administration()) {
                var found = administration.audit().newest(100).stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get().event().requestId();
                }
            }
        }
    }

    @Test
    void aTokenThatWasIssuedAndNeverSent_AndThenIs() {
        var agent = door.agent();
        var token = agent.tokens(ada, Door.READ).access();
        requestOf(line -> line.event().event().equals("token") && line.event().clientId().equals(agent.clientId));
        var unused = explain(token);
        says(unused, Verdict.OK, "signature");
        says(unused, Verdict.FACT, "ada@example.org");
        says(unused, Verdict.NO, "never arrived here");
        says(unused, Verdict.DO, "Authorization header");
        assertFalse((unused.about() + unused.findings()).contains(token.substring(40)), "the token is never repeated");
        says(explain(agent.clientId), Verdict.NO, "no call with one of them");

        Agent.result(agent.call(token, "notes_list", "{}"));
        requestOf(line -> line.event().event().equals("tools/call")
                && line.event().clientId().equals(agent.clientId));
        var used = explain(token);
        assertTrue(used.findings().stream().noneMatch(finding -> finding.verdict() == Verdict.NO),
                () -> used.findings().toString());
        says(used, Verdict.OK, "tools/call notes_list");
        says(explain(agent.clientId), Verdict.OK, "was refused");
    }

    @Test
    void aTokenForAnotherDoor() {
        var agent = door.agent();
        var token = agent.tokens(ada, Door.READ).access();
        agent.rpc(door.memo, token, Agent.LEGACY, "tools/call", "{\"name\":\"memo\",\"arguments\":{}}").expect(401);
        var request = requestOf(line -> line.event().event().equals("authenticate")
                && line.event().reason().contains("it was issued for"));
        var told = explain(request);
        says(told, Verdict.NO, "this door is " + door.memo);
        says(told, Verdict.DO, "exact URL");
        says(explain(token), Verdict.NO, "it was issued for");
    }

    @Test
    void revokedClientsDisabledPeopleAndSpentSecrets() {
        var agent = door.agent();
        var tokens = agent.tokens(ada, Door.READ);
        says(explain(tokens.refresh()), Verdict.NO, "no access token");
        agent.refresh(tokens.refresh()).expect(200);
        says(explain(tokens.refresh()), Verdict.FACT, "It was exchanged");
        try (var administration = door.administration()) {
            administration.revokeClient(agent.clientId);
        }
        agent.refresh(tokens.refresh()).expect(401);
        requestOf(line -> line.event().event().equals("token") && line.event().clientId().equals(agent.clientId)
                && line.event().outcome().equals("refused"));
        says(explain(tokens.access()), Verdict.NO, "The grant behind it was revoked");
        var client = explain(agent.clientId);
        says(client, Verdict.NO, "It was revoked");
        says(client, Verdict.NO, "unknown client");
        says(client, Verdict.DO, "register again");
        says(explain(Door.EMAIL), Verdict.OK, "May sign in");
        says(explain("nobody@example.org"), Verdict.NO, "nobody with that address");
    }

    @Test
    void whatIsNotKnownIsSaidToBe() {
        for (var what : new String[] {"x", "https://client.example/none.json", "..", "a.b.c",
                "eyJhbGciOiJub25lIn0.e30.",
                "é\u0000\u001b[2J"}) {
            var told = explain(what);
            assertTrue(told.findings().stream().anyMatch(finding -> finding.verdict() == Verdict.NO), what);
            assertFalse(told.about().contains("\u001b"), what);
        }
        var foreign = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUiLCJhdWQiOiJ4In0.";
        var told = explain(foreign);
        says(told, Verdict.NO, "https://other.example");
        assertEquals(2, told.findings().stream().filter(finding -> finding.text().contains("server.public_origin"))
                .count(), () -> told.findings().toString());
    }
}
