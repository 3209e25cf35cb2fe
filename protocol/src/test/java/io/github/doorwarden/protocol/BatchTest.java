package io.github.doorwarden.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchTest {

    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Batch batch(String text) {
        return JsonRpc.batch(bytes(text));
    }

    @Test
    void theFirstCharacterSaysWhatABodyIs() {
        for (var yes : List.of("[", " \r\n\t[{}]", "[]")) {
            assertTrue(JsonRpc.isBatch(bytes(yes)), yes);
        }
        for (var no : List.of("", " ", PING, "\u00a0[", "1[", "\ufeff[")) {
            assertFalse(JsonRpc.isBatch(bytes(no)), no);
        }
    }

    @Test
    void eachPartIsAMessageOrRefusedByItself() {
        var batch = batch("[" + PING + ",1,{\"jsonrpc\":\"2.0\",\"id\":2},{\"jsonrpc\":\"2.0\",\"method\":\"n\"},"
                + "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}},[" + PING + "]]");
        assertEquals(6, batch.parts().size());
        assertEquals(3, batch.messages().size());
        assertInstanceOf(Message.Request.class, batch.messages().getFirst());
        var broken = assertInstanceOf(Batch.Part.Broken.class, batch.parts().get(2));
        assertEquals(-32600, broken.why().why().code());
        assertEquals(new Id.Number("2"), broken.why().id().orElseThrow());
        assertInstanceOf(Batch.Part.Broken.class, batch.parts().get(5));
    }

    @Test
    void anEmptyOneAndOneBeyondTheBoundAreNoMessage() {
        for (var body : List.of("[]", "{}", "[" + (PING + ",").repeat(Limits.BATCH_MAX) + PING + "]")) {
            assertEquals(-32600, assertThrows(Refused.class, () -> batch(body)).why().code());
        }
        assertEquals(Limits.BATCH_MAX, batch("[" + (PING + ",").repeat(Limits.BATCH_MAX - 1) + PING + "]").parts()
                .size());
    }

    @Test
    void whatIsNotJsonIsRefusedAsAWhole() {
        for (var body : List.of("[", "[" + PING + "],", "[" + PING, "[{\"a\":1,\"a\":2}]", "[\"\\ud800\"]")) {
            assertEquals(-32700, assertThrows(Refused.class, () -> batch(body)).why().code(), body);
        }
    }

    @Test
    void nothingButRefusalsComesOfNonsense() {
        var seed = 20_261_121L;
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++) {
            var text = new StringBuilder("[" + PING + "," + PING + "]");
            for (var n = random.nextInt(1, 5); n > 0; n--) {
                text.setCharAt(random.nextInt(text.length()), "[]{},:\"1a\\ ".charAt(random.nextInt(11)));
            }
            try {
                assertFalse(batch(text.toString()).parts().isEmpty());
            } catch (Refused expected) {
                assertTrue(expected.why().code() == -32700 || expected.why().code() == -32600,
                        "seed " + seed + ", round " + i);
            }
        }
    }
}
