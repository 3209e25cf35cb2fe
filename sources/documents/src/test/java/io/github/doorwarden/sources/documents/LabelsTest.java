package io.github.doorwarden.sources.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Reader;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.server.Conditions;
import io.github.doorwarden.server.Policy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nobody finds, counts, or fetches what their labels do not allow.
class LabelsTest {

    private static final Caller BOARD = Reader.with("docs:board");

    @TempDir
    private Path folder;
    @TempDir
    private Path state;

    private Corpus corpus() {
        var corpus = new Corpus(folder, state);
        corpus.label("board", "docs:board");
        return corpus;
    }

    private static LabelRule rule(Set<String> tiers, Set<String> tenants, CallerValue value, String... files) {
        return new LabelRule(Set.of(), new Conditions(false, Optional.empty(), tiers), tenants,
                Optional.ofNullable(value), List.of(files));
    }

    @Test
    void aLabelHidesADocumentFromSearchAndFetch() throws Exception {
        try (var corpus = corpus().write("open.md", "# Open\nmerger").write("secret.md",
                "---\nlabels: board\n---\n# Secret\nmerger merger").open()) {
            assertEquals(List.of("Open"), corpus.titles("merger"));
            assertEquals(List.of("Secret", "Open"), corpus.titles(BOARD, "merger"));
            // A scope that includes the needed one will do, as everywhere.
            assertEquals(2, corpus.titles(Reader.with("docs:all"), "merger").size());
            var id = corpus.id(BOARD, "merger");
            var unknown = corpus.fetching(Corpus.READER, "doc-00000000000000000000");
            assertEquals(unknown, corpus.fetching(Corpus.READER, id));
            assertEquals(unknown, corpus.fetching(Corpus.READER, id + "#2"));
            assertEquals(unknown, corpus.fetching(Caller.anonymous(), id));
            assertFalse(corpus.fetching(BOARD, id).isError());
        }
    }

    /// A filter behind the query would leave nothing: all places are taken by what the caller may not read.
    @Test
    void whatMayNotBeReadTakesNoPlaceAmongTheHits() throws Exception {
        var corpus = corpus();
        for (var i = 0; i < 300; i++) {
            corpus.write("secret" + i + ".md", "---\nlabels: [board]\n---\n# Merger " + i + "\nmerger merger merger");
        }
        try (var open = corpus.write("open.md", "# Open\nSomething else, and at the end the word merger.").open()) {
            assertEquals(List.of("Open"), open.titles("merger"));
            assertEquals(10, open.titles(BOARD, "merger").size());
        }
    }

    @Test
    void aChangeOfLabelsTakesEffect() throws Exception {
        try (var corpus = corpus().write("a.md", "# Plan\nmerger").open()) {
            var id = corpus.id(Corpus.READER, "merger");
            corpus.write("a.md", "---\nlabels: [board]\n---\n# Plan\nmerger").look();
            assertEquals(List.of(), corpus.titles("merger"));
            assertTrue(corpus.fetching(Corpus.READER, id).isError());
            assertFalse(corpus.fetching(BOARD, id).isError());
            corpus.write("a.md", "# Plan\nmerger").look();
            assertEquals(List.of("Plan"), corpus.titles("merger"));
        }
        // The configuration may give labels too, to files that did not change.
        var stricter = new Corpus(folder, state);
        stricter.rules.put("board", new LabelRule(Set.of("docs:board"), Conditions.NONE, Set.of(), Optional.empty(),
                List.of("**/*.md")));
        try (var corpus = stricter) {
            // From the first moment on, while the index still says otherwise.
            corpus.openWithoutLook();
            var open = corpus.id(BOARD, "merger");
            assertFalse(open.isEmpty());
            assertTrue(corpus.fetching(Corpus.READER, open).isError());
            assertEquals(List.of(), corpus.titles("merger"));
            corpus.look();
            assertEquals(List.of(), corpus.titles("merger"));
            assertEquals(List.of("Plan"), corpus.titles(BOARD, "merger"));
        }
    }

