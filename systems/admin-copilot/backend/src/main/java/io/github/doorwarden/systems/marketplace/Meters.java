package io.github.doorwarden.systems.marketplace;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What a Prometheus scrapes: how long requests took, by route and status, and how the job queue stands; text format
/// 0.0.4. Carries names of routes and numbers, nothing of any person. Safe for use by many threads.
final class Meters {

    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /// Upper bounds in seconds. An answer here takes milliseconds, one that sends letters seconds.
    private static final double[] BOUNDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

    private record Series(String method, String route, int status) {

        String labels() {
            return "method=\"" + method + "\",route=\"" + route + "\",status=\"" + status + "\"";
        }
    }

    /// Counts per bucket, the last one for what lies above all bounds.
    private record Histogram(LongAdder[] buckets, LongAdder nanos) {

        Histogram() {
            this(new LongAdder[BOUNDS.length + 1], new LongAdder());
            for (var i = 0; i < buckets.length; i++) {
                buckets[i] = new LongAdder();
            }
        }
    }

    private final ConcurrentHashMap<Series, Histogram> requests = new ConcurrentHashMap<>();
    private final Database database;

    Meters(Database database) {
        this.database = database;
    }

    /// @param route the template, or `none`
    void answered(String method, String route, int status, long nanos) {
        var known = method.matches("GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS") ? method : "other";
        var series = new Series(known, route, status);
        var histogram = requests.get(series);
        if (histogram == null) {
            if (requests.size() >= Limits.SERIES) {
                return;
            }
            histogram = requests.computeIfAbsent(series, _ -> new Histogram());
        }
        var bucket = 0;
        while (bucket < BOUNDS.length && nanos > BOUNDS[bucket] * 1e9) {
            bucket++;
        }
        histogram.buckets[bucket].increment();
        histogram.nanos.add(nanos);
    }

    byte[] text() {
        var text = new StringBuilder();
        head(text, "http_request_duration_seconds", "histogram", "Time from a request's arrival to its answer.");
        var sorted = new TreeMap<String, Histogram>();
        requests.forEach((series, histogram) -> sorted.put(series.labels(), histogram));
        sorted.forEach((labels, histogram) -> histogram(text, "http_request_duration_seconds", labels, histogram));
        jobs(text);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void histogram(StringBuilder text, String name, String labels, Histogram histogram) {
        long count = 0;
        for (var i = 0; i <= BOUNDS.length; i++) {
            count += histogram.buckets[i].sum();
            var bound = i == BOUNDS.length ? "+Inf" : number(BOUNDS[i]);
            text.append(name).append("_bucket{").append(labels).append(",le=\"").append(bound).append("\"} ")
                    .append(count).append('\n');
        }
        text.append(name).append("_sum{").append(labels).append("} ").append(histogram.nanos.sum() / 1e9).append('\n');
        text.append(name).append("_count{").append(labels).append("} ").append(count).append('\n');
    }

    private void jobs(StringBuilder text) {
        head(text, "marketplace_jobs", "gauge", "Jobs of the queue by kind and state.");
        for (var entry : counts().entrySet()) {
            text.append("marketplace_jobs{").append(entry.getKey()).append("} ").append(entry.getValue()).append('\n');
        }
    }

    private Map<String, Long> counts() {
        return database.read(db -> {
            var counts = new TreeMap<String, Long>();
            for (var kind : JobDesk.KINDS) {
                for (var state : Jobs.State.values()) {
                    counts.put("kind=\"" + kind + "\",state=\"" + state.code + "\"", 0L);
                }
            }
            db.query("SELECT kind, state, count(*) FROM job GROUP BY kind, state", row -> counts.put("kind=\""
                    + row.getString(1) + "\",state=\"" + row.getString(2) + "\"", row.getLong(3)));
            return counts;
        });
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append("\n# TYPE ").append(name).append(' ')
                .append(type).append('\n');
    }

    /// `0.005` and `10`, never `5.0E-3`.
    private static String number(double value) {
        return java.math.BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
