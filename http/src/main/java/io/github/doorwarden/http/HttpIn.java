package io.github.doorwarden.http;

import java.util.Objects;

/// One HTTP request, whole and bounded, free of the engine that received it. Immutable; the body's bytes belong to the
/// handler.
///
/// @param method     upper case, for example `POST`
/// @param path       as sent, undecoded, without the query; it equals the path of the [Route] that was chosen, but for
///                   its variable segment
/// @param segment    what the variable segment of the route stands for, decoded, never `.` or `..`, without slashes and
///                   control characters; empty when the route has none
/// @param query      the raw query without `?`; empty when there was none
/// @param headers    all fields
/// @param body       the whole body, never null, empty when there was none
/// @param peer       address of the client, a literal without brackets, for example `127.0.0.1`: the other end of the
///                   connection, or whom a trusted proxy there names
/// @param requestId  unguessable, made here, for logs and audit: what a person reports
public record HttpIn(String method, String path, String segment, String query, Headers headers, byte[] body,
        String peer, String requestId) {

    /// A request to a route without a variable segment.
    public HttpIn(String method, String path, String query, Headers headers, byte[] body, String peer,
            String requestId) {
        this(method, path, "", query, headers, body, peer, requestId);
    }

    public HttpIn {
        Objects.requireNonNull(method);
        Objects.requireNonNull(path);
        Objects.requireNonNull(segment);
        Objects.requireNonNull(query);
        Objects.requireNonNull(headers);
        Objects.requireNonNull(body);
        Objects.requireNonNull(peer);
        Objects.requireNonNull(requestId);
    }

    /// The media type of the body in lower case without parameters; empty when there is none.
    public String mediaType() {
        var value = headers.first("Content-Type").orElse("");
        var end = value.indexOf(';');
        return (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(java.util.Locale.ROOT);
    }
}
