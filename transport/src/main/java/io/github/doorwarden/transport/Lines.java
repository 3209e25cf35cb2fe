package io.github.doorwarden.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The lines of a stream, each of bounded length: what goes beyond is told once and skipped, so a peer that never
/// sends a line break costs no more than the bound. For one thread.
final class Lines {

    /// Said of a line that is longer than the bound.
    static final byte[] TOO_LONG = new byte[0];

    private static final int BUFFER_BYTES = 64 * 1024;

    private final InputStream in;
    private final int most;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int filled;
    private boolean skipping;

    /// @param most bytes of a line, without its end
    Lines(InputStream in, int most) {
        this.in = in;
        this.most = most;
    }

    /// The next line that is not blank, without its end (LF or CRLF); [#TOO_LONG] itself for one that is longer than
    /// the bound; null at the end. What stands after the last line break is a line too.
    byte[] next() throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            if (from == filled) {
                from = 0;
                filled = in.read(buffer);
                if (filled < 0) {
                    filled = 0;
                    return skipping || isBlank(line.toByteArray()) ? null : whole(line);
                }
            }
            var end = from;
            while (end < filled && buffer[end] != '\n') {
                end++;
            }
            var ended = end < filled;
            if (!skipping) {
                line.write(buffer, from, Math.min(end - from, most + 2 - line.size()));
            }
            from = ended ? end + 1 : end;
            if (skipping) {
                skipping = !ended;
                line.reset();
            } else if (line.size() > most + 1 || ended && whole(line).length > most) {
                skipping = !ended;
                return TOO_LONG;
            } else if (ended) {
                if (!isBlank(line.toByteArray())) {
                    return whole(line);
                }
                line.reset();
            }
        }
    }

    private static byte[] whole(ByteArrayOutputStream line) {
        var bytes = line.toByteArray();
        var length = bytes.length;
        return length > 0 && bytes[length - 1] == '\r' ? Arrays.copyOf(bytes, length - 1) : bytes;
    }

    private static boolean isBlank(byte[] line) {
        for (var b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
