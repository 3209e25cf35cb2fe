package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.search.IndexSearcher;

/// Searches the index in this process.
final class LocalSearch implements SearchCodeTool.Backend {

    private final CodeIndex index;
    private final Ranking ranking;

    LocalSearch(CodeIndex index) {
        this.index = index;
        this.ranking = new Ranking(index.analyzer());
    }

    @Override
    public List<Hit> search(Ranking.Question question, int most) throws Failure, InterruptedException {
        var vector = index.vectors().ofQuery(question.text());
        try {
            return index.look(List.of(), searcher -> {
                var hits = new ArrayList<Hit>();
                for (var ranked : ranking.rank(searcher, question, vector, index.vectors().key(), most)) {
                    hits.add(hit(searcher, ranked));
                }
                return hits;
            });
        } catch (IOException e) {
            throw new Failure("The index of code cannot be read. If it is broken, it is being built anew: try again in "
                    + "a few minutes.", e);
        }
    }

    private static Hit hit(IndexSearcher searcher, Ranking.Ranked ranked) throws IOException {
        var chunk = ranked.chunk();
        var text = new SourceText(Lookup.file(searcher, ranked.repository(), ranked.path()).map(Lookup.Found::text)
                .orElse(""));
        var shown = new StringBuilder();
        for (var line = chunk.from(); line <= Math.min(chunk.to(), chunk.from() + Limits.SNIPPET_LINES - 1); line++) {
            shown.append(Toolbox.line(line <= text.lines() ? text.line(line) : "")).append('\n');
        }
        if (chunk.to() - chunk.from() >= Limits.SNIPPET_LINES) {
            shown.append("[… ").append(chunk.to() - chunk.from() + 1 - Limits.SNIPPET_LINES).append(" more lines]\n");
        }
        return new Hit(ranked.repository(), ranked.path(), ranked.language(), chunk.from(), chunk.to(),
                chunk.qualified(), chunk.kind(), shown.toString(), ranked.score(), ranked.words(), ranked.vector());
    }
}
