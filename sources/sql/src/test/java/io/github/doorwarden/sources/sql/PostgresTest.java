package io.github.doorwarden.sources.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Members;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.sql.SqlSettings.AnswerSettings;
import io.github.doorwarden.sources.sql.SqlSettings.ParameterSettings;
import io.github.doorwarden.sources.sql.SqlSettings.ToolSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/// Values on their way to a real PostgreSQL and back.
final class PostgresTest {

    private static final ParameterSettings TEXT = ParameterSettings.of(ParameterType.STRING);

    private static ParameterSettings of(ParameterType type) {
        return ParameterSettings.of(type);
    }

    @Test
    void theAnswerHasColumnsOnceAndRowsAsLists() throws Exception {
        assertEquals("{\"columns\":[\"id\",\"origin\"],\"rows\":[[1,\"LIS\"],[2,\"OPO\"]],\"row_count\":2}",
                Bed.answer("select id, origin from fares where tenant = :tenant order by id", Map.of("tenant", TEXT),
                        "{'tenant':'acme'}").toString());
        assertEquals("{\"columns\":[\"a\",\"a_2\",\"a_2_2\"],\"rows\":[],\"row_count\":0}", Bed.answer(
                "select 1 a, 2 a, 3 a_2 where false", Map.of(), "{}").toString());
    }

    @Test
    void everyTypeOfColumnIsExactAndReadable() throws Exception {
        assertEquals("[[1,\"2026-03-01\",99.50,[\"a\",\"b\"],\"6f1a2c3e-5b7d-4e8f-9a0b-1c2d3e4f5a6b\","
                + "\"2026-03-01T09:00Z\",{\"seats\":3},true]]",
                Bed.rows("select id, day, price, tags, code, at, note, open from fares where id = 1", Map.of(), "{}"));
        assertEquals("[[3,\"12345678901234.56\",null,null,null,null,null]]",
                Bed.rows("select id, price, tags, code, at, note, open from fares where id = 3", Map.of(), "{}"));
        assertEquals("[[\"9007199254740993\",\"NaN\",\"Infinity\",\"infinity\",\"[3 bytes, left out]\",\"101\","
                + "\"2026-03-01T10:00\",\"10:00:00\"]]", Bed.rows("""
                select 9007199254740993::bigint, 'NaN'::numeric, 'Infinity'::float8, 'infinity'::date,
                  '\\x010203'::bytea, b'101', timestamp '2026-03-01 10:00', time '10:00'""", Map.of(), "{}"));
        assertEquals("[[\"10:00:00.123456\",[\"2026-03-01T09:00:00Z\",null],{\"a\":1.50,\"b\":12345678901234567890.1}]]",
                Bed.rows("""
                select time '10:00:00.123456', array['2026-03-01 10:00+01'::timestamptz, null],
                  '{"a": 1.50, "b": 12345678901234567890.1}'::json""", Map.of(), "{}"));
        assertEquals("[[[[1,2],[3,4]],1.5,0.1]]", Bed.rows("select array[[1,2],[3,4]], 1.5::float4, 0.1::float8",
                Map.of(), "{}"));
    }

    @Test
    void everyTypeOfArgumentArrivesAsWhatItIs() throws Exception {
        var types = Map.of("i", of(ParameterType.INTEGER), "n", of(ParameterType.NUMBER), "b",
                of(ParameterType.BOOLEAN), "d", of(ParameterType.DATE), "t", of(ParameterType.TIMESTAMP), "u",
                of(ParameterType.UUID), "s", TEXT);
        assertEquals("[[\"bigint\",\"numeric\",\"boolean\",\"date\",\"uuid\",\"2026-03-01T09:00Z\",\"1.10\"]]",
                Bed.rows("""
                select pg_typeof(:i)::text, pg_typeof(:n)::text, pg_typeof(:b)::text, pg_typeof(:d + 0)::text,
                  pg_typeof(:u)::text, :t::timestamptz, :s::text""", types, """
                {'i':5,'n':1.1,'b':true,'d':'2026-03-31','u':'6f1a2c3e-5b7d-4e8f-9a0b-1c2d3e4f5a6b',
                 't':'2026-03-01T10:00:00+01:00','s':'1.10'}"""));
    }

