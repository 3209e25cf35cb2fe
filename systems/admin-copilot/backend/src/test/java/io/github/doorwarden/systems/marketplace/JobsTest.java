package io.github.doorwarden.systems.marketplace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.systems.backend.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The job queue as admins and Prometheus see it: waiting, failing, tried again; and folders from before it existed.
class JobsTest {

    private Bed bed;

    @BeforeEach
    void start() throws IOException {
        bed = new Bed();
    }

    @AfterEach
    void stop() throws IOException {
        bed.close();
    }

    private JsonNode invite(String... emails) {
        var preview = bed.post("invites/preview", Map.of("emails", List.of(emails), "grant_founding", false)).body();
        return bed.post("invites/send", Map.of("confirmation", preview.path("confirmation").asString(),
                "batch_digest", preview.path("batch_digest").asString())).body();
    }

    private static Optional<URI> deadServer() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return Optional.of(URI.create("smtp://127.0.0.1:" + socket.getLocalPort()));
        }
    }

    @Test
    void whatWaitsIsSeenWithItsReasonAndGoesOnByItself() throws Exception {
        assertEquals(0, bed.get("jobs/depth").body().path("queued").asInt());
        bed.restart(deadServer());
        assertEquals(2, invite("one@example.com", "two@example.com").path("queued").asInt());
        var waiting = bed.get("jobs/running").body();
        assertEquals(2, waiting.path("total").asInt());
        var job = waiting.path("items").get(0);
        assertEquals("the mail server cannot be reached", job.path("error").asString());
        assertTrue(job.path("about").asString().startsWith("bat_"), "the secret of the link is not shown");
        bed.clock.pass(Duration.ofSeconds(20));
        var depth = bed.get("jobs/depth").body();
        assertEquals(20, depth.path("oldest_queued_seconds").asInt());
        assertEquals(0, depth.path("due_now").asInt());
        bed.clock.pass(Duration.ofSeconds(20));
        bed.restart(Optional.empty());
        assertTrue(Eventually.holds(() -> bed.get("jobs/depth").body().path("queued").asInt() == 0));
        assertEquals(2, bed.outbox().size());
        assertEquals("sent", bed.rows("SELECT DISTINCT delivery FROM invitation WHERE batch IS NOT NULL").getFirst()
                .getFirst());
    }

    @Test
    void whatFailedIsKeptAndTriedAgainOnce() throws Exception {
        try (var server = new RefusingServer("two@example.com")) {
            bed.restart(Optional.of(URI.create("smtp://127.0.0.1:" + server.port())));
            assertEquals(1, invite("two@example.com").path("failed").asInt());
        }
        bed.restart(Optional.empty());
        var failed = bed.get("jobs/failed?kind=invitation").body();
        assertEquals(1, failed.path("total").asInt(), failed.toString());
        var id = failed.path("items").get(0).path("id").asString();
        assertEquals("done", bed.post("jobs/" + id + "/retry", Map.of()).body().at("/job/state").asString());
        assertEquals(0, bed.get("jobs/failed?kind=invitation").body().path("total").asInt());
        assertEquals(1, bed.outbox().size());
        var again = bed.post("jobs/" + id + "/retry", Map.of());
        assertEquals("job_not_failed", again.code(), again.raw().body());
        assertEquals(404, bed.post("jobs/job_999999/retry", Map.of()).status());
        assertEquals(422, bed.post("jobs/1/retry", Map.of()).status());
    }

    @Test
    void aFailedInvitationIsOvertakenByANewerOne() throws Exception {
        try (var server = new RefusingServer("two@example.com")) {
            bed.restart(Optional.of(URI.create("smtp://127.0.0.1:" + server.port())));
            invite("two@example.com");
        }
        bed.restart(Optional.empty());
        assertEquals(1, invite("two@example.com").path("sent").asInt());
        var id = bed.get("jobs/failed?kind=invitation").body().path("items").get(0).path("id").asString();
        var retried = bed.post("jobs/" + id + "/retry", Map.of());
        assertEquals("job_overtaken", retried.code(), retried.raw().body());
        assertEquals(1, bed.outbox().size());
    }

    @Test
    void theMetricsTellRequestsAndJobs() {
        bed.get("instructors");
        bed.get("instructors/nobody");
        bed.call("GET", "/nowhere", null, null, Map.of());
        var text = bed.call("GET", "/metrics", null, null, Map.of()).body().asString();
        assertTrue(text.contains("http_request_duration_seconds_count{method=\"GET\",route=\"/api/v1/admin/mcp/"
                + "instructors\",status=\"200\"} 1\n"), text);
        assertTrue(text.contains("route=\"/api/v1/admin/mcp/instructors/{identifier}\",status=\"404\",le=\"+Inf\"} "
                + "1\n"),
                text);
        assertTrue(text.contains("route=\"none\",status=\"404\",le=\"10\"} 1\n"), text);
        assertTrue(text.contains("marketplace_jobs{kind=\"ticket_reply\",state=\"failed\"} 2\n"), text);
        assertFalse(text.contains("nobody"), "what was asked for is nobody's business");
    }

    /// A folder of a version without queue, with a letter on its way.
    @Test
    void aFolderFromBeforeGetsItsQueueAndLosesNoLetter() throws Exception {
        bed.restart(deadServer());
        invite("one@example.com");
        bed.stop();
        for (var table : List.of("reply_draft", "ticket_message", "ticket", "refund_preview", "refund", "payment",
                "cancellation", "job", "student")) {
            bed.rows("DROP TABLE " + table);
        }
        bed.rows("DROP TRIGGER booking_is_cancelled_once");
        bed.rows("DROP INDEX booking_by_lesson");
        bed.rows("DROP INDEX booking_by_student");
        bed.rows("UPDATE invitation SET delivery = 'sending', next_attempt = NULL WHERE batch IS NOT NULL");
        bed.clock.pass(Duration.ofMinutes(1));
        bed.start();
        bed.restart(Optional.empty());
        bed.clock.pass(Duration.ofMinutes(5));          // the dead server may have been tried once more
        assertTrue(Eventually.holds(() -> bed.outbox().size() == 1));
        assertEquals(bed.rows("SELECT count(*) FROM booking"), bed.rows("SELECT count(*) FROM payment"));
    }
}
