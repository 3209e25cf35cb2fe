package io.github.doorwarden.sources.openapi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// Lines of a stream of server-sent events (WHATWG HTML §9.2.5), none of which may be longer than an event: whoever
/// sends one without end must not fill our memory. For one thread.
final class EventLines {

    private final BufferedReader in;
    private boolean afterReturn;

    EventLines(InputStream in) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /// The next line without its end; null when the stream has ended, a line that it cut included.
    String next() throws IOException {
        var line = new StringBuilder();
        for (var c = in.read(); c != -1; c = in.read()) {
            var second = afterReturn && c == '\n';               // of the two that end one line
            afterReturn = c == '\r';
            if (c == '\r' || c == '\n' && !second) {
                return line.toString();
            }
            if (!second) {
                line.append((char) c);
            }
            if (line.length() > Limits.FEED_EVENT_CHARACTERS) {
                throw new IOException("a line is longer than " + Limits.FEED_EVENT_CHARACTERS + " characters");
            }
        }
        return null;
    }
}
