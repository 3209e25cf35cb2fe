package io.github.doorwarden.identity;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The value of `WWW-Authenticate` on a 401 or 403 (RFC 6750 §3, RFC 9728 §5.1, MCP 2026-07-28 Authorization).
///
/// @param metadata    URL of the protected resource metadata
/// @param error       absent when no token was sent (OAuth 2.1 §5.3.2)
/// @param description one sentence, absent with `error`
/// @param scopes      what this operation needs; empty: not named
/// @param acr         `acr_values` (RFC 9470 §3)
/// @param maxAge      `max_age` (RFC 9470 §3)
public record Challenge(URI metadata, Optional<String> error, Optional<String> description, List<String> scopes,
        Optional<String> acr, Optional<Duration> maxAge) {

    public Challenge {
        scopes = List.copyOf(scopes);
    }

    public Challenge(URI metadata, Optional<String> error, Optional<String> description, List<String> scopes) {
        this(metadata, error, description, scopes, Optional.empty(), Optional.empty());
    }

    public static Challenge login(URI metadata, List<String> scopes) {
        return new Challenge(metadata, Optional.empty(), Optional.empty(), scopes);
    }

    public static Challenge refused(URI metadata, TokenRefused refused, List<String> scopes) {
        return new Challenge(metadata, Optional.of(refused.error()), Optional.of(refused.getMessage()), scopes);
    }

    public static Challenge insufficientScope(URI metadata, List<String> scopes) {
        return new Challenge(metadata, Optional.of("insufficient_scope"),
                Optional.of("This needs the scope " + String.join(" ", scopes) + ". Sign in again and allow it."),
                        scopes);
    }

    /// RFC 9470 §3: the token is good, but the person has to sign in again, or with more.
    public static Challenge insufficientSignIn(URI metadata, List<String> scopes, Optional<String> acr,
            Optional<Duration> maxAge) {
        return new Challenge(metadata, Optional.of("insufficient_user_authentication"),
                Optional.of(acr.isPresent() ? "This needs a sign-in with a second factor."
                        : "The sign-in is too long ago for this. Sign in again."), scopes, acr, maxAge);
    }

    public String header() {
        var header = new StringBuilder("Bearer resource_metadata=\"").append(metadata).append('"');
        if (!scopes.isEmpty()) {
            header.append(", scope=\"").append(String.join(" ", scopes)).append('"');
        }
        error.ifPresent(code -> header.append(", error=\"").append(code).append('"'));
        description.ifPresent(text -> header.append(", error_description=\"").append(quotable(text)).append('"'));
        acr.ifPresent(values -> header.append(", acr_values=\"").append(values).append('"'));
        maxAge.ifPresent(age -> header.append(", max_age=").append(age.toSeconds()));
        return header.toString();
    }

    /// RFC 6750 §3: `%x20-21 / %x23-5B / %x5D-7E`.
    private static String quotable(String text) {
        return text.replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "'");
    }
}
