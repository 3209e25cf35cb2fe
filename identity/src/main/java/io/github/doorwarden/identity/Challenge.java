package io.github.doorwarden.identity;

import io.github.doorwarden.http.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What `WWW-Authenticate` says on a 401 or 403 (RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1, MCP 2026-07-28
/// Authorization): one field per scheme, Bearer first, because most clients know that one alone.
///
/// @param metadata    URL of the protected resource metadata
/// @param error       absent when no token was sent (OAuth 2.1 §5.3.2)
/// @param description one sentence, absent with `error`
/// @param scopes      what this operation needs; empty: not named
/// @param acr         `acr_values` (RFC 9470 §3)
/// @param maxAge      `max_age` (RFC 9470 §3)
/// @param dpop        whether a token may or must be bound to a key
/// @param ofKey       whether the error is about the token's key, which Bearer knows nothing of
/// @param nonce       that the next DPoP proof must have
public record Challenge(URI metadata, Optional<String> error, Optional<String> description, List<String> scopes,
        Optional<String> acr, Optional<Duration> maxAge, DpopMode dpop, boolean ofKey, Optional<String> nonce) {

    public Challenge {
        scopes = List.copyOf(scopes);
    }

    public Challenge(URI metadata, Optional<String> error, Optional<String> description, List<String> scopes) {
        this(metadata, error, description, scopes, Optional.empty(), Optional.empty());
    }

    private Challenge(URI metadata, Optional<String> error, Optional<String> description, List<String> scopes,
            Optional<String> acr, Optional<Duration> maxAge) {
        this(metadata, error, description, scopes, acr, maxAge, DpopMode.OFF, false, Optional.empty());
    }

    public static Challenge login(URI metadata, List<String> scopes) {
        return new Challenge(metadata, Optional.empty(), Optional.empty(), scopes);
    }

    public static Challenge refused(URI metadata, TokenRefused refused, List<String> scopes) {
        return new Challenge(metadata, Optional.of(refused.error()), Optional.of(refused.getMessage()), scopes,
                Optional.empty(), Optional.empty(), DpopMode.OFF, refused.dpop(), refused.nonce());
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

    /// The same where tokens may be bound.
    public Challenge offering(DpopMode mode) {
        return new Challenge(metadata, error, description, scopes, acr, maxAge, mode, ofKey, nonce);
    }

    /// The answer with this challenge.
    public Reply on(Reply reply) {
        var marked = dpop == DpopMode.REQUIRED ? reply : reply.with("WWW-Authenticate", header());
        if (dpop != DpopMode.OFF) {
            marked = marked.with("WWW-Authenticate", header("DPoP", true)
                    + ", algs=\"" + String.join(" ", DpopProofs.ALGORITHMS) + "\"");
        }
        return nonce.isPresent() ? marked.with("DPoP-Nonce", nonce.get()) : marked;
    }

    /// For Bearer.
    public String header() {
        return header("Bearer", dpop == DpopMode.OFF || !ofKey);
    }

    private String header(String scheme, boolean withError) {
        var header = new StringBuilder(scheme).append(" resource_metadata=\"").append(metadata).append('"');
        if (!scopes.isEmpty()) {
            header.append(", scope=\"").append(String.join(" ", scopes)).append('"');
        }
        if (withError) {
            error.ifPresent(code -> header.append(", error=\"").append(code).append('"'));
            description.ifPresent(text -> header.append(", error_description=\"").append(quotable(text)).append('"'));
            acr.ifPresent(values -> header.append(", acr_values=\"").append(values).append('"'));
            maxAge.ifPresent(age -> header.append(", max_age=").append(age.toSeconds()));
        }
        return header.toString();
    }

    /// RFC 6750 §3: `%x20-21 / %x23-5B / %x5D-7E`.
    private static String quotable(String text) {
        return text.replaceAll("[^\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]", "'");
    }
}
