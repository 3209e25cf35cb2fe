package io.github.doorwarden.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class MetaTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String VERSION = "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"";
    private static final String CAPABILITIES = "\"io.modelcontextprotocol/clientCapabilities\":{}";

    @Test
    void takesTheRequiredMembersAndTheOptionalOnes() {
        var least = meta("{\"_meta\":{" + VERSION + "," + CAPABILITIES + "}}");
        assertEquals("2026-07-28", least.protocolVersion());
        assertTrue(least.clientInfo().isEmpty() && least.logLevel().isEmpty() && least.clientCapabilities().isEmpty());
        var most = meta("{\"_meta\":{" + VERSION + "," + CAPABILITIES
                + ",\"io.modelcontextprotocol/logLevel\":\"debug\","
                + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"n\",\"version\":\"1\","
                + "\"title\":\"t\"},\"progressToken\":1}}");
        assertEquals(LogLevel.DEBUG, most.logLevel().orElseThrow());
        assertEquals("t", most.clientInfo().orElseThrow().get("title").asString());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{}", "{\"_meta\":null}", "{\"_meta\":[]}", "{\"_meta\":{}}",
        "{\"_meta\":{" + CAPABILITIES + "}}", "{\"_meta\":{" + VERSION + "}}",
        "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":20260728," + CAPABILITIES + "}}",
        "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"\"," + CAPABILITIES + "}}",
        "{\"_meta\":{" + VERSION + ",\"io.modelcontextprotocol/clientCapabilities\":[]}}",
        "{\"_meta\":{" + VERSION + "," + CAPABILITIES + ",\"io.modelcontextprotocol/clientInfo\":\"me\"}}",
        "{\"_meta\":{" + VERSION + "," + CAPABILITIES + ",\"io.modelcontextprotocol/clientInfo\":{\"name\":\"n\"}}}",
        "{\"_meta\":{" + VERSION + "," + CAPABILITIES + ",\"io.modelcontextprotocol/logLevel\":\"loud\"}}",
    })
    @Covers("MT-50")
    void refusesWhatIsMissingOrOfTheWrongType(String params) {
        var why = assertThrows(Refused.class, () -> meta(params)).why();
        assertEquals(-32602, why.code());
        assertEquals(400, why.status());
    }

    private static Meta meta(String params) {
        return Meta.of((ObjectNode) JSON.readTree(params));
    }
}
