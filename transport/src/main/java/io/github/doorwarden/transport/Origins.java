package io.github.doorwarden.transport;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// The pages that may call this server from a browser (MCP 2026-07-28, Streamable HTTP, Security & Endpoint: DNS rebinding). Exact
/// origins alone; immutable.
public final class Origins {

    private static final Pattern LOOPBACK = Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?");

    private final Set<String> allowed;
    private final boolean loopback;

    private Origins(Set<String> allowed, boolean loopback) {
        this.allowed = Set.copyOf(allowed);
        this.loopback = loopback;
    }

    /// The server's own origin and others by configuration. A server on a loopback address takes every page from a loopback address
    /// as well: developers' tools run there, on any port, and a rebound name never looks like one.
    ///
    /// @throws IllegalArgumentException when one is not an origin
    public static Origins of(URI publicOrigin, List<URI> others) {
        var allowed = new HashSet<String>();
        allowed.add(origin(publicOrigin));
        others.forEach(other -> allowed.add(origin(other)));
        return new Origins(allowed, LOOPBACK.matcher(origin(publicOrigin)).matches());
    }

    private static String origin(URI uri) {
        var text = uri.toString().toLowerCase(Locale.ROOT);
        if (!text.matches("https?://[a-z0-9.:\\[\\]-]+") || uri.getHost() == null) {
            throw new IllegalArgumentException("An origin is scheme://host or scheme://host:port, without a slash at its end: " + uri);
        }
        return text;
    }

    /// Passes when the request comes from no page at all, or from one that may call.
    ///
    /// @throws Refused [Refusal.ForeignOrigin]
    void check(HttpIn in) {
        for (var origin : in.headers().all("Origin")) {
            var lower = origin.toLowerCase(Locale.ROOT);
            if (!allowed.contains(lower) && !(loopback && LOOPBACK.matcher(lower).matches())) {
                throw new Refused(new Refusal.ForeignOrigin("Pages of this origin may not call this server. Its administrator can "
                        + "allow the origin in the configuration."));
            }
        }
    }
}
