package io.github.doorwarden.http;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which pages may call the MCP endpoint: the answer to DNS rebinding and to scripts of foreign sites (MCP 2025-11-25
/// transports, "Security Warning": servers MUST validate `Origin`, 403 when it is invalid). Scheme, host and port are
/// compared exactly, never by prefix. Immutable.
///
/// | `Origin` | |
/// |---|---|
/// | absent: not a browser | passes |
/// | the public origin or a configured one | passes |
/// | a loopback origin of any port, while the public origin is loopback (a local Inspector) | passes |
/// | anything else, `null`, several | refused |
public final class Origins {

    private final Set<PublicOrigin> known;
    private final Set<String> spelled;
    private final boolean loopback;

    public Origins(PublicOrigin self, List<PublicOrigin> extra) {
        var all = new HashSet<>(extra);
        all.add(self);
        known = Set.copyOf(all);
        spelled = known.stream().map(PublicOrigin::toString).collect(java.util.stream.Collectors.toUnmodifiableSet());
        loopback = self.isLoopback();
    }

    /// `origin` is the whole value of the field, null when the request has none.
    public boolean allow(String origin) {
        if (origin == null || spelled.contains(origin)) {
            return true;
        }
        if (origin.length() > Limits.ORIGIN_CHARS || origin.endsWith("/")) {
            return false;
        }
        try {
            var parsed = PublicOrigin.parse(origin);
            return known.contains(parsed) || loopback && parsed.isLoopback();
        } catch (IllegalArgumentException notAnOrigin) {
            return false;
        }
    }

    /// The same for a whole request; more than one `Origin` field is refused.
    public boolean allow(Headers headers) {
        var values = headers.all("Origin");
        return values.isEmpty() || values.size() == 1 && allow(values.getFirst());
    }
}
