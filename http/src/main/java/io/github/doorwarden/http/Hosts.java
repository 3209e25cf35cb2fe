package io.github.doorwarden.http;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Which `Host` a request may name (RFC 9110 §7.2). A page that has rebound its own name to our address sends its own
/// name, so it ends here; and nothing behind this line has to ask what a foreign name could do. Immutable.
final class Hosts {

    private final Set<String> names;
    private final Reply refusal;

    /// @param port      the port that was really bound
    /// @param localhost whether it was bound on a loopback address, so that this machine may call it by its loopback
    ///                  names
    Hosts(PublicOrigin self, boolean localhost, int port) {
        var all = new HashSet<String>();
        add(all, self.host(), self.port(), self.hasDefaultPort());
        if (localhost || self.isLoopback()) {
            for (var name : PublicOrigin.LOOPBACK_HOSTS) {
                add(all, name, port, port == 80);
            }
        }
        names = Set.copyOf(all);
        refusal = Errors.of(403, "host_not_allowed", """
                This server is known as %s and does not answer to the name in this request's Host header. Call it by \
                that URL; if a proxy stands in front, let it pass the Host header on unchanged; if the URL is another \
                one, set the public origin in the configuration.""".formatted(self));
    }

    private static void add(Set<String> all, String host, int port, boolean portIsDefault) {
        all.add(host + ":" + port);
        if (portIsDefault) {
            all.add(host);
        }
    }

    /// `host` is the value of the field, null when there was none.
    boolean allow(String host) {
        return host != null && (names.contains(host) || names.contains(host.toLowerCase(Locale.ROOT)));
    }

    Reply refusal() {
        return refusal;
    }
}
