package io.github.doorwarden.sources.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.files.FilesSettings.By;
import io.github.doorwarden.sources.files.FilesSettings.Column;
import io.github.doorwarden.sources.files.FilesSettings.Filter;
import io.github.doorwarden.sources.files.FilesSettings.Keep;
import io.github.doorwarden.sources.files.FilesSettings.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Columns of few different texts are kept as numbers into a list, and nobody who asks can tell.
final class WordsTest {

    /// In no order; some that only bytes put in order, some that quotes could break.
    private static final List<String> WORDS = List.of("b", "a", "Z", "ab", "a b", "ä", "é", "zz", "10", "9", "B", "aa",
            "it's", "say \"so\"", "\u20ac", "\uD83D\uDE00", "\uFFFD", "abc", "a,b");

    @TempDir
    private Path folder;

    private static int order(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Column> columns() {
        var columns = new LinkedHashMap<String, Column>();
        columns.put("word", Fixture.text());
        columns.put("n", Fixture.number());
        return columns;
    }

    private static Map<String, Filter> filters() {
        var filters = new LinkedHashMap<String, Filter>();
        for (var by : By.values()) {
            filters.put(by.name().toLowerCase(Locale.ROOT), Fixture.filter("word", by));
        }
        return filters;
    }

    /// @param fill different words that are there, too, after all others
    private Fixture files(int fill) throws Exception {
        var text = new StringBuilder("word,n\n");
        WORDS.forEach(word -> text.append('"').append(word.replace("\"", "\"\"")).append("\",1\n"));
        text.append(",1\n");
        for (var i = 0; i < fill; i++) {
            text.append("\uDBFF\uDFFF").append(i).append(",2\n");
        }
        var files = new Fixture(folder).write("d.csv", text.toString()).dataset("d", columns(), "d.csv")
                .tool("rows", Fixture.tool(Kind.ROWS, "d", filters()))
                .tool("describe", Fixture.tool(Kind.DESCRIBE, "d", filters()));
        return files.tool("groups", new FilesSettings.ToolSettings(Kind.AGGREGATE, "d", Optional.empty(), "Groups.",
                Set.of(), filters(), List.of(), List.of("word"), List.of(), Optional.empty(), Map.of(), 100, 3, 1,
                Optional.empty()));
    }

    private String kept(Fixture files, String dataset, String column) throws Exception {
        files.source();
        var found = new LinkedHashMap<String, List<FoundFile>>();
        for (var set : files.settings().datasets().entrySet()) {
            found.put(set.getKey(), set.getValue().join().isPresent() ? List.of()
                    : FoundFile.of(folder, set.getValue().files()));
        }
        var version = Load.version(files.settings(), found, 1, Fixture.NOW);
        try (var session = new Session(version, Fixture.DEADLINE)) {
            return session.rows("SELECT typeof(" + Sql.name(column) + ") FROM " + Sql.name(dataset) + " LIMIT 1",
                    List.of(), row -> row.getString(1)).getFirst().replaceFirst("\\(.*", "");
        } finally {
            version.leave();
        }
    }

    private static List<String> words(JsonNode rows) {
        return rows.valueStream().map(row -> row.path("word").asString("")).toList();
    }

    private static List<String> answered(Fixture files, String arguments) throws Exception {
        return words(files.ask("rows", arguments).path("rows"));
    }

    @Test
    void fewTextsAreNumbers_ManyStayTexts_AndBothAnswerAlike() throws Exception {
        for (var fill : List.of(0, Limits.WORDS)) {
            try (var files = files(fill)) {
                assertEquals(fill == 0 ? "ENUM" : "VARCHAR", kept(files, "d", "word"));
                var sorted = WORDS.stream().sorted(WordsTest::order).toList();
                assertEquals(sorted, answered(files, "{'order_by':'word','limit':" + sorted.size() + "}"));
                var groups = words(files.ask("groups", "{'group_by':['word'],'limit':" + sorted.size() + "}")
                        .path("groups"));
                assertEquals(sorted, groups);
                for (var word : List.of("a", "ab", "zz", "0", "nowhere", "a ", "ä", "\uD83D\uDE00")) {
                    var quoted = Fixture.JSON.writeValueAsString(word);
                    assertEquals(WORDS.stream().filter(word::equals).toList(), answered(files, "{'equals':" + quoted
                            + "}"), word);
                    assertEquals(WORDS.stream().filter(each -> each.equals(word) || each.equals("B")).toList(),
                            answered(files, "{'in':[" + quoted + ",'B','none of them']}"), word);
                    assertEquals(WORDS.stream().filter(each -> order(each, word) <= 0).toList(), answered(files,
                            "{'to':" + quoted + "}"), word);
                    assertEquals(WORDS.stream().filter(each -> order(each, word) >= 0).toList(), answered(files,
                            "{'to':'\uDBFF\uDFFF','from':" + quoted + "}"), word);
                    assertEquals(WORDS.stream().filter(each -> each.startsWith(word)).toList(), answered(files,
                            "{'prefix':" + quoted + "}"), word);
                }
                var none = files.ask("rows", "{'equals':'nowhere'}").path("facts").path("values").path("word");
                assertTrue(none.toString().contains("\"\uD83D\uDE00\""), none.toString());
                var profile = files.ask("describe", "{'to':'zz','columns':['word']}").path("columns").path(0);
                assertEquals(WORDS.stream().filter(each -> order(each, "zz") <= 0).count(), profile.path("distinct")
                        .asLong());
                assertEquals("10", profile.path("most_frequent").path(0).path("value").asString(), "the first of many");
            }
        }
    }

    @Test
    void aColumnWithoutAnyTextIsMissingThroughout() throws Exception {
        try (var files = new Fixture(folder).write("d.csv", "word,n\n,1\n,2\n").dataset("d", columns(), "d.csv")
                .tool("rows", Fixture.tool(Kind.ROWS, "d", filters()))) {
            assertEquals("[{\"word\":null,\"n\":1},{\"word\":null,\"n\":2}]", files.ask("rows", "{}").path("rows")
                    .toString());
            assertEquals(0, files.ask("rows", "{'equals':'a'}").path("rows_total").asInt());
        }
    }

    @Test
    void filesOfOneDatasetShareAList_AndTheKeysOfAJoinMeetAsTexts() throws Exception {
        var right = new LinkedHashMap<String, Column>();
        right.put("word", Fixture.text());
        right.put("colour", Fixture.text());
        try (var files = new Fixture(folder).write("left-1.csv", "word,n\nc,1\na,2\n")
                .write("left-2.csv", "word,n\nb,3\nc,4\n").write("right.csv", "word,colour\nd,red\nc,blue\nb,red\n")
                .dataset("d", columns(), "left-*.csv").dataset("r", right, "right.csv")
                .join("both", Keep.ALL, List.of("word"), "d", "r")
                .tool("rows", Fixture.tool(Kind.ROWS, "both", filters()))) {
            assertEquals("ENUM ENUM ENUM ENUM", kept(files, "d", "word") + " " + kept(files, "r", "word") + " "
                    + kept(files, "both", "word") + " " + kept(files, "both", "colour"));
            assertEquals("[{\"word\":\"a\",\"n\":2,\"colour\":null},{\"word\":\"b\",\"n\":3,\"colour\":\"red\"},"
                    + "{\"word\":\"c\",\"n\":1,\"colour\":\"blue\"},{\"word\":\"c\",\"n\":4,\"colour\":\"blue\"},"
                    + "{\"word\":\"d\",\"n\":null,\"colour\":\"red\"}]", files.ask("rows", "{'order_by':'word'}")
                    .path("rows").toString());
            assertEquals(List.of("d"), answered(files, "{'equals':'d'}"));
        }
    }
}
