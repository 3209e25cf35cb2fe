package io.github.doorwarden.sources.code;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.util.BytesRef;

/// Ranks chunks: by BM25 with more for symbols and paths that a query names, and by the nearness of vectors; then by
/// reciprocal rank fusion of both, each file's second chunk behind other files' first ones. Repositories that a caller
/// may not know of are no candidates: the filter is part of each query. Safe for use by many threads.
final class Ranking {

    private static final float NAME_WEIGHT = 3;
    private static final float SCOPE_WEIGHT = 1;
    private static final float PATH_WEIGHT = 1.5f;
    /// A symbol that a query names is meant.
    private static final float EXACT_WEIGHT = 8;
    private static final float ENDS_WEIGHT = 12;
    /// Tests and what is written beside code have all the words of the code, and are seldom what is looked for.
    private static final double TEST_SHARE = 0.45;
    private static final double PROSE_SHARE = 0.8;
    /// Each further chunk of a file counts this much of the one before.
    private static final double SAME_FILE = 0.75;
    /// What is written like a name: with a border inside, or in quotes.
    private static final Pattern NAMED = Pattern.compile("[A-Za-z_$][\\w$]*[a-z0-9][A-Z][\\w$]*|[A-Za-z$]\\w*_\\w+"
            + "|[A-Z][a-z0-9]+[\\w$]*|[A-Za-z_$][\\w$]*(?=\\()|(?<=[`'\"])[\\w$]+(?=[`'\"])|[A-Z][A-Z0-9_]{2,}");
    private static final Pattern PATH = Pattern.compile("[\\w.-]*[\\w-](?:/[\\w.-]+)+|[\\w-]+\\.[a-z]{1,5}\\b");

    /// What is looked for.
    ///
    /// @param repositories that the caller may know of, and asked for
    /// @param path         of [PathFilter]; may be empty
    /// @param language     of [Language#key]; may be empty
    /// @param kind         of [Symbol#kind]; may be empty
    /// @param tests        whether tests alone are looked for, or everything
    record Question(String text, Collection<String> repositories, String path, String language, String kind,
            boolean tests) {}

    /// A chunk that was found.
    ///
    /// @param words  what BM25 gave it; 0 when it has none of the words
    /// @param vector how near it is; 0 when vectors were not asked, or it is not among the nearest
    /// @param score  after fusion and thinning
    record Ranked(String repository, String path, String language, boolean test, Chunk chunk, double words,
            double vector, double score) {

        private Ranked with(double wordsOf, double vectorOf, double value) {
            return new Ranked(repository, path, language, test, chunk, wordsOf, vectorOf, value);
        }

        String key() {
            return repository + "\n" + path + "\n" + chunk.from();
        }
    }

    private final CodeAnalyzer analyzer;

    Ranking(CodeAnalyzer analyzer) {
        this.analyzer = analyzer;
    }

    /// @param vector of the text, if there is one
    /// @param key    of the embedder that it came from
    List<Ranked> rank(IndexSearcher searcher, Question question, Optional<float[]> vector, String key, int most)
            throws IOException {
        if (question.repositories.isEmpty()) {
            return List.of();
        }
        var filter = filter(question);
        var asksForTests = question.tests || question.text.toLowerCase(Locale.ROOT).contains("test");
        var fused = new LinkedHashMap<String, Ranked>();
        var words = byWords(question.text);
        if (words.isPresent()) {
            var found = search(searcher, new BooleanQuery.Builder().add(words.get(), Occur.MUST)
                    .add(filter, Occur.FILTER).build(), asksForTests);
            fuse(found, fused, true);
        }
        if (vector.isPresent()) {
            fuse(search(searcher, new KnnFloatVectorQuery(Fields.vectorField(key, vector.get()), vector.get(),
                    Limits.CANDIDATES,
                    filter), asksForTests), fused, false);
        }
        return thinned(fused.values().stream().sorted((one, two) -> Double.compare(two.score, one.score)).toList(),
                most);
    }

    private static Query filter(Question question) {
        var filter = new BooleanQuery.Builder().add(new TermQuery(new Term(Fields.ENTRY, Fields.CHUNK)),
                Occur.FILTER).add(in(question.repositories), Occur.FILTER);
        if (!question.language.isEmpty()) {
            filter.add(new TermQuery(new Term(Fields.LANGUAGE, question.language)), Occur.FILTER);
        }
        if (!question.kind.isEmpty()) {
            filter.add(new TermQuery(new Term(Fields.KIND, question.kind)), Occur.FILTER);
        }
        if (question.tests) {
            filter.add(new TermQuery(new Term(Fields.TEST, "true")), Occur.FILTER);
        }
        if (!question.path.isEmpty()) {
            filter.add(PathFilter.of(question.path).query(), Occur.FILTER);
        }
        return filter.build();
    }

