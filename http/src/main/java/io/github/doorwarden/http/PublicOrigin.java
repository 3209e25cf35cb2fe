package io.github.doorwarden.http;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/// Scheme, host and port under which the world reaches this server, or from which a page calls it (RFC 6454 §4). Every
/// absolute URL that the server hands out begins with its configured public origin, never with what a Host header says.
/// Compared exactly.
///
/// @param scheme `http` or `https`
/// @param host   lower case; an IPv6 address in brackets
/// @param port   always explicit, also when it is the scheme's default
public record PublicOrigin(String scheme, String host, int port) {

    static final Set<String> LOOPBACK_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

    /// Reads `https://mcp.example.com` or `http://127.0.0.1:8080`; a single trailing slash is taken, a path is not.
    ///
    /// @throws IllegalArgumentException with a sentence for whoever wrote the configuration
    public static PublicOrigin parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (java.net.URISyntaxException notUri) {
            throw refused(text, notUri.getReason());
        }
        var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw refused(text, "its scheme is neither http nor https");
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw refused(text, "it needs a host name and nothing before it");
        }
        if (!(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/")) || uri.getRawQuery() != null
                || uri.getRawFragment() != null) {
            throw refused(text, "it must end after host and port");
        }
        var port = uri.getPort() < 0 ? defaultPort(scheme) : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw refused(text, "its port is not between 1 and 65535");
        }
        return new PublicOrigin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port);
    }

    private static IllegalArgumentException refused(String text, String why) {
        return new IllegalArgumentException("'" + text + "' is not an origin: " + why
                + ". Write for example https://mcp.example.com or http://127.0.0.1:8080.");
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    public boolean isHttps() {
        return scheme.equals("https");
    }

    /// True for `localhost`, `127.0.0.1` and `[::1]`, whatever the port.
    public boolean isLoopback() {
        return LOOPBACK_HOSTS.contains(host);
    }

    /// The absolute URL of a path here; `path` begins with `/`.
    public String url(String path) {
        return this + path;
    }

    boolean hasDefaultPort() {
        return port == defaultPort(scheme);
    }

    /// The serialisation that browsers send (RFC 6454 §6.2): no default port, no slash at the end.
    @Override
    public String toString() {
        return scheme + "://" + host + (hasDefaultPort() ? "" : ":" + port);
    }
}
