package io.github.doorwarden.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// The text of server-sent events (HTML standard §9.2.5). A line end inside a field would begin another field, an event
/// that nobody sent: it is refused, never escaped or dropped.
final class EventBytes {

    /// A comment: moves a byte, means nothing.
    static final byte[] HEARTBEAT = ascii(":\n\n");

    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] ID = ascii("\nid: ");
    private static final byte[] DATA = ascii("\ndata: ");
    private static final byte[] NO_DATA = ascii("\ndata:");
    private static final byte[] END = ascii("\n\n");

    private EventBytes() {}

    /// @param id   null for none; an empty one makes the client forget the last
    /// @param data may be empty: the field is written all the same, because an event without it is not dispatched
    /// @throws IllegalArgumentException for a line end in any of the three, or a NUL in the id
    static byte[] of(String event, String id, byte[] data) {
        if (event.isEmpty() || breaks(event)) {
            throw new IllegalArgumentException("An event's name is one line and not empty");
        }
        if (id != null && (breaks(id) || id.indexOf(0) >= 0)) {
            throw new IllegalArgumentException("An event's id is one line without NUL");
        }
        for (var b : data) {
            if (b == '\n' || b == '\r') {
                throw new IllegalArgumentException("An event's data is one line: write JSON without line ends");
            }
        }
        var out = new ByteArrayOutputStream(data.length + 64);
        out.writeBytes(EVENT);
        out.writeBytes(event.getBytes(StandardCharsets.UTF_8));
        if (id != null) {
            out.writeBytes(ID);
            out.writeBytes(id.getBytes(StandardCharsets.UTF_8));
        }
        out.writeBytes(data.length == 0 ? NO_DATA : DATA);
        out.writeBytes(data);
        out.writeBytes(END);
        return out.toByteArray();
    }

    /// The time that the client waits before it connects again.
    static byte[] retry(Duration pause) {
        if (pause.isNegative()) {
            throw new IllegalArgumentException("A client cannot wait for less than nothing");
        }
        return ascii("retry: " + pause.toMillis() + "\n\n");
    }

    private static boolean breaks(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
