package io.github.doorwarden.authserver;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// How often somebody may try to sign in (T17). Wrong tries slow down the place they come from; a browser that the
/// person has used before is a place of its own, so nobody else's tries keep them out of it.
final class LoginThrottle {

    /// @param account  the address as typed, normalised
    /// @param stranger whether the browser is new to that account
    record Try(String account, String peer, String browser, boolean stranger) {

        Try {
            peer = Budget.peer(peer);
        }

        private String place() {
            return account + "|" + (stranger ? peer : browser);
        }
    }

    private final Throttle places;
    private final Throttle peers;
    private final Throttle accounts;

    LoginThrottle(InstantSource clock) {
        places = new Throttle(BrowserLimits.TRIES_PER_PLACE, clock);
        peers = new Throttle(BrowserLimits.TRIES_PER_PEER, clock);
        accounts = new Throttle(BrowserLimits.TRIES_PER_ACCOUNT, clock);
    }

    /// Counts a try before the password is looked at. How long to wait when it may not be made: then nothing is
    /// counted.
    Optional<Duration> enter(Try attempt) {
        var waits = places.enter(attempt.place());
        if (waits.isPresent() || !attempt.stranger) {
            return waits;
        }
        var others = Stream.of(peers.enter(attempt.peer), accounts.enter(attempt.account)).toList();
        var longest = others.stream().flatMap(Optional::stream).max(Duration::compareTo);
        if (longest.isPresent()) {
            places.refund(attempt.place());
            takeBack(attempt, others);
        }
        return longest;
    }

    /// It was the person.
    void right(Try attempt) {
        places.forget(attempt.place());
        if (attempt.stranger) {
            peers.refund(attempt.peer);
            accounts.refund(attempt.account);
        }
    }

    private void takeBack(Try attempt, List<Optional<Duration>> refused) {
        if (refused.get(0).isEmpty()) {
            peers.refund(attempt.peer);
        }
        if (refused.get(1).isEmpty()) {
            accounts.refund(attempt.account);
        }
    }
}
