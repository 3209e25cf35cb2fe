package io.github.doorwarden.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.store.Cause;
import io.github.doorwarden.watch.AuthFailures.Alert;
import io.github.doorwarden.watch.AuthFailures.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuthFailuresTest {

    private final List<Alert> told = new ArrayList<>();
    private Instant now = Record.NOON;
    private AuthFailures failures;

    private void with(int threshold, int ofCause, int factor) {
        failures = new AuthFailures(new Settings(Duration.ofMinutes(5), threshold, ofCause, factor), () -> now,
                told::add);
    }

    /// One part of a window with so many failures.
    private void part(int count, Cause cause) {
        for (var i = 0; i < count; i++) {
            failures.count(Record.refused(now, "login", "", cause));
        }
        now = now.plusSeconds(30);
        failures.look();
    }

    private List<String> said() {
        return told.stream().map(alert -> (alert.raised() ? "+" : "-") + alert.cause() + " " + alert.count()).toList();
    }

    @Test
    void anAlertIsRaisedOnceWhenTheThresholdIsReached_AndClearedOnceWhenHalfOfItIsLeft() {
        with(20, 1_000, 0);
        part(19, Cause.WRONG_CREDENTIALS);
        assertEquals(List.of(), said());
        part(1, Cause.EXPIRED_TOKEN);
        assertEquals(List.of("+overall 20"), said());
        assertEquals(Set.of(AuthFailures.OVERALL), failures.raised());
        part(7, Cause.EXPIRED_TOKEN);
        assertEquals(1, told.size(), "told once");
        for (var i = 0; i < 7; i++) {
            part(0, Cause.NONE);
        }
        assertEquals(1, told.size(), "the failures are still in the window");
        part(0, Cause.NONE);                                                 // the 19 leave it, 8 are left
        assertEquals(List.of("+overall 20", "-overall 8"), said());
        assertEquals(Set.of(), failures.raised());
        assertEquals(now, told.getLast().at());
    }

    @Test
    void oneCauseHasAThresholdOfItsOwn() {
        with(1_000, 5, 0);
        part(4, Cause.WRONG_CREDENTIALS);
        part(4, Cause.INVALID_CLIENT);
        assertEquals(List.of(), said());
        part(1, Cause.INVALID_CLIENT);
        assertEquals(List.of("+invalid_client 5"), said());
    }

    @Test
    void whatIsUsualRaisesNothing_AndThreeTimesTheUsualDoes_SeedBySeed() {
        for (var seed = 1; seed <= 20; seed++) {
            told.clear();
            with(20, 1_000_000, 3);
            var chance = new Random(seed);
            for (var i = 0; i < 10 * 12; i++) {                              // an hour of 100 in a window, more or less
                part(8 + chance.nextInt(5), Cause.EXPIRED_TOKEN);
                if (i < 10) {
                    told.clear();                                            // nothing is usual in the first window
                }
            }
            assertEquals(List.of(), said().stream().filter(line -> line.startsWith("+")).toList(), "seed " + seed);
            told.clear();
            for (var i = 0; i < 10; i++) {
                part(40 + chance.nextInt(5), Cause.WRONG_CREDENTIALS);
            }
            assertEquals(1, told.stream().filter(Alert::raised).count(), "seed " + seed + " " + said());
            assertTrue(told.getFirst().usual() > 70 && told.getFirst().usual() < 130, "seed " + seed + " " + told);
            for (var i = 0; i < 100; i++) { // an attack that stays does not become usual
                part(40, Cause.WRONG_CREDENTIALS);
            }
            assertEquals(Set.of(AuthFailures.OVERALL), failures.raised(), "seed " + seed);
            for (var i = 0; i < 10; i++) {
                part(10, Cause.EXPIRED_TOKEN);
            }
            assertEquals(Set.of(), failures.raised(), "seed " + seed);
        }
    }

    @Test
    void howClientsBegin_AndWhatCallsAreRefused_IsNoFailureToComeIn() {
        with(1, 1, 0);
        failures.count(Record.refused(now, "authenticate", "", Cause.NO_TOKEN));
        failures.count(Record.refused(now, "token", "", Cause.AUTHORIZATION_PENDING));
        failures.count(Record.refused(now, "login", "", Cause.TOO_MANY));
        failures.count(Record.call("greet", "refused", Cause.INSUFFICIENT_SCOPE));
        failures.count(Record.call("greet", "allowed", Cause.NONE));
        failures.look();
        assertEquals(List.of(), said());
    }
}
