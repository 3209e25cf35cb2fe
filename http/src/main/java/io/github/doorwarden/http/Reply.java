package io.github.doorwarden.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// What an endpoint answers: status, header fields, a whole body. The engine adds `Content-Length`, `Date` and the
/// headers that every answer carries.
public record Reply(int status, Headers headers, byte[] body) {

    /// What a handler returns whose answer went out through its [EventStream].
    public static final Reply STREAMED = empty(200);

    private static final Headers JSON = Headers.of(List.of(new Headers.Field("Content-Type", "application/json")));

    public static Reply empty(int status) {
        return new Reply(status, Headers.NONE, new byte[0]);
    }

    /// `json` is one line of UTF-8.
    public static Reply json(int status, byte[] json) {
        return new Reply(status, JSON, json);
    }

    public static Reply json(int status, String json) {
        return json(status, json.getBytes(StandardCharsets.UTF_8));
    }

    public static Reply html(int status, String page) {
        return of(status, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
    }

    public static Reply text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /// 303: the next request is a GET, whatever this one was (OAuth 2.1 §7.5, no 307 after a POST with credentials).
    public static Reply seeOther(String location) {
        return empty(303).with("Location", location);
    }

    private static Reply of(int status, String type, byte[] body) {
        return new Reply(status, Headers.of(List.of(new Headers.Field("Content-Type", type))), body);
    }

    public Reply with(String name, String value) {
        return new Reply(status, headers.with(name, value), body);
    }
}
