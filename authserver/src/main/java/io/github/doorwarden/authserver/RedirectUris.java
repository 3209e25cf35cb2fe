package io.github.doorwarden.authserver;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which redirect URIs may be registered, and which presented one matches a registered one. Pure.
///
/// To register (OAuth 2.1 §2.3.1, MCP 2026-07-28 Security considerations): `https`, or `http` to this machine, or a
/// private-use scheme that the operator allows; nothing that two readers could read differently.
/// To match (OAuth 2.1 §4.1.1, §8.4.2): the same string. One relaxation: the port of `http` to `127.0.0.1`, `[::1]` and
/// `localhost`, because native clients listen on whatever port is free. The RFC grants it to IP literals; real clients
/// register `localhost`.
public final class RedirectUris {

    private static final Pattern LOOPBACK =
            Pattern.compile("http://(127\\.0\\.0\\.1|\\[::1]|localhost)(?::([1-9][0-9]{0,4}))?([/?].*)?");
    private static final Pattern HOST =
            Pattern.compile("(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*");
    /// What a browser would read as an IPv4 address, whatever way it is written (WHATWG URL §3.5), and the one way that
    /// is plain.
    private static final Pattern NUMBER = Pattern.compile("(.*\\.)?(0[xX][0-9A-Fa-f]*|[0-9]+)\\.?");
    private static final Pattern QUAD =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern PRINTABLE = Pattern.compile("[!-~]+");
    private static final Pattern AMBIGUOUS = Pattern.compile("[\\\\*<>\"{}|^`#]");
    private static final Pattern DOT_SEGMENT =
            Pattern.compile("(?:^|/)(?:\\.|%2e){1,2}(?=/|$)", Pattern.CASE_INSENSITIVE);

    /// What became of the URIs that a client wanted to register.
    ///
    /// @param accepted in their order
    /// @param refused  one sentence for each that was dropped, without the URI itself
    public record Screened(List<String> accepted, List<String> refused) {}

    private RedirectUris() {}

    /// Exact match of strings, the port of loopback URIs apart (OAuth 2.1 §2.3.1, §8.4.2).
    public static Optional<RegisteredRedirect> match(Client client, String presented) {
        return match(client.redirectUris(), presented);
    }

    static Optional<RegisteredRedirect> match(List<String> registered, String presented) {
        return match(registered, presented, false);
    }

    /// @param anyLoopbackHost whether this machine is the same under each of its names ([Quirk#LOOPBACK_HOST])
    static Optional<RegisteredRedirect> match(List<String> registered, String presented, boolean anyLoopbackHost) {
        if (!readable(presented)) {
            return Optional.empty();
        }
        var loopback = loopback(presented, anyLoopbackHost);
        for (var uri : registered) {
            if (uri.equals(presented) || loopback.isPresent() && loopback.equals(loopback(uri, anyLoopbackHost))) {
                return parse(presented).map(parsed -> new RegisteredRedirect(parsed, loopback.isPresent()));
            }
        }
        return Optional.empty();
    }

    /// Keeps those that may be registered and drops the rest: several clients send a set of which one is for another
    /// product of theirs (RFC 7591 §3.2.1 allows the replacement).
    public static Screened screen(List<String> wanted, List<String> privateSchemes) {
        var accepted = new ArrayList<String>();
        var refused = new ArrayList<String>();
        for (var uri : wanted) {
            var why = accepted.size() >= Limits.REDIRECT_URIS
                    ? Optional.of("At most " + Limits.REDIRECT_URIS + " redirect URIs are taken.")
                    : whyNot(uri, privateSchemes);
            if (why.isPresent()) {
                refused.add(why.get());
            } else if (!accepted.contains(uri)) {
                accepted.add(uri);
            }
        }
        return new Screened(List.copyOf(accepted), List.copyOf(refused));
    }

    /// Why this URI may not be registered; empty when it may.
    static Optional<String> whyNot(String uri, List<String> privateSchemes) {
        if (!readable(uri)) {
            return Optional.of("A redirect URI has characters that do not belong there, a fragment or a wildcard, or "
                    + "is too long.");
        }
        var parsed = parse(uri);
        if (parsed.isEmpty() || parsed.get().getScheme() == null || parsed.get().isOpaque()
                && !privateSchemes.contains(scheme(uri))) {
            return Optional.of("A redirect URI is not an absolute URI such as https://app.example.com/callback.");
        }
        var path = parsed.get().getRawPath();
        if (path != null && DOT_SEGMENT.matcher(path).find()) {
            return Optional.of("A redirect URI has dot segments in its path.");
        }
        if (uri.startsWith("https://")) {
            return webHost(parsed.get()) ? Optional.empty()
                    : Optional.of("A redirect URI has user information or no plain host name.");
        }
        if (uri.startsWith("http:")) {
            return loopback(uri).isPresent() ? Optional.empty()
                    : Optional.of("A redirect URI with http must point to 127.0.0.1, [::1] or localhost; use https.");
        }
        return privateSchemes.contains(scheme(uri)) && parsed.get().getRawUserInfo() == null ? Optional.empty()
                : Optional.of("A redirect URI has a scheme that this server does not allow; use https or http to "
                + "this machine.");
    }

    /// Whether every program on the person's machine may be listening there.
    static boolean isLoopback(String uri) {
        return loopback(uri).isPresent();
    }

    /// Whether only an installed program can receive it: this machine or a private-use scheme.
    static boolean isNative(String uri) {
        return isLoopback(uri) || !uri.startsWith("https:");
    }

    private static boolean readable(String uri) {
        return uri.length() <= Limits.REDIRECT_URI_CHARS && PRINTABLE.matcher(uri).matches() && !AMBIGUOUS.matcher(uri)
                .find();
    }

    private static Optional<String> loopback(String uri) {
        return loopback(uri, false);
    }

    /// The URI without its port, when it points to this machine.
    private static Optional<String> loopback(String uri, boolean anyHost) {
        var parts = LOOPBACK.matcher(uri);
        if (!parts.matches() || parts.group(2) != null && Integer.parseInt(parts.group(2)) > 65_535) {
            return Optional.empty();
        }
        var host = anyHost ? "localhost" : parts.group(1);
        return Optional.of("http://" + host + (parts.group(3) == null ? "" : parts.group(3)));
    }

    private static boolean webHost(URI uri) {
        var host = uri.getHost();
        return host != null && uri.getRawUserInfo() == null && uri.getPort() <= 65_535 && uri.getPort() != 0
                && !uri.getRawAuthority().endsWith(":")
                && (host.startsWith("[") || HOST.matcher(host).matches()
                && (!NUMBER.matcher(host).matches() || QUAD.matcher(host).matches()));
    }

    private static String scheme(String uri) {
        var end = uri.indexOf(':');
        return end < 0 ? "" : uri.substring(0, end);
    }

    private static Optional<URI> parse(String uri) {
        try {
            return Optional.of(new URI(uri));
        } catch (URISyntaxException notAUri) {
            return Optional.empty();
        }
    }
}
