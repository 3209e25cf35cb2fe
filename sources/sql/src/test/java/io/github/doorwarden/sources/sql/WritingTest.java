package io.github.doorwarden.sources.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.sql.SqlSettings.AnswerSettings;
import io.github.doorwarden.sources.sql.SqlSettings.ParameterSettings;
import io.github.doorwarden.sources.sql.SqlSettings.ToolSettings;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tools that change something: only where both the source and the tool say so, committed whole or not at all.
final class WritingTest {

    private static final Map<String, ParameterSettings> NOTE = Map.of("id", ParameterSettings.of(ParameterType.INTEGER),
            "text", ParameterSettings.of(ParameterType.STRING));

    @BeforeEach
    void empty() throws SQLException {
        Bed.sql(Bed.port(), "DELETE FROM notes; INSERT INTO notes VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    }

    private static SqlSource source(ToolSettings tool) {
        return new SqlSource("notes", Bed.settings(Bed.WRITER, tool).withChecks(true, true));
    }

    @Test
    void aChangeIsCommittedAndCounted() throws Exception {
        try (var source = source(ToolSettings.of("insert into notes values (:id, :text)", NOTE).writing())) {
            source.start();
            var result = Bed.call(source, "{'id':7,'text':'seven'}");
            assertEquals("{\"affected_rows\":1}", result.structured().orElseThrow().toString());
            assertEquals("seven", Bed.ask("select text from notes where id = 7"));
            var twice = Bed.call(source, "{'id':7,'text':'again'}");
            assertTrue(twice.isError());
            assertEquals("The database refused the change, because a rule of its tables forbids it: what must be there "
                    + "only once would be there twice. Nothing was changed.", Bed.text(twice));
            var spec = source.things().tools().getFirst().spec();
            assertFalse(spec.readOnly());
            assertFalse(spec.annotations().path("readOnlyHint").asBoolean());
        }
    }

    @Test
    void whatItReturnsIsAnswered() throws Exception {
        try (var source = source(ToolSettings.of("update notes set text = :text where id <= :id returning id, text",
                NOTE).writing())) {
            var rows = Bed.call(source, "{'id':2,'text':'z'}").structured().orElseThrow();
            assertEquals(2, rows.path("row_count").asInt());
            assertEquals("2", Bed.ask("select count(*) from notes where text = 'z'"));
        }
    }

    @Test
    void moreRowsThanAllowedAreNotChanged() throws Exception {
        var one = new AnswerSettings(1, null, 100);
        for (var statement : new String[] {"delete from notes", "delete from notes returning id"}) {
            try (var source = source(ToolSettings.of(statement, Map.of()).writing().withAnswer(one))) {
                var result = Bed.call(source, "{}");
                assertTrue(result.isError() && Bed.text(result).contains("one call may change 1. Nothing was changed"),
                        Bed.text(result));
                assertEquals("3", Bed.ask("select count(*) from notes"));
            }
        }
    }

    @Test
    void allResultsAreCounted() throws Exception {
        try (var connection = DriverManager.getConnection(Bed.url(), "postgres", "");
                var several = connection.prepareStatement("delete from notes where id = 1; select 1; update notes set "
                        + "text = 'x'; delete from notes where id = 99")) {
            assertEquals(3, Changes.sum(several, several.execute()));
        }
        try (var connection = DriverManager.getConnection(Bed.url(), "postgres", "");
                var rows = connection.prepareStatement("select 1; update notes set text = 'y'")) {
            assertEquals(2, Changes.sum(rows, rows.execute()));
        }
    }

    @Test
    void whatChangesUncountedUnderAQueryIsRefused() {
        for (var statement : new String[] {"with d as (delete from notes returning id) select count(*) from d",
            "(with d as (delete from notes returning id) select 1)",
            "with d as materialized (update notes set text = '' returning id) table d",
            "with a as (with b as (select 1) delete from notes returning id) select 1 from a",
            "with a as (select 1), d as (insert into notes values (8, '') returning id) values (1)"}) {
            var refused = assertThrows(IllegalArgumentException.class, () -> source(ToolSettings.of(statement, Map.of())
                    .writing()), statement).getMessage();
            assertTrue(refused.contains("nobody counts the rows that answer.max_rows bounds"), refused);
        }
        for (var statement : new String[] {"with few as (select id from notes) delete from notes where id in (select "
                + "id from few)", "select replace(text, 'a', 'b'), (replace('a', 'b', 'c')) from notes",
            "update notes set text = (select 'x')"}) {
            source(ToolSettings.of(statement, Map.of()).writing()).close();
        }
    }

    @Test
    void largeRowsDoNotHideHowManyWereChanged() throws Exception {
        var update = ToolSettings.of("update notes set text = text returning id, repeat('x', 5000)", Map.of())
                .writing();
        try (var source = source(update.withAnswer(new AnswerSettings(2, java.util.Optional.of(100), 5_000)))) {
            assertTrue(Bed.text(Bed.call(source, "{}")).contains("more than 2 rows"));
        }
        try (var source = source(update.withAnswer(new AnswerSettings(3, java.util.Optional.of(100), 5_000)))) {
            assertEquals("{\"affected_rows\":3}", Bed.call(source, "{}").structured().orElseThrow().toString());
        }
    }

    @Test
    void theSourceMustAllowIt() {
        var tool = ToolSettings.of("delete from notes", Map.of()).writing();
        var refused = assertThrows(IllegalArgumentException.class, () -> new SqlSource("notes",
                Bed.settings(Bed.WRITER, tool)));
        assertTrue(refused.getMessage().contains("allow_writes: true"), refused.getMessage());
    }

    @Test
    void aQueryBesideItStillOnlyReads() throws Exception {
        Bed.sql(Bed.port(), """
                CREATE OR REPLACE FUNCTION add_note() RETURNS int LANGUAGE sql AS
                  $$ INSERT INTO notes VALUES (50, 'x') RETURNING 1 $$""");
        try (var source = source(ToolSettings.of("select add_note()", Map.of()))) {
            var result = Bed.call(source, "{}");
            assertTrue(result.isError() && Bed.text(result).contains("may only read"), Bed.text(result));
        }
        try (var source = source(ToolSettings.of("select add_note()", Map.of()).writing())) {
            assertFalse(Bed.call(source, "{}").isError());
            assertEquals("1", Bed.ask("select count(*) from notes where id = 50"));
        }
    }
}
