package io.github.doorwarden.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// What was sealed comes back whole or not at all.
final class SealTest {

    private static final long SEED = Long.getLong("seed", 20_260_728L);
    private static final byte[] SECRET = new byte[32];

    @Test
    void whatWasSealedIsOpenedByTheSameSecretAndPurpose() {
        var sealed = new Seal(SECRET, "a").sealText("päper €");
        assertEquals(Optional.of("päper €"), new Seal(SECRET, "a").openText(sealed), "any node, any restart");
        assertEquals(Optional.empty(), new Seal(SECRET, "b").openText(sealed), "another purpose");
        assertEquals(Optional.empty(), new Seal(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6}, "a")
                .openText(sealed), "another secret");
        assertEquals(Optional.empty(), Seal.forThisProcess("a").openText(sealed));
        assertEquals(Optional.of(""), new Seal(SECRET, "a").openText(new Seal(SECRET, "a").sealText("")));
    }

    @Test
    void theContextIsNeededAgain() {
        var seal = new Seal(SECRET, "a");
        var sealed = seal.seal("x".getBytes(UTF_8), "row 1".getBytes(UTF_8));
        assertArrayEquals("x".getBytes(UTF_8), seal.open(sealed, "row 1".getBytes(UTF_8)).orElseThrow());
        assertTrue(seal.open(sealed, "row 2".getBytes(UTF_8)).isEmpty());
        assertTrue(seal.open(sealed, new byte[0]).isEmpty());
    }

    @Test
    void nothingIsSealedTheSameTwice() {
        var seal = new Seal(SECRET, "a");
        assertNotEquals(seal.sealText("x"), seal.sealText("x"));
    }

    @Test
    void oneFlippedBitAnywhereOrACutIsNoticed() {
        var seal = new Seal(SECRET, "a");
        var sealed = seal.seal("some text".getBytes(UTF_8), new byte[0]);
        for (var bit = 0; bit < sealed.length * 8; bit++) {
            var changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertTrue(seal.open(changed, new byte[0]).isEmpty(), "bit " + bit);
        }
        for (var length = 0; length < sealed.length; length++) {
            assertTrue(seal.open(Arrays.copyOf(sealed, length), new byte[0]).isEmpty(), "length " + length);
        }
        assertTrue(seal.open(Arrays.copyOf(sealed, sealed.length + 1), new byte[0]).isEmpty());
    }

    @Test
    void aSealedTextHasOneForm() {
        var seal = new Seal(SECRET, "a");
        var sealed = seal.sealText("xyz");
        var padded = Base64.getUrlEncoder().encodeToString(Base64.getUrlDecoder().decode(sealed));
        assertNotEquals(sealed, padded, "the sample must need padding");
        for (var other : new String[] {padded, sealed + "\n", " " + sealed, sealed + "=", sealed.replace('_', '/')
                + "!"}) {
            assertEquals(Optional.empty(), seal.openText(other), other);
        }
    }

    @Test
    void strangeTextIsRefusedAndNeverThrownAt() {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        var seal = new Seal(SECRET, "a");
        for (var i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (var n = random.nextInt(60); n > 0; n--) {
                text.append((char) (random.nextBoolean() ? "AZaz09-_=+/".charAt(random.nextInt(11))
                        : random.nextInt(0x10000)));
            }
            assertEquals(Optional.empty(), seal.openText(text.toString()), "seed " + SEED + ": " + text);
        }
    }
}
