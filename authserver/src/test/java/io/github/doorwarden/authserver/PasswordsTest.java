package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class PasswordsTest {

    private final Passwords passwords = new Passwords(2);

    @Test
    @Covers("T17")
    void somebodyUnknownCostsTheSameWork() {
        var stored = Optional.of(passwords.hash("correct horse battery"));
        BooleanSupplier known = () -> passwords.matches("wrong horse battery", stored);
        BooleanSupplier unknown = () -> passwords.matches("wrong horse battery", Optional.empty());
        for (var i = 0; i < 5; i++) {
            assertFalse(known.getAsBoolean());
            assertFalse(unknown.getAsBoolean());
        }
        var times = new long[2][15];
        for (var i = 0; i < 15; i++) {
            times[0][i] = cpuNanos(known);
            times[1][i] = cpuNanos(unknown);
        }
        Arrays.sort(times[0]);
        Arrays.sort(times[1]);
        var ratio = (double) times[0][7] / times[1][7];
        assertTrue(ratio > 0.5 && ratio < 2, "median CPU time known/unknown: " + ratio);
    }

    @Test
    void nobodysPasswordOpensNothing() {
        assertFalse(passwords.matches("the password of nobody", Optional.empty()));
        var hash = passwords.hash("correct horse battery");
        assertTrue(passwords.matches("correct horse battery", Optional.of(hash)));
        assertEquals(0, passwords.waiting());
    }

    private static long cpuNanos(BooleanSupplier work) {
        var threads = ManagementFactory.getThreadMXBean();
        var before = threads.getCurrentThreadCpuTime();
        work.getAsBoolean();
        return threads.getCurrentThreadCpuTime() - before;
    }
}
