package io.github.doorwarden.upstream;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Calls an upstream again when it says that it is too busy now (429, 502, 503, 504), after as long as it asks for in
/// `Retry-After` (RFC 9110 §10.2.3), or after one, two, four seconds: as long as the deadline allows. For calls that
/// may be carried out twice.
public final class Patience {

    private static final Set<Integer> LATER = Set.of(429, 502, 503, 504);

    private Patience() {}

    /// @param within for all tries together
    /// @return the last answer, of whatever status
    public static UpstreamAnswer call(Upstream upstream, UpstreamCall call, Duration within)
            throws UpstreamFailure, InterruptedException {
        var end = System.nanoTime() + within.toNanos();
        var pause = Duration.ofSeconds(1);
        while (true) {
            var answer = upstream.call(call, Duration.ofNanos(end - System.nanoTime()));
            if (!LATER.contains(answer.status())) {
                return answer;
            }
            var asked = answer.header("retry-after").flatMap(Patience::duration).orElse(pause);
            if (System.nanoTime() + asked.toNanos() - end > 0) {
                return answer;
            }
            Thread.sleep(asked);
            pause = pause.multipliedBy(2);
        }
    }

    /// Seconds; a date, which nobody sends here, is passed over.
    private static Optional<Duration> duration(String value) {
        return value.matches("\\d{1,6}") ? Optional.of(Duration.ofSeconds(Long.parseLong(value))) : Optional.empty();
    }
}
