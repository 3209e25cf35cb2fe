package io.github.doorwarden.client;

import java.time.Duration;
import java.util.Optional;

/// How one request is waited for. Immutable.
///
/// @param timeout  without the time for which a person is asked; empty: what [ClientOptions] says
/// @param progress hears how far it is, on the thread that waits
/// @param cancel   gives it up from another thread
public record CallOptions(Optional<Duration> timeout, Progress progress, Optional<Cancel> cancel) {

    public static final CallOptions PLAIN = new CallOptions(Optional.empty(), (done, total, message) -> { },
            Optional.empty());

    /// Hears how far a request is.
    @FunctionalInterface
    public interface Progress {

        /// @param total   0 when unknown
        /// @param message may be empty
        void at(double done, double total, String message);
    }

    public CallOptions within(Duration timeout) {
        return new CallOptions(Optional.of(timeout), progress, cancel);
    }

    public CallOptions telling(Progress progress) {
        return new CallOptions(timeout, progress, cancel);
    }

    public CallOptions cancelledBy(Cancel cancel) {
        return new CallOptions(timeout, progress, Optional.of(cancel));
    }
}
