package io.github.doorwarden.sources.documents;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.index.Answers;
import io.github.doorwarden.index.Failure;
import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An index at Azure AI Search (REST API, Documents - Search Post and Get). Words, and where they are configured
/// semantic ranking and vectors that the service makes itself. The labels of a document are a collection of strings.
final class AzureSearch implements Backend {

    static final String NAME = "The search service";
    private static final String KEY = "[A-Za-z0-9_=-]{1,180}";

    private final DocumentsSettings.AzurePlace place;
    private final Labels labels;
    private final boolean snippets;
    private final Upstream upstream;
    private final Answers answers;

    AzureSearch(DocumentsSettings.AzurePlace place, Labels labels, boolean snippets) {
        this.place = place;
        this.labels = labels;
        this.snippets = snippets;
        if (!labels.rules().isEmpty() && field("labels").isEmpty()) {
            throw new IllegalArgumentException("labels are declared, but azure.fields does not say which field has "
                    + "them. Add labels to azure.fields.");
        }
        labels.rules().forEach((name, rule) -> {
            if (rule.value().isPresent() || name.contains("|")) {
                throw new IllegalArgumentException("the label " + name + " has values, or a | in its name, which "
                        + "cannot be part of a filter at Azure AI Search. Declare a label for each value.");
            }
        });
        var usual = UpstreamSettings.of(NAME, place.endpoint()).withTimeouts(Limits.CALL, Limits.CALL)
                .withHeaders(Map.of("api-key", place.apiKey()));
        this.upstream = new Upstream(usual.withLimits(usual.concurrency(), usual.slotWait(),
                Limits.STORE_ANSWER_BYTES), Credentials.none());
        this.answers = new Answers(upstream, Map.of());
    }

    private String field(String meaning) {
        return place.fields().getOrDefault(meaning, "");
    }

    private String path() {
        return "/indexes('" + encoded(place.index()) + "')/docs";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text.replace("'", "''"), StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String select(boolean text) {
        return Stream.of("id", "title", "url", "date", "labels", "text").filter(each -> text || !each.equals("text"))
                .map(this::field).filter(each -> !each.isEmpty()).distinct().collect(Collectors.joining(","));
    }

    @Override
    public List<Hit> search(String query, int most, Caller caller, Duration within)
            throws Failure, InterruptedException {
        var end = System.nanoTime() + within.toNanos();
        JsonNode body = body(query, most, caller);
        var hits = new ArrayList<Hit>();
        for (var page = 0; page < Limits.PAGES && hits.size() < most && body.isObject(); page++) {
            var answer = answers.post(path() + "/search.post.search?api-version=" + encoded(place.apiVersion()), body,
                    end).orElseThrow(() -> new Failure(NAME + " has no index " + place.index()
                    + ". Tell the administrator.", null));
            for (var value : answer.path("value")) {
                var hit = hit(value);
                if (hits.size() < most && labels.mayRead(caller, hit.labels())) {
                    hits.add(hit);
                }
            }
            body = answer.path("@search.nextPageParameters");
        }
        return hits;
    }

    private ObjectNode body(String query, int most, Caller caller) {
        var body = JsonNodeFactory.instance.objectNode().put("search", query).put("top", most)
                .put("select", select(snippets));
        if (!place.semantic().isEmpty()) {
            body.put("queryType", "semantic").put("semanticConfiguration", place.semantic());
        }
        if (!field("vector").isEmpty()) {
            body.putArray("vectorQueries").addObject().put("kind", "text").put("text", query)
                    .put("fields", field("vector")).put("k", most * Limits.PIECES_PER_HIT);
        }
        // Of `all`, the service allows a negation of search.in and nothing else.
        var refused = labels.rules().keySet().stream().filter(name -> labels.met(caller, name).isEmpty()).toList();
        if (!refused.isEmpty() && !labels.everythingIsAllowed()) {
            body.put("filter", field("labels") + "/all(l: not search.in(l, '"
                    + String.join("|", refused).replace("'", "''") + "', '|'))");
        }
        return body;
    }

    private Hit hit(JsonNode value) {
        var text = snippets ? text(value, "text").strip().replaceAll("\\s+", " ") : "";
        return new Hit(text(value, "id"), text(value, "title"), DocumentUrl.absolute(text(value, "url")),
                labelsOf(value), text.substring(0, Formats.whole(text, Math.min(text.length(),
                Limits.SNIPPET_CHARS))));
    }

    private String text(JsonNode value, String meaning) {
        return field(meaning).isEmpty() ? "" : value.path(field(meaning)).asString("");
    }

    /// A document whose labels are not the collection of strings that they should be is for nobody; one that has none
    /// at all, only while no label is declared.
    private Set<String> labelsOf(JsonNode value) {
        if (field("labels").isEmpty()) {
            return Set.of();
        }
        var found = value.path(field("labels"));
        if (!found.isArray()) {
            return labels.rules().isEmpty() && (found.isMissingNode() || found.isNull()) ? Set.of() : Set.of("\u0000");
        }
        var all = new TreeSet<String>();
        found.forEach(label -> all.add(label.asString("\u0000")));
        return all;
    }

    @Override
    public Optional<Found> fetch(String id, Caller caller, Duration within) throws Failure, InterruptedException {
        if (!id.matches(KEY)) {
            return Optional.empty();
        }
        return answers.get(path() + "('" + encoded(id) + "')?api-version=" + encoded(place.apiVersion()) + "&$select="
                + encoded(select(true)), System.nanoTime() + within.toNanos())
                .filter(value -> labels.mayRead(caller, labelsOf(value)))
                .map(value -> new Found(text(value, "title"), DocumentUrl.absolute(text(value, "url")),
                        text(value, "date"), labelsOf(value), text(value, "text")));
    }

    @Override
    public String kind() {
        return "azure_ai_search";
    }

    @Override
    public void close() {
        upstream.close();
    }
}
