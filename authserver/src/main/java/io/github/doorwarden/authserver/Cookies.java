package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import java.time.Duration;
import java.util.Optional;

/// The cookies of this server. The `__Host-` prefix makes a browser take them from this very host over a secure
/// connection alone (RFC 6265bis §4.1.3.2); loopback counts as secure.
enum Cookies {

    /// Who is signed in.
    SESSION("__Host-doorwarden_session"),
    /// Which browser this is, before and after anybody signs in: forms and magic links are bound to it.
    BROWSER("__Host-doorwarden_browser"),
    /// Which browser went to a provider: set when it leaves, compared when it comes back.
    FLOW("__Host-doorwarden_flow");

    private final String label;

    Cookies(String label) {
        this.label = label;
    }

    /// The value that the browser sent, when it has the form of one of ours.
    Optional<String> of(HttpIn in) {
        for (var line : in.headers().all("Cookie")) {
            for (var pair : line.split(";")) {
                var sign = pair.indexOf('=');
                if (sign > 0 && pair.substring(0, sign).strip().equals(label)) {
                    return Optional.of(pair.substring(sign + 1).strip()).filter(v -> v.matches("[A-Za-z0-9_-]{43}"));
                }
            }
        }
        return Optional.empty();
    }

    /// Value of a `Set-Cookie` field.
    String set(String value, Duration keep) {
        return label + "=" + value + "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=" + keep.toSeconds();
    }

    String clear() {
        return set("", Duration.ZERO);
    }
}