    @Test
    void listsAreOneArray() throws Exception {
        var list = Map.of("ids", ParameterSettings.listOf(ParameterType.INTEGER));
        var query = "select id from fares where id = any(:ids) order by id";
        assertEquals("[[1],[3]]", Bed.rows(query, list, "{'ids':[3,1,99]}"));
        assertEquals("[]", Bed.rows(query, Map.of("ids", list.get("ids").asOptional()), "{}"));
        assertEquals("[[1]]", Bed.rows("select id from fares where origin = any(:o) and day = any(:d)",
                Map.of("o", ParameterSettings.listOf(ParameterType.STRING), "d",
                        ParameterSettings.listOf(ParameterType.DATE)),
                "{'o':['LIS','it,s}'],'d':['2026-03-01','2026-03-02']}"));
    }

    @Test
    void whatIsLeftOutIsNullOrTheDefaultOrNoFragment() throws Exception {
        var optional = Map.of("origin", TEXT.asOptional());
        var query = "select id from fares where (:origin::text is null or origin = :origin) order by id";
        assertEquals("[[1],[2],[3]]", Bed.rows(query, optional, "{}"));
        assertEquals("[[2]]", Bed.rows(query, optional, "{'origin':'OPO'}"));
        for (var type : ParameterType.values()) {
            if (type != ParameterType.ARRAY) {
                assertEquals("[[null]]", Bed.rows("select :p::text", Map.of("p", of(type).asOptional()), "{}"));
            }
        }
        assertEquals("[[2]]", Bed.rows("select id from fares where origin = :origin", Map.of("origin",
                TEXT.withDefault(JsonNodeFactory.instance.stringNode("OPO"))), "{}"));
        var fragment = Map.of("origin", TEXT.withWhen("and origin = :origin"));
        assertEquals("[[1],[2],[3]]", Bed.rows("select id from fares where true {origin} order by id", fragment, "{}"));
        assertEquals("[[2]]", Bed.rows("select id from fares where true {origin}", fragment, "{'origin':'OPO'}"));
    }

    @Test
    void argumentsAreNeverWordsOfTheStatement() throws Exception {
        var query = "select count(*) from fares where origin = :origin";
        for (var attack : List.of("' or '1'='1", "x'; delete from fares; --", "LIS' union select 1 --", "\\' or 1=1 --",
                "$$; drop table fares; $$", ":origin", "{origin}", "?", "%", "/* */", "\uFF07 or 1=1", "a\nb\r\n;")) {
            var arguments = JsonNodeFactory.instance.objectNode().put("origin", attack).toString();
            try (var source = Bed.reader(query, Map.of("origin", TEXT))) {
                var result = source.things().tools().getFirst().call(io.github.doorwarden.server.Call.trial(
                        Caller.anonymous(), (tools.jackson.databind.node.ObjectNode) tools.jackson.databind.json
                        .JsonMapper.shared().readTree(arguments), Map.of()));
                assertEquals("[[0]]", result.structured().orElseThrow().path("rows").toString(), attack);
            }
        }
        assertEquals("3", Bed.ask("select count(*) from fares"));
    }

    @Test
    void whatFitsTheSchemaAndIsNoValueIsRefusedWithAnExample() throws Exception {
        try (var source = Bed.reader("select :d", Map.of("d", of(ParameterType.DATE)))) {
            assertEquals("The argument d must be a date such as 2026-03-31.", Bed.text(Bed.call(source,
                    "{'d':'2026-02-30'}")));
        }
        try (var source = Bed.reader("select :i", Map.of("i", of(ParameterType.INTEGER)))) {
            assertTrue(Bed.text(Bed.call(source, "{'i':1e30}")).contains("at most 18 digits"));
        }
        try (var source = Bed.reader("select :s", Map.of("s", TEXT))) {
            assertTrue(Bed.text(Bed.call(source, "{'s':'a\\u0000b'}")).contains("NUL"));
        }
        try (var source = Bed.reader("select 1 / :i", Map.of("i", of(ParameterType.INTEGER)))) {
            assertEquals("The database cannot use a value of this call: it makes the statement divide by zero.",
                    Bed.text(Bed.call(source, "{'i':0}")));
        }
    }

