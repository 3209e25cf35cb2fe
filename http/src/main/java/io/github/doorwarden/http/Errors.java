package io.github.doorwarden.http;

import tools.jackson.databind.json.JsonMapper;

/// What the engine itself refuses, as small JSON: `{"error": <a word for programs>, "message": <a sentence for
/// people>}`. None of them repeats a byte of the request.
final class Errors {

    static final Reply NOT_FOUND = of(404, "not_found", """
            Nothing lives at this path. Paths are compared exactly: check spelling, encoding and slashes.""");
    static final Reply SEGMENT = of(400, "malformed_path", """
            The last segment of this path is no name: percent-encode its UTF-8 bytes once, and leave out slashes, dot \
            segments and control characters.""");
    static final Reply ORIGIN = of(403, "origin_not_allowed", """
            Pages of this origin may not call this server. If they should, add it to the allowed origins of its \
            configuration.""");
    static final Reply FIELDS = of(431, "too_many_header_fields", """
            The request has more header fields than this server takes. Send fewer, or raise the limit in its \
            configuration.""");
    static final Reply LATE_BODY = closing(of(408, "body_timeout", """
            The request's body did not arrive in time. Send it again; if the link is slow, send less at once."""));
    static final Reply LARGE_BODY = closing(of(413, "body_too_large", """
            The request's body is larger than this path takes. Send less."""));
    static final Reply BROKEN_BODY = closing(of(400, "broken_body", """
            The request's body ended early or is not framed as its header fields say. Send it again."""));
    static final Reply BUSY = of(503, "overloaded", """
            The server runs as many calls as it may. Try again in a moment.""").with("Retry-After", "1");
    static final Reply BEHIND = of(502, "bad_gateway", """
            The server behind this one does not answer. Try again in a moment; if it lasts, its operator must look \
            whether it runs.""").with("Retry-After", "5");
    static final Reply DRAINING = closing(of(503, "shutting_down", """
            The server is shutting down and takes no new calls. Try again in a moment.""").with("Retry-After", "2"));

    private Errors() {}

    static Reply of(int status, String error, String message) {
        var body = JsonMapper.shared().createObjectNode().put("error", error).put("message", message);
        return Reply.json(status, body.toString());
    }

    /// The incident id is the request's id; the log has the same one beside the exception.
    static Reply bug(String incident) {
        return of(500, "internal_error", "Something went wrong inside the server. Tell its operator incident "
                + incident + ": the log has the cause under it.");
    }

    /// What Jetty refused before the engine saw it: bytes that two parsers might read as two different requests.
    static Reply malformed(int status) {
        return switch (status) {
            case 408 -> LATE_BODY;
            case 413 -> LARGE_BODY;
            case 414 -> of(status, "uri_too_long", "The request's URL is longer than this server takes. Shorten it.");
            case 431 -> of(status, "header_too_large", """
                    The request's header is larger than this server takes. Send fewer or shorter fields, cookies above \
                    all, or raise the limit in its configuration.""");
            case 503 -> DRAINING;
            default -> status < 500
                    ? of(status, "malformed_request", """
                            This is not one unambiguous HTTP request (RFC 9112, RFC 9113). Check line ends, Host or \
                            :authority, Content-Length, Transfer-Encoding and the encoding of the path.""")
                    : of(status, "internal_error", "The server could not answer this request. Try again.");
        };
    }

    private static Reply closing(Reply reply) {
        return reply.with("Connection", "close");
    }
}
