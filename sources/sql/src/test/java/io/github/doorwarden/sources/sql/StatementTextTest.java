package io.github.doorwarden.sources.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.sql.SqlSettings.ParameterSettings;
import io.github.doorwarden.sources.sql.SqlSettings.ToolSettings;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/// What is a parameter, what only looks like one, and what a statement may not be.
final class StatementTextTest {

    private static final ParameterSettings TEXT = ParameterSettings.of(ParameterType.STRING);
    private static final ParameterSettings LIST = ParameterSettings.listOf(ParameterType.INTEGER);

    private static StatementText read(String sql, Engine engine, Map<String, ParameterSettings> parameters) {
        var all = new LinkedHashMap<String, Parameter>();
        parameters.forEach((name, settings) -> all.put(name, new Parameter(name, settings)));
        return new StatementText(sql, engine, all, false);
    }

    private static String compiled(String sql, Engine engine) {
        return read(sql, engine, Map.of("a", TEXT)).with(Map.of("a", "x")).sql();
    }

    private static String refused(String sql, Engine engine) {
        return assertThrows(IllegalArgumentException.class, () -> read(sql, engine, Map.of())).getMessage();
    }

    @Test
    void onlyWhatStandsOutsideOfQuotesAndCommentsIsAParameter() {
        assertEquals("select ?", compiled("select :a;", Engine.POSTGRESQL));
        assertEquals("select ?::text", compiled("select :a::text", Engine.POSTGRESQL));
        assertEquals("select ':b', \"c:d\", 'it''s :b' -- :b\n, /* :b /* :b */ :b */ ?",
                compiled("select ':b', \"c:d\", 'it''s :b' -- :b\n, /* :b /* :b */ :b */ :a", Engine.POSTGRESQL));
        assertEquals("select $$ :b $$, $x$ :b $$ $x$, ?", compiled("select $$ :b $$, $x$ :b $$ $x$, :a",
                Engine.POSTGRESQL));
        assertEquals("select E'\\' :b', ?", compiled("select E'\\' :b', :a", Engine.POSTGRESQL));
        assertEquals("select 'a\\', ?", compiled("select 'a\\', :a", Engine.POSTGRESQL));
        assertEquals("select '\\' :b', `:b`, ? # :b", compiled("select '\\' :b', `:b`, :a # :b", Engine.MYSQL));
        assertEquals("select [:b], ?", compiled("select [:b], :a", Engine.SQLSERVER));
        assertEquals("select x[1], note ?? 'k', ?", compiled("select x[1], note ? 'k', :a", Engine.POSTGRESQL));
        assertEquals("select ? ?", compiled("select :a:a", Engine.POSTGRESQL), "not the operator ??");
        assertTrue(refused("select 1 /*/ ; */", Engine.POSTGRESQL).contains("read differently"));
        assertTrue(refused("select 1$x$ a $x$", Engine.POSTGRESQL).contains("$ that begins no text"));
        assertEquals("select note ??| ?", compiled("select note ??| :a", Engine.POSTGRESQL));
    }

    @Test
    void aStatementIsOne() {
        for (var sql : List.of("select 1; commit; insert into t values (1)", "select 1; select 2",
                "select 1 /* ; */; commit")) {
            assertTrue(refused(sql, Engine.POSTGRESQL).contains("after its semicolon"), sql);
        }
        assertEquals("select 1 ", read("select 1; ", Engine.POSTGRESQL, Map.of()).with(Map.of()).sql());
    }

    @Test
    void whatIsNoQueryIsRefusedWithTheRemedy() {
        for (var sql : List.of("insert into t values (1)", "UPDATE t SET a = 1", "delete from t",
                "merge into t using s",
                "with d as (delete from t returning *) select * from d", "with d as (select 1) delete from t",
                "with d as materialized (update t set a = 1 returning a) select a from d", "select 1 into t",
                "call f()", "replace into t values (1)")) {
            assertTrue(refused(sql, Engine.POSTGRESQL).startsWith("changes something"), sql);
        }
        for (var sql : List.of("set transaction read write", "copy t to program 'id'", "begin", "do $$ begin end $$",
                "drop table t", "attach database 'x' as y", "pragma query_only = off", "explain analyze delete from t",
                "load 'x'", "vacuum", "grant all on t to public")) {
            assertTrue(refused(sql, Engine.POSTGRESQL).contains("is no query"), sql);
        }
        assertTrue(refused("select 1 for update", Engine.POSTGRESQL).contains("locks rows"));
        assertTrue(refused("select 1 /*! into outfile 'x' */", Engine.MYSQL).contains("/*!"));
        assertTrue(refused("", Engine.SQLITE).contains("no word"));
        read("select replace(a, 'x', 'y'), \"delete\", 'insert into' from (select 1 a, 2 \"delete\") t",
                Engine.POSTGRESQL, Map.of());
        read("(select 1) union (values (2))", Engine.POSTGRESQL, Map.of());
    }

