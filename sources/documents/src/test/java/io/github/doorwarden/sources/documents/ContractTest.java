package io.github.doorwarden.sources.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.embeddings.EmbedderSettings;
import io.github.doorwarden.server.ToolResult;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `search` and `fetch` are what ChatGPT's deep research and company knowledge read, byte for byte.
class ContractTest {

    @TempDir
    private Path folder;
    @TempDir
    private Path state;

    /// Both copies of an answer are the same bytes.
    private static String bytes(ToolResult result) {
        assertFalse(result.isError());
        assertEquals(1, result.content().size());
        assertEquals("text", result.content().getFirst().path("type").asString());
        var text = result.content().getFirst().path("text").asString();
        assertEquals(result.structured().orElseThrow().toString(), text);
        return text;
    }

    @Test
    void aSearchHasResultsAndNothingElse() throws Exception {
        try (var corpus = new Corpus(folder, state).write("air/fares 2026.md", "# Fares\nTickets to Lisbon.").open()) {
            var id = corpus.id(Corpus.READER, "lisbon");
            assertTrue(id.matches("doc-[0-9a-f]{20}"), id);
            assertEquals("{\"results\":[{\"id\":\"" + id + "\",\"title\":\"Fares\","
                    + "\"url\":\"https://docs.example.com/air/fares%202026\"}]}",
                    bytes(corpus.searching(Corpus.READER, "Lisbon")));
            for (var nothing : new String[] {"", "  ", "the", "zeppelin", "?!"}) {
                assertEquals("{\"results\":[]}", bytes(corpus.searching(Corpus.READER, nothing)));
            }
        }
    }

    @Test
    void aFetchHasTheWholeDocument() throws Exception {
        try (var corpus = new Corpus(folder, state).write("fares.md", "---\ntitle: All fares\ndate: 2026-05-01\n"
                + "url: https://example.org/f?a=1\n---\n# Fares\nTo \"Lisbon\".").open()) {
            var id = corpus.id(Corpus.READER, "lisbon");
            assertEquals("{\"id\":\"" + id + "\",\"title\":\"All fares\",\"text\":\"# Fares\\nTo \\\"Lisbon\\\".\","
                    + "\"url\":\"https://example.org/f?a=1\",\"metadata\":{\"source\":\"local_index\","
                    + "\"date\":\"2026-05-01\"}}", bytes(corpus.fetching(Corpus.READER, id)));
        }
    }

    @Test
    void anAddressIsAbsoluteOrEmpty() throws Exception {
        var corpus = new Corpus(folder, state);
        corpus.urlTemplate = "";
        corpus.write("a.md", "---\nurl: javascript:alert(1)\n---\napple").write("b.md", "banana")
                .write("c.md", "---\nurl: /relative\n---\ncherry").write("d.md",
                "---\nurl: https://user:secret@example.org/\n---\ndate");
        try (var open = corpus.open()) {
            for (var word : new String[] {"apple", "banana", "cherry", "date"}) {
                assertEquals("", open.search(Corpus.READER, word).path(0).path("url").asString(null));
                assertEquals("", open.fetch(open.id(Corpus.READER, word)).path("url").asString(null));
            }
        }
    }

    @Test
    void aLongTextComesInPartsThatSaySo() throws Exception {
        var corpus = new Corpus(folder, state);
        corpus.settings = new DocumentsSettings.Tools("", "", Set.of(), 10, false, 1_000);
        var text = "Line of words about elephants.\n".repeat(80).strip();
        try (var open = corpus.write("e.txt", text).open()) {
            var whole = new StringBuilder();
            var id = open.id(Corpus.READER, "elephants");
            var parts = 0;
            for (var next = id; !next.isEmpty(); parts++) {
                var answer = open.fetch(next);
                assertEquals(next, answer.path("id").asString());
                whole.append(answer.path("text").asString());
                var metadata = answer.path("metadata");
                next = metadata.path("next").asString("");
                assertEquals(next.isEmpty() ? "" : "true", metadata.path("truncated").asString(""));
                assertEquals(Integer.toString(parts + 1), metadata.path("part").asString());
            }
            assertEquals(text, whole.toString());
            assertEquals(3, parts);
            assertEquals(open.fetching(Corpus.READER, "doc-00000000000000000000"), open.fetching(Corpus.READER, id
                    + "#4"));
        }
    }

    @Test
    void whatIsNoIdOfOursIsUnknown() throws Exception {
        try (var corpus = new Corpus(folder, state).write("a.md", "apple").open()) {
            var unknown = corpus.fetching(Corpus.READER, "doc-00000000000000000000");
            assertTrue(unknown.isError());
            assertTrue(unknown.content().getFirst().path("text").asString().startsWith("There is no document with "
                    + "this id. Take one that search answered with."));
            for (var id : new String[] {"", "../a.md", "#2", "doc-1#0", "doc-1#-1", "a\u0000b", "x".repeat(5_000),
                "a#99999999999"}) {
                assertEquals(unknown, corpus.fetching(Corpus.READER, id));
            }
        }
    }

    @Test
    void theToolsSayWhatTheyAre() throws Exception {
        try (var source = new DocumentsSource("d", settings(new DocumentsSettings.Tools("kb", "Talks with pilots.",
                Set.of("docs:read"), 5, true, 1_000)), new Labels(java.util.Map.of(), Corpus.policy()), state)) {
            var tools = source.things().tools();
            assertEquals("kb_search", tools.get(0).spec().name());
            assertEquals("kb_fetch", tools.get(1).spec().name());
            assertTrue(tools.get(0).spec().description().endsWith("The documents: Talks with pilots."));
            for (var tool : tools) {
                assertTrue(tool.spec().annotations().path("readOnlyHint").asBoolean());
                assertEquals(Set.of("docs:read"), tool.spec().scopes());
                assertEquals("object", tool.spec().outputSchema().orElseThrow().path("type").asString());
                assertEquals(1, tool.spec().inputSchema().path("properties").size());
            }
        }
    }

    private DocumentsSettings settings(DocumentsSettings.Tools tools) {
        return new DocumentsSettings(java.util.List.of(new Folder("d", folder, java.util.List.of(),
                java.util.List.of(), "")), tools, "any", new EmbedderSettings.None(),
                new DocumentsSettings.Local());
    }

    @Test
    void aSnippetIsWhereTheWordsAre() throws Exception {
        var corpus = new Corpus(folder, state);
        corpus.settings = new DocumentsSettings.Tools("", "", Set.of(), 10, true, 1_000);
        try (var open = corpus.write("a.md", "# A\n" + "Nothing here. ".repeat(100) + "\n# B\nThe okapi sleeps.")
                .open()) {
            assertTrue(open.search(Corpus.READER, "okapi").path(0).path("text").asString().contains("okapi sleeps"));
        }
    }

    @Test
    void aQueryIsBounded() throws Exception {
        try (var corpus = new Corpus(folder, state).write("a.md", "apple").open()) {
            var refused = corpus.searching(Corpus.READER, "a".repeat(1_001));
            assertTrue(refused.isError() && refused.content().getFirst().path("text").asString().contains("1000"));
            var words = new StringBuilder();
            for (var i = 0; i < 140; i++) {
                words.append("w").append(i).append(' ');
            }
            assertEquals(1, corpus.search(Corpus.READER, "apple " + words).size());
        }
    }
}
