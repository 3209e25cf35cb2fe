package io.github.doorwarden.sources.mcp.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a process says on its standard error, in the log: bounded lines without control characters, so many a minute.
final class StandardError {

    private static final Logger LOG = LoggerFactory.getLogger(StandardError.class);

    private final String name;
    private final InputStream in;
    private long minute = System.nanoTime();
    private int lines;
    private long leftOut;

    StandardError(String name, InputStream in) {
        this.name = name;
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
                } else if (line.length() < Limits.STDERR_CHARS) {
                    line.append((char) c);
                }
            }
            say(line.toString());
        } catch (IOException ended) {
            say("");
        }
    }

    private void say(String bytes) {
        if (System.nanoTime() - minute > TimeUnit.MINUTES.toNanos(1)) {
            if (leftOut > 0) {
                LOG.atInfo().addKeyValue("source", name).log(leftOut + " lines of a server's standard error were left "
                        + "out.");
            }
            minute = System.nanoTime();
            lines = 0;
            leftOut = 0;
        }
        var text = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .replaceAll("[\\p{Cntrl}\\p{Cf}]", "").strip();
        if (text.isEmpty()) {
            return;
        }
        if (lines++ < Limits.STDERR_LINES) {
            LOG.atInfo().addKeyValue("source", name).log("A server says on its standard error: " + text);
        } else {
            leftOut++;
        }
    }
}
