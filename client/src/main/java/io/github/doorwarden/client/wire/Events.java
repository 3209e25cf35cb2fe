package io.github.doorwarden.client.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// Reads a stream of events (HTML, Server-sent events, Interpreting an event stream), each bounded. For one thread.
public final class Events {

    /// An event was larger than what is taken.
    public static final class TooLarge extends IOException {

        private static final long serialVersionUID = 1;

        TooLarge() {
            super("An event is larger than " + Limits.MESSAGE_BYTES + " bytes.");
        }
    }

    private final InputStream in;
    private String lastId = "";
    private String name = "";
    private Optional<Duration> retry = Optional.empty();
    private boolean skipLineFeed;
    private boolean ended;

    public Events(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /// The data of the next event that has some; null at the end. An event that is cut off by the end is none.
    public byte[] next() throws IOException {
        var data = new ByteArrayOutputStream();
        var any = false;
        name = "";
        while (true) {
            var line = line();
            if (ended) {
                return null;
            }
            if (line.length == 0) {
                if (any && data.size() > 0) {
                    return data.toByteArray();
                }
                any = false;
                name = "";
                data.reset();
                continue;
            }
            var colon = indexOfColon(line);
            var field = new String(line, 0, colon, StandardCharsets.UTF_8);
            var from = Math.min(line.length, colon + 1);
            from += from < line.length && line[from] == ' ' ? 1 : 0;
            if (field.equals("data")) {
                if (any) {
                    data.write('\n');
                }
                data.write(line, from, line.length - from);
                any = true;
                if (data.size() > Limits.MESSAGE_BYTES) {
                    throw new TooLarge();
                }
            } else {
                field(field, new String(line, from, line.length - from, StandardCharsets.UTF_8));
            }
        }
    }

    private void field(String field, String value) {
        if (field.equals("event") && value.length() <= Limits.EVENT_ID_CHARS) {
            name = value;
        } else if (field.equals("id") && value.length() <= Limits.EVENT_ID_CHARS && value.indexOf('\0') < 0) {
            lastId = value;
        } else if (field.equals("retry") && value.matches("[0-9]{1,9}")) {
            var asked = Duration.ofMillis(Long.parseLong(value));
            retry = Optional.of(asked.compareTo(Limits.RESUME_MOST) > 0 ? Limits.RESUME_MOST : asked);
        }
    }

    private static int indexOfColon(byte[] line) {
        for (var i = 0; i < line.length; i++) {
            if (line[i] == ':') {
                return i;
            }
        }
        return line.length;
    }

    private byte[] line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (var c = in.read(); c >= 0; c = in.read()) {
            var second = skipLineFeed && c == '\n';
            skipLineFeed = false;
            if (second) {
                continue;
            }
            if (c == '\n' || c == '\r') {
                skipLineFeed = c == '\r';
                return line.toByteArray();
            }
            line.write(c);
            if (line.size() > Limits.MESSAGE_BYTES + Limits.ENDS) {
                throw new TooLarge();
            }
        }
        ended = true;
        return new byte[0];
    }

    /// What the last event is called; empty when it has no name of its own.
    public String name() {
        return name;
    }

    /// Of the last event that had one; empty when none had.
    public String lastId() {
        return lastId;
    }

    /// How long the server asks to wait before the stream is taken up again.
    public Optional<Duration> retry() {
        return retry;
    }
}
