package io.github.doorwarden.systems.backend;

import java.io.PrintStream;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/// What operators read: one JSON object per line. Never carries a token, only the first digits of its digest. Safe for
/// many threads.
public final class EventLog {

    private final PrintStream out;
    private final InstantSource clock;

    public EventLog(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    public void info(String event, Map<String, ?> fields) {
        write("info", event, fields, null);
    }

    public void warn(String event, Map<String, ?> fields) {
        write("warn", event, fields, null);
    }

    public void error(String event, Map<String, ?> fields, Throwable cause) {
        write("error", event, fields, cause);
    }

    private void write(String level, String event, Map<String, ?> fields, Throwable cause) {
        var line = new LinkedHashMap<String, Object>();
        line.put("time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        line.put("level", level);
        line.put("event", event);
        line.putAll(fields);
        if (cause != null) {
            var trace = new java.io.StringWriter();
            cause.printStackTrace(new java.io.PrintWriter(trace));
            line.put("exception", trace.toString());
        }
        out.println(Json.MAPPER.writeValueAsString(line));
    }
}
