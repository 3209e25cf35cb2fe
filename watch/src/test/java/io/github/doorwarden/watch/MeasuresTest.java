package io.github.doorwarden.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Cause;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MeasuresTest {

    private final Measures measures = new Measures("1.2.3", 2);

    private List<String> lines() {
        return new String(measures.text(), StandardCharsets.UTF_8).lines()
                .map(line -> line.replaceFirst("\\.0$", "")).toList();
    }

    private void holds(String line) {
        assertTrue(lines().contains(line), () -> line + " is not in\n" + String.join("\n", lines()));
    }

    @Test
    void aCallIsCountedByToolAndOutcome_AndFallsIntoItsBucket() {
        measures.count(Record.call("greet", "allowed", Cause.NONE));
        measures.count(Record.call("greet", "allowed", Cause.NONE));
        measures.count(Record.call("greet", "failed", Cause.TOO_SLOW));
        holds("doorwarden_call_seconds_count{outcome=\"allowed\",tool=\"greet\"} 2");
        holds("doorwarden_call_seconds_bucket{outcome=\"allowed\",tool=\"greet\",le=\"0.005\"} 2");
        holds("doorwarden_call_seconds_bucket{outcome=\"allowed\",tool=\"greet\",le=\"0.0025\"} 0");
        holds("doorwarden_requests_total{endpoint=\"/mcp\",method=\"tools/call\",outcome=\"failed\"} 1");
        holds("doorwarden_refusals_total{cause=\"too_slow\",event=\"tools/call\"} 1");
        holds("doorwarden_about{version=\"1.2.3\"} 1");
    }

    @Test
    void whatCallersInventMakesNoNewSeries() {
        for (var i = 0; i < 5_000; i++) {
            measures.count(Record.call("no_such_tool_" + i, "refused", Cause.UNKNOWN_THING));
            measures.count(Record.call(Record.NOON, "greet", "allowed", 1, "ada", "tenant-" + i, Cause.NONE));
            measures.count(new AuditEvent(Record.NOON, "r", "token", "allowed", "user", "", "", "", "/token",
                    "grant-" + i, "", null, Duration.ZERO, ""));
        }
        var all = lines();
        assertTrue(all.size() < 150, () -> "there are " + all.size());
        assertFalse(String.join("\n", all).contains("no_such_tool_"));
        holds("doorwarden_call_seconds_count{outcome=\"refused\",tool=\"(other)\"} 5000");
        holds("doorwarden_tenant_calls_total{outcome=\"allowed\",tenant=\"(other)\"} 4998");
        holds("doorwarden_tenant_calls_total{outcome=\"allowed\",tenant=\"tenant-1\"} 1");
        holds("doorwarden_tokens_issued_total{grant_type=\"(other)\"} 5000");
    }

    @Test
    void toolsBeyondTheBoundAreOneTogether() {
        for (var i = 0; i < Limits.TOOLS + 50; i++) {
            measures.count(Record.call("tool_" + i, "allowed", Cause.NONE));
        }
        holds("doorwarden_call_seconds_count{outcome=\"allowed\",tool=\"(other)\"} 50");
    }

    @Test
    void theDoorIsCountedByReason_AndBackendsByAnswer() {
        measures.count(Record.refused(Record.NOON, "authenticate", "", Cause.EXPIRED_TOKEN));
        measures.count(Record.refused(Record.NOON, "login", "", Cause.WRONG_CREDENTIALS));
        measures.count(Record.refused(Record.NOON, "register", "", Cause.TOO_MANY));
        measures.count(new AuditEvent(Record.NOON, "r", "token", "allowed", "user", "", "", "", "/token",
                "refresh_token", "", null, Duration.ZERO, ""));
        measures.hop("crm", "2xx", 7_000_000);
        measures.hop("crm", "timeout", 30_000_000_000L);
        holds("doorwarden_refusals_total{cause=\"expired_token\",event=\"authenticate\"} 1");
        holds("doorwarden_refusals_total{cause=\"wrong_credentials\",event=\"login\"} 1");
        holds("doorwarden_sign_ins_total{outcome=\"refused\"} 1");
        holds("doorwarden_registrations_total{outcome=\"refused\"} 1");
        holds("doorwarden_tokens_issued_total{grant_type=\"refresh_token\"} 1");
        holds("doorwarden_upstream_seconds_bucket{outcome=\"2xx\",upstream=\"crm\",le=\"0.01\"} 1");
        holds("doorwarden_upstream_seconds_count{outcome=\"timeout\",upstream=\"crm\"} 1");
        assertTrue(lines().stream().anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"} ")));
    }

    @Test
    void theMachineAlone_OrWhoeverShowsTheToken_ReadsThem() {
        var here = new MetricsEndpoint(measures, Optional.empty());
        assertEquals(200, here.handle(from("127.0.0.1")).status());
        assertEquals(200, here.handle(from("::1")).status());
        assertEquals(403, here.handle(from("10.1.2.3")).status());
        var guarded = new MetricsEndpoint(measures, Optional.of("a-token-of-metrics"));
        assertEquals(401, guarded.handle(from("127.0.0.1")).status());
        assertEquals(401, guarded.handle(from("10.1.2.3", "Bearer a-token-of-metric")).status());
        assertEquals(401, guarded.handle(from("10.1.2.3", "Bearer a-token-of-metrics", "Bearer x")).status());
        assertEquals(200, guarded.handle(from("10.1.2.3", "Bearer a-token-of-metrics")).status());
        assertEquals("text/plain; version=0.0.4; charset=utf-8", guarded.handle(from("10.1.2.3",
                "bearer a-token-of-metrics")).headers().first("Content-Type").orElse(""));
    }

    private static HttpIn from(String peer, String... authorization) {
        var fields = List.of(authorization).stream().map(value -> new Headers.Field("Authorization", value)).toList();
        return new HttpIn("GET", "/metrics", "", Headers.of(fields), new byte[0], peer, "r");
    }
}
