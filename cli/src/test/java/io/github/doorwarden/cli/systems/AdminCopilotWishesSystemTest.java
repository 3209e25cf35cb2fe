package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.Elicitation;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The admin copilot's second endpoint as it is delivered: job queue, bookings, payments, support and monitoring, by a
/// person who is asked before anything changes, and by another who says no.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdminCopilotWishesSystemTest {

    private static final String ADMIN = "admin@instainstru.example";
    private static final int PER_MINUTE = 40;

    @TempDir
    static Path work;
    private static final ToolResults RESULTS = new ToolResults("admin-copilot", "operations");
    private static final List<String> ASKED = new ArrayList<>();
    private static boolean agrees = true;
    private static RunningSystem system;
    private static McpClient client;

    @BeforeAll
    static void start() throws Exception {
        system = RunningSystem.start("admin-copilot", work, Map.of(), "--set",
                "limits.calls_per_tool_per_minute=" + PER_MINUTE);
        client = system.connect(URI.create(system.origin() + "/mcp/operations"),
                Person.of(ADMIN, "front-door-demo"), options -> options.asking(question -> {
                    ASKED.add(question.message());
                    return agrees ? new Elicitation.Answer.Accepted(JsonMapper.shared().createObjectNode())
                            : new Elicitation.Answer.Declined();
                }));
    }

    @AfterAll
    static void end() {
        client.close();
        system.close();
    }

    private static JsonNode call(String tool, String arguments) throws Exception {
        return RESULTS.call(client, "instainstru_" + tool, arguments.replace('\'', '"'));
    }

    private static String refused(String tool, String arguments) throws Exception {
        return ToolResults.refused(client, "instainstru_" + tool, arguments.replace('\'', '"'));
    }

    /// The person says no: nothing is done, and the model is told so.
    private static void declined(String tool, String arguments) throws Exception {
        agrees = false;
        try {
            var result = client.call("instainstru_" + tool, (ObjectNode) JsonMapper.shared().readTree(
                    arguments.replace('\'', '"')));
            assertTrue(result.text().contains("did not confirm"), result::text);
        } finally {
            agrees = true;
        }
    }

    private static String first(JsonNode list, String field) {
        assertTrue(list.path(field).size() > 0, list::toString);
        return list.path(field).get(0).path("id").asString();
    }

    private static List<Path> outbox() throws Exception {
        var folder = system.state().resolve("marketplace/outbox");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".eml")).toList();
        }
    }

    @Test
    @Order(1)
    void aFailedJobIsSeenAndTriedAgainOnceAPersonHasSaidSo() throws Exception {
        assertEquals(2, call("jobs_depth", "{}").path("failed").asInt());
        assertEquals(0, call("jobs_running", "{}").path("total").asInt());
        var failed = call("jobs_failed", "{'kind':'ticket_reply'}");
        assertTrue(failed.path("jobs").get(0).path("error").asString().contains("552"), failed::toString);
        var job = first(failed, "jobs");
        declined("jobs_retry", "{'job':'" + job + "'}");
        assertEquals(List.of(), outbox());
        var retried = call("jobs_retry", "{'job':'" + job + "'}");
        assertEquals("done", retried.at("/job/state").asString(), retried::toString);
        assertTrue(ASKED.getLast().contains("POST /api/v1/admin/mcp/jobs/" + job + "/retry"), ASKED.getLast());
        assertEquals(1, outbox().size());
        assertTrue(refused("jobs_retry", "{'job':'" + job + "'}").contains("only a failed one"));
    }

    @Test
    @Order(2)
    void aBookingIsCancelledAndItsMoneyPaidBackOnce() throws Exception {
        var upcoming = call("bookings_list", "{'status':'upcoming','limit':3}");
        assertNotEquals(upcoming.path("bookings"), call("bookings_list", "{'status':'upcoming','limit':3,'cursor':"
                + upcoming.path("next_cursor") + "}").path("bookings"));
        var booking = first(upcoming, "bookings");
        var cancelled = call("bookings_cancel", "{'booking':'" + booking + "','reason':'The instructor is ill.'}");
        assertEquals(ADMIN, cancelled.at("/booking/cancelled/by").asString(), cancelled::toString);
        assertTrue(ASKED.getLast().contains("The instructor is ill."), ASKED.getLast());
        assertTrue(refused("bookings_cancel", "{'booking':'" + booking + "','reason':'Again.'}")
                .contains("cancelled already"));
        var detail = call("bookings_detail", "{'booking':'" + booking + "'}");
        var payment = detail.at("/booking/payment").asString();

        var preview = call("payments_refund_preview", "{'payment':'" + payment + "','reason':'Lesson cancelled.'}");
        assertEquals(cancelled.path("refundable"), preview.path("amount"));
        var refund = "{'confirmation':" + preview.path("confirmation") + ",'amount_cents':" + preview.at(
                "/amount/cents") + "}";
        assertFalse(call("payments_refund", refund).path("repeated").asBoolean(true));
        assertTrue(call("payments_refund", refund).path("repeated").asBoolean());
        var paid = call("payments_detail", "{'payment':'" + payment + "'}");
        assertEquals("refunded", paid.at("/payment/status").asString());
        assertEquals(1, paid.path("refunds").size());
        assertEquals(ADMIN, paid.at("/refunds/0/by").asString());
        assertEquals("USD", paid.at("/payment/amount/currency").asString());
        assertTrue(refused("payments_refund_preview", "{'payment':'" + payment + "','reason':'More.'}")
                .contains("Nothing is left"));
        assertTrue(call("payments_list", "{'booking':'" + booking + "'}").path("total").asInt() == 1);
    }

    @Test
    @Order(3)
    void aTicketIsAnsweredByADraftThatAPersonHasSeen() throws Exception {
        var ticket = first(call("tickets_list", "{'status':'open','limit':5}"), "tickets");
        var detail = call("tickets_detail", "{'ticket':'" + ticket + "'}");
        var student = detail.at("/ticket/student/id").asString();
        assertEquals(student, first(call("users_find", "{'query':" + detail.path("student_email") + "}"), "people"));
        var draft = call("tickets_reply_draft", "{'ticket':'" + ticket + "','text':'We look into it.','solved':true}")
                .path("draft").asString();
        var letters = outbox().size();
        declined("tickets_reply_send", "{'draft':'" + draft + "'}");
        assertEquals(letters, outbox().size());
        assertEquals("done", call("tickets_reply_send", "{'draft':'" + draft + "'}").path("letter").asString());
        assertEquals(letters + 1, outbox().size());
        assertTrue(refused("tickets_reply_send", "{'draft':'" + draft + "'}").contains("sent already"));
        assertEquals("solved", call("tickets_detail", "{'ticket':'" + ticket + "'}").at("/ticket/status").asString());
    }

    @Test
    @Order(4)
    void monitoringAnswersFixedQuestionsAndSaysThatItIsRecorded() throws Exception {
        for (var window : List.of("5m", "15m", "1h", "6h", "24h")) {
            var latency = call("latency_percentiles", "{'window':'" + window + "'}");
            var slowest = latency.path("routes").get(0);
            assertTrue(slowest.path("p50_ms").asDouble() <= slowest.path("p99_ms").asDouble(), latency::toString);
            assertTrue(latency.at("/warnings/0").asString().startsWith("Recorded on "), latency::toString);
            var errors = call("error_rate", "{'window':'" + window + "'}");
            assertTrue(errors.path("requests").asInt() > 0 && errors.path("refused_share").asDouble() < 1,
                    errors::toString);
            assertTrue(Duration.between(Instant.parse(latency.path("as_of").asString()), Instant.now()).abs()
                    .compareTo(Duration.ofMinutes(10)) < 0, latency::toString);
        }
        assertTrue(refused("error_rate", "{'window':'5m]) or up'}").length() > 20);
        assertTrue(refused("error_rate", "{'query':'up'}").length() > 20);
        assertEquals(0, call("dashboards_list", "{'query':'no such'}").path("dashboards").size());
        var uid = call("dashboards_list", "{'query':'market'}").at("/dashboards/0/uid").asString();
        assertEquals(4, call("dashboards_snapshot", "{'uid':'" + uid + "'}").path("panels").size());
    }

    @Test
    @Order(5)
    void anAlertIsSilencedForAWhileByAPersonWhoSaysWhy() throws Exception {
        var alert = call("alerts_firing", "{}").path("alerts").get(0);
        assertEquals("active", alert.path("state").asString());
        assertTrue(alert.path("recorded").asString().startsWith("Recorded on "), alert::toString);
        var arguments = "{'alert':" + alert.path("name") + ",'minutes':30,'reason':'The provider knows of it.'}";
        assertTrue(refused("alerts_silence", arguments.replace("30", "100000")).length() > 20);
        declined("alerts_silence", arguments);
        assertEquals(0, call("alerts_silences", "{}").path("silences").size());
        var id = call("alerts_silence", arguments).path("silence").asString();
        var silence = call("alerts_silences", "{}").path("silences").get(0);
        assertEquals(List.of(id, ADMIN, "The provider knows of it."), List.of(silence.path("id").asString(),
                silence.path("by").asString(), silence.path("reason").asString()));
        assertEquals(Duration.ofMinutes(30), Duration.between(Instant.parse(silence.path("from").asString()),
                Instant.parse(silence.path("until").asString())).truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
        assertEquals("suppressed", call("alerts_firing", "{}").path("alerts").get(0).path("state").asString());
    }

    /// Counted per caller and tool: who has used up one tool still has the others.
    @Test
    @Order(6)
    void aToolThatIsCalledTooOftenIsRefusedAndTheOthersAreNot() throws Exception {
        var answered = 0;
        try {
            while (answered <= PER_MINUTE + 5) {
                client.call("instainstru_users_find", (ObjectNode) JsonMapper.shared().readTree("{\"query\":\"ann\"}"));
                answered++;
            }
        } catch (McpFailure.Outage tooOften) {
            assertTrue(tooOften.getMessage().contains("429"), tooOften.getMessage());
            assertTrue(answered >= PER_MINUTE - 5, "after " + answered);
            call("jobs_depth", "{}");
            return;
        }
        throw new AssertionError("never refused");
    }

    @Test
    @Order(7)
    void everyCallIsOnRecordWithItsPersonAndEveryToolWasCalled() throws Exception {
        try (var db = DriverManager.getConnection("jdbc:sqlite:" + system.state().resolve(
                "marketplace/marketplace.db")); var statement = db.createStatement(); var rows = statement.executeQuery(
                "SELECT count(*), count(DISTINCT path_template), sum(on_behalf_of = '" + ADMIN + "') FROM audit "
                + "WHERE path_template GLOB '*/[bjptu]*'")) {
            assertTrue(rows.next());
            assertEquals(rows.getInt(1), rows.getInt(3), "each on behalf of the person");
            assertTrue(rows.getInt(2) >= 16, "each route");
        }
        var listed = new TreeSet<String>();
        for (var tool : client.tools()) {
            listed.add(tool.name());
        }
        RESULTS.complete(listed);
    }
}
