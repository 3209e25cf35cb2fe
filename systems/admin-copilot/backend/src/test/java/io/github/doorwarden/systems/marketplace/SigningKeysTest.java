package io.github.doorwarden.systems.marketplace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Covers("RS-11")
class SigningKeysTest {

    private final MovableClock clock = new MovableClock();
    private IdentityProvider idp;
    private SigningKeys keys;
    private AccessTokens tokens;

    @BeforeEach
    void start() throws IOException {
        idp = new IdentityProvider(clock);
        keys = new SigningKeys(idp.jwks(), clock, new EventLog(new PrintStream(OutputStream.nullOutputStream()),
                clock));
        tokens = new AccessTokens(keys, IdentityProvider.ISSUER, IdentityProvider.AUDIENCE, clock);
    }

    @AfterEach
    void stop() {
        idp.close();
    }

    private String rotated() {
        return idp.sign(IdentityProvider.ROTATED, JWSAlgorithm.RS256, "at+jwt", "mcp:read", c -> {});
    }

    private void accepts(String token) throws AccessTokens.Bad {
        assertEquals("client_copilot", tokens.verify(token).principal().id());
    }

    @Test
    void nothingIsFetchedBeforeTheFirstTokenAndThenOnceAnHour() throws AccessTokens.Bad {
        assertEquals(0, idp.fetches.get());
        accepts(idp.token("mcp:read"));
        clock.pass(Duration.ofMinutes(49));
        accepts(idp.token("mcp:read"));
        assertEquals(1, idp.fetches.get());
        clock.pass(Duration.ofMinutes(12));
        accepts(idp.token("mcp:read"));
        assertEquals(2, idp.fetches.get());
    }

    @Test
    void towardsTheEndOfTheHourKeysAreRefreshedInTheBackground() throws Exception {
        accepts(idp.token("mcp:read"));
        clock.pass(Duration.ofMinutes(51));
        accepts(idp.token("mcp:read"));
        assertTrue(eventually(() -> idp.fetches.get() == 2));
    }

    @Test
    void aRemovedKeyIsOutAfterAnHour() throws AccessTokens.Bad {
        accepts(idp.token("mcp:read"));
        idp.keys = List.of(IdentityProvider.ROTATED);
        clock.pass(Duration.ofMinutes(61));
        assertEquals("unknown_key", assertThrows(AccessTokens.Bad.class, () -> tokens.verify(idp.token("mcp:read")))
                .getMessage());
    }

    @Test
    void anUnknownKeyIsLookedUpOnceInFiveMinutes() throws AccessTokens.Bad {
        accepts(idp.token("mcp:read"));
        for (var i = 0; i < 20; i++) {
            assertThrows(AccessTokens.Bad.class, () -> tokens.verify(rotated()));
        }
        assertEquals(2, idp.fetches.get());
        idp.keys = List.of(IdentityProvider.RSA, IdentityProvider.ROTATED);
        assertThrows(AccessTokens.Bad.class, () -> tokens.verify(rotated()));
        clock.pass(Duration.ofMinutes(5));
        accepts(rotated());
        assertEquals(3, idp.fetches.get());
    }

    @Test
    void aNewKeyIsFoundAtOnce() throws AccessTokens.Bad {
        accepts(idp.token("mcp:read"));
        idp.keys = List.of(IdentityProvider.RSA, IdentityProvider.ROTATED);
        accepts(rotated());
    }

    @Test
    void aProviderThatIsNotThereYetIsAskedAgain() throws AccessTokens.Bad {
        idp.status = 500;
        assertEquals(503, assertThrows(Refused.class, () -> tokens.verify(idp.token("mcp:read"))).why().status());
        assertThrows(Refused.class, () -> tokens.verify(idp.token("mcp:read")));
        assertEquals(1, idp.fetches.get());
        idp.status = 200;
        clock.pass(Duration.ofSeconds(1));
        accepts(idp.token("mcp:read"));
    }

    @Test
    void theLastKeysStayGoodForADayWhileTheProviderIsDown() throws AccessTokens.Bad {
        accepts(idp.token("mcp:read"));
        idp.status = 503;
        clock.pass(Duration.ofHours(23));
        accepts(idp.token("mcp:read"));
        accepts(idp.token("mcp:read"));
        assertEquals(2, idp.fetches.get());
        clock.pass(Duration.ofHours(2));
        assertThrows(Refused.class, () -> tokens.verify(idp.token("mcp:read")));
    }

    @Test
    void oneFetchServesAllWhoWait() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var token = idp.token("mcp:read");
            var calls = java.util.stream.IntStream.range(0, 50).<Callable<Principal.Proven>>mapToObj(i -> () ->
                    tokens.verify(token)).toList();
            for (var call : threads.invokeAll(calls)) {
                call.get();
            }
        }
        assertEquals(1, idp.fetches.get());
    }

    /// Waits for what another thread is about to do, ten seconds at most.
    static boolean eventually(Callable<Boolean> condition) throws Exception {
        var end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }
}
