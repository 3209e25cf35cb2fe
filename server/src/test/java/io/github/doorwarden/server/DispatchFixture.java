package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Scopes;
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
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A store, an audit log and six tools of every temper, behind one endpoint.
abstract class DispatchFixture {

    static final JsonMapper JSON = JsonMapper.builder().build();
    static final Scopes SCOPES = new Scopes(List.of(
            new Scopes.Scope("read", "read lessons", Set.of(), true),
            new Scopes.Scope("write", "change lessons", Set.of("read"), false)));

    record Nothing() {}

    record Edit(String title, Optional<String> password, Optional<String> note) {}

    @TempDir
    Path folder;
    Database database;
    AuditLog audit;
    Instant now = Instant.parse("2026-07-28T12:00:00Z");
    final Seal states = Seal.forThisProcess("requestState");
    final Seal confirmations = Seal.forThisProcess("confirmation");
    final List<Tool> tools = new ArrayList<>();
    final CountDownLatch interrupted = new CountDownLatch(1);
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);
    final AtomicInteger edits = new AtomicInteger();

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("store.db"));
        audit = new AuditLog(database);
        tools.add(RecordTool.named("hello", "Says hello.").title("Hello").readOnly()
                .of(Nothing.class, (none, call) -> {
                    now = now.plusMillis(5);
                    return ToolResult.text("hello " + call.caller().subject());
                }));
        tools.add(RecordTool.named("edit", "Changes a lesson.").scopes("write").secret("password")
                .of(Edit.class, Edit.class, (edit, call) -> {
                    edits.incrementAndGet();
                    return edit;
                }));
        tools.add(RecordTool.named("outage", "Never works.").of(Nothing.class, (none, call) -> {
            throw new ToolOutage("The shop does not answer. Try again in a minute.",
                    new IOException("connection refused"));
        }));
        tools.add(RecordTool.named("bug", "Never works.").of(Nothing.class, (none, call) -> {
            throw new IllegalStateException("secret detail");
        }));
        tools.add(RecordTool.named("slow", "Waits.").readOnly().deadline(Duration.ofMillis(50))
                .of(Nothing.class, (none, call) -> {
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return ToolResult.text("too late");
                }));
        tools.add(RecordTool.named("waiting", "Waits.").of(Nothing.class, (none, call) -> {
            entered.countDown();
            released.await();
            return ToolResult.text("done");
        }));
    }

    @AfterEach
    void close() {
        released.countDown();
        audit.close();
        database.close();
    }

    Endpoint endpoint() {
        return new Endpoint("/mcp", URI.create("https://tools.example.com/mcp"), tools, Set.of("tools/list",
                "tools/call"), "");
    }

    Dispatch dispatch(CallLimits limits) {
        return new Dispatch(List.of(endpoint()), ground(new Policy(SCOPES), limits));
    }

    Dispatch.Ground ground(Policy policy, CallLimits limits) {
        return new Dispatch.Ground(policy, audit, new Spent(database), states, confirmations, limits, clock());
    }

    InstantSource clock() {
        return () -> now;
    }

    Exchange exchange(Caller caller, Revision revision) {
        return new Exchange(caller, endpoint(), revision, JsonNodeFactory.instance.objectNode(), "req-1", "192.0.2.7");
    }

    ObjectNode answer(Dispatch dispatch, Caller caller, Revision revision, String method, String params) {
        return dispatch.answer(exchange(caller, revision), Methods.request(method, revision),
                new Message.Request(new Id.Number("1"), method, (ObjectNode) JSON.readTree(params)));
    }

    ObjectNode call(Caller caller, String tool, String arguments) {
        return answer(dispatch(CallLimits.USUAL), caller, Revision.V2026_07_28, "tools/call",
                "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    }

    <T extends Refusal> T refused(Class<T> type, org.junit.jupiter.api.function.Executable work) {
        return assertInstanceOf(type, assertThrows(Refused.class, work).why());
    }

    static String text(ObjectNode result) {
        return result.path("content").path(0).path("text").asString();
    }

    /// The newest line, once everything is on disk.
    AuditEvent line() {
        audit.writeDurably(new AuditEvent(now, "", "mark", "", "", "", "", "", "", "", "", null, Duration.ZERO, ""));
        return audit.newest(100).stream().map(AuditLog.Line::event).filter(event -> event.event().equals("tools/call"))
                .findFirst().orElseThrow();
    }

    // tools/list

    List<String> names(Caller caller, Revision revision) {
        var list = new ArrayList<String>();
        answer(dispatch(CallLimits.USUAL), caller, revision, "tools/list", "{}").path("tools")
                .forEach(tool -> list.add(tool.path("name").asString()));
        return list;
    }
}
