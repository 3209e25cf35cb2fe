package io.github.doorwarden.sources.documents;

import io.github.doorwarden.embeddings.OpenAiEmbedder;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.index.Answers;
import io.github.doorwarden.index.Failure;
import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An OpenAI vector store (`POST /v1/vector_stores/{id}/search`, `GET …/files/{id}/content`). Its hits are pieces; they
/// are put together by file. What `doorwarden documents upload` wrote into a file's attributes is its title, address
/// and labels. Labels are part of the search's filter; a file is fetched only when it belongs to the store and its
/// labels allow it.
final class VectorStore implements Backend {

    static final String NAME = "The vector store";
    /// What the API's own clients send.
    static final Map<String, String> HEADERS = Map.of("OpenAI-Beta", "assistants=v2");
    /// Attributes of a file: sixteen at most, so a dozen labels.
    static final int LABELS = 12;
    private static final String FILE_ID = "[A-Za-z0-9_-]{1,100}";
    private static final int MOST_RESULTS = 50;

    private final DocumentsSettings.VectorStorePlace place;
    private final Labels labels;
    private final boolean snippets;
    private final Upstream upstream;
    private final Answers answers;

    VectorStore(DocumentsSettings.VectorStorePlace place, Labels labels, boolean snippets) {
        this.place = place;
        this.labels = labels;
        this.snippets = snippets;
        check(labels);
        this.upstream = upstream(place.baseUrl(), place.apiKey());
        this.answers = new Answers(upstream, HEADERS);
    }

    static void check(Labels labels) {
        if (labels.rules().size() > LABELS) {
            throw new IllegalArgumentException("a file in a vector store has at most 16 attributes, so there can be "
                    + LABELS + " labels. Use the local index, or fewer labels.");
        }
        labels.rules().keySet().stream().filter(name -> name.length() > Limits.ATTRIBUTE_LABEL_CHARS).forEach(name -> {
            throw new IllegalArgumentException("the label " + name + " is longer than the "
                    + Limits.ATTRIBUTE_LABEL_CHARS + " characters that a vector store takes. Rename it.");
        });
    }

    static Upstream upstream(URI base, String apiKey) {
        var usual = UpstreamSettings.of(NAME, OpenAiEmbedder.v1(base)).withTimeouts(Limits.CALL, Limits.CALL);
        return new Upstream(usual.withLimits(usual.concurrency(), usual.slotWait(), Limits.STORE_ANSWER_BYTES),
                apiKey.isEmpty() ? Credentials.none() : Credentials.bearer(apiKey));
    }

    @Override
    public List<Hit> search(String query, int most, Caller caller, Duration within)
            throws Failure, InterruptedException {
        var end = System.nanoTime() + within.toNanos();
        var body = JsonNodeFactory.instance.objectNode().put("query", query)
                .put("max_num_results", Math.min(MOST_RESULTS, most * Limits.PIECES_PER_HIT))
                .put("rewrite_query", false);
        filter(caller).ifPresent(filter -> body.set("filters", filter));
        var hits = new LinkedHashMap<String, Hit>();
        pages(page -> answers.post("/vector_stores/" + place.id() + "/search" + page, body, end).orElseThrow(() ->
                new Failure(NAME + " " + place.id() + " is not there. Tell the administrator.", null)), piece -> {
            var hit = hit(piece);
            if (labels.mayRead(caller, hit.labels())) {
                hits.putIfAbsent(hit.id(), hit);                 // the best piece comes first
            }
            return hits.size() < most;
        });
        return new ArrayList<>(hits.values());
    }

    private Hit hit(JsonNode piece) {
        var attributes = piece.path("attributes");
        var title = attributes.path("title").asString(piece.path("filename").asString(""));
        var text = piece.path("content").path(0).path("text").asString("").strip().replaceAll("\\s+", " ");
        return new Hit(piece.path("file_id").asString(""), title,
                DocumentUrl.absolute(attributes.path("url").asString("")), labelsOf(attributes), !snippets ? ""
                : text.substring(0, Formats.whole(text, Math.min(text.length(), Limits.SNIPPET_CHARS))));
    }

