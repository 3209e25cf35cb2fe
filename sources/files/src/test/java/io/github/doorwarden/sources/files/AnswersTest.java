package io.github.doorwarden.sources.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.files.FilesSettings.By;
import io.github.doorwarden.sources.files.FilesSettings.Kind;
import io.github.doorwarden.sources.files.FilesSettings.ToolSettings;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the four kinds of tools answer, and what every answer says about itself.
final class AnswersTest {

    private static final String FARES = """
            route,month,fare
            LHR-JFK,2025-01,400
            LHR-JFK,2025-02,410
            LHR-JFK,2025-03,420
            LHR-JFK,2026-01,500
            LHR-JFK,2026-02,
            LHR-JFK,2026-03,460.5
            FRA-SIN,2026-01,700
            FRA-SIN,2026-03,800
            """;

    @TempDir
    private Path folder;

    private Fixture fares() throws Exception {
        return new Fixture(folder).write("fares.csv", FARES).dataset("fares", Fixture.fares(), "fares.csv")
                .tools("fares");
    }

    @Test
    void rowsAreFilteredOrderedAndPaged_AndSayWhatTheyAreOf() throws Exception {
        try (var files = fares()) {
            var all = files.ask("rows", "{'months':['2026-Q1'],'order_by':'fare','descending':true,'limit':2}");
            assertEquals("[{\"route\":\"FRA-SIN\",\"month\":\"2026-03-01\",\"fare\":800},"
                    + "{\"route\":\"FRA-SIN\",\"month\":\"2026-01-01\",\"fare\":700}]", all.path("rows").toString());
            assertEquals("5 2", all.path("rows_total").asInt() + " " + all.path("rows_returned").asInt());
            var facts = all.path("facts");
            assertEquals(5, facts.path("rows_matched").asInt());
            assertEquals("{\"column\":\"month\",\"from\":\"2026-01-01\",\"to\":\"2026-03-01\"}",
                    facts.path("range").toString());
            assertEquals("{\"fare\":\"EUR\"}", facts.path("units").toString());
            assertEquals("{\"route\":0,\"month\":0,\"fare\":1}", facts.path("missing_values").toString());
            assertEquals("fares.csv", facts.path("sources").path(0).path("file").asString());
            assertTrue(facts.path("sources").path(0).path("modified").asString().startsWith("20"));
            assertEquals(Fixture.NOW.toString(), facts.path("loaded").asString());

            var next = files.ask("rows", "{'months':['2026-Q1'],'order_by':'fare','descending':true,'limit':4,"
                    + "'cursor':'" + all.path("next_cursor").asString() + "'}");
            assertEquals("[500,460.5,null]", next.path("rows").valueStream().map(row -> row.path("fare")).toList()
                    .toString().replace(" ", ""));
            assertFalse(next.has("next_cursor"));
            assertTrue(files.refused("rows", "{'cursor':'x'}").contains("none of this tool's"));
        }
    }

    @Test
    void groupsHaveTheFiguresThatAreAskedFor() throws Exception {
        try (var files = fares()) {
            var groups = files.ask("aggregate", "{'group_by':['route'],'bucket':'year',"
                    + "'measures':['avg_fare','sum_fare','count_fare']}");
            assertEquals("[{\"route\":\"FRA-SIN\",\"period\":\"2026\",\"n\":2,\"avg_fare\":750,\"sum_fare\":1500,"
                    + "\"count_fare\":2},{\"route\":\"LHR-JFK\",\"period\":\"2025\",\"n\":3,\"avg_fare\":410,"
                    + "\"sum_fare\":1230,\"count_fare\":3},{\"route\":\"LHR-JFK\",\"period\":\"2026\",\"n\":3,"
                    + "\"avg_fare\":480.25,\"sum_fare\":960.5,\"count_fare\":2}]", groups.path("groups").toString());
            assertEquals("{\"avg_fare\":\"EUR\",\"sum_fare\":\"EUR\"}", groups.path("facts").path("units").toString());
            var all = files.ask("aggregate", "{'route_prefix':'LHR'}");
            assertEquals("{\"n\":6,\"avg_fare\":438.1,\"sum_fare\":2190.5,\"median_fare\":420,\"p90_fare\":484.2,"
                    + "\"count_fare\":5}", all.path("groups").path(0).toString());
            var top = files.ask("aggregate", "{'group_by':['route'],'order_by':'sum_fare','descending':true,"
                    + "'limit':1}");
            assertEquals("LHR-JFK", top.path("groups").path(0).path("route").asString());
            assertEquals(2, top.path("groups_total").asInt());
            assertTrue(top.has("next_cursor"));
            var second = files.ask("aggregate", "{'group_by':['route'],'order_by':'sum_fare','descending':true,"
                    + "'limit':1,'cursor':'" + top.path("next_cursor").asString() + "'}");
            assertEquals("FRA-SIN", second.path("groups").path(0).path("route").asString());
            assertTrue(files.refused("aggregate", "{'order_by':'period'}").contains("not in the answer"));
        }
    }

