package io.github.doorwarden.sources.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.files.FilesSettings.Column;
import io.github.doorwarden.sources.files.FilesSettings.Dataset;
import io.github.doorwarden.sources.files.FilesSettings.Format;
import io.github.doorwarden.sources.files.FilesSettings.Keep;
import io.github.doorwarden.sources.files.FilesSettings.Role;
import io.github.doorwarden.sources.files.FilesSettings.Type;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What files may look like, and what is said of those that cannot be taken.
final class LoadTest {

    @TempDir
    private Path folder;

    private static Map<String, Column> one(String name, Column column) {
        return new LinkedHashMap<>(Map.of(name, column));
    }

    private static Dataset set(String delimiter, String decimal, String encoding, int badRows,
            Map<String, Column> columns, String... files) {
        return new Dataset("", List.of(files), Format.AUTO, delimiter, decimal, encoding, List.of("NA"), badRows,
                Optional.empty(), columns);
    }

    /// The rows of a file as the tool shows them.
    private String rows(String file, String text, Dataset set) throws Exception {
        Files.write(folder.resolve(file), text.getBytes(StandardCharsets.UTF_8));
        return rows(set);
    }

    private String rows(Dataset set) throws Exception {
        try (var files = new Fixture(folder).dataset("d", set).tool("rows", Fixture.tool(FilesSettings.Kind.ROWS, "d",
                Map.of()))) {
            return files.ask("rows", "{}").path("rows").toString();
        }
    }

    /// The warning about a file that is not taken.
    private String refused(String file, String text, Dataset set) throws Exception {
        Files.write(folder.resolve(file), text.getBytes(StandardCharsets.UTF_8));
        try (var files = new Fixture(folder).dataset("d", set).tool("rows", Fixture.tool(FilesSettings.Kind.ROWS, "d",
                Map.of()))) {
            assertTrue(files.refused("rows", "{}").contains("cannot be read at present"));
            return String.join("\n", files.source().warnings());
        }
    }

    @Test
    void aMark_QuotedLineBreaks_CarriageReturns_AndMissingValues() throws Exception {
        var columns = new LinkedHashMap<String, Column>();
        columns.put("a", Fixture.text());
        columns.put("b", Fixture.number());
        assertEquals("[{\"a\":\"x, \\\"y\\\"\\nz\",\"b\":1.5},{\"a\":null,\"b\":null},{\"a\":\"last\",\"b\":-2000}]",
                rows("d.csv", "\uFEFFa,\"b\",c\r\n\"x, \"\"y\"\"\nz\",1.5,\r\n,NA,3\r\n\r\nlast,-2e3,4",
                        set("", ".", "utf-8", 0, columns, "d.csv")));
    }

