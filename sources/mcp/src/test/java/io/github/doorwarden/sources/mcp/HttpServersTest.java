package io.github.doorwarden.sources.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.ToolOutage;
import io.github.doorwarden.tidy.Polling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers over Streamable HTTP, well-behaved and otherwise.
final class HttpServersTest {

    private static final McpSettings ALL = McpSettings.all("stub");

    @TempDir
    private Path folder;

    @BeforeEach
    void offer() throws Exception {
        Files.writeString(folder.resolve("tools.json"), "{\"tools\":["
                + Stream.of("echo", "poll", "lost", "cut", "endless",
                "stall", "failing", "refusing", "leaving", "stranger", "leaks", "tells", "asks", "slow")
                .map(StubServer::tool).collect(Collectors.joining(",")) + ",{\"name\":\"mirror\",\"description\":\"m\","
                + "\"inputSchema\":{\"type\":\"object\",\"properties\":{\"region\":{\"type\":\"string\","
                + "\"x-mcp-header\":\"Region\"},\"n\":{\"type\":\"integer\",\"x-mcp-header\":\"N\"}}}}]}");
    }

    private static McpSettings settings(boolean ask, Duration timeout) {
        return new McpSettings("stub", ALL.expose(), ALL.withhold(), Map.of(), Set.of(), true, ask, timeout, 4,
                ALL.maxBytes());
    }

    private Mounting mounted(HttpStub server, McpSettings settings) {
        return Mounting.at(folder, server.way(), settings);
    }

    @Test
    void aModernServerGetsItsHeaders_AndNoCredentialsButOurOwn() throws Exception {
        try (var server = new HttpStub("modern", folder); var stub = mounted(server, ALL)) {
            assertEquals("{\"region\":\" Zürich\",\"n\":7}", stub.call("echo", "{\"region\":\" Zürich\",\"n\":7}")
                    .structured().orElseThrow().toString());
            stub.call("mirror", "{\"region\":\" Zürich\",\"n\":7}");
            var call = server.requests.stream().filter(each -> each.startsWith("POST tools/call mirror")).findFirst()
                    .orElseThrow();
            for (var header : List.of("Mcp-name=[mirror]", "Mcp-method=[tools/call]",
                    "Mcp-protocol-version=[2026-07-28]", "Mcp-param-region=[=?base64?IFrDvHJpY2g=?=]",
                    "Mcp-param-n=[7]", "Authorization=[Bearer " + HttpStub.TOKEN + "]")) {
                assertTrue(call.contains(header), header + " is not in " + call);
            }
            assertFalse(call.contains("Mcp-session-id"));
            assertFalse(stub.text("leaks").contains(HttpStub.TOKEN), "a server that echoes its request");
        }
    }

    @Test
    void anExpiredSessionIsMadeAnew_AndTheCallIsCarriedOut() throws Exception {
        try (var server = new HttpStub("legacy", folder)) {
            try (var stub = mounted(server, ALL)) {
                assertEquals("echo", stub.text("echo"));
                server.expire();
                assertEquals("echo", stub.text("echo"));
                assertEquals(2, server.sessions.get());
                assertEquals("stub+stub://a", stub.told.stream().filter(each -> !each.equals("things")).findFirst()
                        .orElseGet(() -> poll(stub)), "what the standalone stream tells");
            }
            assertTrue(server.requests.getLast().startsWith("DELETE"), "the session is ended at the end");
        }
    }

