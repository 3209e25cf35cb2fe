package io.github.doorwarden.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Writes a [Reply] with the fields that every answer carries, head and body in one write: about half the cost of a
/// call is system calls. Immutable.
final class Answers {

    private static final HttpField NO_SNIFF = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
    private static final HttpField NO_STORE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
    private static final HttpField CLOSE = new PreEncodedHttpField(HttpHeader.CONNECTION, "close");
    private static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
    private static final HttpField EVENTS = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/event-stream");
    private static final HttpField UNBUFFERED = new PreEncodedHttpField("X-Accel-Buffering", "no");
    /// A year, the least that browsers take into their own lists (RFC 6797 §6.1).
    private static final HttpField HTTPS_ONLY = new PreEncodedHttpField(HttpHeader.STRICT_TRANSPORT_SECURITY,
            "max-age=31536000");

    private final boolean https;

    Answers(boolean https) {
        this.https = https;
    }

    /// Guards against a handler that put foreign text into a header field: one line must not become two (RFC 9110
    /// §5.5).
    ///
    /// @throws IllegalStateException for a bug in the handler
    static Reply checked(Reply reply) {
        check(reply.headers());
        return reply;
    }

    static void check(Headers headers) {
        for (var field : headers.fields()) {
            if (hasControl(field.name()) || hasControl(field.value())) {
                throw new IllegalStateException("A reply's header field holds a control character");
            }
        }
    }

    private static boolean hasControl(String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c < ' ' && c != '\t' || c == 127) {
                return true;
            }
        }
        return false;
    }

    void write(Routes.Place place, Request request, Reply reply, boolean last, Response response, Callback done) {
        response.setStatus(reply.status());
        var out = response.getHeaders();
        var ownCaching = false;
        for (var field : reply.headers().fields()) {
            ownCaching |= field.name().equalsIgnoreCase("Cache-Control");
            out.add(field.value().equals("application/json") && field.name().equals("Content-Type")
                    ? JSON : new HttpField(field.name(), field.value()));
        }
        if (!ownCaching) {
            out.add(NO_STORE);
        }
        common(out);
        if (last) {
            out.put(CLOSE);
        }
        CrossOrigin.mark(place, reply == Errors.ORIGIN ? null : request.getHeaders().get(HttpHeader.ORIGIN), out);
        if (reply.status() == 204 || reply.status() == 304) {
            response.write(true, null, done);
        } else {
            out.put(HttpHeader.CONTENT_LENGTH, reply.body().length);
            response.write(true, ByteBuffer.wrap(reply.body()), done);
        }
    }

    /// Puts the head of an event stream together, which the first write then sends. No proxy may keep or collect it.
    void open(Routes.Place place, Request request, Headers more, boolean last, Response response) {
        response.setStatus(200);
        var out = response.getHeaders();
        out.add(EVENTS);
        out.add(NO_STORE);
        out.add(UNBUFFERED);
        for (var field : more.fields()) {
            out.add(field.name(), field.value());
        }
        common(out);
        if (last) {
            out.put(CLOSE);
        }
        CrossOrigin.mark(place, request.getHeaders().get(HttpHeader.ORIGIN), out);
    }

    /// The fields of every answer, also of those that refuse what was no request at all.
    void common(HttpFields.Mutable out) {
        out.add(NO_SNIFF);
        if (https) {
            out.add(HTTPS_ONLY);
        }
    }
}
