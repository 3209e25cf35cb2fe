package io.github.doorwarden.sources.documents;

import io.github.doorwarden.identity.Caller;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.util.BytesRef;

/// Ranks documents: their pieces by BM25 and by the nearness of vectors, then documents by reciprocal rank fusion of
/// both. What a caller may not read is not a candidate: the filter is part of each query, so neither ranks nor counts
/// tell of it. Safe for use by many threads.
final class Ranking {

    private static final float TITLE_WEIGHT = 2;
    private static final float HEADING_WEIGHT = 1.5f;

    /// A document that was found.
    ///
    /// @param piece the best one's entry in the index
    record Ranked(String id, String title, String url, Set<String> labels, int piece) {}

    /// The sets of labels that an index has.
    private record Sets(IndexReader of, Map<String, Set<String>> byTerm) {}

    private final Analyzer analyzer;
    private final Labels labels;
    private volatile Sets sets = new Sets(null, Map.of());

    Ranking(Analyzer analyzer, Labels labels) {
        this.analyzer = analyzer;
        this.labels = labels;
    }

    /// @param vector of the query, if there is one
    /// @param key    of the embedder that it came from
    List<Ranked> rank(IndexSearcher searcher, String query, Optional<float[]> vector, String key, int most,
            Caller caller) throws IOException {
        var filter = readable(searcher, caller);
        if (filter.filter(none -> none.getTermsCount() == 0).isPresent()) {
            return List.of();
        }
        var wanted = most * Limits.PIECES_PER_HIT;
        var fused = new LinkedHashMap<String, Double>();
        var best = new LinkedHashMap<String, Ranked>();
        var words = words(query);
        if (!words.isEmpty()) {
            fuse(documents(searcher, filtered(byWords(words), filter), wanted), fused, best);
        }
        if (vector.isPresent()) {
            fuse(documents(searcher, new KnnFloatVectorQuery(Fields.vectorField(key, vector.get()),
                    vector.get(), wanted, filter.orElse(null)), wanted), fused, best);
        }
        return fused.entrySet().stream().sorted(Map.Entry.<String, Double>comparingByValue().reversed()).limit(most)
                .map(entry -> best.get(entry.getKey())).toList();
    }

    /// The sets of labels that the caller may read; empty when these are all that there are.
    private Optional<TermInSetQuery> readable(IndexSearcher searcher, Caller caller) throws IOException {
        var all = sets(searcher.getIndexReader());
        var readable = all.entrySet().stream().filter(set -> labels.mayRead(caller, set.getValue()))
                .map(set -> new BytesRef(set.getKey())).toList();
        return readable.size() == all.size() ? Optional.empty()
                : Optional.of(new TermInSetQuery(Fields.ACCESS, readable));
    }

    private Map<String, Set<String>> sets(IndexReader reader) throws IOException {
        var known = sets;
        if (known.of == reader) {
            return known.byTerm;
        }
        var all = new LinkedHashMap<String, Set<String>>();
        var terms = MultiTerms.getTerms(reader, Fields.ACCESS);
        if (terms != null) {
            var each = terms.iterator();
            for (var term = each.next(); term != null; term = each.next()) {
                all.put(term.utf8ToString(), Indexed.labels(term.utf8ToString()));
            }
        }
        sets = new Sets(reader, all);
        return all;
    }

    private static Query filtered(Query query, Optional<TermInSetQuery> filter) {
        return filter.isEmpty() ? query : new BooleanQuery.Builder().add(query, Occur.MUST)
                .add(filter.get(), Occur.FILTER).build();
    }

    private Set<String> words(String query) throws IOException {
        var words = new LinkedHashSet<String>();
        try (var tokens = analyzer.tokenStream(Fields.BODY, query)) {
            var word = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (words.size() < Limits.QUERY_TERMS && tokens.incrementToken()) {
                words.add(word.toString());
            }
            tokens.end();
        }
        return words;
    }

    private static Query byWords(Set<String> words) {
        var query = new BooleanQuery.Builder();
        for (var word : words) {
            query.add(new TermQuery(new Term(Fields.BODY, word)), Occur.SHOULD);
            query.add(new BoostQuery(new TermQuery(new Term(Fields.TITLE_WORDS, word)), TITLE_WEIGHT), Occur.SHOULD);
            query.add(new BoostQuery(new TermQuery(new Term(Fields.HEADING, word)), HEADING_WEIGHT), Occur.SHOULD);
        }
        return query.build();
    }

    /// Documents in the order of their best pieces.
    private List<Ranked> documents(IndexSearcher searcher, Query query, int pieces) throws IOException {
        var found = new LinkedHashMap<String, Ranked>();
        // How many there are is nobody's question, and counting them takes most of the time.
        var hits = searcher.search(query, new TopScoreDocCollectorManager(pieces, null, pieces)).scoreDocs;
        var stored = searcher.storedFields();
        for (ScoreDoc hit : hits) {
            var entry = stored.document(hit.doc, Set.of(Fields.ID, Fields.TITLE, Fields.URL, Fields.ACCESS,
                    Fields.PATH, Fields.REAL));
            found.putIfAbsent(entry.get(Fields.ID), new Ranked(entry.get(Fields.ID), entry.get(Fields.TITLE),
                    entry.get(Fields.URL), labels.with(entry.get(Fields.PATH), entry.get(Fields.REAL),
                    Indexed.labels(entry.get(Fields.ACCESS))), hit.doc));
        }
        return new ArrayList<>(found.values());
    }

    /// Reciprocal rank fusion: scores of different kinds cannot be added, ranks can.
    private static void fuse(List<Ranked> list, Map<String, Double> fused, Map<String, Ranked> best) {
        for (var i = 0; i < list.size(); i++) {
            fused.merge(list.get(i).id, 1.0 / (Limits.FUSION + i + 1), Double::sum);
            best.putIfAbsent(list.get(i).id, list.get(i));
        }
    }

    /// Where a piece lies in the text of its document.
    static int[] place(IndexSearcher searcher, int piece) throws IOException {
        var leaf = searcher.getIndexReader().leaves().get(ReaderUtil.subIndex(piece,
                searcher.getIndexReader().leaves()));
        return new int[] {value(leaf.reader().getNumericDocValues(Fields.START), piece - leaf.docBase),
            value(leaf.reader().getNumericDocValues(Fields.END), piece - leaf.docBase)};
    }

    private static int value(NumericDocValues values, int document) throws IOException {
        return values != null && values.advanceExact(document) ? (int) values.longValue() : 0;
    }

    /// The document with its text, whoever may read it; empty when there is none.
    static Optional<Indexed> whole(IndexSearcher searcher, String id) throws IOException {
        var query = new BooleanQuery.Builder().add(new TermQuery(new Term(Fields.ID, id)), Occur.FILTER)
                .add(new TermQuery(new Term(Fields.KIND, Fields.WHOLE)), Occur.FILTER).build();
        var hits = searcher.search(query, 1).scoreDocs;
        return hits.length == 0 ? Optional.empty()
                : Optional.of(Fields.read(searcher.storedFields().document(hits[0].doc)));
    }
}
