package io.github.doorwarden.http;

import java.util.Objects;

/// One row of the table of routes: exactly this path, exactly this method. Only the last segment may be variable,
/// `/tools/{name}`: it stands for exactly one segment that is not empty, and rows without a variable come first.
///
/// @param method    `GET`, `POST`, `PUT` or `DELETE`; HEAD and OPTIONS follow from the table
/// @param path      begins with `/`, without query
/// @param bodyBytes the largest body taken; a larger one is 413
/// @param cors      who may call this from a page of another origin
/// @param hostBound false for what a load balancer asks by address (`/health`): any Host is taken
/// @param streams   whether the handler is given an [EventStream]; if not, it gets null
public record Route(String method, String path, int bodyBytes, Cors cors, boolean hostBound, boolean streams,
                    StreamingHandler handler) {

    /// Runs on a virtual thread of its own and may block. Whatever it throws becomes a 500 with an incident id and
    /// nothing more.
    @FunctionalInterface
    public interface Handler {
        Reply handle(HttpIn in) throws Exception;
    }

    /// The same for an endpoint that may answer with an event stream instead. Returns [Reply#STREAMED] when it has, any
    /// other reply when it has not.
    @FunctionalInterface
    public interface StreamingHandler {
        Reply handle(HttpIn in, EventStream stream) throws Exception;
    }

    /// Cross-origin access (Fetch standard, CORS protocol). Never with credentials.
    public enum Cors {
        /// No CORS headers at all: pages, the authorization endpoint (OAuth 2.1 §3.1).
        NONE,
        /// Any origin may read the answer: metadata, JWKS, token, registration, revocation.
        OPEN,
        /// Any origin that passed the Origin check may call it with the MCP request headers and read the MCP answer
        /// headers.
        MCP
    }

    public Route {
        Objects.requireNonNull(method);
        Objects.requireNonNull(cors);
        Objects.requireNonNull(handler);
        if (!path.startsWith("/") || path.indexOf('?') >= 0) {
            throw new IllegalArgumentException("A route's path begins with / and has no query: " + path);
        }
        Segment.prefix(path);
    }

    public Route(String method, String path, int bodyBytes, Cors cors, boolean hostBound, Handler handler) {
        this(method, path, bodyBytes, cors, hostBound, false, plain(handler));
    }

    private static StreamingHandler plain(Handler handler) {
        Objects.requireNonNull(handler);
        return (in, none) -> handler.handle(in);
    }

    public static Route get(String path, Cors cors, Handler handler) {
        return new Route("GET", path, 0, cors, true, handler);
    }

    public static Route post(String path, int bodyBytes, Cors cors, Handler handler) {
        return new Route("POST", path, bodyBytes, cors, true, handler);
    }

    public static Route streamingGet(String path, Cors cors, StreamingHandler handler) {
        return new Route("GET", path, 0, cors, true, true, handler);
    }

    public static Route streamingPost(String path, int bodyBytes, Cors cors, StreamingHandler handler) {
        return new Route("POST", path, bodyBytes, cors, true, true, handler);
    }

    /// Calls the handler. `stream` is null when the route does not stream; a test passes
    /// [EventStream#recording(java.io.OutputStream)].
    public Reply answer(HttpIn in, EventStream stream) throws Exception {
        return handler.handle(in, stream);
    }
}
