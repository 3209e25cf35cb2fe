package io.github.doorwarden.upstream;

import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;

/// Where a document is, read from a URL in one way only. Hosts that resolvers read as numbers (`2130706433`, `0x7f.1`,
/// `127.1`, `0177.0.0.1`) are refused.
///
/// @param host    a DNS name in lower case, or an address without brackets
/// @param literal the address when the URL has one in place of a name, otherwise null
record FetchTarget(boolean tls, String host, InetAddress literal, int port, String pathAndQuery) {

    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final String NAME = "(" + LABEL + "\\.)*" + LABEL;
    private static final String OCTET = "(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])";
    private static final String IPV4 = "(" + OCTET + "\\.){3}" + OCTET;

    static FetchTarget of(URI given, boolean allowHttp) throws FetchRefused {
        var uri = URI.create(given.toASCIIString());
        var tls = "https".equalsIgnoreCase(uri.getScheme());
        if (!tls && !(allowHttp && "http".equalsIgnoreCase(uri.getScheme()))) {
            throw refused("Documents are fetched by https alone. Use an https URL.");
        }
        if (uri.getRawUserInfo() != null || uri.getRawAuthority() == null || uri.getRawAuthority().indexOf('@') >= 0) {
            throw refused("The URL of a document has a host and no user name in it.");
        }
        var port = uri.getPort() == -1 ? (tls ? 443 : 80) : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw refused("The URL of the document has a port that cannot be.");
        }
        var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        var host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        if (host.startsWith("[") && host.indexOf('%') < 0) {
            var bare = host.substring(1, host.length() - 1);
            return new FetchTarget(tls, bare, InetAddress.ofLiteral(bare), port, path + query);
        }
        if (host.matches(IPV4)) {
            return new FetchTarget(tls, host, InetAddress.ofLiteral(host), port, path + query);
        }
        var last = host.substring(host.lastIndexOf('.') + 1);
        if (host.length() > Limits.HOST_CHARACTERS || !host.matches(NAME) || !last.matches("[a-z].*")) {
            throw refused("The host in the URL of the document is neither a DNS name nor an ordinary IP address.");
        }
        return new FetchTarget(tls, host, null, port, path + query);
    }

    /// Value of the Host field.
    String hostField() {
        var name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (tls ? 443 : 80) ? name : name + ":" + port;
    }

    private static FetchRefused refused(String sentence) {
        return new FetchRefused(sentence, null);
    }
}
