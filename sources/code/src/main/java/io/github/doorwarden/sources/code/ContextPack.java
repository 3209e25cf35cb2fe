package io.github.doorwarden.sources.code;

import io.github.doorwarden.server.AnswerBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.search.IndexSearcher;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Gathers what belongs together until the tokens are spent: each list has a share of them, so that no part of the pack
/// crowds out the others. For one answer.
final class ContextPack {

    private final Toolbox box;
    private final IndexSearcher searcher;
    private final Collection<String> readable;
    private final Ranking ranking;
    private final Set<String> shown = new LinkedHashSet<>();
    private final ObjectNode answer = Toolbox.JSON.objectNode();
    private final int tokens;
    private final int room;
    /// Bytes of the answer and of the list that is filled. They are kept up: to measure both again for each candidate
    /// would cost the whole answer each time.
    private long whole;
    private long part;

    ContextPack(Toolbox box, IndexSearcher searcher, Collection<String> readable, int tokens) {
        this.box = box;
        this.searcher = searcher;
        this.readable = readable;
        this.ranking = new Ranking(box.index().analyzer());
        this.tokens = tokens;
        this.room = new AnswerBudget(Math.max(1, tokens), Optional.empty()).maxBytes();
    }

    ObjectNode answer() {
        return answer;
    }

    List<Ranking.Ranked> search(String text, String path, String language, boolean tests, Optional<float[]> vector,
            int most) throws IOException {
        return ranking.rank(searcher, new Ranking.Question(text, readable, path, language, "", tests), vector,
                box.index().vectors().key(), most);
    }

    /// Chunks with their text, as many as fit into a share of the tokens.
    void snippets(String list, List<Ranking.Ranked> chunks, double share) throws IOException {
        var items = begin(list);
        for (var each : chunks) {
            var chunk = each.chunk();
            if (shown.add(each.repository() + " " + each.path() + " " + chunk.from())) {
                var text = new SourceText(Lookup.file(searcher, each.repository(), each.path())
                        .map(Lookup.Found::text).orElse(""));
                var item = box.place(Toolbox.JSON.objectNode().put("symbol", chunk.qualified()).put("kind",
                        chunk.kind()), each.repository(), each.path(), chunk.from(), chunk.to())
                        .put("text", text.between(chunk.from(), chunk.to()));
                add(items, item, share);
            }
        }
    }

    /// What a file declares, without bodies.
    void outline(String list, String repository, String path, double share) throws IOException {
        var items = begin(list);
        for (var symbol : Lookup.outline(searcher, repository, path)) {
            if (!symbol.kind().equals("constructor")) {
                add(items, Toolbox.JSON.objectNode().put("name", symbol.name()).put("kind", symbol.kind())
                        .put("scope", symbol.scope()).put("signature", symbol.signature()).put("path", path)
                        .put("line", symbol.from()), share);
            }
        }
    }

    /// Lines elsewhere that have the names.
    ///
    /// @param path whose own lines are left out
    void references(String list, Collection<Symbol> symbols, String repository, String path, boolean tests,
            double share) throws IOException {
        var items = begin(list);
        for (var symbol : symbols) {
            var definition = List.of(new Lookup.Definition(repository, path, false, symbol));
            for (var each : Lookup.references(searcher, box.index().analyzer(), readable, symbol.name(), definition,
                    Optional.of(tests), Limits.REFERENCES)) {
                if (!each.path().equals(path) && shown.add(each.repository() + " " + each.path() + ":" + each.line())
                        && !each.text().startsWith("import ")) {
                    add(items, Toolbox.JSON.objectNode().put("of", symbol.name()).put("repo", each.repository())
                            .put("path", each.path()).put("line", each.line()).put("text", Toolbox.line(each.text())),
                            share);
                }
            }
        }
    }

    private ArrayNode begin(String list) {
        var items = answer.withArrayProperty(list);
        whole = bytes(answer);
        part = bytes(items);
        return items;
    }

    private void add(ArrayNode items, ObjectNode item, double share) {
        var size = bytes(item) + 1;                              // and a comma
        if (part + size <= room * share && whole + size <= room) {
            items.add(item);
            whole += size;
            part += size;
        } else if (!answer.has("cut")) {
            answer.put("cut", "Not everything fits into " + tokens + " tokens. Ask for more with max_tokens, or for "
                    + "something narrower.");
            whole = bytes(answer);
        }
    }

    private static long bytes(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /// How the code around is written, read off some of its files.
    void conventions(Collection<String[]> files) throws IOException {
        var lines = new Conventions();
        for (var file : files) {
            var found = Lookup.file(searcher, file[0], file[1]);
            if (found.isPresent()) {
                lines.add(found.get());
            }
        }
        var items = answer.putArray("conventions");
        lines.sentences().forEach(items::add);
    }
}
