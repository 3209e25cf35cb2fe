package io.github.doorwarden.sources.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.sql.SqlSettings.Login;
import io.github.doorwarden.sources.sql.SqlSettings.ParameterSettings;
import io.github.doorwarden.sources.sql.SqlSettings.ToolSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file of SQLite beside the configuration.
final class SqliteTest {

    private static final ParameterSettings TEXT = ParameterSettings.of(ParameterType.STRING);

    @TempDir
    private Path folder;

    @BeforeEach
    void fill() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("fares.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("create table fares (id integer primary key, origin text, day date, price "
                    + "decimal(12,2), open boolean, raw blob, at timestamp)");
            statement.executeUpdate("insert into fares values (1, 'LIS', '2026-03-01', 99.5, 1, x'0102', "
                    + "'2026-03-01T10:00'), (2, 'OPO', '2026-03-02', 120, 0, null, null)");
        }
    }

    private SqlSource source(ToolSettings tool) {
        return new SqlSource("fares", SqlSettings.of("jdbc:sqlite:fares.db", Login.NONE, folder, Map.of("tool", tool))
                .withChecks(true, true).withTimeouts(Duration.ofSeconds(1), Duration.ofMillis(500)));
    }

    private String rows(String statement, Map<String, ParameterSettings> parameters, String arguments)
            throws Exception {
        try (var source = source(ToolSettings.of(statement, parameters))) {
            source.start();
            var result = Bed.call(source, arguments);
            assertFalse(result.isError(), Bed.text(result));
            return result.structured().orElseThrow().path("rows").toString();
        }
    }

    @Test
    void rowsAreReadAsTheyAreKept() throws Exception {
        assertEquals("[[1,\"LIS\",\"2026-03-01\",99.5,true,\"[2 bytes, left out]\",\"2026-03-01T10:00\"],"
                + "[2,\"OPO\",\"2026-03-02\",120,false,null,null]]", rows("select * from fares order by id", Map.of(),
                "{}"));
    }

    @Test
    void argumentsArriveAsWhatTheyAre() throws Exception {
        assertEquals("[[1]]", rows("select id from fares where day = :d and price < :n and open = :b and at = :t",
                Map.of("d", ParameterSettings.of(ParameterType.DATE), "n", ParameterSettings.of(ParameterType.NUMBER),
                        "b", ParameterSettings.of(ParameterType.BOOLEAN), "t",
                        ParameterSettings.of(ParameterType.TIMESTAMP)),
                "{'d':'2026-03-01','n':99.75,'b':true,'t':'2026-03-01T10:00'}"));
        assertEquals("[[\"real\",\"integer\",\"text\",\"null\"]]", rows(
                "select typeof(:n), typeof(:i), typeof(:s), typeof(:o)", Map.of("n",
                        ParameterSettings.of(ParameterType.NUMBER), "i", ParameterSettings.of(ParameterType.INTEGER),
                        "s", TEXT, "o", TEXT.asOptional()), "{'n':1.5,'i':2,'s':'x'}"));
        var list = Map.of("origins", ParameterSettings.listOf(ParameterType.STRING));
        assertEquals("[[1],[2]]", rows("select id from fares where origin in (:origins) order by id", list,
                "{'origins':['OPO','LIS','x'')']}".replace("''", "\\u0027")));
        assertEquals("[]", rows("select id from fares where origin in (:origins)", Map.of("origins",
                list.get("origins").asOptional()), "{}"));
        assertEquals("[[2]]", rows("select id from fares where 1 {origin}", Map.of("origin",
                TEXT.withWhen("and origin = :origin")), "{'origin':'OPO'}"));
    }

    @Test
    void theFileIsOpenedForReading() throws Exception {
        try (var source = source(ToolSettings.of("select load_extension('x')", Map.of()))) {
            assertTrue(Bed.call(source, "{}").isError());
        }
        try (var source = source(ToolSettings.of("select 1", Map.of()))) {
            assertEquals(1, source.things().tools().size());
        }
        assertTrue(folder.resolve("fares.db").toFile().setReadOnly());
        assertEquals("[[2]]", rows("select count(*) from fares", Map.of(), "{}"));
    }

    @Test
    void aChangeIsCommittedOnlyByATool_ThatMayWrite() throws Exception {
        var insert = "insert into fares (id, origin) values (:id, :origin)";
        var parameters = Map.of("id", ParameterSettings.of(ParameterType.INTEGER), "origin", TEXT);
        try (var source = source(ToolSettings.of(insert, parameters).writing())) {
            assertEquals("{\"affected_rows\":1}", Bed.call(source, "{'id':3,'origin':'FAO'}").structured().orElseThrow()
                    .toString());
            var twice = Bed.call(source, "{'id':3,'origin':'FAO'}");
            assertTrue(twice.isError(), Bed.text(twice));
        }
        assertEquals("[[\"FAO\"]]", rows("select origin from fares where id = 3", Map.of(), "{}"));
    }

    @Test
    void aStatementWithoutEndIsEnded() throws Exception {
        var endless = "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r";
        try (var source = source(ToolSettings.of(endless, Map.of()))) {
            var before = System.nanoTime();
            var result = Bed.call(source, "{}");
            assertTrue(result.isError() && Bed.text(result).contains("within 0.5 s"), Bed.text(result));
            assertTrue(System.nanoTime() - before < Duration.ofSeconds(20).toNanos());
            assertEquals(0, source.active(false));
        }
    }

    @Test
    void aFileThatIsNotThereIsNotMade() throws Exception {
        var tool = ToolSettings.of("select 1", Map.of());
        try (var source = new SqlSource("gone", SqlSettings.of("jdbc:sqlite:gone.db", Login.NONE, folder,
                Map.of("tool", tool)).withTimeouts(Duration.ofMillis(300), Duration.ofSeconds(1)))) {
            source.start();
            var result = Bed.call(source, "{}");
            assertTrue(result.isError() && Bed.text(result).contains("not reachable"), Bed.text(result));
            assertFalse(Files.exists(folder.resolve("gone.db")));
        }
    }
}
