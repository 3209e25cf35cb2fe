package io.github.doorwarden.client;

import io.github.doorwarden.client.wire.ClientFailure;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// A server did not do what it was asked: one of five kinds, of which [#remedy] is the part that helps. Messages are
/// for people; only of an [Execution] and a [Protocol] failure they may hold words of the server's own, in one bounded
/// line. Immutable.
public abstract sealed class McpFailure extends Exception {

    private static final long serialVersionUID = 1;
    private static final Set<Integer> OF_THE_PROTOCOL = Set.of(-32700, -32600, -32601, -32020, -32021, -32022);

    private final String remedy;

    private McpFailure(String message, String remedy, Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    /// What to do next, in one or two sentences.
    public String remedy() {
        return remedy;
    }

    /// It is not known, or not believed, who asks: there are no credentials, or they are not taken (401).
    public static final class Authentication extends McpFailure {

        private static final long serialVersionUID = 1;

        Authentication(String message, Throwable cause) {
            super(message, "Sign in, or give a token that this server takes.", cause);
        }
    }

    /// It is known who asks, and that one may not (403).
    public static final class Permission extends McpFailure {

        private static final long serialVersionUID = 1;

        Permission(String message, Throwable cause) {
            super(message, "Ask whoever runs the server for the permission, or sign in as somebody who has it.", cause);
        }
    }

    /// The server understood and did not do it: a tool failed, arguments were wrong, there is no such thing.
    public static final class Execution extends McpFailure {

        private static final long serialVersionUID = 1;

        private final int code;
        private final transient JsonNode data;

        Execution(String message, int code, JsonNode data, Throwable cause) {
            super(message, code == -32602 ? "Compare names and arguments with what the server lists."
                    : "Do what the message says; if it says nothing of use, tell whoever runs the server.", cause);
            this.code = code;
            this.data = data;
        }

        /// Of JSON-RPC; 0 for a tool that answered with an error.
        public int code() {
            return code;
        }

        /// What the error has beside code and message; a missing node when that is nothing.
        public JsonNode data() {
            return data;
        }
    }

    /// What came is no MCP, or no common revision was found, or more came than is taken.
    public static final class Protocol extends McpFailure {

        private static final long serialVersionUID = 1;

        private final int code;

        Protocol(String message, int code, Throwable cause) {
            super(message, code == 404 || code == 405
                    ? "Check the address: it must be that of the MCP endpoint itself, "
                    + "often ending in /mcp." : "Check the address; if it is right, whoever runs the server has to "
                    + "mend this.", cause);
            this.code = code;
        }

        /// Of JSON-RPC, or the HTTP status; 0 when there was neither.
        public int code() {
            return code;
        }
    }

    /// The server cannot be reached, has failed, is too busy or too slow.
    public static final class Outage extends McpFailure {

        private static final long serialVersionUID = 1;

        private final boolean begun;

        Outage(String message, boolean begun, Throwable cause) {
            super(message, begun ? "Look whether it was done before you try again."
                    : "Nothing was done. Try again in a moment.", cause);
            this.begun = begun;
        }

        /// Whether the server may have carried the request out.
        public boolean begun() {
            return begun;
        }
    }

    static McpFailure of(ClientFailure e) {
        return switch (e.kind()) {
            case CREDENTIALS -> e.code() == 403 ? new Permission(e.getMessage(), e)
                    : new Authentication(e.getMessage(), e);
            case ERROR -> error(e);
            case TOO_LARGE, MALFORMED -> new Protocol(e.getMessage(), 0, e);
            case UNREACHABLE, BUSY, EXPIRED -> new Outage(e.getMessage(), false, e);
            case FAULT, TIMEOUT -> new Outage(e.getMessage(), true, e);
        };
    }

    private static McpFailure error(ClientFailure e) {
        var status = e.code() >= 300 && e.code() < 600;
        return status || OF_THE_PROTOCOL.contains(e.code()) ? new Protocol(e.getMessage(), e.code(), e)
                : new Execution(e.getMessage(), e.code(), e.data(), e);
    }

    /// Words of a server's own, as one bounded line without control characters.
    static String words(String said) {
        var line = said.substring(0, Math.min(said.length(), 4 * Limits.WORDS))
                .replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
        return line.length() <= Limits.WORDS ? line : line.substring(0, Limits.WORDS) + "…";
    }

    static McpFailure protocol(String message) {
        return new Protocol(message, 0, null);
    }

    static McpFailure execution(String message) {
        return execution(message, 0, MissingNode.getInstance());
    }

    static McpFailure execution(String message, int code, JsonNode data) {
        return new Execution(message, code, data, null);
    }
}
