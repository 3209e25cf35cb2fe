package io.github.doorwarden.client.wire;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a server says to nobody in particular, in the log of this program: bounded lines without control characters, so
/// many a minute. Safe for use by many threads.
final class ServerLog {

    private static final Logger LOG = LoggerFactory.getLogger(ServerLog.class);

    private final String name;
    private final String where;
    private long minute = System.nanoTime();
    private int lines;
    private long leftOut;

    /// @param name  of the server
    /// @param where it says that, for example `on its standard error`
    ServerLog(String name, String where) {
        this.name = name;
        this.where = where;
    }

    synchronized void say(String words) {
        if (System.nanoTime() - minute > TimeUnit.MINUTES.toNanos(1)) {
            if (leftOut > 0) {
                LOG.atInfo().addKeyValue("source", name).log(leftOut + " lines that a server said " + where
                        + " were left out.");
            }
            minute = System.nanoTime();
            lines = 0;
            leftOut = 0;
        }
        var text = words.substring(0, Math.min(words.length(), Limits.LOG_CHARS))
                .replaceAll("[\\p{Cntrl}\\p{Cf}]", "").strip();
        if (text.isEmpty()) {
            return;
        }
        if (lines++ < Limits.LOG_LINES) {
            LOG.atInfo().addKeyValue("source", name).log("A server says " + where + ": " + text);
        } else {
            leftOut++;
        }
    }
}
