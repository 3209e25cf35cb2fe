package io.github.doorwarden.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookTest {

    private final BlockingQueue<String> got = new LinkedBlockingQueue<>();
    private final Queue<Integer> statuses = new ArrayDeque<>();
    private HttpServer receiver;

    @BeforeEach
    void open() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var status = statuses.isEmpty() ? 204 : statuses.remove();
            if (status == 302) {
                exchange.getResponseHeaders().add("Location", "/elsewhere");
            }
            got.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void close() {
        receiver.stop(0);
    }

    private Webhook hook(Optional<String> token) {
        return new Webhook(URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/in?key=1"), token,
                Duration.ofMillis(1));
    }

    private String next() throws InterruptedException {
        return got.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void aMessageIsSentAgainUntilItIsTaken_AndThoseBehindItFollowInOrder() throws Exception {
        statuses.addAll(List.of(500, 429));
        try (var hook = hook(Optional.of("hook-token"))) {
            hook.tell("{\"n\":1}");
            hook.tell("{\"n\":2}");
            for (var i = 0; i < 3; i++) {
                assertEquals("POST /in?key=1 Bearer hook-token {\"n\":1}", next());
            }
            assertEquals("POST /in?key=1 Bearer hook-token {\"n\":2}", next());
        }
    }

    @Test
    void afterTheLastTryItIsGivenUp_AndNoRedirectIsFollowed() throws Exception {
        statuses.addAll(List.of(302, 400, 404, 400));
        try (var hook = hook(Optional.empty())) {
            hook.tell("{\"n\":1}");
            hook.tell("{\"n\":2}");
            for (var i = 0; i < Limits.HOOK_TRIES; i++) {
                assertEquals("POST /in?key=1 null {\"n\":1}", next());
            }
            assertEquals("POST /in?key=1 null {\"n\":2}", next());
            assertNull(got.poll());
        }
    }
}