    /// Where labels are declared, a file that says nothing of labels is for nobody: it did not come by our upload.
    private Set<String> labelsOf(JsonNode attributes) {
        return attributes.has("labels") ? Indexed.labels(attributes.path("labels").asString(""))
                : labels.rules().isEmpty() ? Set.of() : Set.of("\u0000");
    }

    /// One condition for each label that the caller does not meet: that the file has it not.
    private Optional<ObjectNode> filter(Caller caller) {
        var all = JsonNodeFactory.instance.objectNode().put("type", "and");
        var conditions = all.putArray("filters");
        labels.rules().forEach((name, rule) -> {
            var met = labels.met(caller, name);
            if (met.isEmpty()) {
                conditions.add(equal(name, ""));
            } else if (rule.value().isPresent()) {
                var either = conditions.addObject().put("type", "or");
                either.putArray("filters").add(equal(name, "")).add(equal(name, met.get()));
            }
        });
        return conditions.isEmpty() || labels.everythingIsAllowed() ? Optional.empty() : Optional.of(all);
    }

    private static ObjectNode equal(String label, String value) {
        return JsonNodeFactory.instance.objectNode().put("type", "eq").put("key", attribute(label)).put("value", value);
    }

    /// The attribute for one label of a file: empty, the label, or its value.
    static String attribute(String label) {
        return "label_" + label;
    }

    @Override
    public Optional<Found> fetch(String id, Caller caller, Duration within) throws Failure, InterruptedException {
        if (!id.matches(FILE_ID)) {
            return Optional.empty();
        }
        var end = System.nanoTime() + within.toNanos();
        var path = "/vector_stores/" + place.id() + "/files/" + id;
        // Also what says whether the file belongs to this store: the key opens all files of the account.
        var file = answers.get(path, end).filter(each -> each.path("status").asString("").equals("completed")
                && each.path("vector_store_id").asString(place.id()).equals(place.id())).orElse(null);
        if (file == null || !labels.mayRead(caller, labelsOf(file.path("attributes")))) {
            return Optional.empty();
        }
        var attributes = file.path("attributes");
        var text = new StringBuilder();
        pages(page -> answers.get(path + "/content" + page, end).orElseThrow(() -> new Failure("The document went "
                + "away while it was being read. Search again.", null)), part -> {
            text.append(text.isEmpty() ? "" : "\n").append(part.path("text").asString(""));
            return text.length() < Limits.TEXT_CHARS;
        });
        var title = attributes.path("title").asString("");
        if (title.isEmpty()) {
            title = answers.get("/files/" + id, end).map(each -> each.path("filename").asString("")).orElse(id);
        }
        return Optional.of(new Found(title, DocumentUrl.absolute(attributes.path("url").asString("")),
                attributes.path("date").asString(""), labelsOf(attributes), text.toString()));
    }

    private interface Asking {
        JsonNode page(String query) throws Failure, InterruptedException;
    }

    /// Goes through `data` of all pages until it is told to stop. A page that was seen before ends it too.
    private static void pages(Asking asking, Function<JsonNode, Boolean> more) throws Failure, InterruptedException {
        var seen = new HashSet<String>();
        var query = "";
        for (var i = 0; i < Limits.PAGES; i++) {
            var page = asking.page(query);
            for (var item : page.path("data")) {
                if (!more.apply(item)) {
                    return;
                }
            }
            var next = page.path("next_page").asString("");
            if (!page.path("has_more").asBoolean(false) || next.isEmpty() || !seen.add(next)) {
                return;
            }
            query = "?page=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        }
    }

    @Override
    public String kind() {
        return "vector_store";
    }

    @Override
    public void close() {
        upstream.close();
    }
}
