package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.systems.backend.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// Changes as they happen, over all tenants.
class StreamTest {

    private Bed bed;

    @AfterEach
    void stop() throws IOException {
        bed.close();
    }

    private record Event(String id, String name, JsonNode data) {}

    /// A stream that is read event by event.
    private final class Reading implements AutoCloseable {

        private final BufferedReader lines;

        Reading(String query, Map<String, String> more) throws IOException, InterruptedException {
            var headers = new HashMap<>(Map.of("Authorization", "Bearer " + Bed.SERVICE));
            headers.putAll(more);
            var answer = HttpClient.newHttpClient().send(bed.request("GET", "/v1/changes/stream" + query, null, headers)
                    .build(), HttpResponse.BodyHandlers.ofInputStream());
            assertEquals(200, answer.statusCode());
            assertEquals("text/event-stream", answer.headers().firstValue("Content-Type").orElseThrow());
            lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
            assertEquals("ready", next().name);
        }

        Event next() throws IOException {
            var fields = new HashMap<String, String>();
            for (var line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                var at = line.indexOf(':');
                fields.put(line.substring(0, at), line.substring(at + 1).strip());
            }
            return new Event(fields.get("id"), fields.get("event"), Json.MAPPER.readTree(fields.getOrDefault("data",
                    "{}")));
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void changesOfAllTenantsComeOnceAndGoOnWhereTheyWereCut(Dialect dialect) throws Exception {
        bed = new Bed(dialect);
        bed.tenant("acme", false, "ada@acme.example");
        bed.tenant("globex", false, "eve@globex.example");
        var ada = bed.person("ada@acme.example");
        var eve = bed.person("eve@globex.example");
        String last;
        try (var all = new Reading("", Map.of()); var one = new Reading("?tenants=globex", Map.of())) {
            var note = ada.made("notes", Map.of("title", "secret words"));
            var event = all.next();
            assertEquals("change", event.name);
            assertEquals("acme", event.data.path("tenant_id").asString());
            assertEquals(note, event.data.path("id").asString());
            assertEquals("create", event.data.path("op").asString());
            assertEquals(event.id, event.data.path("cursor").asString());
            assertTrue(!event.data.toString().contains("secret words"));
            last = event.id;
            var other = eve.made("tasks", Map.of("title", "T"));
            assertEquals(other, all.next().data.path("id").asString());
            assertEquals(other, one.next().data.path("id").asString(), "only of the tenants that are named");
        }
        ada.made("notes", Map.of("title", "later"));
        try (var again = new Reading("", Map.of("Last-Event-ID", last))) {
            assertEquals("globex", again.next().data.path("tenant_id").asString());
            assertEquals("acme", again.next().data.path("tenant_id").asString());
        }
        assertEquals(422, bed.call("GET", "/v1/changes/stream", null, Map.of("Authorization", "Bearer " + Bed.SERVICE,
                "Last-Event-ID", "x")).status());
        var own = ada.get("/v1/changes?since=now").path("next_cursor").asString();
        assertEquals(422, bed.call("GET", "/v1/changes/stream", null, Map.of("Authorization", "Bearer " + Bed.SERVICE,
                "Last-Event-ID", own)).status(), "a tenant's cursor is none of the feed's");
        assertEquals(401, bed.call("GET", "/v1/changes/stream", null, Map.of("Authorization", "Bearer x")).status());
        assertEquals(403, bed.call("GET", "/v1/changes/stream", null, Map.of("Authorization", "Bearer "
                + bed.idp.token("ada@acme.example"))).status());
    }

    /// Two writers cannot hide a change from who reads between their commits.
    @ParameterizedTest
    @EnumSource
    void noChangeIsPassedOver(Dialect dialect) throws Exception {
        bed = new Bed(dialect);
        bed.tenant("acme", false, "ada@acme.example");
        var ada = bed.person("ada@acme.example");
        ada.session();
        try (var all = new Reading("", Map.of());
                var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 40; i++) {
                var title = "N" + i;
                threads.submit(() -> ada.made("notes", Map.of("title", title)));
            }
            var seen = new java.util.HashSet<String>();
            for (var i = 0; i < 40; i++) {
                seen.add(all.next().data.path("id").asString());
            }
            assertEquals(40, seen.size());
        }
    }
}
