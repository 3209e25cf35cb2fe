package io.github.doorwarden.protocol;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class RequestHeadersTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    @Covers({"MT-10", "MT-20"})
    void agreeingHeadersPass() {
        ok("tools/call", "{\"name\":\"fares\"}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call",
                "Mcp-Name", "fares");
        ok("tools/list", "{}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/list");
    }

    @Test
    @Covers("MT-26")
    void namesAreMatchedWithoutCaseAndSpaceAroundValuesIsNothing() {
        ok("tools/call", "{\"name\":\"fares\"}", "mcp-protocol-version", "2026-07-28", "MCP-METHOD", " tools/call\t",
                "mcp-NAME", "  fares  ");
    }

    @Test
    @Covers({"MT-11", "MT-27", "MT-28"})
    void disagreeingOrMissingHeadersAreRefused() {
        bad("tools/list", "{}", "Mcp-Method", "tools/list");
        bad("tools/list", "{}", "MCP-Protocol-Version", "2025-11-25", "Mcp-Method", "tools/list");
        bad("tools/list", "{}", "MCP-Protocol-Version", "2026-07-28");
        bad("tools/list", "{}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "TOOLS/LIST");
        bad("tools/list", "{}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call");
        bad("tools/call", "{\"name\":\"fares\"}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call");
        bad("tools/call", "{\"name\":\"fares\"}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call",
                "Mcp-Name", "Fares");
        bad("tools/call", "{}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "fares");
        bad("tools/list", "{}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/list\u0001");
    }

    @Test
    void aHeaderThatComesTwiceIsRefused() {
        Function<String, List<String>> twice = name -> switch (name) {
            case "MCP-Protocol-Version" -> List.of("2026-07-28");
            case "Mcp-Method" -> List.of("tools/list", "tools/list");
            default -> List.of();
        };
        var why = assertThrows(Refused.class, () -> RequestHeaders.check(twice, call("tools/list", "{}"), meta()))
                .why();
        assertEquals(-32020, why.code());
    }

    @Test
    void aMethodWithoutANameNeedsNone() {
        ok("tasks/result", "{\"taskId\":\"t\"}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tasks/result");
    }

    @Test
    @Covers("MT-25")
    void anEncodedNameIsDecodedBeforeItIsCompared() {
        var encoded = "=?base64?" + Base64.getEncoder().encodeToString("färer".getBytes(StandardCharsets.UTF_8)) + "?=";
        ok("tools/call", "{\"name\":\"färer\"}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call",
                "Mcp-Name", encoded);
        bad("tools/call", "{\"name\":\"farer\"}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call",
                "Mcp-Name", encoded);
        bad("tools/call", "{\"name\":\"färer\"}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call",
                "Mcp-Name", "färer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=?base64?SGVsbG8=?=", "Hello"})
    @Covers("MT-23")
    void aMirroredArgumentMayBeEncoded(String value) {
        param("{\"greeting\":\"Hello\"}", "Mcp-Param-Greeting", value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"=?base64?SGVsbG8?=", "=?base64?SGVs!!!bG8=?=", "=?base64?SGVsbG8=", "SGVsbG8=", "hello",
            "=?BASE64?SGVsbG8=?=",
        "=?base64?/w==?=", "Hello\u00e9"})
    @Covers({"MT-22", "MT-23"})
    void whatDoesNotDecodeToTheArgumentIsRefused(String value) {
        badParam("{\"greeting\":\"Hello\"}", "Mcp-Param-Greeting", value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SGVsbG8=", "=?base64?SGVsbG8=", "=?base64?="})
    void halfOfTheMarkIsALiteral(String value) {
        param("{\"greeting\":\"" + value + "\"}", "Mcp-Param-Greeting", value);
    }

    @Test
    @Covers("MT-24")
    void aMirroredArgumentIsExpectedExactlyWhenTheBodyHasIt() {
        badParam("{\"greeting\":\"Hello\"}");
        param("{}");
        param("{\"greeting\":null}");
        badParam("{}", "Mcp-Param-Greeting", "Hello");
        badParam("{\"greeting\":{}}", "Mcp-Param-Greeting", "{}");
    }

    @Test
    @Covers("MT-29")
    void numbersAreComparedAsNumbers() {
        param("{\"deep\":{\"count\":42}}", "Mcp-Param-Count", "42");
        param("{\"deep\":{\"count\":42}}", "mcp-param-count", "42.0");
        param("{\"deep\":{\"count\":42.0}}", "Mcp-Param-Count", "42");
        param("{\"deep\":{\"flag\":true}}", "Mcp-Param-Flag", "true");
        badParam("{\"deep\":{\"count\":42}}", "Mcp-Param-Count", "43");
        badParam("{\"deep\":{\"count\":42}}", "Mcp-Param-Count", "1e9999999");
        badParam("{\"deep\":{\"count\":9007199254740992}}", "Mcp-Param-Count", "9007199254740992");
        badParam("{\"deep\":{\"flag\":true}}", "Mcp-Param-Flag", "TRUE");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"\"}}", "{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"a b\"}}",
        "{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"a:\"}}", "{\"a\":{\"type\":\"string\",\"x-mcp-header\":7}}",
        "{\"a\":{\"type\":\"number\",\"x-mcp-header\":\"A\"}}", "{\"a\":{\"type\":\"object\",\"x-mcp-header\":\"A\"}}",
        "{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"},\"b\":{\"type\":\"string\",\"x-mcp-header\":\"a\"}}",
        "{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}",
        "{\"a\":{\"oneOf\":[{\"type\":\"string\",\"x-mcp-header\":\"A\"}]}}",
    })
    @Covers("MT-21")
    void aSchemaThatClientsWouldHideIsRefusedAtOnce(String properties) {
        var schema = (ObjectNode) JSON.readTree("{\"type\":\"object\",\"properties\":" + properties + "}");
        assertThrows(IllegalArgumentException.class, () -> ParamHeaders.of(schema));
    }

    @Test
    void anArgumentMayBeCalledLikeTheAnnotation() {
        var schema = (ObjectNode) JSON.readTree("{\"type\":\"object\",\"properties\":{"
                + "\"x-mcp-header\":{\"type\":\"string\"},\"properties\":{\"type\":\"string\",\"x-mcp-header\":\"P\"},"
                + "\"d\":{\"default\":{\"x-mcp-header\":1}}}}");
        assertDoesNotThrow(() -> ParamHeaders.of(schema));
    }

    private static final ParamHeaders HEADERS = ParamHeaders.of((ObjectNode) JSON.readTree("""
            {"type":"object","properties":{"greeting":{"type":"string","x-mcp-header":"Greeting"},
            "deep":{"type":"object","properties":
            {"count":{"type":"integer","x-mcp-header":"Count"},"flag":{"type":"boolean","x-mcp-header":"Flag"}}}}}"""));

    private static void param(String arguments, String... fields) {
        HEADERS.check(fields(fields), JSON.readTree(arguments));
    }

    private static void badParam(String arguments, String... fields) {
        assertEquals(-32020, assertThrows(Refused.class, () -> param(arguments, fields)).why().code());
    }

    private static void ok(String method, String params, String... fields) {
        RequestHeaders.check(fields(fields), call(method, params), meta());
    }

    private static void bad(String method, String params, String... fields) {
        var why = assertThrows(Refused.class, () -> ok(method, params, fields)).why();
        assertEquals(-32020, why.code());
        assertEquals(400, why.status());
    }

    private static Message.Request call(String method, String params) {
        return new Message.Request(new Id.Number("1"), method, (ObjectNode) JSON.readTree(params));
    }

    private static Meta meta() {
        return new Meta("2026-07-28", Optional.empty(), JsonNodeFactory.instance.objectNode(), Optional.empty());
    }

    private static Function<String, List<String>> fields(String... pairs) {
        var fields = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (var i = 0; i < pairs.length; i += 2) {
            fields.put(pairs[i], pairs[i + 1]);
        }
        return name -> Optional.ofNullable(((Map<String, String>) fields).get(name)).map(List::of).orElse(List.of());
    }
}
