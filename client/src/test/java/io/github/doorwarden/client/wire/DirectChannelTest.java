package io.github.doorwarden.client.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One HTTP request to a server that does it wrong.
final class DirectChannelTest {

    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer http;

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", exchange -> {
            try (exchange) {
                asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                answer(exchange);
            }
        });
        http.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        http.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestURI().getPath()) {
            case "/silent" -> waiting();
            case "/stalls" -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write('x');
                exchange.getResponseBody().flush();
                waiting();
            }
            case "/breaks" -> {
                exchange.sendResponseHeaders(200, 10);
                exchange.getResponseBody().write('x');
            }
            case "/closed" -> exchange.sendResponseHeaders(401, -1);
            default -> exchange.sendResponseHeaders(204, -1);
        }
    }

    private void waiting() {
        try {
            end.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path);
    }

    private static HttpChannel.Sent get(String to) {
        return new HttpChannel.Sent("GET", to, Map.of(), Optional.empty(), HttpChannel.Patience.NONE);
    }

    private static Kind kind(URI endpoint, String to, Duration within) {
        try (var channel = new DirectChannel(endpoint, Authorization.NONE)) {
            return assertThrows(ClientFailure.class, () -> channel.exchange(get(to), within, true, answer ->
                    answer.body().readAllBytes())).kind();
        }
    }

    @Test
    void aDeadlineCoversTheWholeAnswer() {
        assertEquals(Kind.TIMEOUT, kind(at("/silent"), "", Duration.ofSeconds(1)));
        assertEquals(Kind.TIMEOUT, kind(at("/stalls"), "", Duration.ofSeconds(1)));
    }

    @Test
    void whatBreaksOffAndWhatIsNotThereAreTwoThings() {
        assertEquals(Kind.FAULT, kind(at("/breaks"), "", Duration.ofSeconds(20)));
        http.stop(0);
        assertEquals(Kind.UNREACHABLE, kind(at("/"), "", Duration.ofSeconds(20)));
    }

    @Test
    void nothingGoesToAnotherOrigin_HoweverItIsNamed() throws Exception {
        for (var to : List.of("http://127.0.0.2/x", "//127.0.0.2/x", "https://127.0.0.1/x", "http://u@127.0.0.1:"
                + http.getAddress().getPort() + "/x", "http://localhost:" + http.getAddress().getPort() + "/x",
                "file:///etc/passwd", "ht tp://x", "mailto:a@b")) {
            assertEquals(Kind.MALFORMED, kind(at("/mcp"), to, Duration.ofSeconds(20)), to);
        }
        assertEquals(List.of(), asked);
        try (var channel = new DirectChannel(at("/mcp"), Authorization.NONE)) {
            for (var to : List.of("/messages?s=1", "messages", at("/messages").toString())) {
                assertEquals(204, (int) channel.exchange(get(to), Duration.ofSeconds(20), true,
                        HttpChannel.Received::status));
            }
        }
        assertEquals(List.of("GET /messages?s=1", "GET /messages", "GET /messages"), asked);
    }

    @Test
    void nobodyIsAskedToSignInForNews() {
        var renewed = new CopyOnWriteArrayList<Integer>();
        var authorization = new Authorization() {

            @Override
            public Map<String, String> fields(String method, URI target) {
                return Map.of();
            }

            @Override
            public boolean renewed(Refusal refusal) {
                renewed.add(refusal.status());
                return false;
            }
        };
        try (var channel = new DirectChannel(at("/closed"), authorization)) {
            for (var call : List.of(false, true)) {
                var failure = assertThrows(ClientFailure.class, () -> channel.exchange(get(""), Duration.ofSeconds(20),
                        call, HttpChannel.Received::status));
                assertTrue(failure.kind() == Kind.CREDENTIALS && failure.code() == 401, failure.toString());
            }
        }
        assertEquals(List.of(401), renewed);
    }
}
