package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.EventLog;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/// Figures in the text format of Prometheus: latency by route, refused authentications by reason. Warns when those
/// rise. Safe for use by many threads.
final class Metrics {

    private static final double[] BUCKETS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5};

    private static final class Histogram {

        private final long[] counts = new long[BUCKETS.length];
        private long count;
        private double sum;

        private synchronized void add(double seconds) {
            for (var i = 0; i < BUCKETS.length; i++) {
                if (seconds <= BUCKETS[i]) {
                    counts[i]++;
                }
            }
            count++;
            sum += seconds;
        }

        private synchronized void write(StringBuilder out, String labels) {
            for (var i = 0; i < BUCKETS.length; i++) {
                out.append("toolbridge_request_seconds_bucket{").append(labels).append(",le=\"").append(BUCKETS[i])
                        .append("\"} ").append(counts[i]).append('\n');
            }
            out.append("toolbridge_request_seconds_bucket{").append(labels).append(",le=\"+Inf\"} ").append(count)
                    .append('\n');
            out.append("toolbridge_request_seconds_sum{").append(labels).append("} ").append(sum).append('\n');
            out.append("toolbridge_request_seconds_count{").append(labels).append("} ").append(count).append('\n');
        }
    }

    private final Map<String, Histogram> latencies = new TreeMap<>();
    private final Map<String, LongAdder> failures = new TreeMap<>();
    private final ArrayDeque<Instant> recent = new ArrayDeque<>();
    private final LongAdder running = new LongAdder();
    private final EventLog log;
    private final InstantSource clock;
    private boolean rising;

    Metrics(EventLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    void begun() {
        running.increment();
    }

    /// @param route its template, of a closed table
    void ended(String method, String route, int status, double seconds) {
        running.decrement();
        var labels = "method=\"" + method + "\",route=\"" + route + "\",status=\"" + status / 100 + "xx\"";
        Histogram histogram;
        synchronized (latencies) {
            histogram = latencies.computeIfAbsent(labels, key -> new Histogram());
        }
        histogram.add(seconds);
    }

    /// @param reason code of the problem
    void refused(String reason) {
        var warn = false;
        int count;
        synchronized (failures) {
            failures.computeIfAbsent(reason, key -> new LongAdder()).increment();
            count = count();
            if (count < Limits.FAILURES_RISING) {
                recent.add(clock.instant());
                count++;
                warn = count == Limits.FAILURES_RISING && !rising;
                rising = count == Limits.FAILURES_RISING;
            }
        }
        if (warn) {
            log.warn("auth_failures_rising", Map.of("count", count, "minutes", Limits.FAILURES_WINDOW.toMinutes(),
                    "reason", reason));
        }
    }

    private int count() {
        var since = clock.instant().minus(Limits.FAILURES_WINDOW);
        while (!recent.isEmpty() && recent.peekFirst().isBefore(since)) {
            recent.removeFirst();
            rising = false;
        }
        return recent.size();
    }

    List<String> warnings() {
        synchronized (failures) {
            return count() < Limits.FAILURES_RISING ? List.of() : List.of("Refused authentications in the last "
                    + Limits.FAILURES_WINDOW.toMinutes() + " minutes: " + Limits.FAILURES_RISING
                    + " or more. /metrics has them by reason (toolbridge_auth_failures_total); the log has them with "
                    + "their trace ids.");
        }
    }

    String text() {
        var out = new StringBuilder();
        out.append("# HELP toolbridge_request_seconds Time from a request's first line to its answer.\n");
        out.append("# TYPE toolbridge_request_seconds histogram\n");
        synchronized (latencies) {
            latencies.forEach((labels, histogram) -> histogram.write(out, labels));
        }
        out.append("# HELP toolbridge_auth_failures_total Requests that were refused before they got at anything.\n");
        out.append("# TYPE toolbridge_auth_failures_total counter\n");
        synchronized (failures) {
            failures.forEach((reason, count) -> out.append(String.format(Locale.ROOT,
                    "toolbridge_auth_failures_total{reason=\"%s\"} %d\n", reason, count.sum())));
        }
        out.append("# HELP toolbridge_requests_running Requests that are being answered, streams among them.\n");
        out.append("# TYPE toolbridge_requests_running gauge\n");
        out.append("toolbridge_requests_running ").append(running.sum()).append('\n');
        return out.toString();
    }
}
