package io.github.doorwarden.transport.legacy;

/// The transport of legacy revisions was misused: a status of HTTP and a sentence, whatever the message was. Has no
/// stack trace: a refusal is an answer, not a fault.
public final class LegacyRefused extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    /// @param sentence what happened, why, what to do
    LegacyRefused(int status, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
    }

    /// 400, 404 or 429; also the code of the JSON-RPC error, since the specification has none for it.
    public int status() {
        return status;
    }
}
