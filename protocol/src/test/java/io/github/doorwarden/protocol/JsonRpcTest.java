package io.github.doorwarden.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.Message.Notification;
import io.github.doorwarden.protocol.Message.Request;
import io.github.doorwarden.protocol.Message.Response;
import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class JsonRpcTest {

    @Test
    @Covers("MT-40")
    void readsTheThreeKindsOfMessages() {
        var call = assertInstanceOf(Request.class, parse("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"));
        assertEquals(new Id.Number("1"), call.id());
        assertTrue(call.params().isEmpty());
        var notice = assertInstanceOf(Notification.class,
                parse("{\"jsonrpc\":\"2.0\",\"method\":\"n\",\"params\":{\"a\":1}}"));
        assertEquals(1, notice.params().get("a").intValue());
        var answer = assertInstanceOf(Response.class, parse("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":null}"));
        assertTrue(answer.result().isNull());
        assertEquals(new Id.Text("x"), answer.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "{", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} x",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}{}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}", "{'jsonrpc':'2.0'}", "{\"a\":NaN}", "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":1,}", "/* c */ {}", "{\"a\":\"\\ud83d\"}", "{\"a\":\"\\ude80\\ud83d\"}", "{\"\\ud83d\":1}",
        "{\"a\":1e999999999}",
        "{\"a\":1e-999999999}", "{\"a\":1e-3007199254740993}", "{\"a\":1e99999999999999999999}",
        "{\"a\":\"line\nbreak\"}", "\uFEFF{}", "\0{}", "nul",
    })
    void refusesWhatIsNotJson(String body) {
        assertEquals(-32700, refusal(body).code(), body);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "1", "null", "\"x\"", "[]", "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", "{}",
        "{\"id\":1,\"method\":\"ping\"}", "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
        "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"ping\"}", "{\"jsonrpc\":\"2.0\",\"id\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":null}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"result\":{}}", "{\"jsonrpc\":\"2.0\",\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{}}", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"no\"}",
    })
    void refusesWhatIsNoMessage(String body) {
        assertEquals(-32600, refusal(body).code(), body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1.5", "1.0", "1e2", "true", "{}", "[1]", "123456789012345678901234567890123"})
    @Covers("MT-41")
    void refusesIdsThatAreNone(String id) {
        assertEquals(-32600, refusal("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}").code());
    }

    @Test
    void refusesAnIdThatIsTooLong() {
        var longest = "x".repeat(Limits.ID_CHARS_MAX);
        assertInstanceOf(Request.class, parse("{\"jsonrpc\":\"2.0\",\"id\":\"" + longest + "\",\"method\":\"ping\"}"));
        assertEquals(-32600, refusal("{\"jsonrpc\":\"2.0\",\"id\":\"" + longest + "x\",\"method\":\"ping\"}").code());
    }

    @Test
    @Covers("MT-30")
    void refusesBytesThatAreNotUtf8() {
        for (var bytes : new byte[][] {{'"', (byte) 0xC0, (byte) 0x80, '"'}, {'"', (byte) 0xFF, '"'},
                {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'},
            "{}".getBytes(StandardCharsets.UTF_16LE), "{}".getBytes(StandardCharsets.UTF_16)}) {
            var refused = assertThrows(Refused.class, () -> JsonRpc.parse(bytes));
            assertEquals(-32700, refused.why().code());
        }
    }

    @Test
    void refusesNestingAndSizesBeyondTheBounds() {
        assertInstanceOf(Request.class, parse(nested(Limits.DEPTH_MAX - 2)));
        assertEquals(-32700, refusal(nested(Limits.DEPTH_MAX - 1)).code());
        assertEquals(-32700, refusal(nested(100_000)).code());
        assertEquals(-32700, refusal("{\"a\":" + "1".repeat(Limits.NUMBER_CHARS_MAX + 1) + "}").code());
        assertEquals(-32700, refusal("{\"" + "a".repeat(Limits.NAME_CHARS_MAX + 1) + "\":1}").code());
        assertEquals(-32700, refusal("[" + "0,".repeat(Limits.TOKENS_MAX) + "0]").code());
        assertEquals(-32600, refusal("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
                + "m".repeat(Limits.METHOD_CHARS_MAX + 1) + "\"}").code());
    }

    @Test
    @Covers("MT-43")
    void aRefusalKeepsTheIdThatCouldBeRead() {
        var refused = assertThrows(Refused.class,
                () -> parse("{\"jsonrpc\":\"2.0\",\"id\":\"abc\",\"method\":\"ping\",\"params\":[]}"));
        assertEquals(new Id.Text("abc"), refused.id().orElseThrow());
        assertTrue(assertThrows(Refused.class, () -> parse("{")).id().isEmpty());
    }

    @Test
    void saysNothingOfTheCallersBytes() {
        var secret = "topsecret";
        for (var body : new String[] {"{\"" + secret + "\":", "{\"a\":" + secret + "}", "{\"" + secret + "\":1,\""
                + secret + "\":1}"}) {
            var why = (Refusal.NotJson) refusal(body);
            assertFalse(why.message().contains(secret) || why.detail().contains(secret), why.toString());
        }
    }

    @Test
    @Covers({"MT-42", "MT-44"})
    void writesOneLineAndEchoesTheId() {
        var result = JsonNodeFactory.instance.objectNode().put("text", "two\nlines");
        assertEquals("{\"jsonrpc\":\"2.0\",\"id\":12345678901234567890123456789012,"
                + "\"result\":{\"text\":\"two\\nlines\"}}",
                text(JsonRpc.result(new Id.Number("12345678901234567890123456789012"), result)));
        assertEquals("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":-32601,\"message\":\"no\"}}",
                text(JsonRpc.error(new Id.Text("a"), -32601, "no", null)));
        assertEquals("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,\"message\":\"no\"}}",
                text(JsonRpc.error(null, -32700, "no", null)));
    }

    @Test
    void writesAResultWithHalfASurrogatePair() {
        var result = JsonNodeFactory.instance.objectNode().put("text", "broken \ud83d here");
        assertTrue(text(JsonRpc.result(new Id.Number("1"), result)).contains("broken ? here"));
    }

    private static String nested(int levels) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"a\":" + "[".repeat(levels)
                + "]".repeat(levels) + "}}";
    }

    private static Message parse(String body) {
        return JsonRpc.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    private static Refusal refusal(String body) {
        return assertThrows(Refused.class, () -> parse(body)).why();
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
