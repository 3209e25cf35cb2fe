package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// What goes beyond one record at a time, the same on every database.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BeyondContract {

    private Bed bed;
    private Person ada;

    abstract Dialect dialect();

    @BeforeAll
    void start() throws IOException {
        bed = new Bed(dialect());
        bed.tenant("acme", false, "ada@acme.example", "bo@acme.example");
        ada = bed.person("ada@acme.example");
    }

    @AfterAll
    void stop() throws IOException {
        bed.close();
    }

    private static Map<String, Object> op(Object... pairs) {
        var map = new java.util.LinkedHashMap<String, Object>();
        for (var i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i].toString(), pairs[i + 1]);
        }
        return map;
    }

    @Test
    void aBatchAnswersEachOperationForItself() {
        var note = ada.made("notes", Map.of("title", "N"));
        var answer = ada.post("/v1/batch", Map.of("operations", List.of(
                op("op", "create", "kind", "tasks", "body", Map.of("title", "T")),
                op("op", "get", "kind", "notes", "id", note),
                op("op", "process", "kind", "notes", "id", note, "body", Map.of("action", "unpin")),
                op("op", "patch", "kind", "notes", "id", note, "body", Map.of("title", "N2", "version", 1)),
                op("op", "update", "kind", "notes", "id", note, "body", Map.of("title", "N3", "version", 1)),
                op("op", "tag", "kind", "notes", "id", note, "body", Map.of("tags", List.of("x"))),
                op("op", "untag", "kind", "notes", "id", note, "body", Map.of("tags", List.of("x"))),
                op("op", "archive", "kind", "notes", "id", note),
                op("op", "delete", "kind", "notes", "id", note),
                op("op", "explode", "kind", "notes"))));
        assertEquals(List.of(201, 200, 409, 200, 412, 200, 200, 200, 200, 422), answer.path("results").valueStream()
                .map(each -> each.path("status").asInt()).toList());
        assertEquals(3, answer.path("failed").asInt());
        assertEquals(422, ada.call("POST", "/v1/batch", Map.of("operations", List.of())).status());
        var many = new ArrayList<>();
        for (var i = 0; i <= Limits.OPERATIONS; i++) {
            many.add(op("op", "get", "kind", "notes", "id", note));
        }
        assertEquals(422, ada.call("POST", "/v1/batch", Map.of("operations", many)).status());
    }

    @Test
    void aTransactionRefersToWhatItMade() {
        var answer = ada.post("/v1/transactions", Map.of("operations", List.of(
                op("op", "create", "kind", "notes", "as", "plan", "body", Map.of("title", "Plan")),
                op("op", "create", "kind", "tasks", "as", "task", "body", Map.of("title", "Do", "note_id", "$plan")),
                op("op", "create", "kind", "comments", "body", Map.of("body", "Yes", "task_id", "$task")),
                op("op", "process", "kind", "tasks", "id", "$task", "body", Map.of("action", "complete")))));
        var task = ada.get("/v1/tasks/" + answer.path("ids").path("task").asString());
        assertEquals(answer.path("ids").path("plan"), task.path("note_id"));
        assertEquals("done", task.path("status").asString());
        assertEquals(4, answer.path("results").size());
    }

    @Test
    void aTransactionHappensWholeOrNotAtAll() {
        var note = ada.made("notes", Map.of("title", "Before"));
        var since = ada.get("/v1/changes?since=now").path("next_cursor").asString();
        var failed = ada.call("POST", "/v1/transactions", Map.of("operations", List.of(
                op("op", "create", "kind", "chats", "as", "c", "body", Map.of("title", "zzrollback")),
                op("op", "create", "kind", "chat_messages", "body", Map.of("chat_id", "$c", "body", "zzrollback")),
                op("op", "patch", "kind", "notes", "id", note, "body", Map.of("title", "After")),
                op("op", "delete", "kind", "notes", "id", note),
                op("op", "process", "kind", "chats", "id", "$c", "body", Map.of("action", "reopen")))));
        assertEquals(409, failed.status());
        assertEquals(4, failed.body().path("operation").asInt());
        assertEquals("illegal_action", failed.code());
        assertEquals("Before", ada.get("/v1/notes/" + note).path("title").asString());
        assertEquals(0, ada.get("/v1/search?q=zzrollback").path("items").size());
        assertEquals(0, ada.get("/v1/changes?since=" + since).path("items").size());
        assertEquals(0, ada.post("/v1/chats/query", Map.of("where", op("field", "title", "op", "eq", "value",
                "zzrollback"))).path("items").size());
        for (var bad : List.of(op("op", "get", "kind", "notes", "id", "$nobody"), op("op", "create", "kind", "notes",
                "as", "$", "body", Map.of("title", "x")), op("op", "create", "kind", "notes", "id", note, "body",
                Map.of("title", "x")), op("op", "get", "kind", "ghosts", "id", note))) {
            var answer = ada.call("POST", "/v1/transactions", Map.of("operations", List.of(bad)));
            assertEquals(422, answer.status(), bad.toString());
            assertEquals(0, answer.body().path("operation").asInt(-1));
        }
    }

    @Test
    void searchFindsWordsPhrasesAndBeginnings() {
        var note = ada.made("notes", Map.of("title", "Quarterly glacier report", "body",
                "Melting was slower than expected. It's fine & good."));
        var task = ada.made("tasks", Map.of("title", "Measure the glacier", "description", "With the new drill."));
        assertEquals(List.of(note, task), found("glacier").stream().sorted().toList());
        assertEquals(List.of(note), found("glacier%20report"));
        assertEquals(List.of(note), found("%22glacier%20report%22"));
        assertEquals(List.of(), found("%22report%20glacier%22"));
        assertEquals(List.of(note), found("quart*"));
        assertEquals(List.of(note), found("melted"), "words are found in their other forms");
        assertEquals(List.of(task), found("glacier&kind=tasks"));
        assertTrue(ada.get("/v1/search?q=drill").path("items").path(0).path("snippet").asString()
                .contains("**drill**"));
        for (var hostile : List.of("glacier%22%20OR%20%22x", "glacier%20NEAR(", "glacier%20)%20OR%20(", "title:glacier",
                "'glacier'", "glacier%20%26%20!x", "glacier:*%20%7C%20a", "a'b%3A*")) {
            assertTrue(List.of(200).contains(ada.call("GET", "/v1/search?q=" + hostile, null).status()), hostile);
        }
        assertEquals(422, ada.call("GET", "/v1/search?q=%20***", null).status());
        assertEquals(422, ada.call("GET", "/v1/search", null).status());
        ada.call("PATCH", "/v1/notes/" + note, Map.of("body", "Nothing.", "title", "Renamed"));
        assertEquals(List.of(task), found("glacier"));
        Bed.require(200, ada.call("DELETE", "/v1/tasks/" + task, null));
        assertEquals(List.of(), found("glacier"));
        for (var i = 0; i < 5; i++) {
            ada.made("notes", Map.of("title", "zzpages " + i));
        }
        var first = ada.get("/v1/search?q=zzpages&limit=3");
        var second = ada.get("/v1/search?q=zzpages&limit=3&cursor=" + first.path("next_cursor").asString());
        assertEquals(3, first.path("items").size());
        assertEquals(2, second.path("items").size());
        assertTrue(second.path("next_cursor").isNull());
    }

    private List<String> found(String query) {
        return ada.get("/v1/search?q=" + query).path("items").valueStream().map(each -> each.path("id").asString())
                .toList();
    }

    @Test
    void conditionsAreCombined() {
        var a = ada.made("tasks", op("title", "qq 100% alpha_1", "priority", "high", "estimate_hours", 2, "tags",
                List.of("red")));
        var b = ada.made("tasks", op("title", "qq beta", "priority", "low", "estimate_hours", 8, "due_on",
                "2026-05-01"));
        var c = ada.made("tasks", op("title", "qq gamma", "priority", "low", "assignee", "bo", "tags",
                List.of("red")));
        assertEquals(List.of(a), query("{'field':'priority','op':'eq','value':'high'}", a, b, c));
        assertEquals(List.of(b, c), query("{'not':{'field':'priority','op':'eq','value':'high'}}", a, b, c));
        assertEquals(List.of(a, b), query("{'field':'assignee','op':'ne','value':'bo'}", a, b, c),
                "what is null is not bo");
        assertEquals(List.of(a, b), query("{'not':{'field':'assignee','op':'eq','value':'bo'}}", a, b, c));
        assertEquals(List.of(a, c), query("{'or':[{'field':'tags','op':'has','value':'red'},{'field':'due_on','op':"
                + "'lt','value':'2020-01-01'}]}", a, b, c));
        assertEquals(List.of(b), query("{'and':[{'field':'estimate_hours','op':'gt','value':2},{'field':'due_on','op':"
                + "'is_null','value':false}]}", a, b, c));
        assertEquals(List.of(a), query("{'field':'title','op':'contains','value':'100% ALPHA_'}", a, b, c));
        assertEquals(List.of(), query("{'field':'title','op':'contains','value':'qq_%'}", a, b, c));
        assertEquals(List.of(b), query("{'field':'title','op':'starts_with','value':'QQ b'}", a, b, c));
        assertEquals(List.of(a, b), query("{'field':'id','op':'in','value':['" + a + "','" + b + "']}", a, b, c));
        assertEquals(List.of(a, b, c), query("{'field':'created_at','op':'ge','value':'2026-01-01T00:00:00Z'}", a, b,
                c));
        for (var bad : List.of("{'field':'tenant_id','op':'eq','value':'x'}", "{'field':'id) OR (1=1','op':'eq',"
                + "'value':'x'}", "{'field':'title','op':'gt','value':'a'}", "{'field':'title','op':'like','value':"
                + "'a'}", "{'and':[]}", "{'and':[{'field':'title','op':'eq','value':'x'}],'or':[]}", "{}", "[]",
                "{'field':'title','op':'eq'}", "{'field':'priority','op':'eq','value':'no'}", "{'field':'tags','op':"
                + "'eq','value':'x'}", "{'not':{'not':{'not':{'not':{'not':{'field':'title','op':'eq','value':'x'}}}}}}",
                "{'field':'deleted_at','op':'is_null','value':false}")) {
            assertEquals(422, ada.call("POST", "/v1/tasks/query", "{\"where\":" + bad.replace('\'', '"') + "}")
                    .status(), bad);
        }
    }

    private List<String> query(String where, String... among) {
        var ids = new ArrayList<String>();
        var cursor = "";
        do {
            var page = ada.post("/v1/tasks/query", "{\"limit\":2,\"sort\":\"oldest\",\"where\":{\"and\":[{\"field\":"
                    + "\"title\",\"op\":\"starts_with\",\"value\":\"qq\"}," + where.replace('\'', '"') + "]}"
                    + (cursor.isEmpty() ? "" : ",\"cursor\":\"" + cursor + "\"") + "}");
            page.path("items").forEach(each -> ids.add(each.path("id").asString()));
            cursor = page.path("next_cursor").asString("");
        } while (!cursor.isEmpty());
        return ids.stream().filter(List.of(among)::contains).toList();
    }

    @Test
    void figuresAreComputedByGroup() {
        var where = op("field", "tags", "op", "has", "value", "gg");
        for (var each : List.of(op("priority", "low", "estimate_hours", 2, "due_on", "2026-03-01"), op("priority",
                "low", "estimate_hours", 4, "due_on", "2026-03-08"), op("priority", "high", "due_on", "2026-04-01"))) {
            each.putAll(Map.of("title", "g", "tags", List.of("gg")));
            ada.made("tasks", each);
        }
        var by = ada.post("/v1/aggregate", op("kind", "tasks", "where", where, "group_by", List.of(op("field",
                "priority")), "measures", List.of(op("fn", "count"), op("fn", "avg", "field", "estimate_hours"),
                op("fn", "max", "field", "due_on"))));
        assertEquals("[{'key':{'priority':'low'},'values':{'count':2,'avg_estimate_hours':3.0,'max_due_on':"
                + "'2026-03-08'}},{'key':{'priority':'high'},'values':{'count':1,'avg_estimate_hours':null,"
                + "'max_due_on':'2026-04-01'}}]", sorted(by.path("groups")));
        assertEquals(List.of("2026-03", "2026-04"), keys(op("field", "due_on", "by", "month"), where, "due_on"));
        assertEquals(List.of("2026-W09", "2026-W10", "2026-W14"), keys(op("field", "due_on", "by", "week"), where,
                "due_on"));
        assertEquals(List.of("2026-04-15"), keys(op("field", "created_at", "by", "day"), where, "created_at"));
        assertEquals(3, ada.post("/v1/aggregate", op("kind", "tasks", "where", where)).path("groups").path(0).path(
                "values").path("count").asInt());
        assertTrue(ada.post("/v1/aggregate", op("kind", "tasks", "where", where, "group_by", List.of(op("field",
                "priority")), "limit", 1)).path("truncated").asBoolean());
        for (var bad : List.of(op("kind", "tasks", "measures", List.of(op("fn", "avg", "field", "title"))), op("kind",
                "tasks", "group_by", List.of(op("field", "tenant_id"))), op("kind", "tasks", "group_by",
                List.of(op("field", "created_at"))), op("kind", "ghosts"))) {
            assertEquals(422, ada.call("POST", "/v1/aggregate", bad).status(), bad.toString());
        }
    }

    private static String sorted(JsonNode groups) {
        var texts = new ArrayList<String>();
        for (var group : groups) {
            texts.add("{'key':" + group.path("key") + ",'values':" + group.path("values") + "}");
        }
        return ("[" + String.join(",", texts) + "]").replace('"', '\'');
    }

    private List<String> keys(Map<String, Object> by, Map<String, Object> where, String field) {
        return ada.post("/v1/aggregate", op("kind", "tasks", "where", where, "group_by", List.of(by))).path("groups")
                .valueStream().map(each -> each.path("key").path(field).asString()).sorted().toList();
    }

    @Test
    void changesComeInTheOrderInWhichTheyHappened() {
        var since = ada.get("/v1/changes?since=now").path("next_cursor").asString();
        var note = ada.made("notes", Map.of("title", "N"));
        ada.call("PATCH", "/v1/notes/" + note, Map.of("title", "M"));
        ada.made("comments", Map.of("body", "c", "note_id", note));
        Bed.require(200, ada.call("DELETE", "/v1/notes/" + note, null));
        var ops = new ArrayList<String>();
        var more = true;
        while (more) {
            var page = ada.get("/v1/changes?limit=2&since=" + since);
            page.path("items").forEach(each -> ops.add(each.path("kind").asString() + " " + each.path("op")
                    .asString()));
            since = page.path("next_cursor").asString();
            more = page.path("more").asBoolean();
        }
        assertEquals(List.of("notes create", "notes update", "comments create", "comments delete", "notes delete"),
                ops);
    }

    @Test
    void meaningAndSuggestionsComeFromVectorsMadeBeside() {
        var text = Map.of("title", "Waterproof tent fabric", "body", "The fabric of the tent stays waterproof.", "tags",
                List.of("vv-tent"));
        var note = ada.made("notes", text);
        var like = ada.made("notes", Map.of("title", "Tent fabric again", "body",
                "Is the fabric waterproof, vv tent?"));
        var task = ada.made("tasks", Map.of("title", "Test the fabric", "note_id", note));
        var before = ada.post("/v1/search/semantic", Map.of("text", "waterproof fabric"));
        assertTrue(before.path("pending").asInt() > 0, before.toString());
        bed.startVectors();
        JsonNode after;
        do {
            after = ada.post("/v1/search/semantic", Map.of("text", "waterproof fabric of a tent", "kinds",
                    List.of("notes")));
        } while (after.path("pending").asInt() > 0);
        assertTrue(List.of(note, like).contains(after.path("items").path(0).path("id").asString()), after.toString());
        assertEquals("hashed words 256 (no model)", after.path("model").asString());
        var related = ada.get("/v1/notes/" + note + "/suggestions").path("related").valueStream().map(each ->
                each.path("id").asString()).toList();
        assertEquals(task, related.getFirst());
        assertTrue(related.contains(like), related.toString());
        var tags = ada.get("/v1/notes/" + like + "/tags/suggested").path("items");
        assertEquals("vv-tent", tags.path(0).path("tag").asString(), tags.toString());
        assertEquals("assign", ada.get("/v1/tasks/" + task + "/suggestions").path("next_actions").path(0).path("action")
                .asString());
        bed.clock.pass(Duration.ofDays(8));
        var later = bed.person("bo@acme.example");
        assertEquals("finalize", later.get("/v1/notes/" + note + "/suggestions").path("next_actions").path(0).path(
                "action").asString());
        bed.clock.pass(Duration.ofDays(-8));
    }
}
