package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.store.TaskRecords;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tools that make tasks behind two endpoints, over a real store; states are waited for as they are published.
abstract class TaskFixture {

    static final JsonMapper JSON = JsonMapper.shared();
    static final String DECLARED = """
            {"elicitation": {}, "extensions": {"io.modelcontextprotocol/tasks": {}}}""";
    static final CallLimits LIMITS = new CallLimits(100_000, 100_000, 8);
    private static final byte[] SECRET = "a master key of thirty-two bytes".getBytes(StandardCharsets.UTF_8);
    static final Elicitation CITY = form("Which city?", "city");

    record Nothing() {}

    /// What a tool does.
    interface Handler {
        ToolResult answer(Call call) throws Exception;
    }

    /// A tool from its parts.
    record Made(ToolSpec spec, Optional<Handler> before, Handler handler) implements Tool {

        @Override
        public void prepare(Call call) throws Exception {
            if (before.isPresent()) {
                before.get().answer(call);
            }
        }

        @Override
        public ToolResult call(Call call) throws Exception {
            return handler.answer(call);
        }
    }

    @TempDir
    Path folder;
    Database database;
    AuditLog audit;
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-07-28T12:00:00Z"));
    final List<Tool> tools = new ArrayList<>();
    final List<AutoCloseable> listeners = new ArrayList<>();
    final Semaphore entered = new Semaphore(0);
    final Semaphore released = new Semaphore(0);
    final Semaphore interrupted = new Semaphore(0);
    final AtomicInteger runs = new AtomicInteger();
    final BlockingQueue<ObjectNode> states = new LinkedBlockingQueue<>();

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("store.db"));
        audit = new AuditLog(database);
        add(spec("quick", ToolSpec.TaskSupport.POSSIBLE, true), call -> ToolResult.text("quick"));
        add(spec("slow", ToolSpec.TaskSupport.POSSIBLE, true), this::slow);
        add(spec("change", ToolSpec.TaskSupport.POSSIBLE, false), this::slow);
        add(spec("never", ToolSpec.TaskSupport.NEVER, true), call -> ToolResult.text("never"));
        add(spec("only", ToolSpec.TaskSupport.REQUIRED, true), this::slow);
        add(spec("wrong", ToolSpec.TaskSupport.POSSIBLE, true), call -> ToolResult.error("It went wrong."));
        add(spec("refuses", ToolSpec.TaskSupport.POSSIBLE, true), call -> {
            throw new Refused(new Refusal.BadParams("Not with these."));
        });
        add(spec("buggy", ToolSpec.TaskSupport.POSSIBLE, true), call -> {
            throw new IllegalStateException("secret detail");
        });
        add(spec("asks", ToolSpec.TaskSupport.POSSIBLE, true), call -> ToolResult.text("To "
                + call.ask("city", CITY).accepted().map(each -> each.path("city").asString()).orElse("nowhere")));
    }

    private ToolResult slow(Call call) throws InterruptedException {
        runs.incrementAndGet();
        entered.release();
        try {
            released.acquire();
        } catch (InterruptedException e) {
            interrupted.release();
            throw e;
        }
        return ToolResult.text("done");
    }

    @AfterEach
    void close() throws Exception {
        released.release(1_000);
        for (var listener : listeners) {
            listener.close();
        }
        audit.close();
        database.close();
    }

    static ToolSpec spec(String name, ToolSpec.TaskSupport tasks, boolean readOnly) {
        var schema = (ObjectNode) JSON.readTree("{\"type\":\"object\",\"properties\":{}}");
        return new ToolSpec(name, "", "Does it.", schema, Optional.empty(), JSON.createObjectNode(), Set.of(),
                readOnly, Duration.ofMinutes(1), Set.of()).withTasks(tasks);
    }

    void add(ToolSpec spec, Handler handler) {
        tools.add(new Made(spec, Optional.empty(), handler));
    }

    static Elicitation form(String message, String field) {
        return Elicitation.form(message, (ObjectNode) JSON.readTree("{\"type\":\"object\",\"properties\":{\"" + field
                + "\":{\"type\":\"string\"}},\"required\":[\"" + field + "\"]}"));
    }

    Endpoint endpoint(String path) {
        return new Endpoint(path, URI.create("https://tools.example.com" + path), tools, Set.of(), "");
    }

    Dispatch dispatch() {
        return dispatch(database, LIMITS);
    }

    /// Another process has a dispatch, and may have a database, of its own.
    Dispatch dispatch(Database on, CallLimits limits) {
        var scopes = new Scopes(List.of(new Scopes.Scope("read", "read", Set.of(), true),
                new Scopes.Scope("write", "write", Set.of("read"), false)));
        var dispatch = new Dispatch(List.of(endpoint("/mcp"), endpoint("/other")), new Dispatch.Ground(
                new Policy(scopes), audit, new Spent(on), new Seal(SECRET, "requestState"),
                new Seal(SECRET, "confirmation"), limits, now::get,
                Optional.of(new TaskRecords(on, new Seal(SECRET, "tasks")))));
        listeners.add(dispatch.changes().listen(change -> {
            if (change instanceof Changes.Change.OfTask task) {
                states.add(task.task());
            }
        }));
        return dispatch;
    }

    Exchange exchange(Caller caller, String path, String capabilities) {
        return new Exchange(caller, endpoint(path), Revision.V2026_07_28, object(capabilities), "req-1",
                "192.0.2.7");
    }

    static Caller alice() {
        return TestCallers.user("alice", "write");
    }

    Exchange alices() {
        return exchange(alice(), "/mcp", DECLARED);
    }

    ObjectNode request(Dispatch dispatch, Exchange exchange, String method, String params) {
        return dispatch.answer(exchange, Methods.request(method, exchange.revision()),
                new Message.Request(new Id.Number("1"), method, object(params)));
    }

    ObjectNode call(Dispatch dispatch, Exchange exchange, String tool) {
        return request(dispatch, exchange, "tools/call", "{\"name\":\"" + tool + "\"}");
    }

    /// Begins a task of Alice's.
    String begun(Dispatch dispatch, String tool) {
        var result = call(dispatch, alices(), tool);
        assertEquals("task", result.path("resultType").asString(), result::toString);
        return result.path("taskId").asString();
    }

    ObjectNode get(Dispatch dispatch, String id) {
        return request(dispatch, alices(), "tasks/get", params(id));
    }

    ObjectNode update(Dispatch dispatch, String id, String responses) {
        return request(dispatch, alices(), "tasks/update", "{\"taskId\":\"" + id + "\",\"inputResponses\":" + responses
                + "}");
    }

    ObjectNode cancel(Dispatch dispatch, String id) {
        return request(dispatch, alices(), "tasks/cancel", params(id));
    }

    static String params(String id) {
        return "{\"taskId\":\"" + id + "\"}";
    }

    static String answer(String key, String field, String value) {
        return "{\"" + key + "\":{\"action\":\"accept\",\"content\":{\"" + field + "\":\"" + value + "\"}}}";
    }

    /// Waits until the task is told to have this status.
    ObjectNode awaited(String id, String status) throws InterruptedException {
        while (true) {
            var state = states.take();
            if (state.path("taskId").asString().equals(id) && state.path("status").asString().equals(status)) {
                return state;
            }
        }
    }

    <T extends Refusal> T refused(Class<T> type, org.junit.jupiter.api.function.Executable work) {
        return assertInstanceOf(type, assertThrows(Refused.class, work).why());
    }

    static ObjectNode object(String json) {
        return (ObjectNode) JSON.readTree(json);
    }

    static String text(JsonNode result) {
        return result.path("content").path(0).path("text").asString();
    }

    /// The lines of an event, newest first, once everything is on disk.
    List<AuditEvent> lines(String event) {
        audit.writeDurably(new AuditEvent(now.get(), "", "mark", "", "", "", "", "", "", "", "", null, Duration.ZERO,
                ""));
        return audit.newest(1_000).stream().map(AuditLog.Line::event).filter(each -> each.event().equals(event))
                .toList();
    }

    static ObjectNode none() {
        return JsonNodeFactory.instance.objectNode();
    }
}
