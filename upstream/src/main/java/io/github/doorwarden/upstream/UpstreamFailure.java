package io.github.doorwarden.upstream;

/// An upstream gave no answer. The message says what happened and what to do, and may be shown to the caller; the cause
/// is for the log.
public final class UpstreamFailure extends Exception {

    private static final long serialVersionUID = 1;

    /// What went wrong.
    public enum Kind {
        /// No whole answer within the deadline. The upstream may have carried out the request.
        TIMEOUT,
        /// No connection could be made, so nothing was sent.
        UNREACHABLE,
        /// The connection broke before the whole answer was there. The upstream may have carried out the request.
        BROKEN,
        /// It failed several times in a row and is spared for a while; nothing was sent.
        SPARED,
        /// The answer is larger than what is taken.
        TOO_LARGE,
        /// Too many calls are under way.
        BUSY,
        /// No token could be had for the upstream.
        CREDENTIALS,
        /// It opened no session for the call, which was not sent.
        SESSION,
        /// The answer's encoding cannot be undone.
        UNREADABLE
    }

    private final Kind kind;

    public UpstreamFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