    @Test
    void smallGroupsAreWarnedOf() throws Exception {
        try (var files = fares()) {
            var warnings = files.ask("aggregate", "{'group_by':['route'],'bucket':'quarter'}").path("facts")
                    .path("warnings");
            assertEquals(0, warnings.size());
            warnings = files.ask("aggregate", "{'group_by':['route'],'bucket':'month'}").path("facts")
                    .path("warnings");
            assertTrue(warnings.path(0).asString().contains("8 of 8 groups have fewer than 2 rows, for example "
                    + "FRA-SIN 2026-01"), warnings.toString());
        }
    }

    @Test
    void aTrendComparesWithThePeriodBeforeAndTheYearBefore() throws Exception {
        try (var files = fares()) {
            var trend = files.ask("trend", "{'routes':['LHR-JFK'],'measure':'avg_fare','bucket':'month'}");
            var points = trend.path("points");
            assertEquals(15, points.size(), "gaps are points, too");
            assertEquals("{\"period\":\"2025-02\",\"n\":1,\"value\":410,\"change\":10,\"change_percent\":2.5,"
                    + "\"year_change_percent\":null}", points.path(1).toString());
            assertEquals("{\"period\":\"2026-01\",\"n\":1,\"value\":500,\"change\":null,\"change_percent\":null,"
                    + "\"year_change_percent\":25}", points.path(12).toString());
            var summary = trend.path("summary");
            assertEquals(10, summary.path("periods_without_value").asInt());
            assertEquals("{\"period\":\"2026-03\",\"value\":460.5}", summary.path("last").toString());
            assertEquals(15.13, summary.path("change_percent").asDouble());
            assertEquals(9.64, summary.path("year_change_percent").asDouble());
            assertTrue(trend.path("facts").path("warnings").toString().contains("10 of 15 periods have no value"));
            var series = files.ask("trend", "{'group_by':'route','bucket':'year','months':['2026']}").path("series");
            assertEquals("LHR-JFK", series.path(0).path("route").asString());
            assertEquals(750, series.path(1).path("summary").path("last").path("value").asInt());
        }
    }

    @Test
    void seriesComeByWhatIsAskedFor_AndEachHasTheFigureOfAllItsRows() throws Exception {
        var columns = Fixture.fares();
        try (var files = new Fixture(folder).write("fares.csv", """
                route,month,fare
                A,2026-01-01,100
                A,2026-01-02,100
                A,2026-01-03,100
                A,2026-02-01,140
                B,2026-01-01,300
                B,2026-02-01,330
                C,2026-01-01,200
                C,2026-02-01,150
                D,2026-01-01,20
                """).dataset("fares", columns, "fares.csv").tools("fares").looks()) {
            assertEquals("A B C", order(files, ""));
            assertEquals("B C A", order(files, ",'order_by':'highest'"));
            assertEquals("D A C", order(files, ",'order_by':'lowest'"));
            assertEquals("A B D", order(files, ",'order_by':'rise'"));
            assertEquals("C D B", order(files, ",'order_by':'fall'"));
            var trend = files.ask("trend", "{'group_by':'route','bucket':'month','order_by':'fall','above':50}");
            assertTrue(trend.path("facts").path("warnings").isEmpty(), trend.toString());
            trend = files.ask("trend", "{'group_by':'route','bucket':'month','order_by':'fall'}");
            assertTrue(trend.path("facts").path("warnings").toString().contains("4 values of route; the 3 that fell "
                    + "most from the first to the last period are here"), trend.toString());
            var summary = files.ask("trend", "{'routes':['A'],'bucket':'month'}").path("summary");
            assertEquals(110, summary.path("overall").asDouble(), "of four rows");
            assertEquals(120, summary.path("mean").asDouble(), "of two periods");
        }
    }

