package io.github.doorwarden.sources.code;

import java.util.Arrays;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How searches go since the start: how many, how long, how many hits, how often none. Safe for use by many threads.
final class Counters {

    private final Optional<QueryLog> log;

    private final long[] micros = new long[Limits.TIMES];
    private long searches;
    private long nothing;
    private long hits;
    private long failures;

    /// @param log where searches are kept beyond the end of this process; empty: nowhere
    Counters(Optional<QueryLog> log) {
        this.log = log;
    }

    void searched(long nanos, int found, String query) {
        count(nanos, found);
        log.ifPresent(kept -> kept.searched(nanos, found, query));
    }

    void failed(long nanos) {
        countFailure();
        log.ifPresent(kept -> kept.failed(nanos));
    }

    private synchronized void count(long nanos, int found) {
        micros[(int) (searches % micros.length)] = nanos / 1_000;
        searches++;
        hits += found;
        nothing += found == 0 ? 1 : 0;
    }

    private synchronized void countFailure() {
        failures++;
    }

    synchronized ObjectNode json() {
        var kept = Arrays.copyOf(micros, (int) Math.min(searches, micros.length));
        Arrays.sort(kept);
        return JsonNodeFactory.instance.objectNode().put("searches", searches).put("failed", failures)
                .put("zero_results", nothing).put("zero_result_rate", rounded(nothing, searches))
                .put("hits_per_search", rounded(hits, searches)).put("p50_ms", at(kept, 0.5)).put("p95_ms",
                at(kept, 0.95));
    }

    static double rounded(long part, long whole) {
        return whole == 0 ? 0 : Math.round(1_000.0 * part / whole) / 1_000.0;
    }

    static double at(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1_000.0;
    }
}
