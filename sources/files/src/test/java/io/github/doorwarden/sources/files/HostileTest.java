package io.github.doorwarden.sources.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.files.FilesSettings.By;
import io.github.doorwarden.sources.files.FilesSettings.Filter;
import io.github.doorwarden.sources.files.FilesSettings.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Callers and files that want more than they may have.
final class HostileTest {

    private static final List<String> INJECTIONS = List.of("' OR 1=1 --", "\" OR \"\"=\"", "'; DROP TABLE fares; --",
            "A') UNION SELECT * FROM read_csv('/etc/passwd') --", "%", "_", "\\", "$1", "?", "a\u0000b", "\uD83D");

    @TempDir
    private Path folder;

    private Fixture fares() throws Exception {
        return new Fixture(folder).write("fares.csv", "route,month,fare\nA,2026-01,1\nB,2026-01,2\n")
                .dataset("fares", Fixture.fares(), "fares.csv").tools("fares");
    }

    private static String quoted(String value) {
        return Fixture.JSON.writeValueAsString(value);
    }

    @Test
    void valuesAreValues() throws Exception {
        try (var files = fares()) {
            for (var value : INJECTIONS) {
                for (var tool : List.of("rows", "aggregate", "trend", "describe")) {
                    for (var argument : List.of("{\"routes\":[" + quoted(value) + "]}", "{\"route_prefix\":"
                            + quoted(value) + "}")) {
                        var answer = files.call(tool, argument.replace("'", "\\u0027"));
                        if (!answer.isError()) {
                            assertEquals(0, answer.structured().orElseThrow().path("facts").path("rows_matched")
                                    .asInt(),
                                    tool + argument);
                        }
                        assertFalse(Fixture.text(answer).contains("root:"), argument);
                    }
                }
                var dated = Fixture.text(files.call("rows", ("{\"from\":" + quoted(value) + "}").replace("'",
                        "\\u0027")));
                assertTrue(dated.contains("names no day or period"), dated);
            }
            assertEquals(2, files.ask("rows", "{}").path("rows_total").asInt());
        }
    }

    @Test
    void aRangeToTheLastYearThatCanBeWrittenHasNoEnd() throws Exception {
        try (var files = fares()) {
            for (var last : List.of("9999", "9999-Q4", "9999-12", "9999-12-31")) {
                assertEquals(2, files.ask("rows", "{'to':'" + last + "'}").path("rows_total").asInt(), last);
            }
        }
    }

    @Test
    void aColumnsNameOfAnyLengthIsNotRepeatedAsAWhole() throws Exception {
        try (var files = new Fixture(folder).write("fares.csv", "x".repeat(30_000) + ",y\n1,2\n")
                .dataset("fares", Fixture.fares(), "fares.csv").tools("fares").looks()) {
            var warning = files.source().warnings().getFirst();
            assertTrue(warning.contains("has no column route") && warning.length() < 500, warning);
        }
    }

    @Test
    void namesThatAreNotInTheSchemaAreRefusedByTheDoor_AndHereBecomeNoSql() throws Exception {
        try (var files = fares()) {
            // The door checks arguments against the schema first; these come from a door that does not.
            for (var arguments : List.of("rows {'columns':['fare\\\" FROM fares; ATTACH \\'x\\' --']}",
                    "rows {'columns':['_file']}", "describe {'columns':['nothing']}", "rows {'columns':[7]}",
                    "rows {'order_by':'1; COPY fares TO \\'x\\''}", "aggregate {'group_by':['read_csv(1)']}",
                    "aggregate {'group_by':['fare']}", "aggregate {'measures':['sum_route']}",
                    "aggregate {'bucket':'fortnight'}", "trend {'measure':'max_fare'}", "trend {'group_by':'month'}",
                    "trend {'bucket':'MONTH; --'}", "trend {'order_by':'k; --'}")) {
                var space = arguments.indexOf(' ');
                var refused = files.refused(arguments.substring(0, space), arguments.substring(space + 1));
                assertTrue(refused.contains("names what this tool does not have. It has "), refused);
            }
            assertEquals(1, files.ask("rows", "{'limit':-7}").path("rows_returned").asInt());
            var schema = files.source().things().tools().getFirst().spec().inputSchema();
            assertFalse(schema.path("additionalProperties").asBoolean(true));
            assertEquals("[\"route\",\"month\",\"fare\"]", schema.path("properties").path("order_by").path("enum")
                    .toString());
        }
    }

