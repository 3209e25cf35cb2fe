package io.github.doorwarden.authserver;

/// Why a JWT from elsewhere proves nothing. The message is a sentence for whoever sent it. Has no stack trace: a
/// refusal is an answer.
final class AssertionRefused extends RuntimeException {

    private static final long serialVersionUID = 1;

    AssertionRefused(String message) {
        super(message, null, false, false);
    }

    /// The refusal of a client that could not prove who it is.
    OAuthRefused asClient() {
        return refused(401, "invalid_client");
    }

    /// The refusal of a grant that was not proven.
    OAuthRefused asGrant() {
        return refused(400, "invalid_grant");
    }

    private OAuthRefused refused(int status, String error) {
        return new OAuthRefused(new OAuthRefusal.Json(status, error, getMessage(), "assertion"));
    }
}