    static Query in(Collection<String> repositories) {
        return new TermInSetQuery(Fields.REPOSITORY, repositories.stream().map(BytesRef::new).toList());
    }

    private Optional<Query> byWords(String text) {
        var words = analyzer.words(text);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        var query = new BooleanQuery.Builder();
        for (var word : words) {
            query.add(new TermQuery(new Term(Fields.BODY, word)), Occur.SHOULD);
            boosted(query, Fields.NAMES, word, NAME_WEIGHT);
            boosted(query, Fields.SCOPE_WORDS, word, SCOPE_WEIGHT);
            boosted(query, Fields.PATH_WORDS, word, PATH_WEIGHT);
        }
        for (var name : named(NAMED, text)) {
            query.add(new BoostQuery(new ConstantScoreQuery(new TermQuery(new Term(Fields.EXACT, name))),
                    EXACT_WEIGHT), Occur.SHOULD);
        }
        for (var path : named(PATH, text)) {
            query.add(new BoostQuery(new ConstantScoreQuery(new TermQuery(new Term(Fields.ENDS, path))),
                    ENDS_WEIGHT), Occur.SHOULD);
        }
        return Optional.of(query.build());
    }

    private static void boosted(BooleanQuery.Builder query, String field, String word, float weight) {
        query.add(new BoostQuery(new TermQuery(new Term(field, word)), weight), Occur.SHOULD);
    }

    private static Set<String> named(Pattern pattern, String text) {
        var found = new LinkedHashSet<String>();
        for (var match = pattern.matcher(text); match.find() && found.size() < Limits.QUERY_TERMS;) {
            // The first word of a sentence is no name.
            if (match.start() > 0 || match.end() == text.length() || !match.group().matches("[A-Z][a-z]+")) {
                found.add(match.group().toLowerCase(Locale.ROOT));
            }
        }
        return found;
    }

    private static List<Ranked> search(IndexSearcher searcher, Query query, boolean asksForTests) throws IOException {
        var stored = searcher.storedFields();
        var found = new ArrayList<Ranked>();
        for (var hit : searcher.search(query, new TopScoreDocCollectorManager(Limits.CANDIDATES, null,
                Limits.CANDIDATES)).scoreDocs) {
            var ranked = ranked(stored.document(hit.doc));
            var share = ranked.test && !asksForTests ? TEST_SHARE : isProse(ranked.language) ? PROSE_SHARE : 1;
            found.add(ranked.with(0, 0, hit.score * share));
        }
        found.sort((one, two) -> Double.compare(two.score, one.score));
        return found;
    }

    private static boolean isProse(String language) {
        return Set.of("markdown", "text", "html", "json", "xml").contains(language);
    }

    private static Ranked ranked(Document entry) {
        return new Ranked(entry.get(Fields.REPOSITORY), entry.get(Fields.PATH), entry.get(Fields.LANGUAGE),
                entry.get(Fields.TEST) != null, Fields.chunk(entry), 0, 0, 0);
    }

    /// Reciprocal rank fusion: scores of different kinds cannot be added, ranks can.
    private static void fuse(List<Ranked> list, Map<String, Ranked> fused, boolean words) {
        for (var i = 0; i < list.size(); i++) {
            var ranked = list.get(i);
            var before = fused.getOrDefault(ranked.key(), ranked.with(0, 0, 0));
            fused.put(ranked.key(), before.with(words ? ranked.score : before.words, words ? before.vector
                    : ranked.score, before.score + 1.0 / (Limits.FUSION + i + 1)));
        }
    }

    /// The best ones, where nothing overlaps and a file's further chunks count less and less (maximal marginal
    /// relevance, with the file as the likeness).
    private static List<Ranked> thinned(List<Ranked> ranked, int most) {
        var left = new ArrayList<>(ranked);
        var chosen = new ArrayList<Ranked>();
        var ofFile = new HashMap<String, Integer>();
        while (chosen.size() < most && !left.isEmpty()) {
            var best = -1;
            var value = -1.0;
            for (var i = 0; i < left.size() && left.get(i).score > value; i++) {
                var each = left.get(i);
                var discounted = each.score * Math.pow(SAME_FILE, ofFile.getOrDefault(file(each), 0));
                if (discounted > value) {
                    best = i;
                    value = discounted;
                }
            }
            var next = left.remove(best);
            if (chosen.stream().noneMatch(other -> overlap(other, next))) {
                chosen.add(next.with(next.words, next.vector, value));
                ofFile.merge(file(next), 1, Integer::sum);
            }
        }
        return chosen;
    }

    private static String file(Ranked ranked) {
        return ranked.repository + "\n" + ranked.path;
    }

    private static boolean overlap(Ranked one, Ranked two) {
        return file(one).equals(file(two)) && one.chunk.from() <= two.chunk.to() && two.chunk.from() <= one.chunk
                .to();
    }
}