    @Test
    void aDocumentThatCannotBeReadAnyMoreIsNotServedAsItWas() throws Exception {
        try (var corpus = corpus().write("a.md", "# Plan\nmerger").open()) {
            corpus.write("a.md", "---\nlabels: [board\n---\n# Plan\nmerger").look();
            assertEquals(List.of(), corpus.titles("merger"));
        }
    }

    @Test
    void severalLabelsAskForEachAndUnknownOnesForTheImpossible() throws Exception {
        var corpus = corpus();
        corpus.rules.put("staff", rule(Set.of("STAFF"), Set.of(), null));
        corpus.write("both.md", "---\nlabels: [board, staff]\n---\n# Both\nmerger")
                .write("typo.md", "---\nlabels: [bord]\n---\n# Typo\nmerger")
                .write("value.md", "---\nlabels: [\"board:x\"]\n---\n# Value\nmerger")
                .write("bars.md", "---\nlabels: [\"|\", \"a|board|\"]\n---\n# Bars\nmerger");
        try (var open = corpus.open()) {
            assertEquals(List.of(), open.titles(BOARD, "merger"));
            assertEquals(List.of("Both"), open.titles(Reader.of("ada@house.example", Optional.empty(), "docs:board"),
                    "merger"));
            assertEquals(List.of(), open.titles(Reader.of("ada@house.example", Optional.empty()), "merger"));
        }
    }

    @Test
    void tenantsSeeTheirOwn() throws Exception {
        var corpus = corpus();
        corpus.rules.put("tenant", rule(Set.of(), Set.of(), CallerValue.TENANT));
        corpus.rules.put("acme", rule(Set.of(), Set.of("acme"), null, "acme/**"));
        corpus.write("a.md", "---\nlabels: [\"tenant:acme\"]\n---\n# A\nprices")
                .write("b.md", "---\nlabels: [\"tenant:beta\"]\n---\n# B\nprices")
                .write("ab.md", "---\nlabels: [\"tenant:acme\", \"tenant:beta\"]\n---\n# AB\nprices")
                .write("none.md", "---\nlabels: [\"tenant:\"]\n---\n# None\nprices")
                .write("bare.md", "---\nlabels: [tenant]\n---\n# Bare\nprices")
                .write("acme/x.md", "# X\nprices");
        try (var open = corpus.open()) {
            assertEquals(Set.of("A", "AB", "X"), seen(open, Optional.of("acme")));
            assertEquals(Set.of("B", "AB"), seen(open, Optional.of("beta")));
            assertEquals(Set.of(), seen(open, Optional.of("")));
            assertEquals(Set.of(), seen(open, Optional.empty()));
            assertEquals(Set.of(), seen(open, Optional.of("ACME")));
        }
    }

    private static Set<String> seen(Corpus corpus, Optional<String> tenant) throws Exception {
        return new TreeSet<>(corpus.titles(Reader.of("ada@example.org", tenant), "prices"));
    }

    @Test
    void withoutAuthorizationEverybodyReadsEverythingThatIsDeclared() {
        var labels = new Labels(Map.of("board", rule(Set.of("STAFF"), Set.of("acme"), null)),
                Policy.withoutAuthorization());
        assertTrue(labels.mayRead(Caller.anonymous(), List.of("board")));
        assertFalse(labels.mayRead(Caller.anonymous(), List.of("bord")));
    }

    @Test
    void globsGiveNoValues() {
        assertThrows(IllegalArgumentException.class, () -> rule(Set.of(), Set.of(), CallerValue.TENANT, "**"));
    }

    @Test
    void aSetOfLabelsIsReadBackAsItWas() {
        for (var set : List.of(Set.<String>of(), Set.of("a"), Set.of("a|b", "a", "\\", "\\p", "|"))) {
            assertEquals(new TreeSet<>(set), Indexed.labels(Indexed.access(set)));
        }
    }
}
