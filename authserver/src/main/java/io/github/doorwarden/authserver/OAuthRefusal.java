package io.github.doorwarden.authserver;

/// Why an OAuth request was not carried out. A refusal that may be sent to the client's redirect URI and one that must
/// be shown to the person here are different types, so they cannot be mixed up (OAuth 2.1 §4.1.2.1).
public sealed interface OAuthRefusal {

    /// An error code of RFC 6749 §5.2, §4.1.2.1 or an extension, for example `invalid_grant`.
    String error();

    /// One sentence: what happened, why, what to do. Safe to show and to send.
    String description();

    /// More, for the log and the audit line alone.
    String detail();

    /// Answered as JSON by `/token`, `/register`, `/revoke`, `/par`. `status` is 400, 401, 403 or 429, or 503 while
    /// something elsewhere is down.
    record Json(int status, String error, String description, String detail) implements OAuthRefusal {}

    /// Shown to the person as a page; nothing is redirected.
    record Page(int status, String error, String description, String detail) implements OAuthRefusal {}

    /// Sent to a redirect URI that has been matched.
    record Redirect(RegisteredRedirect to, String error, String description, String detail) implements OAuthRefusal {}
}
