package io.github.doorwarden.upstream;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// One backend, as configured.
///
/// @param name           as people call it; it is in every message
/// @param baseUrl        `http` or `https`; a path is kept in front of every target; no query, no user information
/// @param connectTimeout for TCP and TLS
/// @param timeout        for a whole call, from waiting for a slot to the last byte of the answer
/// @param slowTimeout    the same for operations that are known to be slow
/// @param slotWait       how long a call waits for one of the slots
/// @param concurrency    calls under way at one time
/// @param maxAnswerBytes of a decoded answer; one byte more is a failure
/// @param headers        sent with every call; they win over what a call brings
/// @param session        around each call, for a backend that wants one
public record UpstreamSettings(String name, URI baseUrl, Duration connectTimeout, Duration timeout,
        Duration slowTimeout, Duration slotWait, int concurrency, int maxAnswerBytes, Map<String, String> headers,
        Optional<SessionSettings> session) {

    public UpstreamSettings {
        headers = Map.copyOf(headers);
        var scheme = baseUrl.getScheme();
        if (!("http".equals(scheme) || "https".equals(scheme)) || baseUrl.getHost() == null
                || baseUrl.getRawUserInfo() != null || baseUrl.getRawQuery() != null
                || baseUrl.getRawFragment() != null) {
            throw new IllegalArgumentException("The base URL of " + name
                    + " must be an http or https URL with a host and "
                    + "without user name, query or fragment.");
        }
        if (!connectTimeout.isPositive() || !timeout.isPositive() || !slowTimeout.isPositive() || slotWait.isNegative()
                || concurrency < 1 || maxAnswerBytes < 1 || maxAnswerBytes == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("The timeouts and limits of " + name + " must be above zero.");
        }
    }

    /// Connect 10 s, calls 30 s, slow ones 60 s, 10 s for a slot, 64 slots, 4 MiB.
    public static UpstreamSettings of(String name, URI baseUrl) {
        return new UpstreamSettings(name, baseUrl, Duration.ofSeconds(10), Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10), 64, 4 * 1024 * 1024, Map.of(), Optional.empty());
    }

    public UpstreamSettings withTimeouts(Duration all, Duration slow) {
        return new UpstreamSettings(name, baseUrl, connectTimeout, all, slow, slotWait, concurrency, maxAnswerBytes,
                headers, session);
    }

    public UpstreamSettings withLimits(int slots, Duration wait, int answerBytes) {
        return new UpstreamSettings(name, baseUrl, connectTimeout, timeout, slowTimeout, wait, slots, answerBytes,
                headers, session);
    }

    public UpstreamSettings withHeaders(Map<String, String> sent) {
        return new UpstreamSettings(name, baseUrl, connectTimeout, timeout, slowTimeout, slotWait, concurrency,
                maxAnswerBytes, sent, session);
    }

    public UpstreamSettings withSession(Optional<SessionSettings> around) {
        return new UpstreamSettings(name, baseUrl, connectTimeout, timeout, slowTimeout, slotWait, concurrency,
                maxAnswerBytes, headers, around);
    }

    /// Without the values of headers, which may be keys.
    @Override
    public String toString() {
        return "UpstreamSettings(" + name + " at " + baseUrl + ", headers " + headers.keySet() + ")";
    }
}
