package io.github.doorwarden.sources.documents;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.index.Failure;
import io.github.doorwarden.index.Shelf;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.search.IndexSearcher;

/// The index in this process, over the configured folders.
final class LocalIndex implements Backend {

    private final Library library;
    private final Ranking ranking;
    private final Labels labels;
    private final boolean snippets;

    LocalIndex(Library library, Labels labels, boolean snippets) {
        this.library = library;
        this.ranking = new Ranking(library.analyzer(), labels);
        this.labels = labels;
        this.snippets = snippets;
    }

    @Override
    public List<Hit> search(String query, int most, Caller caller, Duration within)
            throws Failure, InterruptedException {
        var vector = library.vectors().ofQuery(query);
        return look(List.of(), searcher -> {
            var hits = new ArrayList<Hit>();
            for (var ranked : ranking.rank(searcher, query, vector, library.vectors().key(), most, caller)) {
                hits.add(new Hit(ranked.id(), ranked.title(), ranked.url(), ranked.labels(),
                        snippets ? snippet(searcher, ranked) : ""));
            }
            return hits;
        });
    }

    private static String snippet(IndexSearcher searcher, Ranking.Ranked ranked) throws IOException {
        var text = Ranking.whole(searcher, ranked.id()).map(Indexed::text).orElse("");
        var place = Ranking.place(searcher, ranked.piece());
        var end = Formats.whole(text, Math.min(text.length(), Math.min(place[1], place[0] + Limits.SNIPPET_CHARS)));
        return place[0] >= end ? "" : text.substring(place[0], end).strip().replaceAll("\\s+", " ");
    }

    @Override
    public Optional<Found> fetch(String id, Caller caller, Duration within) throws Failure {
        return look(Optional.empty(), searcher -> Ranking.whole(searcher, id)
                .map(document -> new Found(document.title(), document.url(), document.date(),
                        labels.with(document.path(), document.real(), document.labels()), document.text()))
                .filter(found -> labels.mayRead(caller, found.labels())));
    }

    private <R> R look(R otherwise, Shelf.Look<R> look) throws Failure {
        try {
            return library.index().look(otherwise, look);
        } catch (IOException e) {
            throw new Failure("The index of documents cannot be read. If it is broken, it is being built anew: try "
                    + "again in a few minutes.", e);
        }
    }

    @Override
    public String kind() {
        return "local_index";
    }

    @Override
    public void begin() {
        library.index().begin();
    }

    @Override
    public boolean isRead(Duration within) throws InterruptedException {
        return library.index().isRead(within);
    }

    @Override
    public void close() {
        library.close();
    }
}
