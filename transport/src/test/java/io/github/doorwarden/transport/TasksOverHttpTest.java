package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.identity.BearerTokens;
import io.github.doorwarden.identity.Limits;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.VerifiedToken;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.CallLimits;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.store.TaskRecords;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.transport.legacy.Sessions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Tasks as a client over Streamable HTTP sees them: headers, status codes, stamps, streams.
@Timeout(60)
final class TasksOverHttpTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final String DECLARED = "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}";

    @TempDir
    Path folder;
    private final Semaphore released = new Semaphore(0);
    private Database database;
    private AuditLog audit;
    private List<Route> rows;

    private record Waiting(ToolSpec spec, Semaphore released) implements Tool {
        @Override
        public ToolResult call(Call call) throws InterruptedException {
            call.progress(1, 2, "half of it");
            released.acquire();
            return ToolResult.text("done");
        }
    }

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("test.db"));
        audit = new AuditLog(database);
        var schema = TestDoor.object("{\"type\":\"object\",\"properties\":{}}");
        var spec = new ToolSpec("slow", "", "Waits.", schema, Optional.empty(), TestDoor.object("{}"), Set.of(), true,
                Duration.ofMinutes(1), Set.of()).withTasks(ToolSpec.TaskSupport.POSSIBLE);
        var origin = URI.create("https://tools.example.com");
        var endpoint = new Endpoint("/mcp", origin.resolve("/mcp"), List.of(new Waiting(spec, released)),
                Set.of("server/discover"), "");
        var policy = new Policy(new Scopes(List.of(new Scopes.Scope("read", "read", Set.of(), true))));
        var dispatch = new Dispatch(List.of(endpoint), new Dispatch.Ground(policy, audit, new Spent(database),
                Seal.forThisProcess("a"), Seal.forThisProcess("b"), new CallLimits(10_000, 10_000, 8), CLOCK,
                Optional.of(new TaskRecords(database, Seal.forThisProcess("tasks")))));
        var tokens = new BearerTokens(token -> new VerifiedToken(token, "client-1", false, Optional.empty(),
                Set.of("read"), Set.of(endpoint.resource().toString()), Optional.of("grant of " + token),
                "jti-" + token, NOW.plus(Duration.ofDays(1))), grant -> grant.equals("grant of revoked"),
                Limits.STANDARD, CLOCK);
        rows = McpRoutes.of(List.of(endpoint), new About("door", "", "1.2.3", Duration.ZERO), tokens::verify, policy,
                dispatch, new Sessions(Seal.forThisProcess("session"), new Spent(database), CLOCK, path -> true),
                audit, CLOCK);
    }

    @AfterEach
    void close() {
        released.release(1_000);
        audit.close();
        database.close();
    }

    private static String message(String method, String members, String capabilities) {
        return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":{" + members
                + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"progressToken\":1,"
                + "\"io.modelcontextprotocol/logLevel\":\"debug\",\"io.modelcontextprotocol/clientCapabilities\":"
                + capabilities + "}}}";
    }

    private HttpIn in(String body, String... namesAndValues) {
        var fields = new ArrayList<Headers.Field>();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new Headers.Field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new HttpIn("POST", "/mcp", "", Headers.of(fields), body.getBytes(StandardCharsets.UTF_8), "127.0.0.1",
                "request-1");
    }

    private Reply answer(HttpIn in, EventStream.Recording recording) throws Exception {
        return rows.stream().filter(row -> row.method().equals("POST")).findFirst().orElseThrow()
                .answer(in, recording.stream());
    }

    private Reply post(String token, String body, String method, String name) throws Exception {
        return answer(in(body, "Authorization", "Bearer " + token, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method",
                method, "Mcp-Name", name), new EventStream.Recording());
    }

    private Reply task(String token, String method, String id) throws Exception {
        return post(token, message(method, "\"taskId\":\"" + id + "\",\"inputResponses\":{},", DECLARED), method, id);
    }

    private static ObjectNode json(Reply reply) {
        return TestDoor.json(reply);
    }

    private String begun() throws Exception {
        var reply = post("alice", message("tools/call", "\"name\":\"slow\",", DECLARED), "tools/call", "slow");
        assertEquals(200, reply.status());
        return json(reply).path("result").path("taskId").asString();
    }

    private static int code(Reply reply) {
        return json(reply).path("error").path("code").asInt();
    }

    @Test
    @Covers("TK-1")
    void discoveryNamesTheExtension() throws Exception {
        var reply = answer(in(message("server/discover", "", "{}"), "MCP-Protocol-Version", "2026-07-28",
                "Mcp-Method", "server/discover"), new EventStream.Recording());
        var capabilities = json(reply).path("result").path("capabilities");
        assertEquals("{\"io.modelcontextprotocol/tasks\":{}}", capabilities.path("extensions").toString());
        assertFalse(capabilities.has("tasks"));
    }

    @Test
    @Covers({"TK-10", "TK-11", "TK-14", "TK-20", "TK-31", "TK-33"})
    void eachResultHasItsTypeAndItsStamp_AndNoNameOfOldTimes() throws Exception {
        var created = json(post("alice", message("tools/call", "\"name\":\"slow\",", DECLARED), "tools/call", "slow"))
                .path("result");
        assertEquals("task", created.path("resultType").asString());
        var id = created.path("taskId").asString();
        for (var method : List.of("tasks/get", "tasks/update", "tasks/cancel", "tasks/get")) {
            var result = json(task("alice", method, id)).path("result");
            assertEquals("complete", result.path("resultType").asString(), method);
            assertEquals("{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"door\",\"version\":\"1.2.3\"}}",
                    result.path("_meta").toString());
            if (!method.equals("tasks/get")) {
                assertEquals(2, result.size(), result::toString);
            }
            for (var old : List.of("task", "ttl", "pollInterval", "requestState")) {
                assertFalse(result.has(old) || created.has(old), old);
            }
        }
        assertTrue(created.path("ttlMs").isIntegralNumber() && created.path("pollIntervalMs").isIntegralNumber());
    }

    @Test
    @Covers("TK-40")
    void theNameOfTheTaskIsInTheHeader() throws Exception {
        var id = begun();
        for (var method : List.of("tasks/get", "tasks/update", "tasks/cancel")) {
            var body = message(method, "\"taskId\":\"" + id + "\",\"inputResponses\":{},", DECLARED);
            var encoded = Base64.getEncoder().encodeToString(id.getBytes(StandardCharsets.UTF_8));
            assertEquals(200, post("alice", body, method, id).status());
            assertEquals(200, post("alice", body, method, "=?base64?" + encoded + "?=").status());
            for (var wrong : List.of(post("alice", body, method, "another"), post("alice", body, "tools/call", id),
                    answer(in(body, "Authorization", "Bearer alice", "MCP-Protocol-Version", "2026-07-28",
                            "Mcp-Method", method), new EventStream.Recording()))) {
                assertEquals(400, wrong.status());
                assertEquals(-32020, code(wrong));
            }
        }
    }

    @Test
    @Covers({"TK-3", "TK-4", "TK-7", "TK-35"})
    void refusalsHaveTheirStatus() throws Exception {
        var undeclared = post("alice", message("tasks/get", "\"taskId\":\"x\",", "{}"), "tasks/get", "x");
        assertEquals(400, undeclared.status());
        assertEquals("{\"code\":-32021,\"data\":{\"requiredCapabilities\":{\"extensions\":"
                + "{\"io.modelcontextprotocol/tasks\":{}}}}}", without(json(undeclared).path("error"), "message"));
        for (var method : List.of("tasks/get", "tasks/update", "tasks/cancel")) {
            var unknown = task("alice", method, "unknown");
            assertEquals("400 -32602", unknown.status() + " " + code(unknown));
        }
        for (var method : List.of("tasks/result", "tasks/list")) {
            var gone = post("alice", message(method, "\"taskId\":\"x\",", DECLARED), method, "x");
            assertEquals("404 -32601", gone.status() + " " + code(gone));
        }
        var id = begun();
        database.update("UPDATE task SET sealed_id = x'00'");
        var broken = task("alice", "tasks/get", id);
        assertEquals("500 -32603", broken.status() + " " + code(broken));
        assertTrue(json(broken).path("error").path("message").asString().contains("request-1"));
    }

    private static String without(JsonNode error, String member) {
        return error.deepCopy().<ObjectNode>asObject().without(member).toString();
    }

    @Test
    @Covers("TK-17")
    void withoutATokenOrWithAStrangersNobodyGetsATask() throws Exception {
        var id = begun();
        for (var method : List.of("tasks/get", "tasks/update", "tasks/cancel")) {
            var body = message(method, "\"taskId\":\"" + id + "\",\"inputResponses\":{},", DECLARED);
            var nobody = answer(in(body, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method, "Mcp-Name", id),
                    new EventStream.Recording());
            assertEquals(401, nobody.status());
            assertEquals(401, post("revoked", body, method, id).status());
            assertEquals(json(task("bob", method, "unknown")), json(task("bob", method, id)));
        }
        assertEquals("working", json(task("alice", "tasks/get", id)).path("result").path("status").asString());
    }

    @Test
    @Covers("TK-34")
    void aCancelledNotificationCancelsNoTask() throws Exception {
        var id = begun();
        var notice = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7,"
                + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
        assertEquals(202, answer(in(notice, "Authorization", "Bearer alice", "MCP-Protocol-Version", "2026-07-28",
                "Mcp-Method", "notifications/cancelled"), new EventStream.Recording()).status());
        released.release();
        assertEquals("completed", ended(id).path("status").asString());
    }

    private JsonNode ended(String id) throws Exception {
        var task = json(task("alice", "tasks/get", id)).path("result");
        while (task.path("status").asString().equals("working")) {
            Thread.yield();
            task = json(task("alice", "tasks/get", id)).path("result");
        }
        return task;
    }

    @Test
    @Covers({"TK-41", "TK-42", "TK-43", "TK-44"})
    void aSubscriptionTellsOfATaskAndNothingElse() throws Exception {
        var id = begun();
        var undeclared = answer(listening(id, "{}"), new EventStream.Recording());
        assertEquals("400 -32021", undeclared.status() + " " + code(undeclared));
        var recording = new EventStream.Recording();
        var listener = Thread.ofVirtual().start(() -> {
            try {
                answer(listening(id, DECLARED), recording);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        while (!recording.text().contains("\"working\"")) {
            Thread.yield();
        }
        released.release();
        while (!recording.text().contains("\"completed\"")) {
            Thread.yield();
        }
        recording.drain();
        listener.join();
        var messages = recording.text().lines().filter(line -> line.startsWith("data: "))
                .map(line -> TestDoor.object(line.substring(6))).toList();
        assertEquals("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":"
                + "{\"notifications\":{\"taskIds\":[\"" + id + "\"]},\"_meta\":"
                + "{\"io.modelcontextprotocol/subscriptionId\":7}}}", messages.getFirst().toString());
        var told = messages.stream().filter(each -> each.path("method").asString("").equals("notifications/tasks"))
                .map(each -> (ObjectNode) each.path("params")).toList();
        var last = told.getLast();
        assertEquals("{\"io.modelcontextprotocol/subscriptionId\":7}", last.path("_meta").toString());
        var shown = (ObjectNode) json(task("alice", "tasks/get", id)).path("result");
        assertEquals(shown.without(List.of("_meta", "resultType")).toString(), last.without("_meta").toString());
        assertFalse(recording.text().contains("notifications/progress")
                || recording.text().contains("notifications/message"));
    }

    private HttpIn listening(String id, String capabilities) {
        return in(message("subscriptions/listen", "\"notifications\":{\"taskIds\":[\"" + id + "\",\"unknown\"]},",
                capabilities), "Authorization", "Bearer alice", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method",
                "subscriptions/listen", "Accept", "application/json, text/event-stream");
    }
}
