package io.github.doorwarden.systems.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What is played back is what was recorded, as long ago as it was then, and never passes for the present.
class RecordedMonitoringTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Recording RECORDING = Recording.load();
    private Instant now = RECORDING.at().plus(Duration.ofDays(400));
    private RecordedMonitoring player;

    @BeforeEach
    void start() throws IOException {
        player = RecordedMonitoring.start(() -> now);
    }

    @AfterEach
    void stop() {
        player.close();
    }

    private JsonNode send(int status, String path, String body) {
        var request = HttpRequest.newBuilder(player.uri().resolve(path));
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(body)).header("Content-Type", "application/json");
        }
        try {
            var answer = HTTP.send(request.build(), BodyHandlers.ofString());
            assertEquals(status, answer.statusCode(), answer.body());
            return Recording.JSON.readTree(answer.body());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode query(int status, String query) {
        return send(status, "/prometheus/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8), null);
    }

    @Test
    void queriesAnswerAsTheyDidWithTheirTimesMoved() {
        assertTrue(RECORDING.whole().path("prometheus").size() >= 10, "two questions over five windows");
        for (var each : RECORDING.whole().path("prometheus").properties()) {
            var was = each.getValue().at("/data/result");
            var played = query(200, each.getKey());
            assertTrue(played.at("/warnings/0").asString().contains("Do not take it for the state of today"));
            assertEquals(was.size(), played.at("/data/result").size());
            for (var i = 0; i < was.size(); i++) {
                var one = played.at("/data/result/" + i);
                assertEquals(was.get(i).path("metric"), one.path("metric"));
                assertEquals(was.get(i).at("/value/1"), one.at("/value/1"));
                assertEquals(400 * 86_400, one.at("/value/0").asDouble() - was.get(i).at("/value/0").asDouble(), 0.001);
            }
        }
        assertEquals("bad_data", query(400, "up").path("errorType").asString());
    }

    private static String silence(String alert, String label, Instant from, Instant until) {
        return """
                {"matchers":[{"name":"alertname","value":"%s","isRegex":false,"isEqual":true},
                  {"name":"kind","value":"%s","isRegex":false,"isEqual":true}],
                 "startsAt":"%s","endsAt":"%s","createdBy":"ada@example.com","comment":"Known."}"""
                .formatted(alert, label, from, until);
    }

    private List<String> states(String alert) {
        return send(200, "/alertmanager/api/v2/alerts?active=true", null).valueStream()
                .filter(each -> each.at("/labels/alertname").asString().equals(alert))
                .map(each -> each.at("/status/state").asString()).toList();
    }

    @Test
    void aSilenceHoldsForItsAlertUntilItEnds() {
        var alert = "MarketplaceJobsFailed";
        assertEquals(List.of("active"), states(alert));
        send(200, "/alertmanager/api/v2/silences", silence(alert, "other", now, now.plusSeconds(600)));
        assertEquals(List.of("active"), states(alert), "another kind");
        var id = send(200, "/alertmanager/api/v2/silences", silence(alert, "ticket_reply", now, now.plusSeconds(600)))
                .path("silenceID").asString();
        assertEquals(List.of("suppressed"), states(alert));
        assertEquals(id, send(200, "/alertmanager/api/v2/alerts", null).valueStream().filter(each -> each.at(
                "/labels/kind").asString("").equals("ticket_reply")).findFirst().orElseThrow()
                .at("/status/silencedBy/0").asString());
        now = now.plusSeconds(601);
        assertEquals(List.of("active"), states(alert));
        var silences = send(200, "/alertmanager/api/v2/silences", null);
        assertEquals("expired", silences.get(1).at("/status/state").asString());
        assertEquals("Known.", silences.get(1).path("comment").asString());
        now = now.plus(Duration.ofDays(2));
        assertEquals(0, send(200, "/alertmanager/api/v2/silences", null).size());
    }

    @Test
    void aSilenceThatAlertmanagerWouldRefuseIsRefused() {
        for (var wrong : List.of("{}", "{\"matchers\":[]}", silence("a", "b", now, now), silence("a", "b",
                now.minusSeconds(9), now.minusSeconds(1)), silence("a", "b", now, now.plusSeconds(9)).replace(
                "Known.", " "), "nonsense", silence("a", "b", now, now.plusSeconds(9)).replace(now.toString(),
                "soon"))) {
            send(400, "/alertmanager/api/v2/silences", wrong);
        }
    }

    @Test
    void dashboardsAreListedAndShown() throws IOException {
        var uid = send(200, "/grafana/api/search?type=dash-db", null).at("/0/uid").asString();
        assertEquals(0, send(200, "/grafana/api/search?query=nothing", null).size());
        assertEquals(1, send(200, "/grafana/api/search?query=MARKET", null).size());
        var shown = send(200, "/grafana/api/dashboards/uid/" + uid, null).path("dashboard");
        var file = Recording.JSON.readTree(Files.readString(Path.of("../monitoring/dashboard.json")));
        assertEquals(file.path("panels"), shown.path("panels"), "recorded.json has another dashboard than monitoring/");
        send(404, "/grafana/api/dashboards/uid/other", null);
    }

    @Test
    void itSaysWhatItIs() {
        var health = send(200, "/health", null);
        assertTrue(health.path("recorded").asBoolean());
        assertTrue(health.path("notice").asString().startsWith("Recorded on 20"), health.toString());
        send(404, "/prometheus/api/v1/admin/tsdb/snapshot", null);
        send(404, "/grafana/api/admin/settings", null);
    }
}
