package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
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
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A tool that needs something of the client.
final class CapabilityTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private static final AtomicInteger ASKED = new AtomicInteger();

    /// Needs two capabilities, and would change something.
    private record Asking(ToolSpec spec) implements Tool {
        @Override
        public List<String> requiredCapabilities() {
            return List.of("sampling", "roots");
        }

        @Override
        public ToolResult call(Call call) {
            ASKED.incrementAndGet();
            return ToolResult.text("asked");
        }
    }

    @TempDir
    private Path folder;
    private Database database;
    private AuditLog audit;
    private Endpoint endpoint;
    private Dispatch dispatch;

    @BeforeEach
    void open() {
        ASKED.set(0);
        database = Database.open(folder.resolve("store.db"));
        audit = new AuditLog(database);
        var schema = (ObjectNode) JSON.readTree("{\"type\":\"object\",\"required\":[\"x\"]}");
        endpoint = new Endpoint("/mcp", URI.create("https://tools.example.com/mcp"),
                List.of(new Asking(new ToolSpec("ask", "", "Asks.", schema, Optional.empty(), JSON.createObjectNode(),
                        Set.of(), false, Duration.ofSeconds(10), Set.of()))), Set.of(), "");
        dispatch = new Dispatch(List.of(endpoint), new Dispatch.Ground(Policy.withoutAuthorization(), audit,
                new Spent(database), Seal.forThisProcess("a"), Seal.forThisProcess("b"), CallLimits.USUAL,
                InstantSource.fixed(NOW)));
    }

    @AfterEach
    void close() {
        audit.close();
        database.close();
    }

    private ObjectNode call(Revision revision, String capabilities, String arguments) {
        var exchange = new Exchange(Caller.anonymous(), endpoint, revision, (ObjectNode) JSON.readTree(capabilities),
                "req-1", "192.0.2.7");
        return dispatch.answer(exchange, Methods.TOOLS_CALL, new Message.Request(new Id.Number("1"), "tools/call",
                (ObjectNode) JSON.readTree("{\"name\":\"ask\",\"arguments\":" + arguments + "}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"roots\":{}}", "{\"roots\":{},\"sampling\":true}", "{\"roots\":{},\"sampling\":null}"})
    @Covers({"MT-51", "MT-53"})
    void aCallWithoutTheCapabilityIsRefusedAndOnRecord_AndTheToolIsNotCalled(String capabilities) {
        var why = assertInstanceOf(Refusal.MissingCapability.class, assertThrows(Refused.class,
                () -> call(Revision.V2026_07_28, capabilities, "{\"x\":1}")).why());
        assertEquals("{\"sampling\":{}}", why.required().toString());
        assertEquals("The tool ask needs a client that can do this, and the request does not declare it: sampling. "
                + "Use a client that has it.", why.message());
        assertEquals(0, ASKED.get());
        audit.writeDurably(new AuditEvent(NOW, "", "mark", "", "", "", "", "", "", "", "", null, Duration.ZERO, ""));
        var line = audit.newest(100).stream().map(AuditLog.Line::event)
                .filter(event -> event.event().equals("tools/call")).findFirst().orElseThrow();
        assertEquals("refused ask " + why.message(), line.outcome() + " " + line.thing() + " " + line.reason());
    }

    @Test
    @Covers("MT-51")
    void allThatIsMissingIsNamed_BeforeTheArgumentsAreJudged() {
        var why = assertInstanceOf(Refusal.MissingCapability.class, assertThrows(Refused.class,
                () -> call(Revision.V2026_07_28, "{}", "{}")).why());
        assertEquals("{\"sampling\":{},\"roots\":{}}", why.required().toString());
    }

    @Test
    void aDeclaredCapabilityIsEnough_AndEarlierRevisionsDoNotSay() {
        var both = "{\"sampling\":{},\"roots\":{\"listChanged\":true}}";
        assertTrue(call(Revision.V2026_07_28, both, "{\"x\":1}").toString().contains("asked"));
        assertTrue(call(Revision.V2025_11_25, "{}", "{\"x\":1}").toString().contains("asked"));
        assertEquals(2, ASKED.get());
    }
}
