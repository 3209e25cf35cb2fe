package io.github.doorwarden.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // as nanoTime may: it wraps soon

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void fail(Breaker breaker, int times) {
        for (var i = 0; i < times; i++) {
            var pass = breaker.pass();
            assertEquals(Optional.empty(), pass.spared());
            breaker.failed(pass);
        }
    }

    @Test
    void itOpensAfterSoManyFailuresInARowAndNotBefore() {
        var breaker = new Breaker(nanos::get);
        fail(breaker, Limits.BREAKER_FAILURES - 1);
        breaker.succeeded(breaker.pass());
        fail(breaker, Limits.BREAKER_FAILURES - 1);
        assertFalse(breaker.isOpen());
        fail(breaker, 1);
        assertTrue(breaker.isOpen());
        assertEquals(Optional.of(Limits.BREAKER_PAUSE), breaker.pass().spared());
    }

    @Test
    void oneCallTriesAndItsOutcomeDecides() {
        var breaker = new Breaker(nanos::get);
        fail(breaker, Limits.BREAKER_FAILURES);
        pass(Limits.BREAKER_PAUSE);
        var first = breaker.pass();
        assertEquals(Optional.empty(), first.spared());
        assertTrue(breaker.pass().spared().isPresent(), "a second call while the first tries");
        breaker.failed(first);
        assertEquals(Optional.of(Limits.BREAKER_PAUSE.multipliedBy(2)), breaker.pass().spared());
        pass(Limits.BREAKER_PAUSE.multipliedBy(2));
        var second = breaker.pass();
        assertEquals(Optional.empty(), second.spared());
        breaker.gaveUp(second);
        var third = breaker.pass();
        assertEquals(Optional.empty(), third.spared(), "whoever gave up leaves the try to the next");
        breaker.succeeded(third);
        assertFalse(breaker.isOpen());
        assertEquals(Optional.empty(), breaker.pass().spared());
    }

    @Test
    void callsThatBeganBeforeItOpenedDecideNothing() {
        var breaker = new Breaker(nanos::get);
        var before = breaker.pass();
        fail(breaker, Limits.BREAKER_FAILURES);
        breaker.succeeded(before);
        assertTrue(breaker.isOpen(), "what was answered before it opened");
        pass(Limits.BREAKER_PAUSE);
        var tries = breaker.pass();
        assertEquals(Optional.empty(), tries.spared());
        breaker.gaveUp(before);
        assertTrue(breaker.pass().spared().isPresent(), "the one who tries is still trying");
        breaker.failed(before);
        assertTrue(breaker.pass().spared().isPresent(), "and is the only one");
        breaker.succeeded(tries);
        assertFalse(breaker.isOpen());
    }

    @Test
    void thePauseGrowsToItsBoundAndNoFurther() {
        var breaker = new Breaker(nanos::get);
        fail(breaker, Limits.BREAKER_FAILURES);
        for (var i = 0; i < 80; i++) {
            pass(Limits.BREAKER_PAUSE_MAX);
            fail(breaker, 1);
        }
        assertEquals(Optional.of(Limits.BREAKER_PAUSE_MAX), breaker.pass().spared());
    }

    @Test
    void aFailingBackendIsLeftAloneAndCallersAreToldSo() throws Exception {
        var status = new AtomicInteger(503);
        try (var backend = new Backend((_, exchange) -> Backend.say(exchange, status.get(), "{}"));
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/")), Credentials.none(),
                        Optional.empty(), nanos::get)) {
            var call = new UpstreamCall("POST", "/", Map.of(), Optional.empty(), false, "r");
            for (var i = 0; i < Limits.BREAKER_FAILURES; i++) {
                assertEquals(503, upstream.call(call).status());
            }
            assertFalse(upstream.isUp());
            var asked = backend.asked.size();
            var spared = assertThrows(UpstreamFailure.class, () -> upstream.call(call));
            assertEquals(Kind.SPARED, spared.kind());
            assertTrue(spared.getMessage().contains("Nothing was sent"), spared.getMessage());
            assertEquals(asked, backend.asked.size());
            status.set(200);
            pass(Limits.BREAKER_PAUSE);
            assertEquals(200, upstream.call(call).status());
            assertTrue(upstream.isUp());
        }
    }

    /// The fifth failure is the first try of the third call.
    @Test
    void whoSendsWhatOpensItIsToldWhatCameOfThat() throws Exception {
        try (var backend = new Backend((_, exchange) -> Backend.say(exchange, 503, "{}"));
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/")), Credentials.none(),
                        Optional.empty(), nanos::get)) {
            var call = new UpstreamCall("GET", "/", Map.of(), Optional.empty(), false, "r");
            for (var i = 0; i < (Limits.BREAKER_FAILURES + 1) / 2; i++) {
                assertEquals(503, upstream.call(call).status());
            }
            assertFalse(upstream.isUp());
            assertEquals(Limits.BREAKER_FAILURES, backend.asked.size());
        }
        try (var backend = new Backend((_, exchange) -> exchange.close());
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/")), Credentials.none(),
                        Optional.empty(), nanos::get)) {
            var call = new UpstreamCall("PUT", "/", Map.of(), Optional.empty(), false, "r");
            for (var i = 0; i < (Limits.BREAKER_FAILURES + 1) / 2; i++) {
                assertEquals(Kind.BROKEN, assertThrows(UpstreamFailure.class, () -> upstream.call(call)).kind());
            }
            assertFalse(upstream.isUp());
        }
    }

    /// Other calls fail while this one waits for its second try.
    @Test
    void whoWaitsWhileItOpensIsToldWhatCameOfTheFirstTry() throws Exception {
        var first = new CountDownLatch(1);
        try (var backend = new Backend((asked, exchange) -> {
            if (asked.method().equals("GET")) {
                exchange.getResponseHeaders().set("Retry-After", "1");
                Backend.say(exchange, 429, "{}");
                first.countDown();
            } else {
                Backend.say(exchange, 503, "{}");
            }
        }); var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/")), Credentials.none(),
                Optional.empty(), nanos::get); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waits = threads.submit(() -> upstream.call(new UpstreamCall("GET", "/", Map.of(), Optional.empty(),
                    false, "r")));
            first.await();
            while (upstream.isUp()) {                            // the 429 may come in between and count as a success
                upstream.call(new UpstreamCall("POST", "/", Map.of(), Optional.empty(), false, "r"));
            }
            assertEquals(429, waits.get().status());
        }
    }

    @Test
    void whatTheBackendRefusesSaysNothingAgainstIt() throws Exception {
        try (var backend = new Backend((_, exchange) -> Backend.say(exchange, 500, "{}"));
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/")), Credentials.none(),
                        Optional.empty(), nanos::get)) {
            for (var i = 0; i < 2 * Limits.BREAKER_FAILURES; i++) {
                upstream.call(new UpstreamCall("POST", "/", Map.of(), Optional.empty(), false, "r"));
            }
            assertTrue(upstream.isUp(), "a 500 may come from one argument");
        }
    }

    @Test
    void whomNothingCanBeSignedForTellsNothingAboutTheBackend() throws Exception {
        var signer = new RequestSigner(SigningHeaders.USUAL, Optional.empty(),
                Map.of("acme", SigningKey.of("acme-1", "acme".repeat(10))), new SetClock());
        try (var backend = new Backend((_, exchange) -> Backend.say(exchange, 503, "{}"));
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/")), Credentials.none(),
                        Optional.of(signer), nanos::get)) {
            var call = new UpstreamCall("POST", "/", Map.of(), Optional.empty(), false, "r");
            for (var i = 0; i < Limits.BREAKER_FAILURES; i++) {
                assertEquals(503, upstream.call(call.by(new Party("acme", "ada"))).status());
                refused(upstream, call);
            }
            assertFalse(upstream.isUp(), "each failure was followed by a call without a key");
            pass(Limits.BREAKER_PAUSE);
            refused(upstream, call);
            assertFalse(upstream.isUp());
            assertEquals(503, upstream.call(call.by(new Party("acme", "ada"))).status(), "the try is left to it");
            assertEquals(Limits.BREAKER_FAILURES + 1, backend.asked.size());
        }
    }

    private static void refused(Upstream upstream, UpstreamCall call) {
        assertEquals(Kind.CREDENTIALS, assertThrows(UpstreamFailure.class, () ->
                upstream.call(call.by(new Party("globex", "bob")))).kind());
    }
}
