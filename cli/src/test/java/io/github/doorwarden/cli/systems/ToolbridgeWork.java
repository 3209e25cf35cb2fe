package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.Listener;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.Tool;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// What people of three tenants do with a running toolbridge, whatever database is under its API.
///
/// @param ada signed in at `/mcp`
record ToolbridgeWork(RunningSystem system, McpClient ada) {

    static final String PASSWORD = "front-door-demo";
    private static final List<String> KINDS = List.of("note", "task", "comment", "chat", "chat_message");
    private static final List<String> VERBS = List.of("get", "create", "update", "patch", "delete", "archive",
            "process");

    private McpClient connect(String email) throws Exception {
        return system.connect(Person.of(email, PASSWORD));
    }

    private static TreeSet<String> names(List<Tool> tools) {
        return tools.stream().map(Tool::name).collect(TreeSet::new, TreeSet::add, TreeSet::addAll);
    }

    static String id(JsonNode record) {
        return record.path("id").asString();
    }

    /// A call that must answer well, of which no table is made.
    static JsonNode call(McpClient client, String tool, String arguments) throws McpFailure,
            InterruptedException {
        return new ToolResults("toolbridge", "").call(client, tool, arguments);
    }

    /// Each kind's eight tools in the order of a record's life.
    private void life(ToolResults results, String kind, String create, String replace, String patch,
            String action) throws McpFailure, InterruptedException {
        var made = results.call(ada, "create_" + kind, create);
        var one = "{\"id\":\"" + id(made) + "\"";
        assertEquals(1, results.call(ada, "get_" + kind, one + "}").path("version").asInt());
        results.call(ada, "update_" + kind, one + ",\"version\":1," + replace + "}");
        assertTrue(ToolResults.refused(ada, "update_" + kind, one + ",\"version\":1," + replace + "}").contains("412"));
        assertEquals(3, results.call(ada, "patch_" + kind, one + "," + patch + "}").path("version").asInt());
        results.call(ada, "process_" + kind, one + ",\"action\":\"" + action + "\"}");
        assertTrue(ToolResults.refused(ada, "process_" + kind, one + ",\"action\":\"" + action + "\"}")
                .contains("Legal now"));
        assertTrue(results.call(ada, "archive_" + kind, one + "}").path("archived").asBoolean());
        results.call(ada, "archive_" + kind, one + ",\"archived\":false}");
        assertTrue(results.call(ada, "list_" + kind + "s", "{\"limit\":5}").path("items").size() > 0);
        assertEquals(id(made), id(results.call(ada, "delete_" + kind, one + "}")));
        assertFalse(ToolResults.refused(ada, "get_" + kind, one + "}").isEmpty());
    }

    /// The forty of single records, by Ada.
    ///
    /// @return their names
    TreeSet<String> records(ToolResults results) throws Exception {
        var expected = new TreeSet<String>();
        KINDS.forEach(kind -> {
            expected.add("list_" + kind + "s");
            VERBS.forEach(verb -> expected.add(verb + "_" + kind));
        });
        assertEquals(40, expected.size());
        var listed = ada.tools();
        assertEquals(expected, names(listed));
        for (var tool : listed) {
            assertEquals(tool.name().startsWith("delete_"), tool.raw().path("annotations").path("destructiveHint")
                    .asBoolean() && !tool.name().matches("(update|patch)_.*"), tool.name());
        }
        life(results, "note", "{\"title\":\"A note\",\"tags\":[\"plan\"]}", "\"title\":\"B\",\"body\":\"b\"",
                "\"title\":\"C\"", "finalize");
        life(results, "task", "{\"title\":\"A task\"}", "\"title\":\"B\",\"priority\":\"high\"",
                "\"estimate_hours\":2", "complete");
        var note = id(results.call(ada, "create_note", "{\"title\":\"Talked about\"}"));
        life(results, "comment", "{\"body\":\"so\",\"note_id\":\"" + note + "\"}", "\"body\":\"no\"",
                "\"body\":\"yes\"", "resolve");
        life(results, "chat", "{\"title\":\"A chat\"}", "\"title\":\"B\",\"topic\":\"t\"", "\"topic\":\"u\"", "mute");
        var chat = id(results.call(ada, "create_chat", "{\"title\":\"For messages\"}"));
        life(results, "chat_message", "{\"chat_id\":\"" + chat + "\",\"body\":\"hello\"}", "\"body\":\"hi\"",
                "\"body\":\"hey\"", "mark_read");
        return expected;
    }

