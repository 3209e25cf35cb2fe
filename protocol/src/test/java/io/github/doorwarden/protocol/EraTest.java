package io.github.doorwarden.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class EraTest {

    private static final String MODERN = "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}";
    private static final Era.Modern IS_MODERN = new Era.Modern();

    @Test
    @Covers("MT-61")
    void aVersionInMetaIsModernWhateverTheRest() {
        assertEquals(IS_MODERN, era("tools/list", MODERN));
        assertEquals(IS_MODERN, era("initialize", MODERN));
        assertEquals(IS_MODERN, era("tools/list", MODERN, "2025-06-18"));
    }

    @Test
    @Covers("MT-62")
    void initializeIsLegacyWhateverItsHeader() {
        assertEquals(new Era.Legacy(Revision.V2025_03_26), era("initialize", "{}"));
        assertEquals(new Era.Legacy(Revision.V2025_03_26), era("initialize", "{}", "2099-01-01"));
    }

    @Test
    @Covers("MT-15")
    void everythingElseIsWhatItsHeaderSays() {
        assertEquals(new Era.Legacy(Revision.V2025_03_26), era("tools/list", "{}"));
        assertEquals(new Era.Legacy(Revision.V2025_06_18), era("tools/list", "{}", "2025-06-18"));
        assertEquals(new Era.Legacy(Revision.V2024_11_05), era("tools/list", "{}", " 2024-11-05 "));
        assertEquals(IS_MODERN, era("tools/list", "{}", "2026-07-28"));
        assertEquals(IS_MODERN, era("server/discover", "{}"));
    }

    @Test
    void aHeaderThatNamesNoRevisionIsRefusedWithTheList() {
        for (var headers : List.of(List.of("v999.0.0"), List.of(""), List.of("2025-06-18", "2025-06-18"),
                List.of("x".repeat(10_000)))) {
            var refused = assertThrows(Refused.class, () -> era("tools/list", "{}", headers.toArray(String[]::new)));
            var why = (Refusal.UnsupportedVersion) refused.why();
            assertEquals(Revision.dates(), why.supported());
            assertTrue(why.requested().length() <= Limits.VERSION_CHARS_MAX && why.message().length() < 400);
        }
    }

    @Test
    @Covers("MT-13")
    void onlyModernRevisionsAreServedInTheModernForm() {
        assertEquals(Revision.V2026_07_28, Era.revision(meta("2026-07-28")));
        var unknown = (Refusal.UnsupportedVersion) assertThrows(Refused.class, () -> Era.revision(meta("v999.0.0")))
                .why();
        assertEquals("v999.0.0", unknown.requested());
        assertEquals(List.of("2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"),
                unknown.supported());
        var legacy = (Refusal.UnsupportedVersion) assertThrows(Refused.class, () -> Era.revision(meta("2025-11-25")))
                .why();
        assertEquals(List.of("2026-07-28"), legacy.supported());
    }

    @Test
    @Covers("MT-14")
    void methodsExistAtTheirRevisionsAlone() {
        assertEquals(Methods.TOOLS_CALL, Methods.request("tools/call", Revision.V2024_11_05));
        assertEquals(Methods.PING, Methods.request("ping", Revision.V2025_11_25));
        for (var gone : List.of("ping", "initialize", "logging/setLevel", "notifications/cancelled", "TOOLS/LIST")) {
            assertEquals(404, assertThrows(Refused.class, () -> Methods.request(gone, Revision.V2026_07_28)).why()
                    .status());
        }
        assertThrows(Refused.class, () -> Methods.request("server/discover", Revision.V2025_11_25));
    }

    private static Meta meta(String version) {
        return new Meta(version, Optional.empty(),
                JsonNodeFactory.instance.objectNode(),
                Optional.empty());
    }

    private static Era era(String method, String params, String... headers) {
        var json = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
        return Era.of(JsonRpc.parse(json.getBytes(StandardCharsets.UTF_8)), List.of(headers));
    }
}
