package io.github.doorwarden.upstream;

import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.time.Duration;
import java.util.Optional;

/// When a call is sent a second time: where the first try met a restart or was told to wait, and twice does no harm.
final class Retry {

    private Retry() {}

    /// @return how long to wait before; empty: no second time
    static Optional<Duration> after(UpstreamCall call, UpstreamFailure failure) {
        var may = failure.kind() == Kind.UNREACHABLE || failure.kind() == Kind.BROKEN && call.isRepeatable();
        return may ? Optional.of(Limits.RETRY_PAUSE) : Optional.empty();
    }

    /// 429 and 503 say that nothing was done, but not every backend means it; 502 and 504 come from a front.
    ///
    /// @return how long to wait before, by `Retry-After` where it is short; empty: no second time
    static Optional<Duration> after(UpstreamCall call, UpstreamAnswer answer) {
        var status = answer.status();
        if (!call.isRepeatable() || status != 429 && (status < 502 || status > 504)) {
            return Optional.empty();
        }
        var after = answer.header("retry-after");
        if (after.isEmpty()) {
            return status == 429 ? Optional.empty() : Optional.of(Limits.RETRY_PAUSE);
        }
        return after.filter(text -> text.matches("[0-9]{1,3}")).map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .filter(wait -> wait.compareTo(Limits.RETRY_AFTER) <= 0)
                .map(wait -> wait.compareTo(Limits.RETRY_PAUSE) < 0 ? Limits.RETRY_PAUSE : wait);
    }
}
