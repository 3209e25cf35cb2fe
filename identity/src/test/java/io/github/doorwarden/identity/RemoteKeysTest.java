package io.github.doorwarden.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RemoteKeysTest {

    private static final URI PLACE = URI.create("https://issuer.example.com/jwks");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-20T12:00:00Z"));
    private final AtomicReference<String> document = new AtomicReference<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private final RemoteKeys keys = new RemoteKeys(PLACE, this::fetch, now::get);
    private final ECKey first = ec("k1");
    private final ECKey second = ec("k2");

    private byte[] fetch(URI uri) throws IOException {
        assertEquals(PLACE, uri);
        fetches.incrementAndGet();
        if (document.get() == null) {
            throw new IOException("it is down");
        }
        return document.get().getBytes(StandardCharsets.UTF_8);
    }

    private static ECKey ec(String kid) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String set(JWK... keys) {
        return Arrays.stream(keys).map(JWK::toJSONString).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    private void pass(Duration time) {
        now.updateAndGet(t -> t.plus(time));
    }

    @Test
    void keepsOneObjectAsLongAsTheKeysAreTheSame() {
        document.set(set(first.toPublicJWK()));
        var before = keys.current();
        assertSame(before, keys.current());
        assertEquals(1, fetches.get());

        pass(Limits.KEYS_KEPT);
        assertSame(before, keys.current(), "fetched again, and nothing has changed");
        assertEquals(2, fetches.get());

        document.set(set(first.toPublicJWK(), second.toPublicJWK()));
        pass(Limits.KEYS_KEPT);
        assertNotSame(before, keys.current());
    }

    @Test
    @Covers({"RS-11", "T16"})
    void fetchesOncePerWindowHoweverManyUnknownKeysAreNamed() {
        document.set(set(first.toPublicJWK()));
        assertEquals("k1", keys.key("k1").orElseThrow().getKeyID());
        for (var i = 0; i < 1_000; i++) {
            assertEquals(Optional.empty(), keys.key("unknown-" + i));
        }
        assertEquals(2, fetches.get());

        document.set(set(first.toPublicJWK(), second.toPublicJWK()));
        pass(Limits.KEYS_UNKNOWN_WINDOW);
        assertEquals("k2", keys.key("k2").orElseThrow().getKeyID(), "a new key is found when the window is over");
    }

    @Test
    @Covers({"RS-11", "T16"})
    void forgetsAKeyThatWasTakenBackWithinTheStatedTime() {
        document.set(set(first.toPublicJWK(), second.toPublicJWK()));
        assertTrue(keys.key("k1").isPresent());
        document.set(set(second.toPublicJWK()));
        pass(Limits.KEYS_KEPT);
        assertEquals(Optional.empty(), keys.key("k1"));
        assertTrue(keys.key("k2").isPresent());
    }

    @Test
    @Covers("RS-11")
    void usesTheLastKeysForAWhileWhenTheIssuerIsDown() {
        document.set(set(first.toPublicJWK()));
        keys.current();
        document.set(null);
        pass(Limits.KEYS_KEPT);
        assertTrue(keys.key("k1").isPresent());
        assertTrue(keys.key("k1").isPresent());
        assertEquals(2, fetches.get(), "who is down is not asked again at once");

        pass(Limits.KEYS_STALE);
        assertThrows(RemoteKeys.Unavailable.class, keys::current);
        document.set(set(first.toPublicJWK()));
        pass(Limits.KEYS_RETRIED_AFTER);
        assertTrue(keys.key("k1").isPresent());
    }

    @Test
    void saysWhenThereNeverWereKeys() {
        var none = assertThrows(RemoteKeys.Unavailable.class, keys::current);
        assertTrue(none.getMessage().contains(PLACE.toString()), none.getMessage());
        assertThrows(RemoteKeys.Unavailable.class, keys::current);
        assertEquals(1, fetches.get());

        pass(Limits.KEYS_RETRIED_AFTER);
        document.set("[]");
        assertThrows(RemoteKeys.Unavailable.class, keys::current, "a list is no key set");
        pass(Limits.KEYS_RETRIED_AFTER);
        document.set("{\"keys\":7}");
        assertThrows(RemoteKeys.Unavailable.class, keys::current);
        pass(Limits.KEYS_RETRIED_AFTER);
        document.set(set(first) + " ".repeat(Limits.KEYS_BYTES));
        assertThrows(RemoteKeys.Unavailable.class, keys::current, "too large");
    }

    @Test
    void passesOverKeysThatNoSignatureIsCheckedWith() throws Exception {
        var symmetric = new OctetSequenceKeyGenerator(256).keyID("symmetric").generate();
        var forEncryption = new RSAKeyGenerator(2048).keyID("enc").keyUse(com.nimbusds.jose.jwk.KeyUse.ENCRYPTION)
                .generate();
        var weak = new RSAKeyGenerator(1024, true).keyID("weak").generate();
        document.set(set(symmetric, forEncryption, weak, first).replace("{\"keys\":[",
                "{\"keys\":[{\"kty\":\"AKP\",\"alg\":\"ML-DSA-65\",\"kid\":\"new\",\"pub\":\"AA\"},7,{\"kid\":\"none\"},"
                        + "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\",\"kid\":\"off\"},"));
        assertEquals(java.util.List.of("k1"), keys.current().getKeys().stream().map(JWK::getKeyID).toList());
        assertTrue(keys.current().getKeys().stream().noneMatch(JWK::isPrivate));
    }

    @Test
    void letsOneFetchServeAllWhoWait() throws Exception {
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var count = new AtomicInteger();
        var slow = new RemoteKeys(PLACE, uri -> {
            count.incrementAndGet();
            inside.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return set(first.toPublicJWK()).getBytes(StandardCharsets.UTF_8);
        }, now::get);
        var waiting = new java.util.ArrayList<Thread>();
        for (var i = 0; i < 20; i++) {
            waiting.add(Thread.ofVirtual().start(slow::current));
        }
        inside.await();
        go.countDown();
        for (var thread : waiting) {
            thread.join();
        }
        assertEquals(1, count.get());
    }
}
