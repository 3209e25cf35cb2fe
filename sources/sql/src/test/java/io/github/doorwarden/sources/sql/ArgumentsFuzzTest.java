package io.github.doorwarden.sources.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.sources.sql.SqlSettings.Login;
import io.github.doorwarden.sources.sql.SqlSettings.ParameterSettings;
import io.github.doorwarden.sources.sql.SqlSettings.ToolSettings;
import io.github.doorwarden.tidy.Fuzzer;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Arguments as no model should write them, against statements on a real database: values stay values.
final class ArgumentsFuzzTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CANARY = "canary-of-others";
    private static final List<String> TEXTS = List.of("mine", "' or 1=1 --", "\" or \"\"=\"", "'; drop table notes; --",
            "') union select text, 1, 1, 1, 1, 1, 1 from notes --", "%", "_%", ":i", "?", "?1", "$1", "@s", "\\", "''",
            "x'00'", "{more}", ":list", "/*", "*/", "a\u0000b", "\uD83D", "\u202e", "1", "null", CANARY + "%");
    private static final List<String> FORMATTED = List.of("2026-03-01", "2026-03-01T10:00", "2026-03-01T10:00:00Z",
            "2026-02-30", "+999999999-12-31", "-999999999-01-01T00:00:00+18:00", "6f1a2c3e-5b7d-4e8f-9a0b-1c2d3e4f5a6b",
            "0000-00-00", "2026-03-01T24:00", "2026-03-01T10:00:00.123456789+01:00", "10000-01-01", "now", "0");
    private static final List<String> JSONS = List.of("null", "true", "false", "0", "-1", "7", "1.5", "-0.0", "1e400",
            "1e-400", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e18", "0.1e1", "1E+2",
            "123456789012345678901234567890123456789012", "1e2147483647", "1e-2147483648", "[]", "{}", "[null]",
            "[\"a\",\"b\"]", "[\"') or 1=1 --\"]", "[[\"a\"]]", "{\"a\":1}", "\"\"");
    private static final List<String> NAMES = List.of("s", "i", "n", "b", "d", "t", "u", "list", "more", "tenant", "S",
            "s ", "", "owner", ":s");

    @TempDir
    private Path folder;

    private String url() {
        return "jdbc:sqlite:" + folder.resolve("notes.db");
    }

    private String ask(String query) throws SQLException {
        try (var connection = DriverManager.getConnection(url()); var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private void fill() throws SQLException {
        try (var connection = DriverManager.getConnection(url()); var statement = connection.createStatement()) {
            statement.executeUpdate("create table notes (id integer, owner text, text text, n real, open boolean, day "
                    + "date, at timestamp, uid text)");
            statement.executeUpdate("insert into notes values (1, 'me', 'mine', 1.5, 1, '2026-03-01', "
                    + "'2026-03-01T10:00', 'x'), (2, 'you', '" + CANARY + "', 1.5, 1, '2026-03-01', "
                    + "'2026-03-01T10:00', 'x')");
            statement.executeUpdate("create table log (text text)");
        }
    }

    private SqlSource source() {
        var all = new LinkedHashMap<String, ParameterSettings>();
        all.put("s", ParameterSettings.of(ParameterType.STRING).asOptional());
        all.put("i", ParameterSettings.of(ParameterType.INTEGER).asOptional());
        all.put("n", ParameterSettings.of(ParameterType.NUMBER).asOptional());
        all.put("b", ParameterSettings.of(ParameterType.BOOLEAN).asOptional());
        all.put("d", ParameterSettings.of(ParameterType.DATE).asOptional());
        all.put("t", ParameterSettings.of(ParameterType.TIMESTAMP).asOptional());
        all.put("u", ParameterSettings.of(ParameterType.UUID).asOptional());
        all.put("list", ParameterSettings.listOf(ParameterType.STRING).asOptional());
        all.put("more", ParameterSettings.of(ParameterType.STRING).withWhen("or text like :more"));
        var read = ToolSettings.of("select id, text, :i, :n, :d, :t, :u from notes where owner = 'me' and (text = :s "
                + "or "
                + "id = :i or n < :n or open = :b or day = :d or at > :t or uid = :u or text in (:list) {more})", all);
        var write = ToolSettings.of("insert into log (text) values (:s)", Map.of("s",
                ParameterSettings.of(ParameterType.STRING))).writing();
        var tools = new LinkedHashMap<String, ToolSettings>();
        tools.put("read", read);
        tools.put("write", write);
        return new SqlSource("notes", SqlSettings.of(url(), Login.NONE, folder, tools).withChecks(true, true));
    }

    private static ObjectNode arguments(Fuzzer fuzz) {
        var arguments = JSON.createObjectNode();
        for (var name : fuzz.some(NAMES, 6)) {
            switch (fuzz.below(4)) {
                case 0 -> arguments.put(name, fuzz.maybe(fuzz.one(TEXTS)));
                case 1 -> arguments.put(name, fuzz.maybe(fuzz.one(FORMATTED)));
                case 2 -> {
                    var list = arguments.putArray(name);
                    fuzz.some(TEXTS, 4).forEach(text -> list.add(fuzz.maybe(text)));
                }
                default -> arguments.set(name, JSON.readTree(fuzz.one(JSONS)));
            }
        }
        return arguments;
    }

    private static ToolResult call(Tool tool, ObjectNode arguments) throws Exception {
        return tool.call(Call.trial(Caller.anonymous(), arguments, Map.of()));
    }

    @Test
    void valuesStayValues() throws Exception {
        fill();
        var fuzz = new Fuzzer(800);
        var answered = 0;
        var written = 0;
        try (var source = source()) {
            var read = source.things().tools().getFirst();
            var write = source.things().tools().getLast();
            while (fuzz.goesOn()) {
                var arguments = arguments(fuzz);
                var result = call(read, arguments);
                var text = Bed.text(result);
                assertFalse(text.contains("you") || text.contains("\"" + CANARY + "\"") && !arguments.toString()
                        .contains(CANARY), () -> fuzz.said(arguments + " " + text));
                if (result.isError()) {
                    assertTrue(text.endsWith(".") && text.length() < 1_000, () -> fuzz.said(arguments + " " + text));
                } else {
                    answered++;
                    result.structured().orElseThrow().path("rows").forEach(row -> assertEquals(1, row.path(0).asInt(),
                            () -> fuzz.said(arguments + " " + text)));
                }
                if (fuzz.once(20)) {
                    var words = fuzz.maybe(fuzz.one(TEXTS));
                    var changed = call(write, JSON.createObjectNode().put("s", words));
                    written += changed.isError() ? 0 : 1;
                    assertEquals(written + " 2", ask(
                            "select (select count(*) from log) || ' ' || (select count(*) from "
                            + "notes)"), () -> fuzz.said(words + " " + Bed.text(changed)));
                    if (!changed.isError() && words.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
                        assertEquals(words, ask("select text from log order by rowid desc"), () -> fuzz.said(words));
                    }
                }
            }
        }
        assertTrue(answered > fuzz.rounds() / 20, "hardly anything is answered any more: " + answered);
        assertEquals("notes,log", ask("select group_concat(name) from sqlite_master"));
    }
}
