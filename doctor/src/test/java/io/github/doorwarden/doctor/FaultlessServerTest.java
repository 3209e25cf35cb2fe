package io.github.doorwarden.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Everybody gets into a server without faults, and nothing of it is left behind.
class FaultlessServerTest {

    @Test
    void everybodyConnects_AndWhatWasRegisteredIsDeleted() {
        try (var server = StubServer.with((request, right) -> right)) {
            var groups = new ArrayList<String>();
            var report = Doctors.examine(server, groups::add);
            for (var verdict : report.verdicts()) {
                assertEquals(Outcome.CONNECTS, verdict.outcome(), verdict.toString());
            }
            assertEquals(List.of("loopback"), Doctors.ids(report));
            assertEquals(11, groups.size(), groups.toString());
            assertTrue(report.inside() && report.reached() && report.everybodyConnects());
            assertTrue(report.facts().contains("3 clients were registered for this, and 3 deleted again."),
                    report.facts().toString());
            var left = server.asked.stream().filter(request -> request.method().equals("DELETE")
                    && request.to("/mcp")).count();
            var begun = server.asked.stream().filter(request -> request.call().equals("initialize")
                    && request.header("authorization").equals("Bearer " + Faultless.TOKEN)).count();
            assertEquals(begun, left, "each session that was begun is ended");
        }
    }

    @Test
    void theTokenGoesToTheEndpointAlone_AndIntoNoReport() {
        try (var server = StubServer.with((request, right) -> request.call().equals("tools/list")
                ? right.body("{\"error\": \"you sent " + request.header("authorization") + "\"}").status(500)
                : right)) {
            var report = Doctors.examine(server, group -> { });
            assertTrue(Doctors.ids(report).contains("tools-not-listed"), report.toString());
            assertTrue(server.asked.stream().filter(request -> request.header("authorization")
                    .contains(Faultless.TOKEN)).allMatch(request -> request.path().startsWith("/mcp")));
            assertTrue(!report.toString().contains(Faultless.TOKEN) && !report.json().toString()
                    .contains(Faultless.TOKEN), report.toString());
        }
    }

    @Test
    void withoutATokenTheDoorIsJudgedAlone() {
        try (var server = StubServer.with((request, right) -> right)) {
            var report = Examination.of(server.url(), Doctors.OPTIONS).run(group -> { });
            assertTrue(!report.inside() && report.everybodyConnects());
            assertTrue(report.facts().contains("What is behind the door was not seen: that needs a token."));
        }
    }

    @Test
    void onlyTheClientsThatWereAskedForAreJudgedAndRegistered() {
        try (var server = StubServer.with((request, right) -> right)) {
            var report = Examination.of(server.url(), Doctors.OPTIONS.withClients(List.of(Clients.CURSOR)))
                    .run(group -> { });
            assertEquals(1, report.verdicts().size());
            assertEquals(1, server.asked.stream().filter(request -> request.to("/register")
                    && request.method().equals("POST")).count());
        }
    }
}
