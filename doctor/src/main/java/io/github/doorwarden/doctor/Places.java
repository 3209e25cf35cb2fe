package io.github.doorwarden.doctor;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which URLs the doctor goes to, and where metadata lies. Pure.
///
/// What a server names decides where clients go, and the doctor after them: but not from a public server to this
/// machine, and never away from TLS.
final class Places {

    static final String RESOURCE = "/.well-known/oauth-protected-resource";
    static final String SERVER = "/.well-known/oauth-authorization-server";
    static final String OPENID = "/.well-known/openid-configuration";

    private Places() {}

    /// Whether a URL leads to this machine, in whatever form that is written. Of names it is known by the name alone; a
    /// foreign one that resolves to this machine finds no certificate for itself here.
    static boolean loopback(URI uri) {
        var host = host(uri);
        return host.equals("localhost") || host.endsWith(".localhost")
                || literal(host).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /// This machine, or what is on its own wire.
    private static boolean near(URI uri) {
        return loopback(uri) || literal(host(uri)).filter(address -> address.isAnyLocalAddress()
                || address.isLinkLocalAddress()).isPresent();
    }

    private static String host(URI uri) {
        return uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
    }

    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static boolean https(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    /// Whether the answer of `from` may send the doctor to `to`.
    static boolean mayFollow(URI from, URI to) {
        if (to.getHost() == null || to.getUserInfo() != null || near(to) && !loopback(from)) {
            return false;
        }
        return https(to) || "http".equalsIgnoreCase(to.getScheme()) && loopback(to) && !https(from);
    }

    static String origin(URI uri) {
        var port = uri.getPort();
        var usual = https(uri) ? 443 : 80;
        return uri.getScheme().toLowerCase(Locale.ROOT) + "://" + uri.getHost().toLowerCase(Locale.ROOT)
                + (port < 0 || port == usual ? "" : ":" + port);
    }

    static boolean sameOrigin(URI one, URI other) {
        return one.getHost() != null && other.getHost() != null && origin(one).equals(origin(other));
    }

    /// The path without a slash at its end; empty for the root.
    static String path(URI uri) {
        var path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /// The same endpoint, spelled with or without a slash at the end; empty at the root of a host.
    static Optional<URI> otherSpelling(URI uri) {
        var path = path(uri);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return Optional.of(URI.create(origin(uri) + path + (uri.getRawPath().endsWith("/") ? "" : "/") + query));
    }

    /// Where clients look for an issuer's metadata, in their order (RFC 8414 §3.1, MCP 2025-11-25 Authorization Server
    /// Discovery).
    static List<URI> metadataOf(URI issuer) {
        var found = new ArrayList<URI>();
        var origin = origin(issuer);
        var path = path(issuer);
        found.add(URI.create(origin + SERVER + path));
        found.add(URI.create(origin + OPENID + path));
        if (!path.isEmpty()) {
            found.add(URI.create(origin + path + OPENID));
        }
        return found;
    }

    /// A URL that somebody else wrote; empty when it is none.
    static Optional<URI> url(String text) {
        try {
            var uri = URI.create(text);
            return Optional.of(uri).filter(some -> some.getHost() != null && some.getScheme() != null);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
