package io.github.doorwarden.http;

import java.util.Objects;

/// One row of the table of routes: exactly this path, exactly this method. Nothing is matched by prefix or suffix.
///
/// @param method    `GET`, `POST` or `DELETE`; HEAD and OPTIONS follow from the table
/// @param path      begins with `/`, without query
/// @param bodyBytes the largest body taken; a larger one is 413
/// @param cors      who may call this from a page of another origin
/// @param hostBound false for what a load balancer asks by address (`/health`): any Host is taken
public record Route(String method, String path, int bodyBytes, Cors cors, boolean hostBound, Handler handler) {

    /// Runs on a virtual thread of its own and may block. Whatever it throws becomes a 500 with an incident id and
    /// nothing more.
    @FunctionalInterface
    public interface Handler {
        Reply handle(HttpIn in) throws Exception;
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
    }

    public static Route get(String path, Cors cors, Handler handler) {
        return new Route("GET", path, 0, cors, true, handler);
    }

    public static Route post(String path, int bodyBytes, Cors cors, Handler handler) {
        return new Route("POST", path, bodyBytes, cors, true, handler);
    }
}
