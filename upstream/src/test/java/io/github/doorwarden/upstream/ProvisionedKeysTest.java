package io.github.doorwarden.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.github.doorwarden.tidy.Polling;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ProvisionedKeysTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration KEEP = Duration.ofMinutes(5);

    private final SetClock clock = new SetClock();
    private volatile String id = "k1";
    private volatile int status = 200;

    private void answer(Backend.Asked asked, HttpExchange exchange) throws IOException {
        Backend.say(exchange, status, "{\"key\":{\"id\":\"" + id + "\",\"value\":\"" + ("of-" + id).repeat(10)
                + "\"}}");
    }

    private ProvisionedKeys of(Backend backend) {
        return new ProvisionedKeys(new ProvisionedKeys.Settings(backend.at("/") + "tenants/{tenant}/secret",
                "service-token", "key.id", "key.value", KEEP), clock);
    }

    @Test
    void aKeyIsFetchedOnceHoweverManyCallsWaitForIt() throws Exception {
        var go = new CountDownLatch(1);
        try (var backend = new Backend((asked, exchange) -> {
            go.await();
            answer(asked, exchange);
        }); var keys = of(backend); var calls = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = List.of(1, 2, 3, 4, 5).stream().map(_ -> calls.submit(() -> keys.of("acme corp", SOON))).toList();
            go.countDown();
            for (var each : all) {
                assertEquals("k1", each.get().orElseThrow().id());
            }
            assertEquals(1, backend.asked.size());
            assertEquals("/tenants/acme%20corp/secret", backend.asked.getFirst().target());
            assertEquals("Bearer service-token", backend.asked.getFirst().header("Authorization"));
        }
    }

    @Test
    void anOrganisationWhoseNameIsAStepInAPathHasNoKey() throws Exception {
        try (var backend = new Backend(this::answer); var keys = of(backend)) {
            for (var name : List.of(".", "..")) {
                assertEquals(Optional.empty(), keys.of(name, SOON), name);
            }
            assertEquals(0, backend.asked.size(), "nothing beside the keys is asked for");
            assertTrue(keys.of("../x", SOON).isPresent());
            assertEquals("/tenants/..%2Fx/secret", backend.asked.getFirst().target());
        }
    }

    @Test
    void callsGoOnWithTheOldKeyWhileTheNextOneIsFetched() throws Exception {
        var second = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var asked = new AtomicInteger();
        try (var backend = new Backend((request, exchange) -> {
            if (asked.incrementAndGet() == 2) {
                second.countDown();
                go.await();
            }
            answer(request, exchange);
        }); var keys = of(backend)) {
            assertEquals("k1", keys.of("acme", SOON).orElseThrow().id());
            id = "k2";
            clock.pass(KEEP);
            assertEquals("k1", keys.of("acme", SOON).orElseThrow().id());
            assertTrue(second.await(10, TimeUnit.SECONDS));
            assertEquals("k1", keys.of("acme", SOON).orElseThrow().id());
            go.countDown();
            while (keys.of("acme", SOON).orElseThrow().id().equals("k1")) {
                Polling.pause();
            }
            assertEquals(2, asked.get());
        }
    }

    @Test
    void aRefusedKeyIsFetchedAnewButNotAgainAndAgain() throws Exception {
        try (var backend = new Backend(this::answer); var keys = of(backend)) {
            keys.of("acme", SOON);
            assertFalse(keys.refused("acme"), "it is from just now");
            clock.pass(Duration.ofSeconds(6));
            id = "k2";
            assertTrue(keys.refused("acme"));
            assertEquals("k2", keys.of("acme", SOON).orElseThrow().id());
        }
    }

    @Test
    void anAdministrationThatIsDownDoesNotTakeTheKeysWithIt() throws Exception {
        try (var backend = new Backend(this::answer); var keys = of(backend)) {
            keys.of("acme", SOON);
            status = 503;
            clock.pass(KEEP.multipliedBy(2));
            assertEquals("k1", keys.of("acme", SOON).orElseThrow().id());
            clock.pass(KEEP.multipliedBy(Limits.KEYS_OUTLIVE));
            var failure = assertThrows(UpstreamFailure.class, () -> keys.of("acme", SOON));
            assertTrue(failure.getMessage().contains("It answered 503."), failure.getMessage());
        }
    }

    @Test
    void aTenantWithoutAKeyIsNotSignedForAndNothingPrintsOne() throws Exception {
        try (var backend = new Backend(this::answer); var keys = of(backend)) {
            status = 404;
            assertEquals(Optional.empty(), keys.of("nobody", SOON));
            status = 200;
            assertEquals(Optional.empty(), keys.of("nobody", SOON), "not asked again at once");
            clock.pass(Duration.ofSeconds(6));
            assertEquals("SigningKey(k1)", keys.of("nobody", SOON).orElseThrow().toString());
            assertFalse(new ProvisionedKeys.Settings("https://x.example/{tenant}", "hidden", "id", "s", KEEP)
                    .toString().contains("hidden"));
        }
    }

    @Test
    void aCallThatIsRefusedIsSignedAgainWithTheFreshKey() throws Exception {
        try (var administration = new Backend(this::answer); var keys = of(administration);
                var backend = new Backend((asked, exchange) -> Backend.say(exchange,
                        asked.header("X-key-id").equals(id) ? 200 : 401, "{}"));
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/")), Credentials.none(),
                        Optional.of(new RequestSigner(SigningHeaders.USUAL, keys, clock)))) {
            var call = new UpstreamCall("GET", "/", Map.of(), Optional.empty(), false, "r").by(new Party("acme", "a"));
            assertEquals(200, upstream.call(call).status());
            id = "k2";
            clock.pass(Duration.ofSeconds(6));
            assertEquals(200, upstream.call(call).status());
            assertEquals(List.of("k1", "k1", "k2"), backend.asked.stream().map(each -> each.header("X-key-id"))
                    .toList());
        }
    }
}
