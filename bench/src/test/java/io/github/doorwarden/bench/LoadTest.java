package io.github.doorwarden.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class LoadTest {

    private static final double SECONDS = 1;
    private static final String MESSAGE = "{\"message\":\"hi\"}";

    private static Target target(String url, String revision) {
        return new Target(URI.create(url), "token", "echo", MESSAGE, revision);
    }

    @Test
    void theFloorAnswersEveryCallRightInBothEras() throws Exception {
        try (var floor = Floor.start(0, "token")) {
            for (var revision : new String[] {"2025-06-18", "2026-07-28"}) {
                try (var load = new Load(target(floor.url(), revision), 4)) {
                    var sample = load.run(SECONDS, OptionalLong.of(ProcessHandle.current().pid()));
                    assertEquals(0, sample.wrong());
                    assertTrue(sample.answered() > 10, "answered " + sample.answered());
                    assertEquals(sample.answered(), sample.latencies().length);
                    assertTrue(sample.latencyMillis(0.99) >= sample.latencyMillis(0.5));
                    assertTrue(load.run(SECONDS, OptionalLong.empty()).answered() > 10,
                            "a second run on the same connections");
                }
            }
        }
    }

    @Test
    void theFloorLetsNobodyElseIn() throws Exception {
        try (var floor = Floor.start(0, "another token")) {
            var refused = assertThrows(UncheckedIOException.class, () -> new Load(target(floor.url(), "2025-06-18"),
                    1));
            assertTrue(refused.getMessage().contains("401"), refused.getMessage());
        }
    }

    @Test
    void anotherCallersAnswerIsWrong() throws Exception {
        var sample = against((id, calls) -> answer(calls % 2 == 1 ? id : id + 1, "hi"));
        assertTrue(sample.answered() > 0 && sample.wrong() > 0, sample.answered() + " right, " + sample.wrong()
                + " wrong");
    }

    @Test
    void changingTextIsWrong() throws Exception {
        var sample = against((id, calls) -> answer(id, calls == 1 ? "hi" : "ho"));
        assertEquals(1, sample.answered());
        assertTrue(sample.wrong() > 0);
    }

    @Test
    void aToolErrorIsNothingToMeasure() {
        var refused = assertThrows(IllegalStateException.class,
                () -> against((id, calls) -> answer(id, "no").replace("}]", "}],\"isError\":true")));
        assertTrue(refused.getMessage().contains("isError"), refused.getMessage());
    }

    private static String answer(int id, String text) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text
                + "\"}]}}";
    }

    /// A run against a server that answers what `answers` makes of the id and the number of calls so far.
    private static Sample against(BiFunction<Integer, Integer, String> answers) throws IOException {
        var calls = new AtomicInteger();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/mcp", exchange -> {
            var id = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes()).get("id").asInt();
            var answer = answers.apply(id, calls.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try (var load = new Load(target("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp", "2026-07-28"),
                1)) {
            return load.run(SECONDS, OptionalLong.empty());
        } finally {
            server.stop(0);
        }
    }
}
