package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Nobody reads or writes another tenant's record, however the request is made up; on every database.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class IsolationContract {

    private Bed bed;
    private Person ada;
    private Person eve;
    private final Map<Kind, String> victims = new LinkedHashMap<>();
    private String marker;

    abstract Dialect dialect();

    @BeforeAll
    void start() throws IOException {
        bed = new Bed(dialect());
        bed.tenant("acme", true, "ada@acme.example");
        bed.tenant("globex", true, "eve@globex.example");
        ada = bed.person("ada@acme.example").signingFor("acme", bed.secret("acme"));
        eve = bed.person("eve@globex.example").signingFor("globex", bed.secret("globex"));
        marker = "zzvictim";
        var tags = List.of(marker);
        victims.put(Kind.NOTES, ada.made("notes", Map.of("title", marker, "tags", tags)));
        victims.put(Kind.TASKS, ada.made("tasks", Map.of("title", marker, "note_id", victims.get(Kind.NOTES), "tags",
                tags)));
        victims.put(Kind.COMMENTS, ada.made("comments", Map.of("body", marker, "task_id", victims.get(Kind.TASKS))));
        victims.put(Kind.CHATS, ada.made("chats", Map.of("title", marker)));
        victims.put(Kind.CHAT_MESSAGES, ada.made("chat_messages", Map.of("body", marker, "chat_id",
                victims.get(Kind.CHATS))));
    }

    @AfterAll
    void stop() throws IOException {
        bed.close();
    }

    @Test
    void idsOfOthersAreNotThere() {
        for (var each : victims.entrySet()) {
            var one = "/v1/" + each.getKey().plural() + "/" + each.getValue();
            var before = ada.get(one);
            var words = each.getKey().heading();
            var answers = List.of(eve.call("GET", one, null), eve.call("PUT", one, Map.of(words, "x", "version", 1)),
                    eve.call("PATCH", one, Map.of(words, "x")), eve.call("DELETE", one, null),
                    eve.call("POST", one + "/archive", Map.of()), eve.call("POST", one + "/process", Map.of("action",
                    each.getKey().actions().getFirst().name())), eve.call("POST", one + "/tags", Map.of("tags",
                    List.of("x"))), eve.call("DELETE", one + "/tags/" + marker, null), eve.call("GET", one
                    + "/suggestions", null), eve.call("GET", one + "/tags/suggested", null),
                    eve.call("GET", one.toUpperCase(java.util.Locale.ROOT).replace("/V1/"
                    + each.getKey().name(), "/v1/" + each.getKey().plural()), null));
            for (var answer : answers) {
                assertEquals(404, answer.status(), answer.raw().body());
                assertFalse(answer.raw().body().contains(marker));
            }
            assertEquals(before, ada.get(one), "nothing of it has changed");
        }
    }

    @Test
    void nothingOfOthersIsFoundByAnyQuestion() {
        var bodies = new ArrayList<String>();
        for (var kind : Kind.values()) {
            var list = "/v1/" + kind.plural();
            bodies.add(eve.call("GET", list + "?archived=any&limit=100", null).raw().body());
            bodies.add(eve.call("POST", list + "/query",
                    "{\"where\":{\"or\":[{\"field\":\"id\",\"op\":\"eq\",\"value\":"
                    + "\"" + victims.get(kind) + "\"},{\"not\":{\"field\":\"version\",\"op\":\"eq\",\"value\":0}}]}}")
                    .raw().body());
            bodies.add(eve.call("POST", "/v1/aggregate", Map.of("kind", kind.plural(), "group_by", List.of(Map.of(
                    "field", kind.heading())))).raw().body());
        }
        bodies.add(eve.call("GET", "/v1/notes?tag=" + marker, null).raw().body());
        bodies.add(eve.call("GET", "/v1/tasks?note_id=" + victims.get(Kind.NOTES), null).raw().body());
        bodies.add(eve.call("GET", "/v1/chat_messages?chat_id=" + victims.get(Kind.CHATS), null).raw().body());
        bodies.add(eve.call("GET", "/v1/search?q=" + marker, null).raw().body());
        bodies.add(eve.call("GET", "/v1/search?q=zzv*", null).raw().body());
        bodies.add(eve.call("POST", "/v1/search/semantic", Map.of("text", marker)).raw().body());
        bodies.add(eve.call("GET", "/v1/tags", null).raw().body());
        bodies.add(eve.call("GET", "/v1/changes", null).raw().body());
        for (var body : bodies) {
            assertFalse(body.contains(marker), body);
            victims.values().forEach(id -> assertFalse(body.contains(id), body));
        }
    }

    @Test
    void nothingCanReferToOthers() {
        var before = ada.get("/v1/changes?since=now").path("next_cursor").asString();
        var own = eve.made("chats", Map.of("title", "Own"));
        var attempts = List.of(List.of("tasks", Map.of("title", "x", "note_id", victims.get(Kind.NOTES))),
                List.of("comments", Map.of("body", "x", "task_id", victims.get(Kind.TASKS))),
                List.of("comments", Map.of("body", "x", "note_id", victims.get(Kind.NOTES))),
                List.of("chat_messages", Map.of("body", "x", "chat_id", victims.get(Kind.CHATS))),
                List.of("chat_messages", Map.of("body", "x", "chat_id", own, "reply_to",
                victims.get(Kind.CHAT_MESSAGES))));
        for (var attempt : attempts) {
            assertEquals(404, eve.call("POST", "/v1/" + attempt.getFirst(), attempt.getLast()).status());
            assertEquals(404, eve.call("POST", "/v1/transactions", Map.of("operations", List.of(Map.of("op", "create",
                    "kind", attempt.getFirst(), "body", attempt.getLast())))).status());
        }
        var task = eve.made("tasks", Map.of("title", "Own"));
        assertEquals(404, eve.call("PATCH", "/v1/tasks/" + task, Map.of("note_id", victims.get(Kind.NOTES))).status());
        for (var op : List.of("get", "delete", "archive", "untag")) {
            var result = eve.post("/v1/batch", Map.of("operations", List.of(Map.of("op", op, "kind", "notes", "id",
                    victims.get(Kind.NOTES), "body", op.equals("untag") ? Map.of("tags", List.of(marker))
                    : Map.of())))).path("results").path(0);
            assertEquals(404, result.path("status").asInt(), op);
        }
        for (var field : List.of("tenant_id", "id", "created_by", "version")) {
            assertEquals(422, eve.call("POST", "/v1/notes", Map.of("title", "x", field, "acme")).status(), field);
        }
        assertEquals(0, ada.get("/v1/changes?since=" + before).path("items").size(), "acme has heard of nothing");
    }

    @Test
    void cursorsAndSessionsOfOthersAreRefused() {
        ada.made("notes", Map.of("title", "two"));
        var cursor = ada.get("/v1/notes?limit=1").path("next_cursor").asString();
        eve.made("notes", Map.of("title", "own"));
        assertEquals(422, eve.call("GET", "/v1/notes?limit=1&cursor=" + cursor, null).status());
        var since = ada.get("/v1/changes?since=now").path("next_cursor").asString();
        assertEquals(422, eve.call("GET", "/v1/changes?since=" + since, null).status());
        assertEquals("session_foreign", eve.bare("GET", "/v1/notes", null, Map.of("X-Sync-Session", ada.session()))
                .code());
        assertEquals(404, eve.bare("DELETE", "/v1/sync/sessions/" + ada.session(), null, Map.of()).status());
    }

    @Test
    void aTenantCannotBeHadByItsName() {
        var foreign = bed.person("eve@globex.example").signingFor("acme", bed.secret("globex"));
        assertEquals("signature_invalid", foreign.bare("POST", "/v1/sync/sessions", null, Map.of()).code(),
                "a tenant's key speaks for that tenant alone");
        var stranger = bed.person("eve@globex.example").signingFor("acme", bed.secret("acme"));
        assertEquals("tenant_forbidden", stranger.bare("POST", "/v1/sync/sessions", null, Map.of()).code(),
                "not even the gateway can let somebody in who does not belong there");
        assertEquals("signature_required", bed.person("eve@globex.example").bare("POST", "/v1/sync/sessions", null,
                Map.of()).code());
        assertEquals("tenant_forbidden", bed.person("eve@globex.example").choosing("acme").bare("POST",
                "/v1/sync/sessions", null, Map.of()).code());
        var headers = eve.headers("GET", "/v1/notes", null, Map.of("X-Sync-Session", eve.session()));
        var twice = bed.request("GET", "/v1/notes", null, headers).header("X-Tenant-Id", "acme").build();
        assertEquals(422, bed.call(twice).status());
        var changed = new LinkedHashMap<>(headers);
        changed.put("X-Tenant-Id", "acme");
        assertEquals(401, bed.call("GET", "/v1/notes", null, changed).status());
        assertTrue(eve.get("/v1/notes").path("items").isArray());
    }
}
