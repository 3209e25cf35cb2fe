package io.github.doorwarden.sources.code;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// `search_quality`, for operators: how searches went day by day, and what was looked for and not found. It names what
/// others asked, so the configuration has to say who may call it.
final class SearchQualityTool implements Tool {

    private static final int USUAL_DAYS = 7;

    private final Toolbox box;
    private final QueryLog log;
    private final ToolSpec spec;

    SearchQualityTool(Toolbox box, QueryLog log) {
        this.box = box;
        this.log = log;
        var in = Toolbox.object();
        Toolbox.number(in, "days", 1, Limits.LOG_DAYS, "How many days, today among them; without it " + USUAL_DAYS
                + ".");
        var out = Toolbox.object("days", "total", "unanswered");
        Toolbox.list(out, "days", "The newest first (UTC): day, searches, failed, zero_results, zero_result_rate, "
                + "hits_per_search, p50_ms, p95_ms, slowest_ms; days without searches are left out");
        out.withObjectProperty("properties").putObject("total").put("type", "object").put("description",
                "The same of all these days together");
        Toolbox.list(out, "unanswered", "What was looked for and not found, most frequent first: query, times");
        spec = box.spec("search_quality", "Quality of searches",
                "Says how searches of code went, day by day: how many, "
                + "how long they took (percentiles), how many results they had, how often nothing was found, and what "
                + "was asked then. For who runs the index: a rising zero-result rate means that code is missing or "
                + "that people use other words than it does.", in, out);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws IOException {
        var days = log.days(Toolbox.number(call, "days", USUAL_DAYS));
        var answer = Toolbox.JSON.objectNode();
        var all = answer.putArray("days");
        days.forEach(day -> all.add(figures(Toolbox.JSON.objectNode().put("day", day.day().toString()), day)));
        answer.set("total", figures(Toolbox.JSON.objectNode(), together(days)));
        var unanswered = answer.putArray("unanswered");
        together(days).queries().entrySet().stream().sorted(Comparator.comparing((Map.Entry<String, Integer> each) ->
                -each.getValue()).thenComparing(Map.Entry::getKey)).limit(Limits.LOG_QUERIES).forEach(each ->
                unanswered.addObject().put("query", each.getKey()).put("times", each.getValue()));
        return box.answer(answer, box.settings().answerTokens(), "Ask for fewer days.");
    }

    private static QueryLog.Day together(List<QueryLog.Day> days) {
        var queries = new HashMap<String, Integer>();
        days.forEach(day -> day.queries().forEach((query, times) -> queries.merge(query, times, Integer::sum)));
        var micros = days.stream().flatMapToLong(day -> Arrays.stream(day.micros())).sorted().toArray();
        return new QueryLog.Day(LocalDate.MIN, micros, days.stream().mapToLong(QueryLog.Day::hits).sum(),
                days.stream().mapToInt(QueryLog.Day::failed).sum(), days.stream().mapToInt(QueryLog.Day::nothing)
                .sum(), queries, days.stream().anyMatch(QueryLog.Day::full));
    }

    private static ObjectNode figures(ObjectNode node, QueryLog.Day day) {
        node.put("searches", day.searches()).put("failed", day.failed()).put("zero_results", day.nothing())
                .put("zero_result_rate", Counters.rounded(day.nothing(), day.searches()))
                .put("hits_per_search", Counters.rounded(day.hits(), day.searches()))
                .put("p50_ms", Counters.at(day.micros(), 0.5)).put("p95_ms", Counters.at(day.micros(), 0.95))
                .put("slowest_ms", Counters.at(day.micros(), 1));
        return day.full() ? node.put("note", "So many searches that later ones are not counted.") : node;
    }
}