    @Test
    void decimalCommas_OtherDelimiters_OtherEncodings_AndCompressedFiles() throws Exception {
        var columns = new LinkedHashMap<String, Column>();
        columns.put("city", Fixture.text());
        columns.put("fare", Fixture.number());
        var set = set(";", ",", "latin-1", 0, columns, "d.csv");
        Files.write(folder.resolve("d.csv"), "city;fare\nMünchen;1.234,50\nKöln;7\n".getBytes(
                StandardCharsets.ISO_8859_1));
        assertEquals("[{\"city\":\"München\",\"fare\":1234.5},{\"city\":\"Köln\",\"fare\":7}]", rows(set));
        try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("d.tsv.gz")))) {
            out.write("city\tfare\nRom\t3\n".getBytes(StandardCharsets.UTF_8));
        }
        assertEquals("[{\"city\":\"Rom\",\"fare\":3}]", rows(set("", ".", "utf-8", 0, columns, "d.tsv.gz")));
    }

    @Test
    void aDecimalPointWhereCommasAreDeclaredIsNoNumberTenTimesAsLarge() throws Exception {
        var warning = refused("d.csv", "b\n1.5\n", set(";", ",", "utf-8", 0, one("b", Fixture.number()), "d.csv"));
        assertTrue(warning.contains("line 2 has in b what is not a number such as 1234,5"), warning);
    }

    @Test
    void leapDays_ImpossibleDays_AndOwnPatterns() throws Exception {
        assertEquals("[{\"d\":\"2024-02-29\"},{\"d\":\"2025-12-31\"}]", rows("d.csv", "d\n29.02.2024\n2025-12-31\n",
                set("", ".", "utf-8", 0, one("d", Fixture.patterns(Fixture.date(), "%d.%m.%Y", "%Y-%m-%d")), "d.csv")));
        var warning = refused("d.csv", "d\n2025-02-28\n2025-02-29\n", set("", ".", "utf-8", 0, one("d", Fixture.date()),
                "d.csv"));
        assertTrue(warning.contains("d.csv: a row cannot be read, and bad_rows allows 0: line 3 has in d what is not a "
                + "date such as 2026-03-29. Mend the file, or raise bad_rows."), warning);
    }

    @Test
    void daysThatNoCalendarHasAreMistakes_AndTheOthersAreAnswered() throws Exception {
        var odd = List.of("infinity", "-infinity", "12026-03-29", "2026-03-29 (BC)", "0000-12-31", "epoch");
        for (var type : List.of(Type.DATE, Type.DATETIME)) {
            for (var patterns : List.of(List.<String>of(), List.of("%Y-%m-%d"))) {
                var columns = new LinkedHashMap<>(Fixture.fares());
                columns.put("month", Fixture.patterns(Fixture.column(type, Role.TIME), patterns.toArray(
                        String[]::new)));
                Files.writeString(folder.resolve("d.csv"), "route,month,fare\nA,0001-01-01,1\nA,9999-12-31,2\nA,"
                        + String.join(",1\nA,", odd) + ",1\n");
                try (var files = new Fixture(folder).dataset("fares", set("", ".", "utf-8", odd.size(), columns,
                        "d.csv")).tools("fares")) {
                    assertEquals(2, files.ask("rows", "{}").path("rows_total").asInt(), type + " " + patterns);
                    assertEquals(odd.size(), files.ask("rows", "{}").path("facts").path("sources").path(0)
                            .path("rows_left_out").asInt());
                    for (var bucket : Bucket.values()) {
                        assertEquals(2, files.ask("aggregate", "{'bucket':'" + bucket.key() + "'}").path("groups")
                                .size());
                    }
                    assertEquals(1, files.ask("trend", "{'bucket':'year','to':'0001'}").path("points").size());
                }
            }
        }
    }

    @Test
    void timesWithAnOffsetAreWhatTheClockShowedThere() throws Exception {
        var there = new Column(Type.DATETIME, Role.TIME, "", "", "", List.of(), List.of(), List.of(),
                Optional.of(ZoneId.of("Europe/Berlin")), false);
        // The clocks go forward on 2026-03-29 at 01:00Z, and back on 2026-10-25: 02:30 happens twice.
        assertEquals("[{\"t\":\"2026-03-29T01:30:00\"},{\"t\":\"2026-03-29T03:30:00\"},{\"t\":\"2026-10-25T02:30:00\"},"
                + "{\"t\":\"2026-10-25T02:30:00\"},{\"t\":\"2026-03-29T02:30:00\"}]", rows("d.csv",
                "t\n2026-03-29T00:30:00Z\n2026-03-29T01:30:00+00:00\n2026-10-25T00:30:00Z\n2026-10-25T01:30:00Z\n"
                + "2026-03-29 02:30\n", set("", ".", "utf-8", 0, one("t", there), "d.csv")));
    }

    @Test
    void wholeNumbersAreNotRounded_AndInfinityIsNoNumber() throws Exception {
        var whole = Fixture.column(Type.INTEGER, Role.MEASURE);
        assertEquals("[{\"n\":3},{\"n\":9007199254740993}]", rows("d.csv", "n\n3.0\n9007199254740993\n",
                set("", ".", "utf-8", 0, one("n", whole), "d.csv")));
        for (var value : List.of("3.7", "1e3", "99999999999999999999", "0x10")) {
            assertTrue(refused("d.csv", "n\n" + value + "\n", set("", ".", "utf-8", 0, one("n", whole), "d.csv"))
                    .contains("what is not a whole number"), value);
        }
        for (var value : List.of("inf", "nan", "1e999", "1,5", "1_000", "12 EUR")) {
            assertTrue(refused("d.csv", "n\n\"" + value + "\"\n", set("", ".", "utf-8", 0, one("n", Fixture.number()),
                    "d.csv")).contains("what is not a number"), value);
        }
    }

    @Test
    void badRowsAreLeftOut_Counted_AndTold() throws Exception {
        var columns = new LinkedHashMap<String, Column>();
        columns.put("a", Fixture.text());
        columns.put("b", Fixture.number());
        var text = "a,b\n\"two\nlines\",1\nshort\nx,2\nlong,3,4\ny,seven\nz,5\n";
        Files.writeString(folder.resolve("d.csv"), text);
        try (var files = new Fixture(folder).dataset("d", set("", ".", "utf-8", 3, columns, "d.csv"))
                .tool("rows", Fixture.tool(FilesSettings.Kind.ROWS, "d", Map.of()))) {
            var answer = files.ask("rows", "{}");
            assertEquals(3, answer.path("rows_total").asInt());
            assertEquals(3, answer.path("facts").path("sources").path(0).path("rows_left_out").asInt());
            assertTrue(answer.path("facts").path("warnings").toString().contains("3 rows of the files could not be "
                    + "read"));
            assertEquals(List.of("d.csv: 3 rows are left out: line 4 has fewer fields than the header; line 6 has more "
                    + "fields than the header; line 7 has in b what is not a number such as 1234.5."),
                    files.source().warnings());
        }
        assertTrue(refused("d.csv", text, set("", ".", "utf-8", 2, columns, "d.csv")).contains("bad_rows allows 2"));
    }

    @Test
    void aQuoteThatIsNeverClosedSwallowsNothingInSilence() throws Exception {
        var columns = new LinkedHashMap<String, Column>();
        columns.put("a", Fixture.text());
        columns.put("b", Fixture.text());
        for (var bad : List.of("\"x,1\n", "\"x\"y,1\n")) {
            var warning = refused("d.csv", "a,b\nfine,0\n" + bad + "u,2\nv,3\n", set("", ".", "utf-8", 100, columns,
                    "d.csv"));
            assertTrue(warning.contains("d.csv:3: has a quote where none belongs"), bad + " " + warning);
        }
    }

    @Test
    void columnsAreFoundByName_AndWhatIsMissingOrTwiceIsTold() throws Exception {
        var set = set("", ".", "utf-8", 0, one("a", Fixture.from(Fixture.text(), "The A")), "d.csv");
        assertEquals("[{\"a\":\"1\"}]", rows("d.csv", "x, The A ,x\n0,1,2\n", set));
        assertTrue(refused("d.csv", "a,b\n1,2\n", set).contains("d.csv:1: has no column The A. It has a, b."));
        assertTrue(refused("d.csv", "The A,b,The A\n1,2,3\n", set).contains("d.csv:1: has two columns The A. Rename"));
        assertTrue(refused("d.csv", "The A;b\n1;2\n", set).contains("say delimiter"));
        assertTrue(refused("d.txt", "x", set("", ".", "utf-8", 0, one("a", Fixture.text()), "d.txt"))
                .contains("does not say what it is"));
    }

    @Test
    void filesOfDifferentFormatsAreOneTable() throws Exception {
        var columns = new LinkedHashMap<String, Column>();
        columns.put("route", Fixture.text());
        columns.put("month", Fixture.date());
        columns.put("fare", Fixture.number());
        columns.put("cabin", new Column(Type.TEXT, Role.DIMENSION, "", "", "", List.of(), List.of(), List.of(),
                Optional.empty(), true));
        try (var database = DriverManager.getConnection("jdbc:duckdb:"); var statement = database.createStatement()) {
            statement.execute("COPY (SELECT 4.5 AS fare, 'D' AS route, DATE '2026-04-01' AS month) TO '"
                    + folder.resolve("d4.parquet") + "'");
        }
        try (var files = new Fixture(folder).write("d1.csv", "fare,route,month\n1,A,2026-01-01\n")
                .write("d2.tsv", "route\tmonth\tfare\tcabin\nB\t2026-02-01\t2\ty\n")
                .write("d3.json", "[{\"month\":\"2026-03-01\",\"route\":\"C\",\"fare\":3,\"x\":{\"y\":1}}]")
                .dataset("d", set("", ".", "utf-8", 0, columns, "d*.*"))
                .tool("rows", Fixture.tool(FilesSettings.Kind.ROWS, "d", Map.of()))) {
            var answer = files.ask("rows", "{'order_by':'month'}");
            assertEquals("[{\"route\":\"A\",\"month\":\"2026-01-01\",\"fare\":1,\"cabin\":null},{\"route\":\"B\","
                    + "\"month\":\"2026-02-01\",\"fare\":2,\"cabin\":\"y\"},{\"route\":\"C\",\"month\":\"2026-03-01\","
                    + "\"fare\":3,\"cabin\":null},{\"route\":\"D\",\"month\":\"2026-04-01\",\"fare\":4.5,"
                    + "\"cabin\":null}]", answer.path("rows").toString());
            assertEquals(4, answer.path("facts").path("sources").size());
        }
    }

    @Test
    void brokenJsonIsToldWithItsLine() throws Exception {
        var set = set("", ".", "utf-8", 5, one("a", Fixture.text()), "d.jsonl");
        var warning = refused("d.jsonl", "{\"a\":1}\n{\"a\":2\n{\"a\":3}\n", set);
        assertTrue(warning.contains("d.jsonl: cannot be read: Malformed JSON in file \"d.jsonl\"")
                && !warning.contains(folder.toString()), warning);
        assertTrue(refused("d.jsonl", "{\"b\":1}\n", set).contains("no object has a value for a"));
    }

    @Test
    void filesAreWithinTheFolder_OrNotRead() throws Exception {
        Files.createDirectories(folder.resolve("in"));
        Files.writeString(folder.resolve("secret.csv"), "a\n1\n");
        Files.createSymbolicLink(folder.resolve("in/link.csv"), folder.resolve("secret.csv"));
        try (var files = new Fixture(folder.resolve("in")).dataset("d", set("", ".", "utf-8", 0, one("a", Fixture
                .text()), "*.csv")).tool("rows", Fixture.tool(FilesSettings.Kind.ROWS, "d", Map.of()))) {
            files.refused("rows", "{}");
            assertTrue(files.source().warnings().getFirst().contains("link.csv is a link that leads out"));
        }
        Files.delete(folder.resolve("in/link.csv"));
        Files.createSymbolicLink(folder.resolve("in/folder"), folder);
        try (var files = new Fixture(folder.resolve("in")).dataset("d", set("", ".", "utf-8", 0, one("a", Fixture
                .text()), "**/*.csv")).tool("rows", Fixture.tool(FilesSettings.Kind.ROWS, "d", Map.of()))) {
            files.refused("rows", "{}");
            assertTrue(files.source().warnings().getFirst().contains("matches **/*.csv. Put one there"));
        }
    }

    @Test
    void datasetsStandSideBySide_AndNothingIsCountedTwiceInSilence() throws IOException, Exception {
        var demand = new LinkedHashMap<String, Column>();
        demand.put("route", Fixture.text());
        demand.put("pax", Fixture.number());
        var fares = new LinkedHashMap<String, Column>();
        fares.put("route", Fixture.text());
        fares.put("fare", Fixture.number());
        try (var files = new Fixture(folder).write("f.csv", "route,fare\nA,1\nA,2\nB,3\n")
                .write("p.csv", "route,pax\nA,10\nC,30\n")
                .dataset("f", fares, "f.csv").dataset("p", demand, "p.csv")
                .join("all", Keep.ALL, List.of("route"), "f", "p")
                .tool("rows", Fixture.tool(FilesSettings.Kind.ROWS, "all", Map.of()))) {
            var answer = files.ask("rows", "{'order_by':'route'}");
            assertEquals("[{\"route\":\"A\",\"fare\":1,\"pax\":10},{\"route\":\"A\",\"fare\":2,\"pax\":10},"
                    + "{\"route\":\"B\",\"fare\":3,\"pax\":null},{\"route\":\"C\",\"fare\":null,\"pax\":30}]",
                    answer.path("rows").toString());
            assertTrue(answer.path("facts").path("warnings").path(0).asString().contains("share one value of pax"));
            files.write("p.csv", "route,pax\nA,10\nA,11\n").looks();
            assertTrue(files.source().warnings().getFirst().contains("p has a combination of these more than once"));
            assertEquals(4, files.ask("rows", "{}").path("rows_total").asInt(), "the old data");
        }
    }

    @Test
    void whatIsNoTableSaysWhatItIs_AndShowsNothingOfIt() throws Exception {
        var set = set("", ".", "utf-8", 0, one("b", Fixture.number()), "d.csv");
        assertTrue(refused("d.csv", "", set).startsWith("d.csv: is empty. Its first line must name the columns."));
        for (var binary : List.of("\u0000\u0001PK\u0003\u0004canary", "canary\uFFFD,\u007F\n1,2\n")) {
            var warning = refused("d.csv", binary, set);
            assertTrue(warning.startsWith("d.csv:1: is no text in utf-8: ") && !warning.contains("canary"), warning);
        }
        Files.delete(folder.resolve("d.csv"));
        try (var files = new Fixture(folder.resolve("nowhere")).dataset("d", set).tool("rows", Fixture.tool(
                FilesSettings.Kind.ROWS, "d", Map.of()))) {
            files.refused("rows", "{}");
            assertEquals("There is no folder " + folder.resolve("nowhere")
                    + ". Make it, or correct folder. Until then, "
                    + "the tools of d have nothing to answer with.", files.source().warnings().getFirst());
        }
    }
}
