package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Shelf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/// Exact questions to the index: a file's text, what is defined where, and where a name is written. Only what was
/// indexed can be found by any of them.
final class Lookup {

    /// @param entry of kind [Fields#WHOLE]
    record Found(String repository, String path, String language, String text, int marks) {

        private static Found of(Document entry) {
            return new Found(entry.get(Fields.REPOSITORY), entry.get(Fields.PATH), entry.get(Fields.LANGUAGE),
                    entry.get(Fields.TEXT), Fields.number(entry, Fields.MARKS));
        }
    }

    record Definition(String repository, String path, boolean test, Symbol symbol) {}

    record Reference(String repository, String path, boolean test, int line, String text) {}

    private Lookup() {}

    static Optional<Found> file(IndexSearcher searcher, String repository, String path) throws IOException {
        var query = new BooleanQuery.Builder().add(new TermQuery(new Term(Shelf.ID, Indexed.id(repository, path))),
                Occur.FILTER).add(new TermQuery(new Term(Fields.ENTRY, Fields.WHOLE)), Occur.FILTER).build();
        var hits = searcher.search(query, 1).scoreDocs;
        return hits.length == 0 ? Optional.empty()
                : Optional.of(Found.of(searcher.storedFields().document(hits[0].doc)));
    }

    /// Files by their whole path, else by how it ends.
    ///
    /// @return repositories and paths; no texts
    static List<String[]> paths(IndexSearcher searcher, Collection<String> repositories, String path, int most)
            throws IOException {
        for (var term : List.of(new Term(Fields.WHOLE_PATH, path),
                new Term(Fields.ENDS, path.toLowerCase(Locale.ROOT)))) {
            var query = new BooleanQuery.Builder().add(new TermQuery(term), Occur.FILTER)
                    .add(new TermQuery(new Term(Fields.ENTRY, Fields.WHOLE)), Occur.FILTER)
                    .add(Ranking.in(repositories), Occur.FILTER).build();
            var found = new ArrayList<String[]>();
            for (var hit : searcher.search(query, most).scoreDocs) {
                var entry = searcher.storedFields().document(hit.doc, Fields.ABOUT);
                found.add(new String[] {entry.get(Fields.REPOSITORY), entry.get(Fields.PATH)});
            }
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    static List<Symbol> outline(IndexSearcher searcher, String repository, String path) throws IOException {
        return Fields.of(searcher, repository, path, Fields.SYMBOL).stream().map(Fields::symbol).toList();
    }

    /// Of `Outer.inner`: what it lies in, and last what it is called; at least one, some of which may be empty.
    static List<String> parts(String name) {
        return List.of(name.split("::|[.#]", -1));
    }

    /// Those with this name; where there are none, those whose names begin with it.
    ///
    /// @param name with or without what it lies in: `Outer.inner`, `Outer::inner`, `Outer#inner`
    static List<Definition> definitions(IndexSearcher searcher, Collection<String> repositories, String name,
            String kind, int most) throws IOException {
        var parts = parts(name);
        var last = parts.getLast();
        var term = new Term(Fields.EXACT, last.toLowerCase(Locale.ROOT));
        for (var query : List.<Query>of(new TermQuery(term), new PrefixQuery(term))) {
            var found = definitions(searcher, repositories, query, kind);
            found.removeIf(each -> parts.size() > 1 && !isWithin(each.symbol, parts));
            if (!found.isEmpty()) {
                found.sort(Comparator.<Definition>comparingInt(each -> each.symbol.name().equals(last) ? 0 : 1)
                        .thenComparing(Definition::test).thenComparing(each -> each.symbol.name().length())
                        .thenComparing(each -> each.path).thenComparing(each -> each.symbol.from()));
                return found.subList(0, Math.min(most, found.size()));
            }
        }
        return List.of();
    }

    private static List<Definition> definitions(IndexSearcher searcher, Collection<String> repositories, Query name,
            String kind) throws IOException {
        var query = new BooleanQuery.Builder().add(name, Occur.FILTER)
                .add(new TermQuery(new Term(Fields.ENTRY, Fields.SYMBOL)), Occur.FILTER)
                .add(Ranking.in(repositories), Occur.FILTER);
        if (!kind.isEmpty()) {
            query.add(new TermQuery(new Term(Fields.KIND, kind)), Occur.FILTER);
        }
        var found = new ArrayList<Definition>();
        for (var hit : searcher.search(query.build(), 1_000).scoreDocs) {
            var entry = searcher.storedFields().document(hit.doc);
            found.add(new Definition(entry.get(Fields.REPOSITORY), entry.get(Fields.PATH),
                    entry.get(Fields.TEST) != null, Fields.symbol(entry)));
        }
        return found;
    }

    private static boolean isWithin(Symbol symbol, List<String> parts) {
        var around = String.join(".", parts.subList(0, parts.size() - 1)).toLowerCase(Locale.ROOT);
        var scope = symbol.scope().toLowerCase(Locale.ROOT);
        return scope.equals(around) || scope.endsWith("." + around);
    }

    /// Lines where the name is written as a word of its own, the files that have it most often first; not those where
    /// it is defined.
    ///
    /// @param tests whether in tests alone, or outside of them alone; empty: anywhere
    static List<Reference> references(IndexSearcher searcher, CodeAnalyzer analyzer, Collection<String> repositories,
            String name, List<Definition> definitions, Optional<Boolean> tests, int most) throws IOException {
        var query = new BooleanQuery.Builder().add(new TermQuery(new Term(Fields.ENTRY, Fields.CHUNK)), Occur.FILTER)
                .add(Ranking.in(repositories), Occur.FILTER);
        tests.ifPresent(wanted -> query.add(new TermQuery(new Term(Fields.TEST, "true")), wanted ? Occur.FILTER
                : Occur.MUST_NOT));
        var words = analyzer.words(name);
        if (words.isEmpty()) {
            return List.of();                                    // all lines would be candidates
        }
        for (var word : words) {
            query.add(new TermQuery(new Term(Fields.BODY, word)), Occur.MUST);
        }
        var texts = new LinkedHashMap<String, SourceText>();
        var written = Pattern.compile("(?<![\\w$])" + Pattern.quote(name) + "(?![\\w$])");
        var found = new ArrayList<Reference>();
        for (var hit : searcher.search(query.build(), Limits.REFERENCE_CHUNKS).scoreDocs) {
            var entry = searcher.storedFields().document(hit.doc);
            if (found.size() >= most) {
                break;
            }
            add(searcher, entry, texts, written, definitions, found);
        }
        return found.subList(0, Math.min(most, found.size()));
    }

    private static void add(IndexSearcher searcher, Document entry, Map<String, SourceText> texts, Pattern written,
            List<Definition> definitions, List<Reference> found) throws IOException {
        var repository = entry.get(Fields.REPOSITORY);
        var path = entry.get(Fields.PATH);
        var key = repository + "\n" + path;
        if (!texts.containsKey(key)) {
            texts.put(key, new SourceText(file(searcher, repository, path).map(Found::text).orElse("")));
        }
        var text = texts.get(key);
        for (var line = Fields.number(entry, Fields.FROM); line <= Math.min(text.lines(), Fields.number(entry,
                Fields.TO)); line++) {
            var here = line;
            if (written.matcher(text.line(line)).find() && definitions.stream().noneMatch(each -> each.symbol.from()
                    == here && each.path.equals(path) && each.repository.equals(repository))
                    && found.stream().noneMatch(each -> each.line == here && each.path.equals(path))) {
                found.add(new Reference(repository, path, entry.get(Fields.TEST) != null, line, text.line(line)
                        .strip()));
            }
        }
    }
}