    @Test
    void whatTheDatabaseSaysOfRowsIsNotForTheModel() throws Exception {
        for (var each : Map.of("select origin::int from fares where tenant = 'bolt'",
                "a text is not of the form that is wanted.", "select price::smallint from fares where tenant = 'bolt'",
                "a number is too large.", "select (origin || '-01-01')::date from fares where tenant = 'bolt'",
                "a date or a time is none, or out of range.", "select array_fill(0, null) from fares",
                "one that is missing must be given.", "select substring(origin, 1, -5) from fares",
                "it is out of range, or not of the form that is wanted.").entrySet()) {
            try (var source = Bed.reader(each.getKey(), Map.of())) {
                assertEquals("The database cannot use a value of this call: " + each.getValue(),
                        Bed.text(Bed.call(source, "{}")), each.getKey());
            }
        }
    }

    @Test
    void aTextThatIsLongerThanAnyDateIsRefusedBeforeItIsRead() throws Exception {
        var endless = "T+".repeat(500_000);
        for (var type : Map.of(ParameterType.DATE, "must be a date such as 2026-03-31.", ParameterType.TIMESTAMP,
                "must be a time such as 2026-03-31T14:05:00Z.", ParameterType.UUID,
                "must be a UUID such as 6f1a2c3e-5b7d-4e8f-9a0b-1c2d3e4f5a6b.").entrySet()) {
            try (var source = Bed.reader("select :d", Map.of("d", of(type.getKey())))) {
                var sentence = assertTimeoutPreemptively(Duration.ofSeconds(20), () ->
                        Bed.text(Bed.call(source, "{'d':'" + endless + "'}")));
                assertEquals("The argument d " + type.getValue(), sentence);
                assertEquals(40, source.things().tools().getFirst().spec().inputSchema().path("properties").path("d")
                        .path("maxLength").asInt());
            }
        }
    }

    @Test
    void timesAreReadWithAnOffsetAndWithout() throws Exception {
        var time = Map.of("t", of(ParameterType.TIMESTAMP));
        for (var each : Map.of("2026-03-01T10:00:00.123456789+01:00:00", "2026-03-01T09:00:00.123457Z",
                "2026-03-01T10:00Z", "2026-03-01T10:00Z").entrySet()) {
            assertEquals("[[\"" + each.getValue() + "\"]]", Bed.rows("select :t::timestamptz", time, "{'t':'"
                    + each.getKey() + "'}"));
        }
        assertEquals("[[\"2026-03-01T10:00\"]]", Bed.rows("select :t::timestamp", time, "{'t':'2026-03-01T10:00'}"));
    }

    @Test
    void whatIsBoundToTheCallerCannotBeForged() throws Exception {
        var bound = Map.of("tenant", TEXT.boundTo(CallerValue.TENANT));
        try (var source = Bed.reader("select id from fares where tenant = :tenant order by id", bound)) {
            assertEquals("[[1],[2]]", Bed.call(source, "{}", Members.of("acme", "ada")).structured().orElseThrow()
                    .path("rows").toString());
            assertEquals("[[3]]", Bed.call(source, "{}", Members.of("bolt", "bob")).structured().orElseThrow()
                    .path("rows").toString());
            var forged = Bed.call(source, "{'tenant':'bolt'}", Members.of("acme", "ada"));
            assertTrue(forged.isError() && Bed.text(forged).contains("is not yours to give"), Bed.text(forged));
            var nobody = Bed.call(source, "{}");
            assertTrue(nobody.isError() && Bed.text(nobody).contains("organisation"), Bed.text(nobody));
            var schema = source.things().tools().getFirst().spec().inputSchema();
            assertEquals("{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}", schema.toString());
        }
    }

