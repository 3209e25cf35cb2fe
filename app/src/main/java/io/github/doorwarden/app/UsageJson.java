package io.github.doorwarden.app;

import io.github.doorwarden.watch.Usage;
import tools.jackson.databind.node.ObjectNode;

/// How tools are used, as JSON: at `/admin/usage`, and by the command. Pure.
public final class UsageJson {

    private UsageJson() {}

    static ObjectNode of(Usage usage, Usage.By by) {
        var json = AdminJson.object().put("since", usage.query().since().toString())
                .put("until", usage.query().until().toString());
        usage.query().tenant().ifPresent(name -> json.put("tenant", name));
        json.put("by", by.word()).put("complete", !usage.isCut());
        json.set("total", row(usage.total(), "all"));
        var items = json.putArray("items");
        usage.rows(by).forEach(row -> items.add(row(row, by.word())));
        var refused = json.putObject("refused_by_cause");
        usage.refusals().forEach(refused::put);
        var failures = json.putObject("auth_failures_by_day");
        usage.authFailures().forEach((day, causes) -> {
            var counts = failures.putObject(day);
            causes.forEach(counts::put);
        });
        return json;
    }

    /// @param name what the group is named by
    public static ObjectNode row(Usage.Row row, String name) {
        return AdminJson.object().put(name, row.key()).put("calls", row.calls()).put("errors", row.failed())
                .put("refused", row.refused()).put("p50_ms", rounded(row.p50())).put("p95_ms", rounded(row.p95()))
                .put("p99_ms", rounded(row.p99())).put("people", row.people());
    }

    private static double rounded(double millis) {
        return Math.round(millis * 10) / 10.0;
    }
}
