package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.tidy.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Strange requests at an endpoint with everything: none is a fault of ours, and each answer is one JSON-RPC message.
/// The seed is printed when one is.
final class EndpointFuzzTest {

    /// Method, value of `Mcp-Name`, parameters.
    private static final List<List<String>> CORPUS = List.of(
            List.of("server/discover", "", ""), List.of("tools/list", "", "\"cursor\":\"dG9vbHMgL2Z1bGwgZ3JlZXQ\""),
            List.of("tools/call", "greet", "\"name\":\"greet\",\"arguments\":{\"lesson\":\"ü\"}"),
            List.of("tools/call", "quick", "\"name\":\"quick\",\"inputResponses\":{\"name\":{\"action\":\"accept\"}},"
                    + "\"requestState\":\"AAAA\""),
            List.of("tools/call", "count", "\"name\":\"count\""),
            List.of("resources/list", "", ""), List.of("resources/templates/list", "", ""),
            List.of("resources/read", "lesson://by-id/7", "\"uri\":\"lesson://by-id/7\""),
            List.of("resources/read", "lesson://asking", "\"uri\":\"lesson://asking\""),
            List.of("prompts/list", "", ""),
            List.of("prompts/get", "summary", "\"name\":\"summary\",\"arguments\":{\"lesson\":\"a\"}"),
            List.of("completion/complete", "", "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"summary\"},\"argument\":"
                    + "{\"name\":\"lesson\",\"value\":\"a\"},\"context\":{\"arguments\":{\"x\":\"y\"}}"),
            List.of("subscriptions/listen", "", "\"notifications\":7"),
            List.of("initialize", "", "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}"),
            List.of("tasks/get", "x", "\"taskId\":\"x\""), List.of("skills/list", "", ""));

    @TempDir
    Path folder;

    @Test
    void noRequestIsAFaultOfOurs() throws Exception {
        var fuzz = new Fuzzer(4_000);
        var random = fuzz.random();
        var served = 0;
        try (var door = new TestDoor(folder)) {
            while (fuzz.goesOn()) {
                door.time.set(TestDoor.NOW.plusSeconds(fuzz.rounds()));
                var one = fuzz.one(CORPUS);
                var body = SocketFixture.message("1", one.get(0), one.get(2), ",\"progressToken\":1");
                var fields = fields(one, random);
                if (random.nextBoolean()) {
                    body = mutated(body, random);
                }
                var reply = door.send("POST", "/full", fields, body.getBytes(StandardCharsets.UTF_8));
                served += reply.status() == 200 ? 1 : 0;
                check(reply, body, fuzz);
            }
        }
        assertTrue(served > fuzz.rounds() / 20, "Hardly any request is served any more: " + served);
    }

    private static List<Headers.Field> fields(List<String> one, RandomGenerator random) {
        var fields = new ArrayList<Headers.Field>();
        fields.add(new Headers.Field("Authorization", "Bearer writer"));
        fields.add(new Headers.Field("MCP-Protocol-Version", maybe("2026-07-28", random)));
        fields.add(new Headers.Field("Mcp-Method", maybe(one.get(0), random)));
        if (!one.get(1).isEmpty()) {
            fields.add(new Headers.Field("Mcp-Name", maybe(encoded(one.get(1), random), random)));
        }
        if (random.nextInt(8) == 0) {
            fields.add(new Headers.Field("Mcp-Param-Lesson", maybe(encoded("ü", random), random)));
        }
        if (random.nextInt(8) == 0) {
            fields.remove(1 + random.nextInt(fields.size() - 1));
        }
        return fields;
    }

    private static String encoded(String value, RandomGenerator random) {
        return random.nextBoolean() ? value : "=?base64?" + Base64.getEncoder().encodeToString(value.getBytes(
                StandardCharsets.UTF_8)) + "?=";
    }

    private static String maybe(String value, RandomGenerator random) {
        return random.nextInt(6) == 0 ? mutated(value, random) : value;
    }

    private static String mutated(String original, RandomGenerator random) {
        var text = new StringBuilder(original);
        for (var n = random.nextInt(3); n >= 0 && !text.isEmpty(); n--) {
            var at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, "{}[]\",:\\0-.e tfn=?%/ü\u0000".charAt(random.nextInt(22)));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
                case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(30))));
                default -> text.insert(at, List.of("null", "1e400", "-0", "true", "[]", "{}", "\"\"", "=?base64??=")
                        .get(random.nextInt(8)));
            }
        }
        return text.toString();
    }

    private static void check(Reply reply, String body, Fuzzer fuzz) {
        var text = new String(reply.body(), StandardCharsets.UTF_8);
        assertTrue(reply.status() < 500, () -> fuzz.said(body + "\n" + text));
        if (reply.status() == 202) {
            return;
        }
        for (var line : text.lines().filter(each -> each.startsWith("data: ") || each.startsWith("{")).toList()) {
            assertEquals("2.0", JsonMapper.shared().readTree(line.startsWith("{") ? line : line.substring(6))
                    .path("jsonrpc").asString(), () -> fuzz.said(body));
        }
        assertTrue(text.contains("\"jsonrpc\""), () -> fuzz.said(body + "\n" + text));
    }
}