    /// Those beyond single records, by Ben: transactions, search, conditions, figures.
    ///
    /// @return their names
    TreeSet<String> beyond(ToolResults results) throws Exception {
        try (var client = system.connect(system.endpoint().resolve("/mcp/beyond"), Person.of("ben@acme.example",
                PASSWORD), options -> options)) {
            var made = results.call(client, "run_transaction", """
                    {"operations":[{"op":"create","kind":"notes","as":"plan","body":{"title":"Move the zebra office"}},
                     {"op":"create","kind":"tasks","as":"job","body":{"title":"Pack zebra boxes","note_id":"$plan"}},
                     {"op":"create","kind":"chats","as":"talk","body":{"title":"Zebra move"}},
                     {"op":"create","kind":"chat_messages","as":"word","body":{"chat_id":"$talk","body":"zebra first"}},
                     {"op":"create","kind":"comments","as":"said","body":{"task_id":"$job","body":"zebra when?"}}]}""")
                    .path("ids");
            assertTrue(ToolResults.refused(client, "run_transaction", """
                    {"operations":[{"op":"create","kind":"notes","body":{"title":"Never zebra"}},
                     {"op":"get","kind":"tasks","id":"01a1e5b8-f544-7000-8084-a3d8d0b3f4b1"}]}""").contains("404"));
            var found = results.call(client, "search_records", "{\"q\":\"zebra\",\"limit\":50}").path("items");
            assertEquals(5, found.size(), "and nothing of what was rolled back: " + found);
            results.call(client, "search_by_meaning", "{\"text\":\"moving to another building\"}");
            var batch = results.call(client, "run_batch",
                    "{\"operations\":[{\"op\":\"get\",\"kind\":\"notes\",\"id\":\""
                    + made.path("plan").asString() + "\"},{\"op\":\"get\",\"kind\":\"notes\",\"id\":\""
                    + made.path("job").asString() + "\"}]}");
            assertEquals(1, batch.path("failed").asInt());
            var words = "{\"where\":{\"and\":[{\"field\":\"created_at\",\"op\":\"gt\",\"value\":\"2020-01-01T00:00:00Z\"},"
                    + "{\"not\":{\"field\":\"tags\",\"op\":\"has\",\"value\":\"nobodys\"}}]},\"limit\":3}";
            for (var kind : KINDS) {
                assertTrue(results.call(client, "query_" + kind + "s", words).path("items").size() > 0, kind);
            }
            results.call(client, "aggregate_records", "{\"kind\":\"tasks\",\"group_by\":[{\"field\":\"created_at\","
                    + "\"by\":\"month\"}],\"measures\":[{\"fn\":\"count\"}]}");
            assertTrue(results.call(client, "list_changes", "{}").path("items").size() > 0);
            var ids = Map.of("note", "plan", "task", "job", "chat", "talk", "chat_message", "word", "comment", "said");
            for (var kind : KINDS) {
                var one = "{\"id\":\"" + made.path(ids.get(kind)).asString() + "\"";
                results.call(client, "tag_" + kind, one + ",\"tags\":[\"zebra\"]}");
                results.call(client, "suggest_tags_for_" + kind, one + "}");
                results.call(client, "suggest_for_" + kind, one + "}");
                results.call(client, "untag_" + kind, one + ",\"tag\":\"zebra\"}");
            }
            results.call(client, "list_tags", "{}");
            return names(client.tools());
        }
    }

    /// Ben hears of what Ada changes, and Dana of Globex does not.
    void changes() throws Exception {
        var note = id(call(ada, "create_note", "{\"title\":\"Watched\"}"));
        var uri = "toolbridge://notes/" + note;
        var heard = new LinkedBlockingQueue<String>();
        var overheard = new LinkedBlockingQueue<String>();
        try (var ben = listening("ben@acme.example", heard); var dana = listening("dana@globex.example", overheard)) {
            assertTrue(ben.read(uri).toString().contains("Watched"));
            assertThrows(McpFailure.class, () -> dana.read(uri));
            ben.subscribe(uri);
            dana.subscribe(uri);
            var own = id(call(dana, "create_note", "{\"title\":\"Globex's\"}"));
            dana.subscribe("toolbridge://notes/" + own);
            var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
            var told = (String) null;
            while (told == null && System.nanoTime() < until) {            // the stream may only just have opened
                call(ada, "patch_note", "{\"id\":\"" + note + "\",\"body\":\"again\"}");
                told = heard.poll(2, TimeUnit.SECONDS);
            }
            assertEquals(uri, told);
            call(dana, "patch_note", "{\"id\":\"" + own + "\",\"body\":\"x\"}");
            assertEquals("toolbridge://notes/" + own, overheard.poll(20, TimeUnit.SECONDS),
                    "the first that globex hears of is its own");
            assertTrue(overheard.isEmpty());
        }
    }

    private McpClient listening(String email, BlockingQueue<String> heard) throws Exception {
        return system.connect(Person.of(email, PASSWORD), options -> options.hearing(new Listener() {
            @Override
            public void resourceChanged(String uri) {
                heard.add(uri);
            }
        }));
    }

    /// Nobody of two other tenants reaches what Ada made.
    void others() throws Exception {
        var note = id(call(ada, "create_note", "{\"title\":\"Acme alone\"}"));
        for (var email : List.of("dana@globex.example", "gina@initech.example")) {
            try (var other = connect(email)) {
                var one = "{\"id\":\"" + note + "\"";
                assertTrue(ToolResults.refused(other, "get_note", one + "}").contains("404"));
                assertTrue(ToolResults.refused(other, "patch_note", one + ",\"title\":\"x\"}").contains("404"));
                assertTrue(ToolResults.refused(other, "delete_note", one + "}").contains("404"));
                assertFalse(ToolResults.refused(other, "create_comment", "{\"body\":\"x\",\"note_id\":\"" + note
                        + "\"}").isEmpty());
            }
        }
        assertEquals("Acme alone", call(ada, "get_note", "{\"id\":\"" + note + "\"}").path("title")
                .asString());
    }
}
