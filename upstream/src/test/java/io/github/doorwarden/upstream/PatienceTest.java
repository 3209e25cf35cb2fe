package io.github.doorwarden.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A call that is tried again for as long as there is time.
class PatienceTest {

    private static final UpstreamCall CALL = new UpstreamCall("POST", "/x", Map.of(), Optional.empty(), false, "r-1");

    private static Upstream upstream(Backend backend) {
        return new Upstream(UpstreamSettings.of("Store", backend.at("")), Credentials.none());
    }

    @Test
    void busyIsTriedAgainUntilItIsNot() throws Exception {
        var count = new AtomicInteger();
        try (var backend = new Backend((asked, exchange) -> {
            exchange.getResponseHeaders().set("Retry-After", "0");
            Backend.say(exchange, count.incrementAndGet() < 4 ? 429 : 200, "{}");
        }); var upstream = upstream(backend)) {
            assertEquals(200, Patience.call(upstream, CALL, Duration.ofSeconds(20)).status());
            assertEquals(4, count.get());
        }
    }

    @Test
    void whoAsksForMoreTimeThanThereIsIsNotWaitedFor() throws Exception {
        try (var backend = new Backend((asked, exchange) -> {
            exchange.getResponseHeaders().set("Retry-After", "60");
            Backend.say(exchange, 429, "{}");
        }); var upstream = upstream(backend)) {
            assertEquals(429, Patience.call(upstream, CALL, Duration.ofSeconds(20)).status());
            assertEquals(1, backend.asked.size());
        }
    }

    @Test
    void aRefusalIsAnAnswer() throws Exception {
        try (var backend = new Backend((asked, exchange) -> Backend.say(exchange, 400, "{}"));
                var upstream = upstream(backend)) {
            assertEquals(400, Patience.call(upstream, CALL, Duration.ofSeconds(20)).status());
            assertEquals(1, backend.asked.size());
        }
    }

    @Test
    void lessTimeThanTheSettingsAllowIsHeld() throws Exception {
        try (var server = new RawServer((request, out, socket) -> socket.getInputStream().readAllBytes());
                var upstream = new Upstream(UpstreamSettings.of("Store", java.net.URI.create("http://127.0.0.1:"
                + server.port())), Credentials.none())) {
            var began = System.nanoTime();
            assertEquals(UpstreamFailure.Kind.TIMEOUT, assertThrows(UpstreamFailure.class, () ->
                    Patience.call(upstream, CALL, Duration.ofMillis(300))).kind());
            assertTrue(System.nanoTime() - began < Duration.ofSeconds(5).toNanos());
        }
    }
}
