package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a session of an older revision gets to see, and what it never does: log levels, the shape of answers, members
/// of later revisions.
@Timeout(60)
class LegacyServerTest extends DoorFixture {

    private static final JsonMapper JSON = JsonMapper.shared();

    private LegacyClient client(String revision) throws Exception {
        return new LegacyClient(http, server.origin() + "/play", "reader", revision);
    }

    private static String setLevel(String level) {
        return "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"logging/setLevel\",\"params\":{\"level\":" + level + "}}";
    }

    private List<String> levels(LegacyClient client, Runnable meanwhile) throws Exception {
        var told = new ArrayList<String>();
        try (var events = client.call(1, "levels")) {
            assertTrue(door.play.levelled.tryAcquire(20, TimeUnit.SECONDS));
            meanwhile.run();
            door.play.changed.release();
            for (var next = events.message(); next != null; next = events.message()) {
                if (next.json().path("method").asString("").equals("notifications/message")) {
                    told.add(next.json().path("params").path("data").asString());
                }
            }
        }
        return told;
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    @Covers({"SV-91", "SV-92"})
    void aLevelHoldsForItsSessionAlone_AndAtOnce(String revision) throws Exception {
        var client = client(revision);
        var other = client(revision);
        for (var wrong : List.of("\"verbose\"", "\"ERROR\"", "3", "null")) {
            var reply = client.post(setLevel(wrong));
            assertEquals(-32602, JSON.readTree(reply.body()).path("error").path("code").asInt(), wrong);
        }
        assertEquals(List.of("info", "notice", "warning", "error", "critical", "alert", "emergency"),
                levels(client, () -> { }));
        assertEquals("{}", JSON.readTree(client.post(setLevel("\"warning\"")).body()).path("result").toString());
        assertEquals(List.of("warning", "error", "critical", "alert", "emergency"), levels(client, () -> { }));
        assertEquals(7, levels(other, () -> { }).size(), "another session keeps its own");
        assertEquals("after the change", levels(client, () -> assertLevel(client, "\"debug\"")).getLast());
    }

    private static void assertLevel(LegacyClient client, String level) {
        try {
            assertEquals(200, client.post(setLevel(level)).statusCode());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    @Covers("LT-24")
    void anAnswerHasNothingThatTheNegotiatedRevisionLacks(String revision) throws Exception {
        // the header of a newer revision does not change what the session has negotiated
        var reply = client(revision).post(LegacyClient.callOf(1, "mixed"));
        var result = JSON.readTree(reply.body()).path("result");
        var newer = revision.compareTo("2025-06-18") >= 0;
        assertEquals(newer, result.has("structuredContent"), reply.body());
        assertEquals(newer ? "resource_link" : "text", result.path("content").path(0).path("type").asString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    @Covers({"LT-3", "LT-7"})
    void everyResponseIsAResultOrAnError_WithoutMembersOfLaterRevisions(String revision) throws Exception {
        var client = client(revision);
        var good = List.of("ping", "tools/list", "resources/list", "resources/templates/list");
        for (var method : good) {
            var answer = answer(client, method, "{}");
            assertFalse(answer.has("error"), answer.toString());
            assertTrue(answer.path("result").isObject(), answer.toString());
        }
        assertTrue(answer(client, "resources/read", "{\"uri\":\"test://note\"}").path("result").isObject());
        for (var method : List.of("prompts/list", "no/such", "tools/call",
                "resources/read", "resources/subscribe", "logging/setLevel", "completion/complete")) {
            var answer = answer(client, method, "{}");
            assertFalse(answer.has("result"), answer.toString());
            assertTrue(answer.path("error").path("code").isIntegralNumber(), answer.toString());
            assertTrue(answer.path("error").path("message").isString(), answer.toString());
        }
        var broken = JSON.readTree(client.post("{").body());
        assertEquals(-32700, broken.path("error").path("code").asInt());
        assertFalse(broken.has("id"), broken.toString());
    }

    private static JsonNode answer(LegacyClient client, String method, String params) throws Exception {
        var reply = client.post("{\"jsonrpc\":\"2.0\",\"id\":\"seven\",\"method\":\"" + method + "\",\"params\":"
                + params
                + "}");
        var answer = JSON.readTree(reply.body());
        assertEquals("2.0 seven", answer.path("jsonrpc").asString() + " " + answer.path("id").asString());
        assertEquals(3, answer.size(), answer.toString());
        assertFalse(reply.body().contains("io.modelcontextprotocol/") || reply.body().contains("resultType")
                || reply.body().contains("ttlMs") || reply.body().contains("cacheScope"), reply.body());
        return answer;
    }
}
