package io.github.doorwarden.sources.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Members;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.files.FilesSettings.By;
import io.github.doorwarden.sources.files.FilesSettings.Filter;
import io.github.doorwarden.sources.files.FilesSettings.Keep;
import io.github.doorwarden.sources.files.FilesSettings.Kind;
import io.github.doorwarden.sources.files.FilesSettings.ToolSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What answers tell beside their rows, to callers who may see some rows and some columns only.
final class DisclosureTest {

    private static final Filter MINE = new Filter("route", By.EQUALS, "", Optional.of(CallerValue.TENANT), false);

    @TempDir
    private Path folder;

    private static Map<String, Filter> bound() {
        var filters = new LinkedHashMap<String, Filter>(Fixture.filters());
        filters.put("mine", MINE);
        return filters;
    }

    private static JsonNode facts(Fixture files, String tool, String arguments, Caller caller) throws Exception {
        return files.call(tool, arguments, caller).structured().orElseThrow().path("facts");
    }

    private static String names(JsonNode facts) {
        return facts.path("sources").valueStream().map(each -> each.path("file").asString()).toList().toString();
    }

    @Test
    void whoSeesSomeRowsIsToldOfFilesThatHaveOneOfThemAlone() throws Exception {
        try (var files = new Fixture(folder).write("acme.csv", "route,month,fare\nacme,2026-01,1\n")
                .write("bolt-in-march.csv", "route,month,fare\nbolt,2026-03,2\nbolt,2026-03,x\n")
                .dataset("fares", Fixture.fares(), "*.csv").tool("rows", Fixture.tool(Kind.ROWS, "fares", bound()))
                .tool("all", Fixture.tool(Kind.ROWS, "fares", Fixture.filters()))) {
            var acme = facts(files, "rows", "{}", Members.of("acme", "ada"));
            assertEquals("[acme.csv]", names(acme));
            assertEquals("[]", acme.path("warnings").toString(), "of rows that nobody could read, nothing");
            assertEquals("[]", names(facts(files, "rows", "{'from':'2027'}", Members.of("acme", "ada"))));
            assertEquals("[]", names(facts(files, "rows", "{}", Members.of("clover", "cy"))));
            var bolt = facts(files, "rows", "{}", Members.of("bolt", "bob"));
            assertEquals("[bolt-in-march.csv]", names(bolt));
            assertFalse(bolt.toString().contains("left_out"), bolt.toString());
            var all = facts(files, "all", "{}", Caller.anonymous());
            assertEquals("[acme.csv, bolt-in-march.csv]", names(all));
            assertEquals(1, all.path("sources").path(1).path("rows_left_out").asInt());
            assertEquals("[acme.csv, bolt-in-march.csv]", names(facts(files, "all", "{'from':'2027'}",
                    Caller.anonymous())));
        }
    }

    @Test
    void oneFileOfAllIsNamedToWhoHasRowsInItAlone_AndThoseOfJoinsToNobody() throws Exception {
        var seats = new LinkedHashMap<>(Fixture.fares());
        seats.put("seats", seats.remove("fare"));
        try (var files = new Fixture(folder).write("fares.csv", "route,month,fare\nacme,2026-01,1\n")
                .write("seats.csv", "route,month,seats\nbolt,2026-01,3\n")
                .dataset("fares", Fixture.fares(), "fares.csv").dataset("seats", seats, "seats.csv")
                .join("both", Keep.ALL, List.of("route", "month"), "fares", "seats")
                .tool("rows", Fixture.tool(Kind.ROWS, "fares", Map.of("mine", MINE)))
                .tool("joined", Fixture.tool(Kind.ROWS, "both", Map.of("mine", MINE)))
                .tool("all", Fixture.tool(Kind.ROWS, "both", Map.of()))) {
            assertEquals("[fares.csv]", names(facts(files, "rows", "{}", Members.of("acme", "ada"))));
            assertEquals("[]", names(facts(files, "rows", "{}", Members.of("bolt", "bob"))));
            assertEquals("[]", names(facts(files, "joined", "{}", Members.of("bolt", "bob"))));
            assertEquals("[fares.csv, seats.csv]", names(facts(files, "all", "{}", Caller.anonymous())));
        }
    }

    private static ToolSettings of(Kind kind, Map<String, Filter> filters, List<String> columns,
            List<String> groupBy) {
        var is = Fixture.tool(kind, "fares", filters);
        var figures = kind == Kind.AGGREGATE || kind == Kind.TREND;
        return new ToolSettings(kind, is.dataset(), is.title(), is.description(), is.scopes(), filters,
                figures ? List.of() : columns, figures ? groupBy : List.of(), is.buckets(), is.time(), is.measures(),
                is.limit(), is.series(), is.smallSample(),
                is.maxTokens());
    }

    @Test
    void anEmptyAnswerOffersOnlyWhatAFullOneShows() throws Exception {
        var code = new Filter("route", By.EQUALS, "", Optional.empty(), false);
        var needed = new Filter("route", By.EQUALS, "", Optional.empty(), true);
        for (var kind : Kind.values()) {
            var shown = List.of("route", "month", "fare");
            var tools = Map.of("open", of(kind, Map.of("code", code), shown, List.of("route")),
                    "hidden", of(kind, Map.of("code", code), List.of("month", "fare"), List.of()),
                    "lookup", of(kind, Map.of("code", needed), shown, List.of("route")));
            try (var files = new Fixture(folder).write("f.csv", "route,month,fare\nsecret-4711,2026-01,1\n")
                    .dataset("fares", Fixture.fares(), "f.csv")) {
                tools.forEach(files::tool);
                var open = facts(files, "open", "{'code':'x'}", Caller.anonymous());
                assertEquals("{\"route\":[\"secret-4711\"]}", open.path("values").toString(), kind.toString());
                for (var closed : List.of("hidden", "lookup")) {
                    var facts = facts(files, closed, "{'code':'x'}", Caller.anonymous());
                    assertFalse(facts.toString().contains("4711"), kind + " " + facts);
                    assertEquals("No row matches. Ask with fewer filters, or with other values.",
                            facts.path("warnings").path(0).asString());
                }
            }
        }
    }
}
