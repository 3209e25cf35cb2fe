package io.github.doorwarden.systems.marketplace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The document that others build on says what the API does, no more and no less.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContractTest {

    private Bed bed;
    private JsonNode document;

    @BeforeAll
    void start() throws IOException {
        bed = new Bed();
        document = bed.call("GET", "/openapi.json", null, null, Map.of()).body();
    }

    @AfterAll
    void stop() throws IOException {
        bed.close();
    }

    @Test
    void servedIsCheckedIn() throws IOException {
        assertEquals(Files.readString(Path.of("../openapi.json")), bed.call("GET", "/openapi.json", null, null,
                Map.of()).raw().body());
        assertEquals("3.1.0", document.path("openapi").asString());
    }

    /// One call of every operation that succeeds, and calls for every documented refusal; each answer fits its schema
    /// exactly.
    @Test
    void everyAnswerFitsItsSchema() {
        var invite = Map.of("emails", List.of("new.person@example.com", "broken", "new.person@example.com"), "note",
                "Hello!");
        var preview = bed.post("invites/preview", invite);
        var send = Map.of("confirmation", preview.body().path("confirmation").asString(), "batch_digest", preview.body()
                .path("batch_digest").asString());
        var answers = new ArrayList<String>();
        answers.add(check("/api/v1/health", "GET", bed.call("GET", "/api/v1/health", null, null, Map.of())));
        answers.add(check("/openapi.json", "GET", bed.call("GET", "/openapi.json", null, null, Map.of())));
        for (var path : List.of("founding/funnel-summary", "founding/stuck-instructors", "instructors",
                "instructors/coverage", "search/top-queries",
                "search/zero-results")) {
            answers.add(check("/api/v1/admin/mcp/" + path, "GET", bed.get(path)));
            answers.add(check("/api/v1/admin/mcp/" + path, "GET", bed.get(path + "?nonsense=1")));
            answers.add(check("/api/v1/admin/mcp/" + path, "GET", bed.call("GET", path, null, null, Map.of())));
            answers.add(check("/api/v1/admin/mcp/" + path, "GET", bed.call("GET", path, null, bed.idp.token(""),
                    Map.of())));
        }
        answers.add(check("/api/v1/admin/mcp/instructors", "GET", bed.get("instructors?limit=100&status=onboarding")));
        for (var identifier : List.of("Amara%20Adeyemi", "Amara%20Jackson", "nobody", "Maya%20Rossi")) {
            answers.add(check("/api/v1/admin/mcp/instructors/{identifier}", "GET", bed.get("instructors/"
                    + identifier)));
        }
        for (var metric : Metrics.names()) {
            answers.add(check("/api/v1/admin/mcp/metrics/{name}", "GET", bed.get("metrics/" + metric)));
        }
        answers.add(check("/api/v1/admin/mcp/metrics/{name}", "GET", bed.get("metrics/luck")));
        answers.add(check("/api/v1/admin/mcp/invites/preview", "POST", preview));
        answers.add(check("/api/v1/admin/mcp/invites/preview", "POST", bed.post("invites/preview", Map.of("emails",
                List.of("broken")))));
        answers.add(check("/api/v1/admin/mcp/invites/preview", "POST", bed.post("invites/preview", Map.of())));
        answers.add(check("/api/v1/admin/mcp/invites/preview", "POST", bed.post("invites/preview",
                "x".repeat(70_000))));
        answers.add(check("/api/v1/admin/mcp/invites/preview", "POST", bed.call("POST", "invites/preview", "{}",
                bed.idp.token("mcp:write"),
                Map.of("Content-Type", "text/plain"))));
        answers.add(check("/api/v1/admin/mcp/invites/send", "POST", bed.post("invites/send", send)));
        answers.add(check("/api/v1/admin/mcp/invites/send", "POST", bed.post("invites/send", send)));
        answers.add(check("/api/v1/admin/mcp/invites/send", "POST", bed.post("invites/send", Map.of("confirmation",
                "x", "batch_digest", "y"))));
        deskAnswers(answers);
        assertTrue(answers.containsAll(List.of("getInstructor 404", "getInstructor 409", "previewInvites 413",
                "previewInvites 415", "previewInvites 422",
                "sendInvites 404", "sendInvites 409", "describeMetric 404", "listInstructors 403")),
                answers.toString());
        var operations = new HashSet<String>();
        document.path("paths").forEach(path -> path.forEach(operation -> operations.add(operation.path("operationId")
                .asString() + " 200")));
        assertEquals(29, operations.size());
        assertTrue(answers.containsAll(operations), "Not every operation was seen to succeed: " + answers);
    }

    /// The same for the people at the desk.
    private void deskAnswers(List<String> answers) {
        var root = "/api/v1/admin/mcp/";
        answers.add(check("/metrics", "GET", bed.call("GET", "/metrics", null, null, Map.of())));
        for (var path : List.of("jobs/depth", "jobs/running", "jobs/failed", "bookings", "payments", "users",
                "tickets")) {
            answers.add(check(root + path, "GET", bed.get(path + (path.equals("users") ? "?query=an" : ""))));
            answers.add(check(root + path, "GET", bed.get(path + "?nonsense=1")));
        }
        var job = id("jobs/failed", "id");
        answers.add(check(root + "jobs/{job}/retry", "POST", bed.post("jobs/" + job + "/retry", Map.of())));
        answers.add(check(root + "jobs/{job}/retry", "POST", bed.post("jobs/" + job + "/retry", Map.of())));
        var booking = id("bookings?status=upcoming", "id");
        for (var status : List.of("upcoming", "cancelled")) {
            answers.add(check(root + "bookings/{booking}", "GET", bed.get("bookings/" + id("bookings?status=" + status,
                    "id"))));
        }
        for (var i = 0; i < 2; i++) {
            answers.add(check(root + "bookings/{booking}/cancel", "POST", bed.post("bookings/" + booking + "/cancel",
                    Map.of("reason", "Ill"))));
        }
        var payment = id("payments?status=paid", "id");
        var preview = bed.post("payments/" + payment + "/refund-preview", Map.of("reason", "Kind"));
        answers.add(check(root + "payments/{payment}/refund-preview", "POST", preview));
        answers.add(check(root + "payments/refund", "POST", bed.post("payments/refund", Map.of("confirmation",
                preview.body().path("confirmation").asString(), "amount_cents",
                preview.body().at("/amount/cents").asInt()))));
        answers.add(check(root + "payments/refund", "POST", bed.post("payments/refund", Map.of("confirmation", "x",
                "amount_cents", 1))));
        answers.add(check(root + "payments/{payment}", "GET", bed.get("payments/" + payment)));
        answers.add(check(root + "payments/{payment}/refund-preview", "POST", bed.post("payments/" + payment
                + "/refund-preview", Map.of("reason", "Again"))));
        var ticket = id("tickets?status=open", "id");
        var draft = bed.post("tickets/" + ticket + "/draft", Map.of("text", "We look into it."));
        answers.add(check(root + "tickets/{ticket}/draft", "POST", draft));
        for (var i = 0; i < 2; i++) {
            answers.add(check(root + "tickets/drafts/{draft}/send", "POST", bed.post("tickets/drafts/" + draft.body()
                    .path("draft").asString() + "/send", Map.of())));
        }
        answers.add(check(root + "tickets/{ticket}", "GET", bed.get("tickets/" + ticket)));
        answers.add(check(root + "tickets/{ticket}", "GET", bed.get("tickets/tic_9")));
        assertTrue(answers.containsAll(List.of("retryJob 409", "cancelBooking 409", "previewRefund 409",
                "refundPayment 404", "sendReply 409", "getTicket 404")), answers.toString());
    }

    private String id(String list, String field) {
        return bed.get(list).body().path("items").get(0).path(field).asString();
    }

    private String check(String path, String method, Bed.Answer answer) {
        var operation = document.path("paths").path(path).path(method.toLowerCase(java.util.Locale.ROOT));
        var response = operation.path("responses").path(String.valueOf(answer.status()));
        if (response.has("$ref")) {
            response = document.at(response.path("$ref").asString().substring(1));
        }
        var said = operation.path("operationId").asString() + " " + answer.status();
        assertTrue(response.isObject(), said + " is not documented");
        var type = answer.raw().headers().firstValue("Content-Type").orElseThrow();
        var schema = response.path("content").path(type).path("schema");
        assertTrue(schema.isObject(), said + " does not document " + type);
        var closed = (ObjectNode) document.path("components").deepCopy();
        close(closed);
        var whole = ((ObjectNode) schema.deepCopy()).put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .set("components", closed);
        var errors = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(whole)
                .validate(answer.body());
        assertTrue(errors.isEmpty(), said + ": " + errors + " in " + answer.raw().body());
        return said;
    }

    /// Schemas are open for clients; here nothing may come that is not written down.
    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("type").asString("").equals("object")
                && object.has("properties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(ContractTest::close);
    }
}
