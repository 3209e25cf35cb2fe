package io.github.doorwarden.upstream;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Fetches a document that somebody else named, without letting them reach into our network.
public final class GuardedFetch {

    /// @param headers names in lower case
    public record Fetched(int status, Map<String, List<String>> headers, byte[] body) {}

    private final boolean allowLoopback;

    /// @param allowLoopback plain HTTP and loopback addresses may be fetched: development alone
    public GuardedFetch(boolean allowLoopback) {
        this.allowLoopback = allowLoopback;
    }

    public Fetched get(URI uri, String accept, int maxBytes, Duration deadline) throws FetchRefused {
        throw new FetchRefused("not built yet " + allowLoopback, null);
    }
}
