package io.github.doorwarden.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Fuzzer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Two things that must hold for every input: what parses prints back the same, and what does not is refused, never
/// thrown at.
class JsonRpcFuzzTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @Test
    void whatPrintsParsesTheSame() {
        var fuzz = new Fuzzer(2_000);
        while (fuzz.goesOn()) {
            var message = message(fuzz.random());
            var printed = JsonRpc.print(message);
            assertEquals(message, JsonRpc.parse(printed), () -> fuzz.said(text(printed)));
        }
    }

    /// The same for what each method of the table takes: its own members among strange ones, and `_meta` as clients
    /// send it.
    @Test
    void messagesOfEveryMethodPrintBackTheSame() {
        var members = List.of("name", "uri", "arguments", "cursor", "ref", "argument", "context", "notifications",
                "inputResponses", "requestState", "requestId", "level", "protocolVersion", "capabilities", "taskId",
                "task", "progress", "progressToken", "total", "data");
        var fuzz = new Fuzzer(200 * Methods.values().length);
        var random = fuzz.random();
        while (fuzz.goesOn()) {
            var method = Methods.values()[fuzz.rounds() % Methods.values().length];
            var params = object(random, 3);
            method.nameParam().ifPresent(name -> params.put(name, text(random)));
            for (var n = random.nextInt(4); n > 0; n--) {
                params.set(members.get(random.nextInt(members.size())), value(random, 3));
            }
            var meta = params.putObject("_meta").put(Meta.PROTOCOL_VERSION, "2026-07-28");
            meta.set(Meta.CLIENT_CAPABILITIES, object(random, 2));
            meta.set("progressToken", random.nextBoolean() ? NODES.stringNode(text(random))
                    : NODES.numberNode(random.nextLong()));
            var message = method.kind() == Methods.Kind.REQUEST
                    ? new Message.Request(new Id.Number(Integer.toString(fuzz.rounds())), method.wireName(), params)
                    : new Message.Notification(method.wireName(), params);
            var printed = JsonRpc.print(message);
            assertEquals(message, JsonRpc.parse(printed), () -> fuzz.said(text(printed)));
        }
    }

    @Test
    void mutatedMessagesAreReadOrRefused() throws Exception {
        var corpus = corpus();
        assertTrue(corpus.size() >= 7, "The corpus is gone: a fuzzer without seeds finds nothing.");
        var fuzz = new Fuzzer(20_000);
        var read = 0;
        while (fuzz.goesOn()) {
            var bytes = mutate(fuzz.one(corpus), fuzz.random());
            try {
                var printed = JsonRpc.print(JsonRpc.parse(bytes));
                read++;
                // Compared as printed: 1e0 is read as a decimal and printed as 1.
                assertArrayEquals(printed, JsonRpc.print(JsonRpc.parse(printed)), () -> fuzz.said(text(bytes)));
            } catch (Refused refused) {
                assertTrue(refused.why().code() == -32700 || refused.why().code() == -32600);
            } catch (RuntimeException e) {
                throw new AssertionError(fuzz.said(new String(bytes, StandardCharsets.ISO_8859_1)), e);
            }
        }
        assertTrue(read > fuzz.rounds() / 100, "Hardly any mutant is a message any more: " + read);
    }

    @Test
    void everyFileOfTheCorpusButTheBatchIsAMessage() throws Exception {
        var messages = 0;
        for (var bytes : corpus()) {
            if (bytes[0] != '[') {
                JsonRpc.parse(bytes);
                messages++;
            }
        }
        assertEquals(6, messages);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static List<byte[]> corpus() throws IOException, URISyntaxException {
        var files = new ArrayList<byte[]>();
        try (var paths = Files.list(Path.of(JsonRpcFuzzTest.class.getResource("/corpus").toURI()))) {
            for (var path : paths.sorted().toList()) {
                files.add(Files.readAllBytes(path));
            }
        }
        return files;
    }

    private static byte[] mutate(byte[] original, RandomGenerator random) {
        var bytes = original.clone();
        for (var i = random.nextInt(4); i >= 0; i--) {
            var at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) "{}[]\",:\\u0-.e tfn".charAt(random.nextInt(17));
                case 2 -> bytes = cut(bytes, at, Math.min(bytes.length, at + random.nextInt(8)));
                case 3 -> bytes = repeat(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(40)));
                default -> bytes[at] = (byte) (bytes[at] ^ 1 << random.nextInt(8));
            }
            if (bytes.length == 0) {
                return bytes;
            }
        }
        return bytes;
    }

    private static byte[] cut(byte[] bytes, int from, int to) {
        var shorter = new byte[bytes.length - (to - from)];
        System.arraycopy(bytes, 0, shorter, 0, from);
        System.arraycopy(bytes, to, shorter, from, bytes.length - to);
        return shorter;
    }

    private static byte[] repeat(byte[] bytes, int from, int to) {
        var longer = new byte[bytes.length + to - from];
        System.arraycopy(bytes, 0, longer, 0, to);
        System.arraycopy(bytes, from, longer, to, bytes.length - from);
        return longer;
    }

    private static Message message(RandomGenerator random) {
        var id = random.nextBoolean() ? new Id.Text(text(random)) : new Id.Number(Long.toString(random.nextLong()));
        return switch (random.nextInt(4)) {
            case 0 -> new Message.Request(id, "m" + text(random), object(random, 4));
            case 1 -> new Message.Notification("m" + text(random), object(random, 4));
            case 2 -> new Message.Response(id, value(random, 4), null);
            default -> new Message.Response(id, null, object(random, 4));
        };
    }

    private static ObjectNode object(RandomGenerator random, int depth) {
        var object = NODES.objectNode();
        for (var i = random.nextInt(5); i > 0; i--) {
            object.set(text(random), value(random, depth - 1));
        }
        return object;
    }

    private static JsonNode value(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> NODES.stringNode(text(random));
            case 1 -> NODES.numberNode(random.nextInt());
            case 2 -> NODES.numberNode(new java.math.BigDecimal(java.math.BigInteger.valueOf(random.nextLong()), 1
                    + random.nextInt(30)));
            case 3 -> NODES.booleanNode(random.nextBoolean());
            case 4 -> NODES.nullNode();
            case 5 -> NODES.numberNode(new java.math.BigInteger(100, new java.util.Random(random.nextLong()))
                    .setBit(99));
            case 6 -> object(random, depth);
            default -> {
                var array = NODES.arrayNode();
                for (var i = random.nextInt(5); i > 0; i--) {
                    array.add(value(random, depth - 1));
                }
                yield array;
            }
        };
    }

    private static String text(RandomGenerator random) {
        var text = new StringBuilder();
        for (var i = random.nextInt(12); i > 0; i--) {
            var c = switch (random.nextInt(4)) {
                case 0 -> random.nextInt(0x80);
                case 1 -> 0x1F600 + random.nextInt(64);
                case 2 -> random.nextInt(0xD800);
                default -> 'a' + random.nextInt(26);
            };
            text.appendCodePoint(c);
        }
        return text.toString();
    }
}
