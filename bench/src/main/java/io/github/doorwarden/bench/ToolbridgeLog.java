package io.github.doorwarden.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What ToolBridge's API writes of each trace: how long it took to open the session, and to do what was asked. The end
/// of the session is left out, because nobody waits for it.
final class ToolbridgeLog {

    private static final String SESSIONS = "/v1/sync/sessions";

    /// Of one tool call; milliseconds, to a hundredth.
    record Part(double session, double operation) {

        double both() {
            return session + operation;
        }
    }

    private static final class Seen {
        private int sessions;
        private int operations;
        private double session;
        private double operation;
    }

    private final Map<String, Seen> traces = new HashMap<>();
    private int refused;

    private ToolbridgeLog() {}

    /// @param file lines of JSON, as the API wrote them; others are passed over
    static ToolbridgeLog read(Path file) throws IOException {
        var log = new ToolbridgeLog();
        try (var lines = Files.lines(file)) {
            lines.filter(line -> line.startsWith("{") && line.contains("\"request\""))
                    .map(JsonMapper.shared()::readTree)
                    .filter(line -> line.path("event").asString("").equals("request")).forEach(log::add);
        }
        return log;
    }

    private void add(JsonNode line) {
        if (line.path("status").asInt() >= 400 || line.path("client").asString("").equals("gone")) {
            refused++;
        }
        var route = line.path("route").asString("");
        if (!route.startsWith("/v1/") || route.startsWith(SESSIONS + "/")) {
            return;
        }
        var seen = traces.computeIfAbsent(line.path("trace_id").asString(""), trace -> new Seen());
        if (route.equals(SESSIONS)) {
            seen.sessions++;
            seen.session += line.path("ms").asDouble();
        } else {
            seen.operations++;
            seen.operation += line.path("ms").asDouble();
        }
    }

    /// Empty unless the trace has one session and one operation: otherwise something was tried twice, or got lost.
    Optional<Part> part(String trace) {
        return Optional.ofNullable(traces.get(trace)).filter(seen -> seen.sessions == 1 && seen.operations == 1)
                .map(seen -> new Part(seen.session, seen.operation));
    }

    /// Requests that were not answered well, whoever made them.
    int refused() {
        return refused;
    }
}