    @Test
    void theCutIsAnnounced_ByRows() throws Exception {
        var tool = ToolSettings.of("select n from many order by n", Map.of())
                .withAnswer(new AnswerSettings(3, null, 100));
        try (var source = new SqlSource("test", Bed.settings(Bed.READER, tool))) {
            var answer = Bed.call(source, "{}").structured().orElseThrow();
            assertEquals("{\"columns\":[\"n\"],\"rows\":[[1],[2],[3]],\"row_count\":3,\"truncated_by_gateway\":"
                    + "{\"lists\":{\"rows\":{\"kept\":3,\"more_than\":3}},\"hint\":\"This tool cannot be asked for "
                    + "less.\"}}", answer.toString());
        }
        var all = ToolSettings.of("select n from many where n <= 3 order by n", Map.of())
                .withAnswer(new AnswerSettings(3, null, 100));
        try (var source = new SqlSource("test", Bed.settings(Bed.READER, all))) {
            assertFalse(Bed.call(source, "{}").structured().orElseThrow().has("truncated_by_gateway"));
        }
    }

    @Test
    void theCutIsAnnounced_ByTokensAndByValue() throws Exception {
        var tool = ToolSettings.of("select n, text from many where n >= :from order by n",
                Map.of("from", of(ParameterType.INTEGER))).withAnswer(new AnswerSettings(500, Optional.of(300), 10));
        try (var source = new SqlSource("test", Bed.settings(Bed.READER, tool))) {
            var answer = Bed.call(source, "{'from':1}").structured().orElseThrow();
            assertEquals("[1,\"xxxxxxxxxx… [cut: 10 of 50 characters]\"]", answer.path("rows").path(0).toString());
            var kept = answer.path("row_count").asInt();
            assertTrue(kept > 5 && kept < 30, answer.toString());
            assertEquals(kept, answer.path("rows").size());
            var notice = answer.path("truncated_by_gateway");
            assertEquals(kept, notice.path("lists").path("rows").path("kept").asInt());
            assertTrue(notice.path("lists").path("rows").path("more_than").asInt() < 100, "read on in vain: " + notice);
            assertEquals("Ask for less, or for the next part, with: from.", notice.path("hint").asString());
            assertTrue(answer.toString().length() <= 1_300, answer.toString());
        }
    }

    @Test
    void columnsAreNeverShortened_AndARowThatIsTooLargeIsSaid() throws Exception {
        var wide = new StringBuilder("select ");
        for (var i = 0; i < 40; i++) {
            wide.append(i == 0 ? "" : ", ").append("n as column_with_a_long_name_").append(i);
        }
        var tool = ToolSettings.of(wide + " from many order by n", Map.of());
        try (var source = new SqlSource("test", Bed.settings(Bed.READER, tool.withAnswer(new AnswerSettings(500,
                Optional.of(500), 20))))) {
            var answer = Bed.call(source, "{}").structured().orElseThrow();
            assertEquals(40, answer.path("columns").size());
            assertTrue(answer.path("row_count").asInt() > 2, answer.toString());
        }
        try (var source = new SqlSource("test", Bed.settings(Bed.READER, tool.withAnswer(new AnswerSettings(500,
                Optional.of(330), 20))))) {
            assertTrue(Bed.text(Bed.call(source, "{}")).startsWith("One row of the answer is larger than the 330"));
        }
    }

    @Test
    void theSchemaIsFlatAndPlain() {
        var parameters = Map.of("p", new ParameterSettings(ParameterType.STRING, null, Optional.of("Where."), true,
                Optional.of(JsonNodeFactory.instance.stringNode("LIS")), List.of(JsonNodeFactory.instance.stringNode(
                "LIS"), JsonNodeFactory.instance.stringNode("OPO")), null, null, null, null, null, null, false));
        try (var source = Bed.reader("select :p", parameters)) {
            assertEquals("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"string\",\"enum\":[\"LIS\",\"OPO\"],"
                    + "\"description\":\"Where.\",\"default\":\"LIS\"}},\"additionalProperties\":false}",
                    source.things().tools().getFirst().spec().inputSchema().toString());
        }
        try (var source = Bed.reader("select :l", Map.of("l", ParameterSettings.listOf(ParameterType.DATE)))) {
            assertEquals("{\"type\":\"object\",\"properties\":{\"l\":{\"type\":\"array\",\"items\":{\"type\":\"string\","
                    + "\"format\":\"date\",\"maxLength\":40},\"minItems\":1,\"maxItems\":100}},\"required\":[\"l\"],"
                    + "\"additionalProperties\":false}",
                    source.things().tools().getFirst().spec().inputSchema().toString());
        }
    }
}
