package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// What can be done with records, the same on every database.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RecordsContract {

    private Bed bed;
    private Person ada;

    abstract Dialect dialect();

    @BeforeAll
    void start() throws IOException {
        bed = new Bed(dialect());
        bed.tenant("acme", false, "ada@acme.example");
        ada = bed.person("ada@acme.example");
    }

    @AfterAll
    void stop() throws IOException {
        bed.close();
    }

    private void moveOn() {
        bed.clock.pass(java.time.Duration.ofMillis(1));
    }

    /// Something that each kind can be made of.
    private Map<String, Object> sample(Kind kind) {
        return switch (kind) {
            case NOTES, TASKS, CHATS -> Map.of("title", "A " + kind.one());
            case COMMENTS -> Map.of("body", "Fine.", "note_id", ada.made("notes", Map.of("title", "About")));
            case CHAT_MESSAGES -> Map.of("body", "Hello", "chat_id", ada.made("chats", Map.of("title", "Talk")));
        };
    }

    @Test
    void everyKindIsMadeReadReplacedPatchedArchivedDeleted() {
        for (var kind : Kind.values()) {
            var path = "/v1/" + kind.plural();
            var made = ada.create(kind.plural(), sample(kind));
            var one = path + "/" + made.path("id").asString();
            assertEquals(made, ada.get(one));
            assertEquals(1, made.path("version").asInt());
            assertEquals("sub-ada@acme.example", made.path("created_by").asString());
            var words = kind.heading();
            var replaced = Bed.require(200, ada.call("PUT", one, Map.of(words, "New", "version", 1))).body();
            assertEquals("New", replaced.path(words).asString());
            assertEquals(2, replaced.path("version").asInt());
            var patched = Bed.require(200, ada.call("PATCH", one, Map.of(words, "Newer"))).body();
            assertEquals("Newer", patched.path(words).asString());
            assertEquals(3, patched.path("version").asInt());
            assertEquals(3, Bed.require(200, ada.call("PATCH", one, Map.of(words, "Newer"))).body().path("version")
                    .asInt(), "what changes nothing makes no version");
            assertTrue(ada.post(one + "/archive", Map.of()).path("archived").asBoolean());
            assertEquals("archived", ada.call("PATCH", one, Map.of(words, "No")).code());
            assertEquals(List.of(), ids(ada.get(path + "?limit=100"), made));
            assertEquals(1, ids(ada.get(path + "?archived=only&limit=100"), made).size());
            assertTrue(!ada.post(one + "/archive", Map.of("archived", false)).path("archived").asBoolean());
            var tombstone = Bed.require(200, ada.call("DELETE", one, null)).body();
            assertEquals(6, tombstone.path("version").asInt());
            assertEquals(410, ada.call("GET", one, null).status());
            assertEquals(410, ada.call("DELETE", one, null).status());
            assertEquals(List.of(), ids(ada.get(path + "?archived=any&limit=100"), made));
        }
    }

    private static List<String> ids(JsonNode list, JsonNode wanted) {
        return list.path("items").valueStream().map(each -> each.path("id").asString()).filter(id ->
                id.equals(wanted.path("id").asString())).toList();
    }

    @Test
    void aChangeIsMadeFromAVersion() {
        var one = "/v1/notes/" + ada.made("notes", Map.of("title", "Plan", "body", "x"));
        assertEquals(428, ada.call("PUT", one, Map.of("title", "B")).status());
        assertEquals(200, ada.call("PUT", one, Map.of("title", "B"), Map.of("If-Match", "\"1\"")).status());
        var late = ada.call("PUT", one, Map.of("title", "C", "version", 1));
        assertEquals(412, late.status());
        assertEquals(2, late.body().path("current_version").asInt());
        assertEquals(412, ada.call("PATCH", one, Map.of("title", "C"), Map.of("If-Match", "W/\"1\"")).status());
        assertEquals(412, ada.call("DELETE", one + "?version=1", null).status());
        assertEquals(422, ada.call("PATCH", one, Map.of("version", 1), Map.of("If-Match", "\"2\"")).status());
        var read = ada.call("GET", one, null);
        assertEquals("\"2\"", read.raw().headers().firstValue("ETag").orElseThrow());
        assertEquals("", read.body().path("body").asString(), "what a replacement leaves out has its default");
    }

    @Test
    void aPatchMergesAndNullClears() {
        var one = "/v1/tasks/" + ada.made("tasks", Map.of("title", "T", "due_on", "2026-05-01", "assignee", "bo",
                "estimate_hours", 2.5, "description", "long"));
        var patched = Bed.require(200, ada.call("PATCH", one, "{\"due_on\":null,\"description\":null}",
                Map.of("Content-Type", "application/merge-patch+json"))).body();
        assertTrue(patched.path("due_on").isNull());
        assertEquals("", patched.path("description").asString());
        assertEquals("bo", patched.path("assignee").asString());
        assertEquals(2.5, patched.path("estimate_hours").asDouble());
        for (var bad : List.of("{\"title\":null}", "{\"title\":\"\"}", "{\"status\":\"done\"}", "{\"id\":\"x\"}",
                "{\"tenant_id\":\"globex\"}", "{\"due_on\":\"tomorrow\"}", "{\"estimate_hours\":-1}",
                "{\"title\":\"a\\u0000b\"}", "{\"priority\":\"huge\"}", "[]", "{", "{\"title\":1}")) {
            assertEquals(422, ada.call("PATCH", one, bad).status(), bad);
        }
        assertEquals(415, ada.call("PATCH", one, "{}", Map.of("Content-Type", "text/plain")).status());
        assertEquals(413, ada.call("PATCH", one, "\"" + "x".repeat(Limits.BODY_BYTES) + "\"").status());
    }

    /// Every action of every kind, in every state that it leads to: legal ones succeed, the others say what is legal.
    @Test
    void actionsAreLegalInTheirStatesAlone() {
        for (var kind : Kind.values()) {
            var one = "/v1/" + kind.plural() + "/" + ada.made(kind.plural(), sample(kind));
            var met = new HashSet<String>();
            for (var round = 0; round < 3; round++) {
                for (var action : round % 2 == 0 ? kind.actions() : kind.actions().reversed()) {
                    var before = ada.get(one);
                    var legal = action.from().stream().anyMatch(each -> each.toString().equals(before.path(
                            action.field()).asString()));
                    var answer = ada.call("POST", one + "/process", Map.of("action", action.name(),
                            action.argument().map(Action.Argument::name).orElse("version"), action.argument()
                            .isPresent() ? (Object) "because" : before.path("version").asInt()));
                    assertEquals(legal ? 200 : 409, answer.status(), kind + " " + action.name() + " " + before);
                    if (legal) {
                        met.add(action.name());
                        assertEquals(action.to() == null ? before.path(action.field()).asString() : action.to()
                                .toString(), answer.body().path(action.field()).asString());
                    } else {
                        assertEquals("illegal_action", answer.code());
                        var said = answer.body().path("legal_actions").valueStream().map(JsonNode::asString).toList();
                        assertEquals(kind.actions().stream().filter(each -> each.from().stream().anyMatch(from ->
                                from.toString().equals(before.path(each.field()).asString()))).map(Action::name)
                                .toList(), said);
                    }
                }
            }
            assertEquals(kind.actions().size(), met.size(), kind + " met only " + met);
            ada.post(one + "/archive", Map.of());
            var archived = ada.call("POST", one + "/process", Map.of("action", kind.actions().getFirst().name()));
            assertEquals(409, archived.status());
            assertEquals(0, archived.body().path("legal_actions").size());
        }
        var task = "/v1/tasks/" + ada.made("tasks", Map.of("title", "T"));
        assertEquals(422, ada.call("POST", task + "/process", Map.of("action", "block")).status());
        assertEquals(422, ada.call("POST", task + "/process", Map.of("action", "explode")).status());
        assertEquals("rain", ada.post(task + "/process", Map.of("action", "block", "reason", "rain")).path(
                "blocked_reason").asString());
        assertTrue(ada.post(task + "/process", Map.of("action", "start")).path("blocked_reason").isNull());
        assertTrue(ada.post(task + "/process", Map.of("action", "complete")).path("completed_at").isString());
    }

    @Test
    void whatIsReferredToIsThereAndTakesIt() {
        var note = ada.made("notes", Map.of("title", "N"));
        var nothing = "019a0000-0000-7000-8000-000000000000";
        assertEquals(404, ada.call("POST", "/v1/comments", Map.of("body", "x", "note_id", nothing)).status());
        assertEquals(404, ada.call("POST", "/v1/comments", Map.of("body", "x", "task_id", note)).status());
        assertEquals(422, ada.call("POST", "/v1/comments", Map.of("body", "x")).status());
        assertEquals(422, ada.call("POST", "/v1/comments", Map.of("body", "x", "note_id", note, "task_id", note))
                .status());
        var chat = ada.made("chats", Map.of("title", "C"));
        var other = ada.made("chats", Map.of("title", "D"));
        var message = ada.made("chat_messages", Map.of("chat_id", chat, "body", "Hi"));
        ada.made("chat_messages", Map.of("chat_id", chat, "body", "Hi too", "reply_to", message));
        assertEquals(422, ada.call("POST", "/v1/chat_messages", Map.of("chat_id", other, "body", "x", "reply_to",
                message)).status());
        ada.post("/v1/chats/" + chat + "/process", Map.of("action", "close"));
        assertEquals("chat_closed", ada.call("POST", "/v1/chat_messages", Map.of("chat_id", chat, "body", "x"))
                .code());
        ada.made("comments", Map.of("body", "one", "note_id", note));
        assertEquals(1, Bed.require(200, ada.call("DELETE", "/v1/notes/" + note, null)).body().path("also_deleted")
                .asInt());
        assertEquals(410, ada.call("POST", "/v1/comments", Map.of("body", "x", "note_id", note)).status());
        assertEquals(2, Bed.require(200, ada.call("DELETE", "/v1/chats/" + chat, null)).body().path("also_deleted")
                .asInt());
        assertEquals(410, ada.call("GET", "/v1/chat_messages/" + message, null).status());
    }

    @Test
    void listsArePagedSortedAndFiltered() {
        var chat = ada.made("chats", Map.of("title", "Long talk"));
        var made = new ArrayList<String>();
        for (var i = 0; i < 7; i++) {
            moveOn();
            made.add(ada.made("chat_messages", Map.of("chat_id", chat, "body", "Message " + i)));
        }
        moveOn();
        ada.post("/v1/chat_messages/" + made.get(2) + "/process", Map.of("action", "pin"));
        var path = "/v1/chat_messages?chat_id=" + chat + "&limit=3&sort=";
        assertEquals(made.reversed(), walk(path + "newest"));
        assertEquals(made, walk(path + "oldest"));
        assertEquals(made.get(2), walk(path + "recently_updated").getFirst());
        assertEquals(new HashSet<>(made), new HashSet<>(walk(path + "recently_updated")));
        assertEquals(List.of(made.get(2)), walk(path + "newest&pinned=true"));
        var cursor = ada.get(path + "newest").path("next_cursor").asString();
        assertEquals(422, ada.call("GET", path + "oldest&cursor=" + cursor, null).status());
        assertEquals(422, ada.call("GET", path + "newest&cursor=" + cursor.substring(1), null).status());
        var task = ada.made("tasks", Map.of("title", "Late", "due_on", "2020-01-02", "priority", "urgent", "assignee",
                "zoe", "tags", List.of("zz-list")));
        for (var filter : List.of("status=open", "priority=urgent", "assignee=zoe", "due_before=2020-01-03",
                "due_after=2020-01-01&due_before=2020-01-03", "tag=zz-list", "updated_since=2026-01-01T00:00:00Z")) {
            assertTrue(walk("/v1/tasks?limit=100&" + filter).contains(task), filter);
        }
        for (var filter : List.of("status=done", "priority=low", "assignee=bo", "due_after=2020-01-02", "tag=other",
                "updated_since=2099-01-01T00:00:00%2B01:00")) {
            assertTrue(!walk("/v1/tasks?limit=100&" + filter).contains(task), filter);
        }
        for (var bad : List.of("limit=0", "limit=101", "status=x", "nonsense=1", "note_id=1", "sort=up", "cursor=x",
                "tag=%20A", "due_before=soon", "limit=1&limit=2")) {
            assertEquals(422, ada.call("GET", "/v1/tasks?" + bad, null).status(), bad);
        }
    }

    private List<String> walk(String path) {
        var ids = new ArrayList<String>();
        var cursor = "";
        do {
            var page = ada.get(path + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            page.path("items").forEach(each -> ids.add(each.path("id").asString()));
            cursor = page.path("next_cursor").asString("");
        } while (!cursor.isEmpty());
        return ids;
    }

    @Test
    void tagsAreAddedTakenOffAndCounted() {
        var one = "/v1/notes/" + ada.made("notes", Map.of("title", "N", "tags", List.of("tt-b", "tt-a", "tt-b")));
        assertEquals("[\"tt-a\",\"tt-b\"]", ada.get(one).path("tags").toString());
        assertEquals("[\"tt-a\",\"tt-b\",\"tt-c\"]", ada.post(one + "/tags", Map.of("tags", List.of("tt-c", "tt-a")))
                .path("tags").toString());
        assertEquals(2, ada.get(one).path("version").asInt());
        var off = Bed.require(200, ada.call("DELETE", one + "/tags/tt-a", null)).body();
        assertEquals("[\"tt-b\",\"tt-c\"]", off.path("tags").toString());
        ada.made("tasks", Map.of("title", "T", "tags", List.of("tt-c")));
        var counts = ada.get("/v1/tags?limit=500").path("items").valueStream().filter(each -> each.path("tag")
                .asString().startsWith("tt-")).map(each -> each.path("tag").asString() + each.path("count").asInt())
                .toList();
        assertEquals(List.of("tt-c2", "tt-b1"), counts);
        assertEquals(422, ada.call("POST", one + "/tags", Map.of("tags", List.of("No Spaces"))).status());
        Bed.require(200, ada.call("DELETE", one, null));
        assertTrue(ada.get("/v1/tags?kind=notes&limit=500").path("items").valueStream().noneMatch(each -> each.path(
                "tag").asString().equals("tt-b")));
    }

    @Test
    void whatWasWrittenIsThereAfterARestart() throws IOException {
        var id = ada.made("notes", Map.of("title", "Kept", "body", "ünïcode 🗝"));
        bed.stop();
        bed.start();
        assertEquals("ünïcode 🗝", ada.get("/v1/notes/" + id).path("body").asString());
        assertNotEquals(id, ada.made("notes", Map.of("title", "Next")));
    }
}
