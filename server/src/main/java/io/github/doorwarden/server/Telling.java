package io.github.doorwarden.server;

import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Revision;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a running call tells its client: progress (every revision, Progress) and log messages (Logging), in order, and
/// no faster than anybody can read. Safe for the threads of one call.
final class Telling {

    /// So many at once after a pause, and so many per second.
    private static final class Pace {

        private final long interval;
        private final long burst;
        private long fullAt = System.nanoTime();

        Pace(int perSecond) {
            interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
            burst = TimeUnit.SECONDS.toNanos(1);
        }

        boolean take() {
            var now = System.nanoTime();
            var next = (fullAt - now > 0 ? fullAt : now) + interval;
            if (next - now > burst) {
                return false;
            }
            fullAt = next;
            return true;
        }
    }

    private final Exchange exchange;
    private final Pace progressPace = new Pace(Limits.PROGRESS_PER_SECOND);
    private final Pace logPace = new Pace(Limits.LOG_PER_SECOND);
    private final long began = System.nanoTime();
    private double progressed = Double.NEGATIVE_INFINITY;
    private double total;
    private long toldAt = began;
    private ObjectNode held;
    private long leftOut;
    private boolean ended;

    Telling(Exchange exchange) {
        this.exchange = exchange;
    }

    /// A value that does not grow, or is no number, is left out.
    synchronized void progress(double done, double of, String message) {
        if (exchange.progressToken().isEmpty() || !Double.isFinite(done) || done <= progressed) {
            return;
        }
        total = of;
        tell(done, message);
    }

    /// For a handler that has said nothing for a while: the client must not take the call for dead.
    ///
    /// @return how long to wait before asking again
    synchronized Duration signOfLife(Duration interval) {
        if (ended) {
            return interval;
        }
        var silent = Duration.ofNanos(System.nanoTime() - toldAt);
        if (silent.compareTo(interval) < 0) {
            return interval.minus(silent);
        }
        tell(progressed == Double.NEGATIVE_INFINITY ? 0 : progressed + Limits.SIGN_OF_LIFE_STEP, "Still at work, since "
                + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + " s");
        return interval;
    }

    /// Whether anybody wants to hear.
    boolean wanted() {
        return exchange.progressToken().isPresent();
    }

    private void tell(double done, String message) {
        progressed = done;
        toldAt = System.nanoTime();
        var params = JsonNodeFactory.instance.objectNode();
        params.set("progressToken", exchange.progressToken().get());
        number(params, "progress", done);
        if (total > 0 && Double.isFinite(total)) {
            number(params, "total", total);
        }
        if (!message.isEmpty() && exchange.revision().compareTo(Revision.V2025_03_26) >= 0) {
            params.put("message", Text.bounded(message, Limits.PROGRESS_MESSAGE_CHARS));
        }
        if (progressPace.take()) {
            held = null;
            send("notifications/progress", params);
        } else {
            held = params;
        }
    }

    private static void number(ObjectNode params, String name, double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            params.put(name, (long) value);
        } else {
            params.put(name, value);
        }
    }

    synchronized void log(LogLevel level, String logger, JsonNode data) {
        // a legacy client may change its mind while the call runs
        var wanted = exchange.outlet().logLevel().or(exchange::logLevel);
        if (wanted.filter(least -> least.compareTo(level) <= 0).isEmpty()) {
            return;
        }
        if (!logPace.take()) {
            leftOut++;
            return;
        }
        message(level, logger, data);
    }

    private void message(LogLevel level, String logger, JsonNode data) {
        var params = JsonNodeFactory.instance.objectNode().put("level", level.wireName());
        if (!logger.isEmpty()) {
            params.put("logger", Text.bounded(logger, Limits.NAME_CHARS));
        }
        var text = data.toString();
        params.set("data", text.length() <= Limits.LOG_CHARS ? data : JsonNodeFactory.instance.stringNode(
                Text.bounded(data.isString() ? data.asString() : text, Limits.LOG_CHARS)));
        send("notifications/message", params);
    }

    /// The handler is done: what was held back is told, and how much was left out.
    synchronized void end() {
        ended = true;
        if (held != null) {
            send("notifications/progress", held);
            held = null;
        }
        if (leftOut > 0) {
            message(LogLevel.WARNING, "", JsonNodeFactory.instance.stringNode(leftOut
                    + " log messages were left out: a "
                    + "call may send " + Limits.LOG_PER_SECOND + " per second."));
            leftOut = 0;
        }
    }

    private void send(String method, ObjectNode params) {
        exchange.outlet().send(new Message.Notification(method, params));
    }
}