    @Test
    void theDatabaseCanReachNothing() throws Exception {
        try (var files = fares()) {
            files.source();
            var found = new LinkedHashMap<String, List<FoundFile>>();
            found.put("fares", FoundFile.of(folder, List.of("fares.csv")));
            var version = Load.version(files.settings(), found, 1, Fixture.NOW);
            Files.writeString(folder.resolve("x.csv"), "a\n1\n");
            try (var session = new Session(version, Fixture.DEADLINE)) {
                for (var sql : List.of("SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '"
                        + folder.resolve("x.csv")
                        + "'", "SELECT * FROM read_text('/etc/hostname')", "SELECT * FROM glob('/etc/*')",
                        "COPY fares TO '" + folder.resolve("out.csv") + "'", "ATTACH '" + folder.resolve("out.db")
                        + "'",
                        "INSTALL httpfs", "LOAD httpfs", "SELECT * FROM read_csv('https://example.com/x.csv')",
                        "SET enable_external_access = true", "SET memory_limit = '8GB'", "RESET memory_limit",
                        "SET lock_configuration = false", "SET GLOBAL temp_directory = '" + folder + "'",
                        "PRAGMA enable_profiling", "EXPORT DATABASE '" + folder.resolve("export") + "'",
                        "IMPORT DATABASE '" + folder + "'", "SELECT getenv('HOME')",
                        "CREATE SECRET s (TYPE s3, KEY_ID 'k', SECRET 's')")) {
                    var refused = assertThrows(SQLException.class, () -> session.rows(sql, List.of(), row ->
                            row.getString(1)), sql);
                    assertTrue(refused.getMessage()
                            .matches("(?s).*(disabled|locked|does not exist|not allowed|cannot be "
                            + "changed|Permission|No function|Secret|pending).*"), sql + ": " + refused.getMessage());
                }
                assertEquals(List.of(2L), session.rows("SELECT count(*) FROM fares", List.of(), row -> row.getLong(1)));
            }
            version.leave();
            assertEquals(List.of("fares.csv", "x.csv"), Files.list(folder).map(path -> path.getFileName().toString())
                    .sorted().toList(), "nothing was written");
        }
    }

    @Test
    void namesOfFilesAndColumnsAreQuoted() throws Exception {
        var columns = new LinkedHashMap<>(Map.of("a", Fixture.from(Fixture.text(),
                "x', 'y'); ATTACH 'z' AS q; --\"")));
        try (var files = new Fixture(folder).write("it's \"odd\"; --.csv", "\"x', 'y'); ATTACH 'z' AS q; --\"\"\"\n1\n")
                .dataset("d", columns, "*.csv").tool("rows", Fixture.tool(Kind.ROWS, "d", Map.of()))) {
            assertEquals("[{\"a\":\"1\"}]", files.ask("rows", "{}").path("rows").toString());
        }
    }

    @Test
    void whatIsBoundToTheCallerCannotBeLifted_NorSeenThroughOffers() throws Exception {
        var filters = new LinkedHashMap<String, Filter>(Fixture.filters());
        filters.put("mine", new Filter("route", By.EQUALS, "", Optional.of(CallerValue.EMAIL), false));
        try (var files = new Fixture(folder).write("d.csv", "route,month,fare\nada@example.com,2026-01,1\n"
                + "bob@example.com,2026-02,2\n").dataset("fares", Fixture.fares(), "d.csv")) {
            for (var kind : Kind.values()) {
                files.tool(kind.name().toLowerCase(Locale.ROOT), Fixture.tool(kind, "fares", filters));
            }
            var spec = files.source().things().tools().getFirst().spec();
            assertFalse(spec.inputSchema().path("properties").has("mine"));
            for (var tool : files.source().things().tools()) {
                var name = tool.spec().name();
                assertTrue(Fixture.text(files.call(name, "{}", Caller.anonymous())).contains("e-mail address"), name);
            }
        }
    }

    @Test
    void aQuestionWhoseCallerHasGoneIsCancelled() throws Exception {
        try (var files = fares(); var desk = new Desk("t", Fixture.DEADLINE)) {
            files.source();
            var found = new LinkedHashMap<String, List<FoundFile>>();
            found.put("fares", FoundFile.of(folder, List.of("fares.csv")));
            var version = Load.version(files.settings(), found, 1, Fixture.NOW);
            assertTrue(version.enter());
            var begun = new CountDownLatch(1);
            var ended = new CountDownLatch(1);
            var asking = Thread.ofVirtual().start(() -> {
                try {
                    desk.ask(version, session -> {
                        begun.countDown();
                        try {
                            return session.rows("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE "
                                    + "(a.range "
                                    + "* b.range) % 7 = 3", List.of(), row -> row.getLong(1));
                        } finally {
                            ended.countDown();
                        }
                    });
                } catch (SQLException | Unanswerable | InterruptedException gone) {
                    Thread.currentThread().interrupt();
                }
            });
            begun.await();
            asking.interrupt();
            ended.await();
            asking.join();
            desk.close();
            version.leave();
            assertFalse(version.enter(), "nobody holds on to the version any more");
        }
    }
}
