package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Lets a form through only when one of our own pages was sent from this browser for this very purpose (T3b, T11).
/// Pure.
final class FormGuard {

    private final String ours;

    FormGuard(URI issuer) {
        ours = origin(issuer);
    }

    /// Our pages send no referrer, and for such pages browsers write `Origin: null` (Fetch, "append a request Origin
    /// header"): then `Sec-Fetch-Site`, which no page can forge, has to say that it was us.
    ///
    /// @throws OAuthRefused 403 when the form was not sent by a page of ours, or the browser does not say so
    void sameOrigin(HttpIn in) {
        var origins = in.headers().all("Origin");
        var site = in.headers().first("Sec-Fetch-Site");
        var named = origins.size() == 1 && origins.getFirst().equals(ours)
                && Set.of("same-origin", "none").contains(site.orElse("none"));
        var hidden = origins.size() == 1 && origins.getFirst().equals("null")
                && site.equals(Optional.of("same-origin"));
        if (!named && !hidden) {
            throw refused("This form was not sent from a page of this server, so nothing was done. Start again.",
                    "Origin or Sec-Fetch-Site is not ours");
        }
    }

    /// The token to put into a form: nobody without the browser's secret can make it, and it is good for these parts
    /// alone. Each part is signed with its length before it, so that no two lists of parts read the same.
    static String token(String secret, String... parts) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            for (var part : parts) {
                var bytes = part.getBytes(StandardCharsets.UTF_8);
                mac.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                mac.update(bytes);
            }
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param secret empty for a browser that has none of ours
    /// @throws OAuthRefused 403 when the token is missing, or was made for another browser or purpose
    static void check(Optional<String> given, String secret, String... parts) {
        if (given.isEmpty() || secret.isEmpty() || !Hashes.same(token(secret, parts), given.get())) {
            throw refused("This page was out of date, so nothing was done. You may have signed in or out in another "
                    + "tab. Start again.",
                    "form token is missing or was made for another session or request");
        }
    }

    static OAuthRefused refused(String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Page(403, "access_denied", description, detail));
    }

    /// As browsers write it: lower case, without the default port.
    static String origin(URI uri) {
        var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        var port = uri.getPort() == -1 || uri.getPort() == (scheme.equals("https") ? 443 : 80)
                ? "" : ":" + uri.getPort();
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
    }
}
