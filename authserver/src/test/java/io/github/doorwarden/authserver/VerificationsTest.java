package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.store.Spent;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A flood of assertions takes turns.
class VerificationsTest {

    private static final Signer BOT = new Signer();

    @TempDir
    Path folder;

    @Test
    @Covers({"AS-31a", "T23"})
    void noMoreAssertionsAreComputedAtOnceThanThereAreTurns() throws Exception {
        try (var door = Door.open(folder); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var client = door.clients.add(new NewClient(Optional.of("bot"), "Bot", List.of(),
                    Set.of(AuthMethod.PRIVATE_KEY_JWT), Set.of(GrantType.CLIENT_CREDENTIALS), Set.of(),
                    Optional.empty(), new NewClient.PublicKeys(Optional.of(BOT.jwks()), Optional.empty()), false))
                    .client();
            var turns = new Verifications(1);
            var assertions = new ClientAssertions(door.settings, door.clients.outsideKeys(), turns,
                    new Spent(door.database), door.clock);
            var entered = new CountDownLatch(1);
            var end = new CountDownLatch(1);
            threads.submit(() -> turns.inTurn(() -> {
                entered.countDown();
                return waited(end);
            }));
            entered.await();
            var flood = new ArrayList<Future<?>>();
            for (var i = 0; i < 20; i++) {
                var assertion = BOT.sign(Signer.claims("bot", "bot", Door.ISSUER, door.clock.instant()));
                flood.add(threads.submit(() -> assertions.check(client, assertion)));
            }
            while (turns.waiting() < 20) {
                assertFalse(flood.stream().anyMatch(Future::isDone), "one was checked without a turn");
                Polling.pause();
            }
            end.countDown();
            for (var one : flood) {
                one.get();
            }
            assertThrows(IllegalStateException.class, () -> turns.inTurn(() -> {
                throw new IllegalStateException("on purpose");
            }));
            assertTrue(turns.inTurn(() -> true), "a turn that ended badly is over");
            assertEquals(0, turns.waiting());
        }
    }

    private static boolean waited(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
