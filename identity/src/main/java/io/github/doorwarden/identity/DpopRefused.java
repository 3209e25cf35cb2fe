package io.github.doorwarden.identity;

import java.util.Optional;

/// A DPoP proof that was refused (RFC 9449 §4.3, §8). The endpoint says it in the form of its own protocol. Has no
/// stack trace: a refusal is an answer.
public final class DpopRefused extends RuntimeException {

    public static final String INVALID = "invalid_dpop_proof";
    public static final String NONCE = "use_dpop_nonce";

    private static final long serialVersionUID = 1;

    private final String error;
    private final String detail;
    private final transient Optional<String> nonce;

    private DpopRefused(String error, String description, String detail, Optional<String> nonce) {
        super(description, null, false, false);
        this.error = error;
        this.detail = detail;
        this.nonce = nonce;
    }

    /// @param why completes "it was refused because …"
    static DpopRefused invalid(String why) {
        return new DpopRefused(INVALID, "The DPoP proof was refused: " + why
                + ". Make a new proof for this request and send it in the DPoP header.", why, Optional.empty());
    }

    static DpopRefused nonce(String nonce, String detail) {
        return new DpopRefused(NONCE, "This server wants its nonce in the DPoP proof. Make a new proof with the nonce "
                + "of the DPoP-Nonce header and send the request again.", detail, Optional.of(nonce));
    }

    /// [#INVALID] or [#NONCE].
    public String error() {
        return error;
    }

    /// For the log and the audit line.
    public String detail() {
        return detail;
    }

    /// What the next proof must have, for the header `DPoP-Nonce`.
    public Optional<String> nonce() {
        return nonce;
    }
}
