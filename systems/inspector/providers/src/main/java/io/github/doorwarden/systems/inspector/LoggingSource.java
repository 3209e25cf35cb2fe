package io.github.doorwarden.systems.inspector;

import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Description;
import io.github.doorwarden.server.Range;
import io.github.doorwarden.server.RecordTool;
import io.github.doorwarden.server.Resource;
import io.github.doorwarden.server.ResourceTemplate;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;

/// Tools that log to the client (MCP, Logging) at every level, so that one sees what a client does with it; and the
/// last lines of each caller, as a resource that can be subscribed to. Nobody sees the lines of somebody else. Safe for
/// use by many threads.
public final class LoggingSource implements Source {

    private static final String RECENT = "log://recent";
    private static final String LOGGER = "inspector";

    private final InstantSource clock;

    /// By caller, those who were quiet longest first.
    private final Map<String, ArrayDeque<Line>> kept = new LinkedHashMap<>();

    record Line(String at, String level, String text) {

        @Override
        public String toString() {
            return at + " " + level + " " + text;
        }
    }

    public LoggingSource() {
        this(InstantSource.system());
    }

    LoggingSource(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "logging";
    }

    @Override
    public Things things() {
        var recent = Resource.at(RECENT, "recent").title("Recent lines")
                .description("The last lines that you logged, the oldest first.").mimeType("text/plain")
                .text(call -> written(lines(call, LogLevel.DEBUG)));
        var ofLevel = ResourceTemplate.at(RECENT + "/{level}", "recent-of-level").title("Recent lines of a level")
                .description("The last lines that you logged at a level or above it.").mimeType("text/plain")
                .completing("level", typed -> levels().stream().filter(level -> level.startsWith(typed)).toList())
                .text((uri, call) -> LogLevel.of(call.arguments().path("level").asString(""))
                        .map(least -> written(lines(call, least))).orElse(null));
        return new Things(List.of(message(), countdown(), recentLines()), List.of(recent), List.of(ofLevel), List.of(),
                List.of());
    }

    record Message(
            @Description("debug, info, notice, warning, error, critical, alert or emergency.") String level,
            @Description("What to log.") @Range(min = 1, max = Limits.LINE_CHARS) String text) {}

    private Tool message() {
        return RecordTool.named("log_message", "Logs a line to the client at a level, and keeps it among your recent "
                + "lines. A client hears of it when it wants messages of that level.").title("Log a line")
                .destructive(false).openWorld(false)
                .of(Message.class, Line.class, (asked, call) -> log(call, level(asked.level()), asked.text()));
    }

    record Countdown(
            @Description("How many lines, 1 to 20; 8 when left out, one at each level.") @Range(min = 1, max = 20)
            Optional<Integer> from) {}

    record Counted(int lines) {}

    private Tool countdown() {
        return RecordTool.named("log_countdown", "Counts down, logs a line at each step at the next level, and tells "
                + "how far it is.").title("Log a countdown").destructive(false).openWorld(false)
                .of(Countdown.class, Counted.class, (asked, call) -> {
                    var steps = asked.from().orElse(LogLevel.values().length);
                    for (var step = 0; step < steps; step++) {
                        log(call, LogLevel.values()[step % LogLevel.values().length], "Step " + (step + 1) + " of "
                                + steps + ".");
                        call.progress(step + 1.0, steps, "Step " + (step + 1));
                        Thread.sleep(Limits.PAUSE);
                    }
                    return new Counted(steps);
                });
    }

    record Recent(
            @Description("The least level; debug when left out, which is everything.") Optional<String> level) {}

    record Lines(List<Line> lines) {}

    private Tool recentLines() {
        return RecordTool.named("log_recent", "The last lines that you logged, the oldest first.").title("Recent lines")
                .readOnly().openWorld(false).of(Recent.class, Lines.class, (asked, call) -> new Lines(lines(call,
                        asked.level().map(LoggingSource::level).orElse(LogLevel.DEBUG))));
    }

    private static LogLevel level(String name) {
        return LogLevel.of(name).orElseThrow(() -> RecordTool.failure("There is no level of that name. There are "
                + String.join(", ", levels()) + "."));
    }

    private static List<String> levels() {
        return Arrays.stream(LogLevel.values()).map(LogLevel::wireName).toList();
    }

    private Line log(Call call, LogLevel level, String text) {
        var line = new Line(now().toString(), level.wireName(), text.replaceAll("\\p{Cntrl}", " "));
        synchronized (kept) {
            var lines = kept.remove(who(call));
            if (lines == null) {
                lines = new ArrayDeque<>();
            }
            if (lines.size() == Limits.KEPT_LINES) {
                lines.removeFirst();
            }
            lines.addLast(line);
            kept.put(who(call), lines);
            if (kept.size() > Limits.KEPT_CALLERS) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
        call.log(level, LOGGER, JsonNodeFactory.instance.stringNode(line.text()));
        call.resourceChanged(RECENT);
        return line;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String who(Call call) {
        return call.caller().kind() + " " + call.caller().subject();
    }

    private List<Line> lines(Call call, LogLevel least) {
        synchronized (kept) {
            return new ArrayList<>(kept.getOrDefault(who(call), new ArrayDeque<>())).stream()
                    .filter(line -> LogLevel.of(line.level()).orElseThrow().compareTo(least) >= 0).toList();
        }
    }

    private static String written(List<Line> lines) {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }
}
