package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Agent.Tokens;
import io.github.doorwarden.tidy.Covers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// How clients of the revisions before 2026-07-28 are sent to connect an account, and who hears that it was done.
class AccountVisitTest {

    private static final String CALL = "{\"name\":\"notes_list\",\"arguments\":{}}";

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

    /// A legacy session with its stream.
    private final class Client implements AutoCloseable {

        private final HttpClient http = HttpClient.newHttpClient();
        private final String revision;
        private final String session;
        private final BufferedReader events;

        Client(String revision, String capabilities) {
            this.revision = revision;
            session = post("initialize", "{\"protocolVersion\":\"" + revision + "\",\"capabilities\":" + capabilities
                    + ",\"clientInfo\":{\"name\":\"stranger\",\"version\":\"1\"}}", "none").header("Mcp-Session-Id")
                    .orElseThrow();
            var request = HttpRequest.newBuilder(URI.create(doors.here.notes)).GET()
                    .header("Accept", "text/event-stream").header("MCP-Protocol-Version", revision)
                    .header("Mcp-Session-Id", session).header("Authorization", "Bearer " + tokens.access()).build();
            try {
                var stream = http.send(request, BodyHandlers.ofInputStream());
                assertEquals(200, stream.statusCode());
                events = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private Web.Answer post(String method, String params, String known) {
            var body = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":" + params + "}";
            var all = List.of("Accept", "application/json, text/event-stream", "MCP-Protocol-Version", revision,
                    "Authorization", "Bearer " + tokens.access(), "Mcp-Session-Id", known);
            return doors.here.web.post(doors.here.notes, "application/json", body,
                    all.subList(0, known.equals("none") ? 6 : 8).toArray(String[]::new));
        }

        JsonNode call() {
            return ThirdPartyDoors.json(post("tools/call", CALL, session));
        }

        /// The next notification on the stream.
        JsonNode told() {
            try {
                for (var line = events.readLine(); line != null; line = events.readLine()) {
                    if (line.startsWith("data:") && line.length() > 6) {
                        return Web.JSON.readTree(line.substring(5));
                    }
                }
                throw new AssertionError("the stream ended");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            http.shutdownNow();
        }
    }

    private static JsonNode page(JsonNode refused) {
        assertEquals(-32042, refused.path("error").path("code").asInt(), refused.toString());
        var pages = refused.path("error").path("data").path("elicitations");
        assertEquals(1, pages.size());
        assertEquals("url", pages.path(0).path("mode").asString());
        assertFalse(pages.path(0).path("message").asString().isBlank());
        assertTrue(pages.path(0).path("elicitationId").asString().length() >= 22);
        return pages.path(0);
    }

    @Test
    @Timeout(60)
    @Covers({"AK-38", "AK-37"})
    void aClientWithPagesIsRefusedUntilOneWasVisitedAndHearsOfItInItsOwnSession() {
        try (var one = new Client(Agent.LEGACY, "{\"elicitation\":{\"url\":{}}}");
                var other = new Client(Agent.LEGACY, "{\"elicitation\":{\"url\":{}}}")) {
            var ones = page(one.call());
            var others = page(other.call());
            doors.connect(doors.here.browser(), ones.path("url").asString()).expect(200);
            var told = one.told();
            assertEquals("notifications/elicitation/complete", told.path("method").asString());
            assertEquals(ones.path("elicitationId"), told.path("params").path("elicitationId"));
            assertTrue(one.call().path("result").has("structuredContent"));

            doors.connect(doors.here.browser(), others.path("url").asString()).expect(200);
            assertEquals(others.path("elicitationId"), other.told().path("params").path("elicitationId"),
                    "the first that the other hears is its own");
        }
    }

    @Test
    @Timeout(60)
    @Covers({"AK-40", "RS-8"})
    void theIdOfASessionSpeaksForNobody() {
        try (var client = new Client(Agent.LEGACY, "{\"elicitation\":{\"url\":{}}}")) {
            page(client.call());
            var body = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":" + CALL + "}";
            var headers = new String[] {"Accept", "application/json, text/event-stream", "MCP-Protocol-Version",
                Agent.LEGACY, "Mcp-Session-Id", client.session};
            doors.here.web.post(doors.here.notes, "application/json", body, headers).expect(401);
            var withToken = java.util.Arrays.copyOf(headers, 8);
            withToken[6] = "Authorization";
            withToken[7] = "Bearer " + doors.bobs(agent).access();
            doors.here.web.post(doors.here.notes, "application/json", body, withToken).expect(404);
        }
    }

    @Test
    @Timeout(60)
    @Covers({"AK-38"})
    void nobodyElseIsRefusedSo() {
        for (var capabilities : List.of("{}", "{\"elicitation\":{}}", "{\"elicitation\":{\"form\":{}}}")) {
            try (var client = new Client(Agent.LEGACY, capabilities)) {
                assertTrue(client.call().path("result").path("isError").asBoolean(), capabilities);
            }
        }
        for (var revision : List.of("2025-06-18", "2025-03-26")) {
            try (var client = new Client(revision, "{\"elicitation\":{\"url\":{}}}")) {
                var answer = client.call();
                assertTrue(answer.path("result").path("isError").asBoolean(), answer.toString());
            }
        }
        assertEquals("input_required", doors.call(agent, tokens.access(), "").path("result").path("resultType")
                .asString());
    }
}
