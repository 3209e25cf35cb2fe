package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Answers;
import io.github.doorwarden.index.Failure;
import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An index at Azure AI Search (REST API, Documents - Search Post), filled by whoever fills it. The repositories that a
/// caller may know of are part of the filter, and secrets are taken out of what comes back.
final class AzureSearch implements SearchCodeTool.Backend {

    static final String NAME = "The search service";

    private final CodeSettings.AzurePlace place;
    private final Upstream upstream;
    private final Answers answers;

    AzureSearch(CodeSettings.AzurePlace place) {
        this.place = place;
        var usual = UpstreamSettings.of(NAME, place.endpoint()).withTimeouts(Limits.CALL, Limits.CALL)
                .withHeaders(Map.of("api-key", place.apiKey()));
        this.upstream = new Upstream(usual.withLimits(usual.concurrency(), usual.slotWait(), Limits.ANSWER_BYTES),
                Credentials.none());
        this.answers = new Answers(upstream, Map.of());
    }

    private String field(String meaning) {
        return place.fields().getOrDefault(meaning, "");
    }

    @Override
    public List<Hit> search(Ranking.Question question, int most) throws Failure, InterruptedException {
        var target = "/indexes('" + encoded(place.index()) + "')/docs/search.post.search?api-version="
                + encoded(place.apiVersion());
        var answer = answers.post(target, body(question, most), System.nanoTime() + Limits.CALL.toNanos())
                .orElseThrow(() -> new Failure(NAME + " has no index " + place.index() + ". Tell the administrator.",
                null));
        var filter = PathFilter.of(question.path());
        var hits = new ArrayList<Hit>();
        for (var value : answer.path("value")) {
            var hit = hit(value);
            if (hits.size() < most && question.repositories().contains(hit.repository())
                    && filter.matches(hit.path())) {
                hits.add(hit);
            }
        }
        return hits;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text.replace("'", "''"), StandardCharsets.UTF_8).replace("+", "%20");
    }

    private ObjectNode body(Ranking.Question question, int most) {
        // A part of a path cannot be asked for, so more is asked for and what has it is kept.
        var top = question.path().isEmpty() ? most : Limits.CANDIDATES;
        var body = Toolbox.JSON.objectNode().put("search", question.text()).put("top", top).put("select",
                place.fields().entrySet().stream().filter(each -> !each.getKey().equals("vector"))
                .map(Map.Entry::getValue).filter(name -> !name.isEmpty()).distinct().sorted()
                .collect(Collectors.joining(",")));
        if (!place.semantic().isEmpty()) {
            body.put("queryType", "semantic").put("semanticConfiguration", place.semantic());
        }
        if (!field("vector").isEmpty()) {
            body.putArray("vectorQueries").addObject().put("kind", "text").put("text", question.text())
                    .put("fields", field("vector")).put("k", Limits.CANDIDATES / 2);
        }
        var filters = new ArrayList<>(List.of(in(field("repository"), question.repositories())));
        if (!question.language().isEmpty() && !field("language").isEmpty()) {
            filters.add(in(field("language"), List.of(question.language())));
        }
        if (!question.kind().isEmpty() && !field("kind").isEmpty()) {
            filters.add(in(field("kind"), List.of(question.kind())));
        }
        return body.put("filter", String.join(" and ", filters));
    }

    /// Names of repositories have no `|`.
    private static String in(String field, Collection<String> values) {
        return "search.in(" + field + ", '" + String.join("|", values).replace("'", "''") + "', '|')";
    }

    private Hit hit(JsonNode value) {
        var content = value.path(field("content")).asString("");
        var path = text(value, "path");
        var clean = Redaction.of(content, Language.of(path).isConfiguration()).text();
        var lines = new SourceText(clean);
        var shown = new StringBuilder();
        for (var line = 1; line <= Math.min(lines.lines(), Limits.SNIPPET_LINES); line++) {
            shown.append(Toolbox.line(lines.line(line))).append('\n');
        }
        var from = Math.max(1, number(value, "from", 1));
        return new Hit(text(value, "repository"), path, field("language").isEmpty() ? Language.of(path).key()
                : text(value, "language"), from, Math.max(from, number(value, "to", from + lines.lines() - 1)),
                text(value, "symbol"), text(value, "kind"), shown.toString(), value.path("@search.rerankerScore")
                .asDouble(value.path("@search.score").asDouble(0)), value.path("@search.score").asDouble(0), 0);
    }

    private String text(JsonNode value, String meaning) {
        return field(meaning).isEmpty() ? "" : value.path(field(meaning)).asString("");
    }

    private int number(JsonNode value, String meaning, int otherwise) {
        return field(meaning).isEmpty() ? otherwise : value.path(field(meaning)).asInt(otherwise);
    }

    @Override
    public void close() {
        upstream.close();
    }
}
