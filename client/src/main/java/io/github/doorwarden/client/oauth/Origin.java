package io.github.doorwarden.client.oauth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/// Rules about addresses that others name. Pure; no name is resolved.
final class Origin {

    private Origin() {}

    /// An address that requests may go to: `https`, or `http` on this machine; with a host, without user information
    /// and fragment. Empty for everything else.
    static Optional<URI> safe(String text) {
        try {
            var uri = new URI(text);
            var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null
                    || uri.getPort() > 65_535 || uri.getPort() == 0) {
                return Optional.empty();
            }
            return scheme.equals("https") || scheme.equals("http") && isLoopback(uri)
                    ? Optional.of(URI.create(uri.toASCIIString())) : Optional.empty();
        } catch (URISyntaxException none) {
            return Optional.empty();
        }
    }

    /// `localhost`, `127.0.0.0/8` and `::1`, by their spelling.
    static boolean isLoopback(URI uri) {
        var host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        return host.equals("localhost") || host.equals("[::1]")
                || host.matches("127(\\.(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])){3}");
    }

    /// Scheme, host and port, in the form that is compared (RFC 6454 §4).
    static String of(URI uri) {
        var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        var port = uri.getPort() == -1 || uri.getPort() == (scheme.equals("https") ? 443 : 80) ? ""
                : ":" + uri.getPort();
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
    }

    static boolean same(URI one, URI other) {
        return one.getHost() != null && other.getHost() != null && one.getScheme() != null && other.getScheme() != null
                && of(one).equals(of(other));
    }

    /// Whether `resource` names the server at `server`: the same origin, and the same path or one above it.
    static boolean covers(String resource, URI server) {
        URI named;
        try {
            named = new URI(resource);
        } catch (URISyntaxException none) {
            return false;
        }
        if (!same(named, server) || named.getRawFragment() != null || named.getRawUserInfo() != null) {
            return false;
        }
        if (named.getRawQuery() != null && !named.getRawQuery().equals(server.getRawQuery())) {
            return false;
        }
        var above = path(named);
        var path = path(server);
        return !above.contains("/..") && (path.equals(above) || path.startsWith(above + "/"));
    }

    private static String path(URI uri) {
        var path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return path.replaceFirst("/+$", "");
    }

    /// What `text` says about the server, as far as it may be shown: visible ASCII, not long.
    static String shown(String text) {
        var plain = text.replaceAll("[^!-~]", "?");
        return plain.length() <= 200 ? plain : plain.substring(0, 200) + "...";
    }
}
