package io.github.doorwarden.identity;

import java.net.URI;
import java.util.Locale;

/// The URI of a request, compared after the normalisation of RFC 3986 §6.2.2 and §6.2.3, without query and fragment
/// (RFC 9449 §4.3). Pure.
final class HttpTarget {

    private HttpTarget() {}

    /// @param claimed by a stranger: anything
    static boolean same(String claimed, URI target) {
        try {
            var uri = URI.create(claimed);
            return uri.getScheme() != null && uri.getHost() != null && uri.getRawUserInfo() == null
                    && normal(uri).equals(normal(target));
        } catch (IllegalArgumentException notAUri) {
            return false;
        }
    }

    private static String normal(URI uri) {
        var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        var usual = scheme.equals("https") ? 443 : 80;
        var port = uri.getPort() == -1 || uri.getPort() == usual ? "" : ":" + uri.getPort();
        var path = uri.normalize().getRawPath();
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port
                + (path == null || path.isEmpty() ? "/" : decoded(path));
    }

    /// Unreserved characters as themselves, other escapes in upper case.
    private static String decoded(String path) {
        var out = new StringBuilder(path.length());
        for (var i = 0; i < path.length(); i++) {
            var c = path.charAt(i);
            if (c != '%') {                                      // URI has seen to it that two hex digits follow
                out.append(c);
                continue;
            }
            var value = (char) Integer.parseInt(path.substring(i + 1, i + 3), 16);
            var unreserved = value < 0x80 && (Character.isLetterOrDigit(value) || "-._~".indexOf(value) >= 0);
            out.append(unreserved ? "" + value : path.substring(i, i + 3).toUpperCase(Locale.ROOT));
            i += 2;
        }
        return out.toString();
    }
}
