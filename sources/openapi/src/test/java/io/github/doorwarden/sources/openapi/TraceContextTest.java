package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.CallLimits;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Exchange;
import io.github.doorwarden.server.Outlet;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The caller's trace goes on at the backend.
class TraceContextTest {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @TempDir
    Path folder;

    @Test
    @Covers("MT-57")
    void theBackendIsToldTheCallersTrace_OrTheOneThatIsBegunForIt_AndTheRecordHasItsId() throws Exception {
        try (var backend = Backend.saying(200, "application/json", "{}");
                var database = Database.open(folder.resolve("store.db")); var audit = new AuditLog(database)) {
            var tools = backend.source("things.yaml", Map.of("tool", ToolSettings.of("bulk")), each -> each)
                    .things().tools();
            var endpoint = new Endpoint("/mcp", URI.create("http://127.0.0.1/mcp"), Things.of(tools), Set.of(), "");
            var dispatch = new Dispatch(List.of(endpoint), new Dispatch.Ground(Policy.withoutAuthorization(), audit,
                    new Spent(database), Seal.forThisProcess("a"), Seal.forThisProcess("b"), CallLimits.USUAL,
                    InstantSource.system()));
            for (var trace : List.of(Optional.of(TRACE), Optional.<String>empty())) {
                dispatch.answer(new Exchange(Caller.anonymous(), endpoint, Revision.V2026_07_28, Backend.json("{}"),
                        "r",
                        "127.0.0.1", Optional.empty(), Optional.empty(), trace, Outlet.NONE), Methods.TOOLS_CALL,
                        new Message.Request(new Id.Number("1"), "tools/call", Backend.json("{'name':'tool'}")));
            }
            assertEquals(List.of(TRACE), backend.asked.getFirst().headers().get("Traceparent"));
            var begun = backend.asked.getLast().headers().get("Traceparent").getFirst();
            audit.close();
            assertEquals(List.of(begun.substring(3, 35), TRACE.substring(3, 35)),
                    audit.newest(2).stream().map(line -> line.event().traceId()).toList());
            assertNotEquals(begun, TRACE);
        }
    }
}