    private static String poll(Mounting stub) {
        try {
            for (var told = stub.told.poll(30, TimeUnit.SECONDS); told != null;
                    told = stub.told.poll(30, TimeUnit.SECONDS)) {
                if (!told.equals("things")) {
                    return told;
                }
            }
            return "nothing";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aStreamThatIsClosedEarlyIsTakenUpAgainByItsLastEvent() throws Exception {
        try (var server = new HttpStub("legacy", folder); var stub = mounted(server, ALL)) {
            assertEquals("polled 1", stub.text("poll"));
            assertEquals(1, server.requests.stream().filter(each -> each.contains("Last-event-id=[e1]")).count());
        }
    }

    @Test
    void aCallWhoseStreamCannotBeTakenUpAgainIsNotCarriedOutTwice() throws Exception {
        try (var server = new HttpStub("legacy", folder); var stub = mounted(server, ALL)) {
            var why = assertThrows(ToolOutage.class, () -> stub.call("lost", "{}"));
            assertEquals("stub broke off before its answer was complete. It may have carried the request out: look "
                    + "before you try again.", why.getMessage());
            assertEquals(1, server.requests.stream().filter(each -> each.startsWith("POST tools/call lost")).count());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut broke off before its answer was complete", "endless more than 8388608 bytes",
        "failing failed (500)", "refusing credentials were refused", "leaving failed (302)",
        "stranger did not answer the request", "stall did not answer within 2 s"})
    void everyFaultIsASentence_AndTheServerStaysMounted(String how) throws Exception {
        var tool = how.substring(0, how.indexOf(' '));
        try (var server = new HttpStub("modern", folder);
                var stub = mounted(server, settings(false, Duration.ofSeconds(2)))) {
            var why = assertThrows(ToolOutage.class, () -> stub.call(tool, "{}"));
            assertTrue(why.getMessage().contains(how.substring(how.indexOf(' ') + 1)), why.getMessage());
            assertEquals("echo", stub.text("echo"));
            assertEquals("up", stub.source.state());
        }
    }

    @Test
    void aServerThatKeepsFailingIsLeftAloneUntilItIsConnectedAnew() throws Exception {
        try (var server = new HttpStub("modern", folder); var stub = mounted(server, ALL)) {
            for (var i = 0; i < Limits.FAULTS; i++) {
                assertThrows(ToolOutage.class, () -> stub.call("failing", "{}"));
            }
            var before = server.requests.stream().filter(each -> each.startsWith("POST tools/call")).count();
            var open = assertThrows(ToolOutage.class, () -> stub.call("echo", "{}"));
            assertTrue(open.getMessage().contains("is down"), open.getMessage());
            assertEquals(before, server.requests.stream().filter(each -> each.startsWith("POST tools/call")).count());
            while (!stub.source.state().equals("up")) {
                Polling.pause();
            }
            assertEquals("echo", stub.text("echo"));
        }
    }

    @Test
    void aQuestionOnTheStreamOfACallIsThatCalls_WhoeverElseCalls() throws Exception {
        try (var server = new HttpStub("legacy", folder);
                var stub = mounted(server, settings(true, Duration.ofSeconds(20)))) {
            var other = Thread.ofVirtual().start(() -> assertThrows(Exception.class, () -> stub.call("stall", "{}")));
            while (server.requests.stream().noneMatch(each -> each.startsWith("POST tools/call stall"))) {
                Polling.pause();
            }
            var asked = assertThrows(Error.class, () -> stub.call("asks", "{}"));
            assertTrue(asked.getClass().getName().endsWith("Asked"), asked.toString());
            stub.heard("notifications/cancelled");
            other.interrupt();
        }
    }

    @Test
    void aServerThatIsNotThereYetIsMountedOnceItIs() throws Exception {
        var server = new HttpStub("modern", folder);
        var way = server.way();
        server.close();
        try (var stub = Mounting.at(folder, way, ALL)) {
            assertEquals("down", stub.source.state());
            assertEquals(List.of(), stub.listed());
            var port = ((UpstreamChannel) way.channel()).upstream().settings().baseUrl().getPort();
            try (var again = new HttpStub("modern", folder, port)) {
                while (!stub.listed().contains("stub_echo")) {
                    stub.change();
                }
                assertEquals("echo", stub.text("echo"));
                assertTrue(again.requests.size() > 1);
            }
        }
    }
}
