package io.github.doorwarden.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Answers that are read while they come.
final class ArrivingTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final UpstreamCall CALL = new UpstreamCall("GET", "/", Map.of("Accept", "text/event-stream"),
            Optional.empty(), false, "r1");

    private static Upstream upstream(Backend backend, String token, int slots) {
        var usual = UpstreamSettings.of("things", backend.at(""));
        return new Upstream(usual.withLimits(slots, Duration.ofMillis(200), 1000), Credentials.bearer(token));
    }

    @Test
    void thePiecesComeBeforeTheEnd_AndTheCredentialIsCrossedOut() throws Exception {
        var read = new CountDownLatch(1);
        try (var backend = new Backend((asked, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(("first " + asked.header("Authorization")).getBytes(
                    StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            assertTrue(read.await(20, TimeUnit.SECONDS));
        }); var upstream = upstream(backend, "canary-4711", 4)) {
            var first = upstream.read(CALL, LONG, true, answer -> {
                var piece = answer.body().readNBytes(24);
                read.countDown();
                assertFalse(answer.toString().contains("4711"));
                return new String(answer.without(piece), StandardCharsets.UTF_8);
            });
            assertEquals("first Bearer ***********", first);
            assertEquals("text/event-stream", backend.asked.getFirst().header("Accept"));
        }
    }

    @Test
    void theDeadlineCoversTheReader_AndAStreamThatLastsTakesNoSlot() throws Exception {
        var over = new CountDownLatch(1);
        try (var backend = new Backend((asked, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            over.await(20, TimeUnit.SECONDS);
        }); var upstream = upstream(backend, "t", 1)) {
            var slow = assertThrows(UpstreamFailure.class, () -> upstream.read(CALL, Duration.ofMillis(300), true,
                    answer -> answer.body().read()));
            assertEquals(Kind.TIMEOUT, slow.kind());
            var busy = upstream.read(CALL, LONG, false, lasting -> upstreamBusy(upstream));
            assertEquals("read", busy);
            var held = upstream.read(CALL, LONG, true, lasting -> assertThrows(UpstreamFailure.class, () ->
                    upstream.read(CALL, LONG, true, Arriving::status)).kind().name());
            assertEquals("BUSY", held);
            over.countDown();
        }
    }

    private static String upstreamBusy(Upstream upstream) throws UpstreamFailure, InterruptedException {
        return upstream.read(CALL, LONG, true, answer -> answer.isSuccess() ? "read" : "refused");
    }
}
