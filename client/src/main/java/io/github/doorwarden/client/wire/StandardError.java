package io.github.doorwarden.client.wire;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// What a process says on its standard error, line by line, to the log.
final class StandardError {

    private final ServerLog log;
    private final InputStream in;

    StandardError(String name, InputStream in) {
        this.log = new ServerLog(name, "on its standard error");
        this.in = in;
    }

    /// To the end.
    void read() {
        try (var errors = new BufferedInputStream(in)) {
            var line = new StringBuilder();
            for (var c = errors.read(); c >= 0; c = errors.read()) {
                if (c == '\n') {
                    say(line.toString());
                    line.setLength(0);
                } else if (line.length() < Limits.LOG_CHARS) {
                    line.append((char) c);
                }
            }
            say(line.toString());
        } catch (IOException ended) {
            say("");
        }
    }

    private void say(String bytes) {
        log.say(new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }
}
