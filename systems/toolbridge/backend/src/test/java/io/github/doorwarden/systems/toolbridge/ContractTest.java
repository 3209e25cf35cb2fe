package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The document that others build on says what the API does, no more and no less.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContractTest {

    private final TreeSet<String> seen = new TreeSet<>();
    private final Map<String, Schema> schemas = new HashMap<>();
    private Bed bed;
    private Person ada;
    private JsonNode document;
    private ObjectNode closed;

    @BeforeAll
    void start() throws IOException {
        bed = new Bed(Dialect.SQLITE);
        bed.tenant("acme", false, "ada@acme.example");
        ada = bed.person("ada@acme.example");
        document = bed.call("GET", "/openapi.json", null, Map.of()).body();
        closed = (ObjectNode) document.path("components").deepCopy();
        close(closed);
    }

    @AfterAll
    void stop() throws IOException {
        bed.close();
    }

    /// Schemas are open for clients; here nothing may come that is not written down.
    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("type").asString("").equals("object")
                && object.has("properties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(ContractTest::close);
    }

    @Test
    void servedIsCheckedIn() throws IOException {
        assertEquals(Files.readString(Path.of("../openapi.json")), bed.call("GET", "/openapi.json", null, Map.of())
                .raw().body());
        assertEquals("3.1.0", document.path("openapi").asString());
    }

    @Test
    void theDocumentHasTheRoutesAndTheTablesOfKinds() {
        var documented = new TreeSet<String>();
        document.path("paths").properties().forEach(path -> path.getValue().properties().forEach(operation -> {
            documented.add(operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey() + " "
                    + operation.getValue().path("parameters").valueStream().filter(each -> each.path("in").asString()
                    .equals("query")).map(each -> each.path("name").asString()).sorted().toList());
        }));
        var routes = Routes.of(new Routes.Services(null, null, null, null, null, null, null, null, null, null, null,
                null, null, null, null)).stream().map(each -> each.method() + " " + each.template() + " "
                + each.params().stream().sorted().toList()).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(String.join("\n", routes), String.join("\n", documented));
        for (var kind : Kind.values()) {
            var process = document.at("/paths/~1v1~1" + kind.plural() + "~1{id}~1process/post/requestBody/content/"
                    + "application~1json/schema/$ref").asString();
            assertEquals(kind.actions().stream().map(Action::name).toList(), document.at(process.substring(1)).path(
                    "properties").path("action").path("enum").valueStream().map(JsonNode::asString).toList());
            var record = document.at(document.at("/paths/~1v1~1" + kind.plural() + "~1{id}/get/responses/200/content/"
                    + "application~1json/schema/$ref").asString().substring(1)).path("properties");
            for (var field : kind.fields()) {
                var choices = record.path(field.name()).path("enum").valueStream().map(JsonNode::asString).toList();
                assertEquals(field.choices(), choices, kind + " " + field.name());
            }
        }
    }

    /// Each operation succeeds, and many refuse; every answer fits what is written down, exactly.
    @Test
    void everyAnswerFitsItsSchema() {
        user("POST", "/v1/sync/sessions", null);
        for (var kind : Kind.values()) {
            records(kind);
        }
        var note = ada.made("notes", Map.of("title", "N"));
        var operations = Map.of("operations", List.of(Map.of("op", "create", "kind", "notes", "body", Map.of("title",
                "B")), Map.of("op", "delete", "kind", "notes", "id", note)));
        user("POST", "/v1/batch", operations);
        user("POST", "/v1/transactions", Map.of("operations", List.of(Map.of("op", "create", "kind", "notes", "as", "n",
                "body", Map.of("title", "B")))));
        user("POST", "/v1/transactions", operations);
        user("GET", "/v1/search?q=hello", null);
        user("GET", "/v1/search", null);
        user("POST", "/v1/search/semantic", Map.of("text", "hello"));
        user("POST", "/v1/aggregate", Map.of("kind", "tasks", "group_by", List.of(Map.of("field", "status"))));
        user("GET", "/v1/changes", null);
        user("GET", "/v1/tags", null);
        var body = ada.bare("POST", "/v1/sync/sessions", null, Map.of()).id();
        user("DELETE", "/v1/sync/sessions/{session}".replace("{session}", body), null);
        user("DELETE", "/v1/sync/sessions/" + body, null);
        administration();
        var open = Map.<String, String>of();
        check("GET", "/health", bed.call("GET", "/health", null, open));
        check("GET", "/openapi.json", bed.call("GET", "/openapi.json", null, open));
        seen.add("getMetrics 200");                       // texts, which their own tests read
        seen.add("streamChanges 200");
        var all = new TreeSet<String>();
        document.path("paths").forEach(path -> path.forEach(operation -> all.add(operation.path("operationId")
                .asString())));
        all.removeIf(name -> seen.stream().anyMatch(each -> each.matches(name + " 20[014]")));
        assertTrue(all.isEmpty(), "Not seen to succeed: " + all);
    }

    private void records(Kind kind) {
        var list = "/v1/" + kind.plural();
        var made = ada.call("POST", list, switch (kind) {
            case NOTES, TASKS, CHATS -> Map.of("title", "Hello", "tags", List.of("a"));
            case COMMENTS -> Map.of("body", "Hello", "note_id", ada.made("notes", Map.of("title", "Note")));
            case CHAT_MESSAGES -> Map.of("body", "Hello", "chat_id", ada.made("chats", Map.of("title", "Chat")));
        });
        check("POST", list, made);
        var one = list + "/" + made.id();
        var words = kind.heading();
        user("POST", list, Map.of("nonsense", 1));
        user("GET", list + "?archived=any", null);
        user("GET", list + "?limit=0", null);
        user("POST", list + "/query", Map.of("where", Map.of("field", "version", "op", "ge", "value", 1)));
        user("POST", list + "/query", Map.of("where", Map.of()));
        user("GET", one, null);
        user("GET", list + "/019a0000-0000-7000-8000-000000000000", null);
        user("PUT", one, Map.of(words, "x", "version", 1));
        user("PUT", one, Map.of(words, "x", "version", 1));
        user("PUT", one, Map.of(words, "x"));
        user("PATCH", one, Map.of(words, "y"));
        user("POST", one + "/tags", Map.of("tags", List.of("b")));
        user("GET", one + "/tags/suggested", null);
        user("GET", one + "/suggestions", null);
        user("DELETE", one + "/tags/b", null);
        user("POST", one + "/process", Map.of("action", kind.actions().getFirst().name(), "nonsense", 1));
        user("POST", one + "/process", Map.of("action", kind.actions().getFirst().name()));
        user("POST", one + "/process", Map.of("action", kind.actions().getFirst().name()));
        user("POST", one + "/archive", null);
        user("PATCH", one, Map.of(words, "z"));
        user("DELETE", one, null);
        user("GET", one, null);
        check("GET", list, ada.bare("GET", list, null, Map.of()));
        check("GET", list, bed.call("GET", list, null, Map.of()));
        check("GET", list, bed.person("x@y.example").bare("GET", list, null, Map.of("X-Sync-Session", "x")));
    }

    private void administration() {
        as(Bed.ADMIN, "POST", "/admin/tenants", Map.of("id", "umbrella", "name", "Umbrella"));
        as(Bed.ADMIN, "POST", "/admin/tenants", Map.of("id", "umbrella", "name", "Umbrella"));
        as(Bed.ADMIN, "GET", "/admin/tenants", null);
        as("wrong-wrong-wrong-wrong", "GET", "/admin/tenants", null);
        as(Bed.SERVICE, "GET", "/admin/tenants", null);
        for (var tenant : List.of("acme", "umbrella", "nowhere")) {
            var one = "/admin/tenants/" + tenant;
            as(Bed.ADMIN, "GET", one, null);
            as(Bed.ADMIN, "GET", one + "/dashboard", null);
            as(Bed.SERVICE, "GET", one + "/secret", null);
            as(Bed.ADMIN, "GET", one + "/secret/accesses", null);
            as(Bed.ADMIN, "GET", one + "/members", null);
        }
        as(Bed.ADMIN, "POST", "/admin/tenants/umbrella/secret/rotate", null);
        as(Bed.ADMIN, "POST", "/admin/tenants/umbrella/suspend", null);
        as(Bed.ADMIN, "POST", "/admin/tenants/umbrella/resume", null);
        var member = as(Bed.ADMIN, "POST", "/admin/tenants/umbrella/members", Map.of("email", "u@umbrella.example"));
        as(Bed.ORGANIZATIONS, "GET", "/user_management/organization_memberships?email=u@umbrella.example", null);
        as(Bed.ORGANIZATIONS, "GET", "/organizations/umbrella", null);
        as(Bed.ADMIN, "DELETE", "/admin/tenants/umbrella/members/" + member.id(), null);
    }

    private void user(String method, String path, Object body) {
        check(method, path, path.startsWith("/v1/sync") ? ada.bare(method, path, body, Map.of()) : ada.call(method,
                path, body));
    }

    private Bed.Answer as(String credential, String method, String path, Object body) {
        var answer = bed.call(method, path, body, Map.of("Authorization", "Bearer " + credential));
        check(method, path, answer);
        return answer;
    }

    private void check(String method, String target, Bed.Answer answer) {
        var path = target.replaceFirst("\\?.*", "");
        var template = document.path("paths").propertyNames().stream().filter(each -> path.matches(each.replaceAll(
                "\\{[a-z]+}", "[^/]+"))).min(java.util.Comparator.comparingInt(each -> each.split("\\{").length))
                .orElseThrow();
        var operation = document.path("paths").path(template).path(method.toLowerCase(java.util.Locale.ROOT));
        var said = operation.path("operationId").asString() + " " + answer.status();
        var response = operation.path("responses").path(String.valueOf(answer.status()));
        if (response.has("$ref")) {
            response = document.at(response.path("$ref").asString().substring(1));
        }
        assertTrue(response.isObject(), said + " is not documented: " + answer.raw().body());
        seen.add(said);
        if (answer.status() == 204) {
            return;
        }
        var type = answer.raw().headers().firstValue("Content-Type").orElseThrow();
        var schema = response.path("content").path(type).path("schema");
        assertTrue(schema.isObject(), said + " does not document " + type);
        var errors = schemas.computeIfAbsent(schema.toString(), text -> SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12).getSchema(((ObjectNode) schema.deepCopy()).put("$schema",
                "https://json-schema.org/draft/2020-12/schema").set("components", closed))).validate(answer.body());
        assertTrue(errors.isEmpty(), said + ": " + errors + " in " + answer.raw().body());
    }
}