    private static String order(Fixture files, String order) throws Exception {
        var names = new java.util.ArrayList<String>();
        files.ask("trend", "{'group_by':'route','bucket':'month'" + order + "}").path("series").forEach(each ->
                names.add(each.path("route").asString()));
        return String.join(" ", names);
    }

    @Test
    void aProfileSaysWhatThereIs() throws Exception {
        try (var files = fares()) {
            var columns = files.ask("describe", "{}").path("columns");
            assertEquals("{\"name\":\"route\",\"type\":\"text\",\"role\":\"dimension\",\"present\":8,\"missing\":0,"
                    + "\"distinct\":2,\"most_frequent\":[{\"value\":\"LHR-JFK\",\"n\":6},{\"value\":\"FRA-SIN\","
                    + "\"n\":2}]}", columns.path(0).toString());
            assertEquals("2025-01-01 2026-03-01", columns.path(1).path("min").asString() + " "
                    + columns.path(1).path("max").asString());
            assertEquals("1 400 800 460.5", columns.path(2).path("missing") + " " + columns.path(2).path("min") + " "
                    + columns.path(2).path("max") + " " + columns.path(2).path("median"));
        }
    }

    @Test
    void nothingFoundSaysWhatThereWouldBe() throws Exception {
        try (var files = fares()) {
            for (var tool : new String[] {"rows", "aggregate", "trend", "describe"}) {
                var facts = files.ask(tool, "{'routes':['lhr-jfk'],'from':'2027'}").path("facts");
                assertEquals(0, facts.path("rows_matched").asInt(), tool);
                assertTrue(facts.path("warnings").path(0).asString().contains("No row matches"), tool);
                assertEquals("{\"route\":[\"LHR-JFK\",\"FRA-SIN\"],\"month\":{\"from\":\"2025-01-01\",\"to\":"
                        + "\"2026-03-01\"}}", facts.path("values").toString());
            }
            assertEquals("[]", files.ask("aggregate", "{'from':'2027'}").path("groups").toString());
        }
    }

    @Test
    void aPeriodIsADayAWeekAMonthAQuarterOrAYear() throws Exception {
        try (var files = fares()) {
            for (var asked : Map.of("'2026-01-01'", 2, "'2026-W01'", 2, "'2026-03'", 2, "'2025-Q1'", 3, "'2026'", 5,
                    "'2025-01','2026-03'", 3).entrySet()) {
                assertEquals(asked.getValue(), files.ask("rows", "{'months':[" + asked.getKey() + "]}")
                        .path("rows_total").asInt(), asked.getKey());
            }
            assertEquals(3, files.ask("rows", "{'to':'2026-01','from':'2025-03-01'}").path("rows_total").asInt());
            assertTrue(files.refused("rows", "{'from':'2026-02-30'}").contains("names no day or period"));
        }
    }

    @Test
    void anAnswerThatIsTooLongIsCut_SaysSo_AndTheRestCanBeHad() throws Exception {
        var text = new StringBuilder("route,month,fare\n");
        for (var i = 0; i < 300; i++) {
            text.append("R-").append("x".repeat(40)).append(i).append(",2026-01,").append(i).append('\n');
        }
        var limited = Fixture.tool(Kind.ROWS, "fares", Map.of());
        try (var files = new Fixture(folder).write("fares.csv", text.toString())
                .dataset("fares", Fixture.fares(), "fares.csv")
                .tool("rows", new ToolSettings(Kind.ROWS, "fares", Optional.empty(), limited.description(),
                        limited.scopes(), Map.of("above", Fixture.filter("fare", By.FROM)), limited.columns(),
                        limited.groupBy(), limited.buckets(), Optional.empty(), Map.of(), 300, 3, 2,
                        Optional.of(1000)))) {
            var seen = new HashSet<String>();
            var arguments = "{}";
            for (var page = 0; page < 60; page++) {
                var answer = files.ask("rows", arguments);
                assertTrue(answer.toString().length() <= 4000, "within the budget");
                assertEquals(answer.path("rows").size(), answer.path("rows_returned").asInt());
                answer.path("rows").forEach(row -> seen.add(row.path("route").asString()));
                if (!answer.has("next_cursor")) {
                    break;
                }
                assertTrue(answer.has("truncated_by_gateway"));
                arguments = "{'cursor':'" + answer.path("next_cursor").asString() + "'}";
            }
            assertEquals(300, seen.size());
        }
    }
}
