package io.github.doorwarden.embeddings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server that speaks `/v1/embeddings`, by answers of the shape that OpenAI's has.
class OpenAiEmbedderTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration WITHIN = Duration.ofSeconds(20);

    /// Says something to one request.
    private interface Answering {
        void answer(JsonNode asked, HttpExchange exchange) throws Exception;
    }

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile Answering answering;
    private HttpServer server;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 100);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
            try (exchange) {
                answering.answer(JSON.readTree(body), exchange);
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
        server.start();
    }

    @AfterEach
    void close() {
        end.countDown();
        server.stop(0);
    }

    private OpenAiEmbedder embedder(String path, String key, Optional<Integer> dimensions) {
        return new OpenAiEmbedder(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path), "m", key,
                dimensions);
    }

    private static void say(HttpExchange exchange, int status, String json) throws IOException {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /// The last first, as is allowed: each says its index.
    private static void vectors(JsonNode asked, HttpExchange exchange) throws IOException {
        var answer = JSON.createObjectNode().put("object", "list");
        var data = answer.putArray("data");
        for (var i = asked.path("input").size() - 1; i >= 0; i--) {
            var each = data.addObject().put("object", "embedding").put("index", i);
            each.putArray("embedding").add(3 * asked.path("input").get(i).asString().length()).add(4);
        }
        say(exchange, 200, answer.toString());
    }

    @Test
    void textsGoInBatchesAndVectorsHaveLengthOne() throws Exception {
        answering = OpenAiEmbedderTest::vectors;
        try (var embedder = embedder("", "sk-1", Optional.of(2))) {
            var vectors = embedder.embed(List.of("a", "", "bb"), WITHIN);
            assertArrayEquals(new float[] {0.6f, 0.8f}, vectors.get(0), 1e-6f);
            assertArrayEquals(new float[] {0.832050f, 0.554700f}, vectors.get(2), 1e-5f);
            assertEquals(List.of("POST /v1/embeddings Bearer sk-1 {\"model\":\"m\",\"encoding_format\":\"float\","
                    + "\"dimensions\":2,\"input\":[\"a\",\" \",\"bb\"]}"), asked);
            assertEquals(100, embedder.embed(Collections.nCopies(100, "x"), WITHIN).size());
            assertEquals(1 + 4, asked.size());
            assertEquals(List.of(), embedder.embed(List.of(), WITHIN));
        }
        try (var embedder = embedder("/v1/", "", Optional.empty())) {
            embedder.embed(List.of("a"), WITHIN);
            assertTrue(asked.getLast().startsWith("POST /v1/embeddings null {\"model\":\"m\","), asked.getLast());
        }
    }

    @Test
    void busyIsTriedAgainInsideTheDeadlineAlone() throws Exception {
        var count = new AtomicInteger();
        answering = (json, exchange) -> {
            if (count.incrementAndGet() <= 3) {
                exchange.getResponseHeaders().set("Retry-After", "0");
                say(exchange, 429, "{}");
            } else {
                vectors(json, exchange);
            }
        };
        try (var embedder = embedder("", "", Optional.empty())) {
            assertEquals(1, embedder.embed(List.of("a"), WITHIN).size());
            answering = (json, exchange) -> {
                exchange.getResponseHeaders().set("Retry-After", "600");
                say(exchange, 429, "{}");
            };
            assertTrue(assertThrows(EmbeddingFailure.class, () -> embedder.embed(List.of("a"), WITHIN)).getMessage()
                    .contains("busy"));
            answering = (json, exchange) -> {
                exchange.sendResponseHeaders(200, 100);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
                end.await();
            };
            var began = System.nanoTime();
            assertThrows(EmbeddingFailure.class, () -> embedder.embed(List.of("a"), Duration.ofMillis(300)));
            assertTrue(System.nanoTime() - began < Duration.ofSeconds(5).toNanos());
        }
    }

    @Test
    void whatIsNoVectorForEachTextIsAFailure() throws Exception {
        try (var embedder = embedder("", "", Optional.empty())) {
            for (var answer : List.of("", "[]", "{}", "{\"data\":[]}", "{\"data\":[{\"index\":0,\"embedding\":[]}]}",
                    "{\"data\":[{\"index\":1,\"embedding\":[1]}]}", "{\"data\":[{\"index\":0,\"embedding\":[0,0]}]}",
                    "{\"data\":[{\"index\":0,\"embedding\":[\"a\"]}]}",
                    "{\"data\":[{\"index\":0,\"embedding\":\"x\"}]}",
                    "{\"data\":[{\"index\":0,\"embedding\":[1e39]}]}")) {
                answering = (json, exchange) -> say(exchange, 200, answer);
                assertThrows(EmbeddingFailure.class, () -> embedder.embed(List.of("a"), WITHIN), answer);
            }
            answering = (json, exchange) -> say(exchange, 200, "{\"data\":[{\"index\":0,\"embedding\":[1]},"
                    + "{\"index\":1,\"embedding\":[1,2]}]}");
            assertThrows(EmbeddingFailure.class, () -> embedder.embed(List.of("a", "b"), WITHIN));
        }
    }

    @Test
    void anotherModelOrServerIsAnotherEmbedder() {
        try (var one = embedder("", "", Optional.empty()); var same = embedder("/v1", "k", Optional.empty());
                var fewer = embedder("", "", Optional.of(2)); var elsewhere = embedder("/x", "", Optional.empty())) {
            assertEquals(one.id(), same.id());
            assertFalse(one.id().equals(fewer.id()) || one.id().equals(elsewhere.id()));
        }
    }
}
