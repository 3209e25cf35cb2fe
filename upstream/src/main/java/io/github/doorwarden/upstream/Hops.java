package io.github.doorwarden.upstream;

import java.util.Locale;

/// Hears how long each sending to a backend took, and what came of it: for whoever measures. Safe for use by many
/// threads; quick, because the call waits for it.
@FunctionalInterface
public interface Hops {

    Hops NONE = (upstream, outcome, nanos) -> { };

    /// @param upstream its name in the configuration
    /// @param outcome  `2xx` to `5xx` for an answer of that class, else the kind of failure, such as `timeout`
    /// @param nanos    from the first byte sent to the last one received
    void hop(String upstream, String outcome, long nanos);

    /// Of an answer with this status.
    static String outcome(int status) {
        return switch (status / 100) {
            case 1, 3 -> "3xx";
            case 2 -> "2xx";
            case 4 -> "4xx";
            default -> "5xx";
        };
    }

    /// Of a failure.
    static String outcome(UpstreamFailure failure) {
        return failure.kind().name().toLowerCase(Locale.ROOT);
    }
}
