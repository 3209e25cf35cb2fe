package io.github.doorwarden.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A thread that follows: what it does again, what it does after a failure, and when it leaves.
class FollowTest {

    @TempDir
    private Path folder;

    /// Counts what is asked of it; its first look fails.
    private static final class Counting implements Follow.Work {

        private final AtomicInteger looks = new AtomicInteger();
        private final AtomicInteger rounds = new AtomicInteger();
        private final AtomicInteger failures = new AtomicInteger();
        private final CountDownLatch three = new CountDownLatch(3);
        private volatile boolean left;

        @Override
        public void look() throws IOException {
            if (looks.incrementAndGet() == 1) {
                throw new IOException("not yet");
            }
            three.countDown();
        }

        @Override
        public boolean more() {
            return rounds.incrementAndGet() % 5 != 0;
        }

        @Override
        public void failed(Exception why) {
            failures.incrementAndGet();
        }

        @Override
        public void leave() {
            left = true;
        }
    }

    @Test
    void afterALongLookTheNextComesWithinAMinute() {
        assertEquals(Duration.ofSeconds(2), Follow.gap(Duration.ofSeconds(2), Duration.ofMillis(50)));
        assertEquals(Duration.ofSeconds(10), Follow.gap(Duration.ofSeconds(2), Duration.ofMillis(500)));
        assertEquals(Duration.ofMinutes(1), Follow.gap(Duration.ofSeconds(2), Duration.ofMinutes(50)));
        assertEquals(Duration.ofHours(1), Follow.gap(Duration.ofHours(1), Duration.ofMinutes(50)));
    }

    /// An error in a look is no end of looking, and one in what deals with failures does not keep who waits.
    private static final class Failing implements Follow.Work {

        private final CountDownLatch three = new CountDownLatch(3);
        private final boolean altogether;
        private volatile Exception why;

        Failing(boolean altogether) {
            this.altogether = altogether;
        }

        @Override
        public void look() {
            three.countDown();
            throw new StackOverflowError("one file");
        }

        @Override
        public boolean more() {
            return false;
        }

        @Override
        public void failed(Exception reason) {
            why = reason;
            if (altogether) {
                throw new OutOfMemoryError("none left to say so");
            }
        }

        @Override
        public void leave() {}
    }

    @Test
    void anErrorIsNotTheEndOfLooking() throws Exception {
        var work = new Failing(false);
        var follow = new Follow("failing", folder, Duration.ofMillis(1), work);
        follow.begin();
        assertTrue(work.three.await(1, TimeUnit.MINUTES) && follow.hasLooked());
        assertEquals("one file", work.why.getCause().getMessage());
        follow.end();
    }

    @Test
    void nobodyWaitsForALookThatDoesNotCome() throws Exception {
        var follow = new Follow("lost", folder, Duration.ofMillis(1), new Failing(true));
        follow.begin();
        assertTrue(follow.hasLooked(Duration.ofMinutes(1)));
        follow.end();
    }

    @Test
    void looksGoOnAfterAFailureUntilANewerOneFollows() throws Exception {
        var work = new Counting();
        var older = new Follow("older", folder, Duration.ofMillis(1), work);
        older.succeed();
        older.begin();
        assertTrue(work.three.await(1, TimeUnit.MINUTES));
        assertTrue(older.hasLooked());
        assertEquals(1, work.failures.get());
        assertTrue(work.rounds.get() >= 5, "what is more to do is done at once");

        var newer = new Follow("newer", folder, Duration.ofMillis(1), new Counting());
        newer.succeed();
        var looks = work.looks.get();
        assertTrue(work.left && older.ended());
        newer.begin();
        assertTrue(newer.hasLooked(Duration.ofMinutes(1)));
        older.end();
        assertFalse(newer.ended(), "ending the older one is nothing to the newer one");
        newer.end();
        assertEquals(looks, work.looks.get());
    }
}
