package io.github.doorwarden.systems.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
    private AccessTokens<JWTClaimsSet> tokens;

    @BeforeEach
    void start() throws IOException {
        idp = new IdentityProvider(clock);
        keys = new SigningKeys(idp.jwks(), "JWKS_URL", clock,
                new EventLog(new PrintStream(OutputStream.nullOutputStream()),
                clock));
        tokens = new AccessTokens<>(keys, Set.of(JWSAlgorithm.RS256), IdentityProvider.ISSUER,
                IdentityProvider.AUDIENCE, clock, claims -> claims);
    }

    @AfterEach
    void stop() {
        idp.close();
    }

    private String token(RSAKey key) {
        return idp.sign(key, JWSAlgorithm.RS256, "at+jwt", claims -> claims.subject("client_copilot"));
    }

    private String rotated() {
        return token(IdentityProvider.ROTATED);
    }

    private void accepts(String token) throws AccessTokens.Bad {
        assertEquals("client_copilot", tokens.verify(token).getSubject());
    }

    @Test
    void nothingIsFetchedBeforeTheFirstTokenAndThenOnceAnHour() throws AccessTokens.Bad {
        assertEquals(0, idp.fetches.get());
        accepts(token(IdentityProvider.RSA));
        clock.pass(Duration.ofMinutes(49));
        accepts(token(IdentityProvider.RSA));
        assertEquals(1, idp.fetches.get());
        clock.pass(Duration.ofMinutes(12));
        accepts(token(IdentityProvider.RSA));
        assertEquals(2, idp.fetches.get());
    }

    @Test
    void towardsTheEndOfTheHourKeysAreRefreshedInTheBackground() throws Exception {
        accepts(token(IdentityProvider.RSA));
        clock.pass(Duration.ofMinutes(51));
        accepts(token(IdentityProvider.RSA));
        assertTrue(Eventually.holds(() -> idp.fetches.get() == 2));
    }

    @Test
    void aRemovedKeyIsOutAfterAnHour() throws AccessTokens.Bad {
        accepts(token(IdentityProvider.RSA));
        idp.keys = List.of(IdentityProvider.ROTATED);
        clock.pass(Duration.ofMinutes(61));
        assertEquals("unknown_key", assertThrows(AccessTokens.Bad.class, () ->
                tokens.verify(token(IdentityProvider.RSA)))
                .getMessage());
    }

    @Test
    void anUnknownKeyIsLookedUpOnceInFiveMinutes() throws AccessTokens.Bad {
        accepts(token(IdentityProvider.RSA));
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
        accepts(token(IdentityProvider.RSA));
        idp.keys = List.of(IdentityProvider.RSA, IdentityProvider.ROTATED);
        accepts(rotated());
    }

    @Test
    void aProviderThatIsNotThereYetIsAskedAgain() throws AccessTokens.Bad {
        idp.status = 500;
        assertEquals(503, assertThrows(Refused.class, () -> tokens.verify(token(IdentityProvider.RSA))).why().status());
        assertThrows(Refused.class, () -> tokens.verify(token(IdentityProvider.RSA)));
        assertEquals(1, idp.fetches.get());
        idp.status = 200;
        clock.pass(Duration.ofSeconds(1));
        accepts(token(IdentityProvider.RSA));
    }

    @Test
    void theLastKeysStayGoodForADayWhileTheProviderIsDown() throws AccessTokens.Bad {
        accepts(token(IdentityProvider.RSA));
        idp.status = 503;
        clock.pass(Duration.ofHours(23));
        accepts(token(IdentityProvider.RSA));
        accepts(token(IdentityProvider.RSA));
        assertEquals(2, idp.fetches.get());
        clock.pass(Duration.ofHours(2));
        assertThrows(Refused.class, () -> tokens.verify(token(IdentityProvider.RSA)));
    }

    @Test
    void oneFetchServesAllWhoWait() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var token = token(IdentityProvider.RSA);
            var calls = java.util.stream.IntStream.range(0, 50).<Callable<JWTClaimsSet>>mapToObj(i -> () ->
                    tokens.verify(token)).toList();
            for (var call : threads.invokeAll(calls)) {
                call.get();
            }
        }
        assertEquals(1, idp.fetches.get());
    }
}
