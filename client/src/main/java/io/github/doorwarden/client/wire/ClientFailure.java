package io.github.doorwarden.client.wire;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// A server did not do what it was asked. The message is for people and models: what happened and what to do, without
/// the server's own words unless [#kind] is `ERROR`; the cause is for the log.
public final class ClientFailure extends Exception {

    private static final long serialVersionUID = 1;

    /// What went wrong.
    public enum Kind {
        /// No connection or no process, or it ended.
        UNREACHABLE,
        /// It failed to answer this one request: a status of 5xx, or an answer that broke off.
        FAULT,
        /// No answer in time. The server may have carried the request out.
        TIMEOUT,
        /// A message beyond what is taken.
        TOO_LARGE,
        /// What came is no MCP.
        MALFORMED,
        /// The session is over (Streamable HTTP, Session management).
        EXPIRED,
        /// The server does not take our credentials, or there are none; [#code()] is 401 or 403 when it said so.
        CREDENTIALS,
        /// Too many calls.
        BUSY,
        /// The server answered with an error of its own; [#code()] is its code.
        ERROR
    }

    private final Kind kind;
    private final int code;
    private final transient JsonNode data;

    public ClientFailure(Kind kind, String message, Throwable cause) {
        this(kind, message, 0, cause);
    }

    public ClientFailure(Kind kind, String message, int code, Throwable cause) {
        this(kind, message, code, MissingNode.getInstance(), cause);
    }

    ClientFailure(Kind kind, String message, int code, JsonNode data, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.code = code;
        this.data = data;
    }

    public Kind kind() {
        return kind;
    }

    /// Of an `ERROR`: the code of JSON-RPC, or the status when there was none.
    public int code() {
        return code;
    }

    /// What the server's error has beside code and message; a missing node when that is nothing.
    public JsonNode data() {
        return data;
    }

    /// Whether the connection is of no more use.
    public boolean down() {
        return kind == Kind.UNREACHABLE;
    }
}
