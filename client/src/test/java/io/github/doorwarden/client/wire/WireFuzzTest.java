package io.github.doorwarden.client.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.tidy.Fuzzer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What no honest server sends, as a stream of events and message by message: it reaches whom it is for, or nobody.
final class WireFuzzTest {

    private static final List<String> MESSAGES = List.of("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no\",\"data\":{}}}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{}}",
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1}}",
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":1e400,"
            + "\"total\":\"x\",\"message\":7}}", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":"
            + "{\"level\":\"info\",\"logger\":\"x\",\"data\":{\"a\":[1]}}}", "{\"jsonrpc\":\"2.0\",\"method\":"
            + "\"notifications/resources/updated\",\"params\":{\"uri\":\"a:b\"}}",
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":"
            + "\"elicitation/create\",\"params\":{\"message\":\"x\",\"requestedSchema\":{}}}",
            "{\"jsonrpc\":\"2.0\",\"id\":8,"
            + "\"method\":\"ping\"}", "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"roots/list\",\"params\":{}}",
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}", "[]", "[{}]", "7", "null");
    private static final List<String> FIELDS =
            List.of("data: ", "data:", "data", "id: 1\n", "id: \u0000\n", "retry: 5\n",
            "retry: 99999999999\n", "event: message\n", ": comment\n", "\n", "\r", "\r\n", "\n\n", "\uFEFF", ":\n",
            "x\n");

    private int answered;
    private int heard;

    private Traffic traffic() {
        return new Traffic("stub", new Connection.Listener() {
            @Override
            public void listChanged(String method) {
                heard++;
            }

            @Override
            public void resourceChanged(String uri) {
                heard++;
            }

            @Override
            public void lost(ClientFailure why) {
                heard++;
            }
        }, why -> heard++, message -> JsonRpc.print(message));
    }

    private static final Talk TALK = new Talk() {
        @Override
        public void log(LogLevel level, String logger, JsonNode data) {
            data.toString();
        }

        @Override
        public JsonNode ask(String method, ObjectNode params) {
            return JsonNodeFactory.instance.objectNode().put("action", "decline");
        }
    };

    private void take(Traffic traffic, byte[] bytes, boolean onStream) throws Exception {
        var call = new Pending(new Message.Request(new Id.Number("1"), "tools/call",
                JsonNodeFactory.instance.objectNode()), "stub", TALK);
        traffic.begin(1, call);
        try {
            traffic.received(JsonRpc.parse(bytes), onStream ? call : null);
        } catch (Refused notAMessage) {
            traffic.unreadable(new String(bytes, StandardCharsets.UTF_8));
        }
        answered += call.settled() ? 1 : 0;
        traffic.end(1);
    }

    @Test
    void aMessageReachesWhomItIsForOrNobody() throws Exception {
        var fuzz = new Fuzzer(10_000);
        var traffic = traffic();
        while (fuzz.goesOn()) {
            var text = fuzz.once(3) ? fuzz.one(MESSAGES) : fuzz.mutated(fuzz.one(MESSAGES));
            take(fuzz.once(2) ? traffic : traffic(), text.getBytes(StandardCharsets.UTF_8), fuzz.once(2));
        }
        assertTrue(answered > fuzz.rounds() / 50 && heard > fuzz.rounds() / 100, answered + " " + heard);
    }

    /// Cut anywhere, it has the same events; and what is read again as it was written says the same.
    @Test
    void aStreamIsReadToItsEnd() throws Exception {
        var fuzz = new Fuzzer(5_000);
        var read = 0;
        while (fuzz.goesOn()) {
            var text = new StringBuilder();
            for (var n = fuzz.below(12); n >= 0; n--) {
                text.append(fuzz.once(2) ? "\n\ndata: {}\n\n" : fuzz.one(FIELDS))
                        .append(fuzz.once(2) ? fuzz.maybe(fuzz.one(MESSAGES)) : "");
            }
            var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            var events = new Events(new ByteArrayInputStream(bytes));
            var traffic = traffic();
            try {
                for (var data = events.next(); data != null; data = events.next()) {
                    read++;
                    var again = ("data: " + new String(data, StandardCharsets.UTF_8).replace("\n", "\ndata: ") + "\n\n")
                            .getBytes(StandardCharsets.UTF_8);
                    assertEquals(new String(data, StandardCharsets.UTF_8), new String(new Events(
                            new ByteArrayInputStream(again)).next(), StandardCharsets.UTF_8), () -> fuzz.said(text));
                    take(traffic, data, true);
                }
            } catch (IOException broken) {
                throw new AssertionError(fuzz.said(text), broken);
            }
            assertTrue(events.lastId().length() <= Limits.EVENT_ID_CHARS && events.lastId().indexOf('\0') < 0,
                    () -> fuzz.said(text));
            events.retry().ifPresent(asked -> assertTrue(asked.compareTo(Limits.RESUME_MOST) <= 0, () ->
                    fuzz.said(text)));
        }
        assertTrue(read > fuzz.rounds() / 5, "hardly any event is read any more: " + read);
    }
}