    @Test
    void mistakesNameTheRemedy() {
        assertTrue(refused("select :b", Engine.POSTGRESQL).contains("not declared under parameters"));
        assertTrue(refused("select $1", Engine.POSTGRESQL).contains(":name"));
        assertTrue(refused("select ?", Engine.SQLITE).contains(":name"));
        assertTrue(refused("select 'a", Engine.SQLITE).contains("without its '"));
        assertTrue(refused("select 1 /* a", Engine.SQLITE).contains("not closed"));
        assertTrue(refused("select {fn now()}", Engine.POSTGRESQL).contains("{"));
        assertTrue(refused("select {a}", Engine.POSTGRESQL).contains("no parameter a with a when"));
        var unused = assertThrows(IllegalArgumentException.class, () -> read("select 1", Engine.SQLITE,
                Map.of("a", TEXT)));
        assertTrue(unused.getMessage().contains("Use the parameter a"), unused.getMessage());
        var unplaced = assertThrows(IllegalArgumentException.class, () -> read("select :a", Engine.SQLITE,
                Map.of("a", TEXT.withWhen("and :a"))));
        assertTrue(unplaced.getMessage().contains("has no {a}"), unplaced.getMessage());
    }

    @Test
    void fragmentsAreThereWhenTheirParameterIs() {
        var text = read("select 1 where true {a} {b} order by 1", Engine.POSTGRESQL,
                Map.of("a", TEXT.withWhen("and x = :a -- first"), "b", TEXT.withWhen("and y = :b")));
        assertEquals("select 1 where true     order by 1", text.with(Map.of()).sql());
        assertEquals("select 1 where true    and y = ?\n order by 1", text.with(Map.of("b", "1")).sql());
        var both = text.with(Map.of("a", "1", "b", "2"));
        assertEquals("select 1 where true  and x = ? -- first\n  and y = ?\n order by 1", both.sql());
        assertEquals(List.of("1", "2"), both.values().stream().map(StatementText.Bound::value).toList());
        var problem = SqlSource.problems("jdbc:postgresql://h/d", ToolSettings.of("select 1 {a}",
                Map.of("a", TEXT.withWhen("; delete from t"))), false);
        assertTrue(problem.getFirst().clause().contains("after its semicolon"), problem.toString());
    }

    @Test
    void listsAreOneValueOnPostgresAndPlaceholdersElsewhere() {
        var one = read("select :a", Engine.POSTGRESQL, Map.of("a", LIST)).with(Map.of("a", List.of(1L, 2L)));
        assertEquals("select ?", one.sql());
        assertEquals(1, one.values().size());
        var several = read("select 1 in (:a)", Engine.MYSQL, Map.of("a", LIST));
        assertEquals("select 1 in (?, ?)", several.with(Map.of("a", List.of(1L, 2L))).sql());
        assertEquals("select 1 in (NULL)", several.with(Map.of()).sql());
    }

    @Test
    void problemsNameParameterAndKey() {
        var bad = new ParameterSettings(ParameterType.INTEGER, null, null, false, null, null, null, null,
                Optional.of(5), null, null,
                null, false);
        assertEquals("max_length", SqlSource.problems("jdbc:sqlite:x", ToolSettings.of("select :a", Map.of("a", bad)),
                false).getFirst().key());
        for (var key : List.of("enum", "pattern", "min", "max", "max_length")) {
            var one = Optional.of(BigDecimal.ONE);
            var number = key.startsWith("mi") || key.equals("max");
            var beside = new ParameterSettings(number ? ParameterType.INTEGER : ParameterType.STRING, null, null, false,
                    null, key.equals("enum") ? List.of(JsonNodeFactory.instance.stringNode("acme")) : null,
                    key.equals("min") ? one : null, key.equals("max") ? one : null,
                    key.equals("max_length") ? Optional.of(5) : null, key.equals("pattern") ? Optional.of("^a") : null,
                    Optional.of(CallerValue.TENANT), null, false);
            var problem = SqlSource.problems("jdbc:sqlite:x", ToolSettings.of("select :a", Map.of("a", beside)), false)
                    .getFirst();
            assertEquals(key, problem.key());
            assertTrue(problem.clause().startsWith("stands beside bind"), problem.toString());
        }
        var write = SqlSource.problems("jdbc:sqlite:x", ToolSettings.of("delete from t", Map.of()).writing(), false);
        assertEquals("write is true, and the source only reads. Set allow_writes: true there.",
                write.getFirst().sentence());
        var missing = SqlSource.problems("jdbc:sqlite:x", ToolSettings.of("drop table t", Map.of()).writing(), true);
        assertTrue(missing.getFirst().clause().startsWith("begins with DROP"), missing.toString());
    }
}
