package io.github.doorwarden.bridge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Reads lines of bounded length. For one thread.
final class Lines {

    /// What is returned for a line that is too long, of which the rest is passed over.
    static final byte[] TOO_LONG = new byte[0];

    private final InputStream in;
    private final byte[] buffer = new byte[16 * 1024];
    private int from;
    private int to;

    Lines(InputStream in) {
        this.in = in;
    }

    /// The next line that is not empty, without its end; null at the end of everything.
    byte[] next() throws IOException {
        var line = new ByteArrayOutputStream();
        var tooLong = false;
        while (true) {
            if (from == to) {
                from = 0;
                to = Math.max(0, in.read(buffer));
                if (to == 0) {
                    return line.size() == 0 || tooLong ? null : line.toByteArray();
                }
            }
            var end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            tooLong |= line.size() + end - from > Limits.MESSAGE_BYTES;
            if (!tooLong) {
                line.write(buffer, from, end - from);
            }
            var whole = end < to;
            from = whole ? end + 1 : end;
            if (whole && tooLong) {
                return TOO_LONG;
            }
            if (whole && !line.toString(StandardCharsets.ISO_8859_1).isBlank()) {
                return line.toByteArray();
            }
            if (whole) {
                line.reset();
            }
        }
    }
}
