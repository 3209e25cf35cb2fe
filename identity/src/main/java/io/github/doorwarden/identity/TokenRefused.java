package io.github.doorwarden.identity;

import java.util.Optional;

/// A request whose credentials were refused. Becomes a 400, 401 or 403 with a challenge (RFC 6750 §3); `detail` is for
/// the log and the audit line, where an operator reads why. Has no stack trace: a refusal is an answer.
public final class TokenRefused extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String error;
    private final String detail;
    private final String tokenId;
    private final boolean dpop;
    private final transient Optional<String> nonce;
    private final String cause;

    /// @param status      400 for a malformed request, 401 for a token that does not open this door, 403 for one of
    ///                    somebody who may not come in
    /// @param error       `invalid_request`, `invalid_token` or `access_denied`; of a DPoP proof `invalid_dpop_proof`,
    ///                    `use_dpop_nonce`
    /// @param description one sentence for the client
    /// @param detail      for the operator, without the token's bytes
    /// @param tokenId     `jti` when the token was ours to read, else `sha256:` and 8 hex digits; empty when there was
    ///                    no token
    TokenRefused(int status, String error, String description, String detail, String tokenId) {
        this(status, error, description, detail, tokenId, false, Optional.empty());
    }

    /// @param dpop  whether it is about the token's key, so that the challenge for DPoP says it
    /// @param nonce that the next proof must have
    TokenRefused(int status, String error, String description, String detail, String tokenId, boolean dpop,
            Optional<String> nonce) {
        this(status, error, description, detail, tokenId, dpop, nonce, switch (error) {
            case "access_denied" -> "not_admitted";
            case "invalid_dpop_proof", "use_dpop_nonce" -> error;
            case "invalid_request" -> "malformed_token";
            default -> "invalid_token";
        });
    }

    private TokenRefused(int status, String error, String description, String detail, String tokenId, boolean dpop,
            Optional<String> nonce, String cause) {
        super(description, null, false, false);
        this.cause = cause;
        this.dpop = dpop;
        this.nonce = nonce;
        this.status = status;
        this.error = error;
        this.detail = detail;
        this.tokenId = tokenId;
    }

    /// A token that does not open this door; `why` completes "it was refused because …".
    public static TokenRefused invalid(String why, String tokenId) {
        return new TokenRefused(401, "invalid_token",
                "The access token was refused: " + why + ". Get a new one from the "
                + "authorization server and try again.", why, tokenId);
    }

    /// One whose time is over.
    public static TokenRefused expired(Object at, String tokenId) {
        return invalid("it expired at " + at, tokenId).counted("expired_token");
    }

    /// One whose grant was taken back.
    public static TokenRefused revoked(String tokenId) {
        return invalid("the grant behind it was revoked", tokenId).counted("revoked_token");
    }

    /// The same, counted under another word than its error has.
    TokenRefused counted(String word) {
        return new TokenRefused(status, error, getMessage(), detail, tokenId, dpop, nonce, word);
    }

    /// A token that is in order, of somebody who may not come in: signing in again would change nothing.
    ///
    /// @param why a sentence for that person
    public static TokenRefused notAdmitted(String why, String tokenId) {
        return new TokenRefused(403, "access_denied", why, why, tokenId);
    }

    public int status() {
        return status;
    }

    public String error() {
        return error;
    }

    public String detail() {
        return detail;
    }

    /// Why, in a word that refusals are counted by: `malformed_token`, `expired_token`, `revoked_token`,
    /// `wrong_audience`, `invalid_token`, `invalid_dpop_proof`, `use_dpop_nonce`, `not_admitted`.
    public String cause() {
        return cause;
    }

    public String tokenId() {
        return tokenId;
    }

    boolean dpop() {
        return dpop;
    }

    Optional<String> nonce() {
        return nonce;
    }
}
