package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Web.Answer;
import io.github.doorwarden.tidy.Polling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is measured at a whole deployment, from a client's call to the figures that people see.
class WatchDoorTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String BOB_PASSWORD = "a long password of his";

    @TempDir
    private Path folder;
    private Door door;

    private void open(String secondFactor) {
        door = Door.open(folder, "limits: {calls", "admin: {scope: \"house:admin\", people: [ada@example.org], "
                + "tenant_viewers: [bob@example.org], second_factor: " + secondFactor + "}\n"
                + "metrics: {enabled: true}\n"
                + "alerts: {auth_failures: {threshold: 6, factor: 0, window: 10s}}\nlimits: {calls",
                "  clients:\n    - {id: reports", "  tenants:\n    acme: {domains: [example.org]}\n"
                + "  clients:\n"
                + "    - {id: console, name: Console, redirect_uris: [\"https://console.example/cb\"]}\n"
                + "    - {id: reports", "${env:NOTES_URL}", "${env:NOTES_URL:-http://127.0.0.1:9}");
        door.person("bob@example.org", "Bob", BOB_PASSWORD);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Answer call(String token, String tool, String... headers) {
        var all = new ArrayList<>(List.of("Accept", "application/json, text/event-stream",
                "MCP-Protocol-Version", "2025-06-18", "Authorization", "Bearer " + token));
        all.addAll(List.of(headers));
        return door.web.post(door.notes, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                + "\"params\":{\"name\":\"" + tool + "\",\"arguments\":{}}}", all.toArray(String[]::new));
    }

    private String metrics() {
        return door.web.get(door.origin + "/metrics").expect(200).body().replaceAll("(?m)\\.0$", "");
    }

    private String audit(String command, String... more) {
        var words = new ArrayList<>(List.of("audit", command, folder.toString(), "--set", "server.public_origin="
                + door.origin));
        words.addAll(List.of(more));
        return Typed.run(words.toArray(String[]::new)).done().out();
    }

    private String token() {
        return door.vouched().tokens(door.signedIn(), Door.READ).access();
    }

    private Browser bob() {
        var browser = door.browser();
        browser.signIn(browser.get("/login"), "bob@example.org", BOB_PASSWORD).expect(303);
        return browser;
    }

    @Test
    void oneTraceLeadsFromTheClientsCallToTheBackend_TheRecordAndTheFigures() {
        open("false");
        var token = token();
        call(token, "notes_list", "traceparent", "00-" + TRACE + "-b7ad6b7169203331-01").expect(200);
        call(token, "notes_list").expect(200);
        call(token, "notes_add").expect(403);
        call(token, "no_such_tool");
        call("not-a-token", "notes_list").expect(401);

        assertTrue(door.backend.requests.getFirst().contains("Traceparent=[00-" + TRACE + "-b7ad6b7169203331-01]"),
                door.backend.requests.getFirst());
        var listed = audit("list", "--json", "--trace", TRACE);
        assertTrue(listed.contains("\"thing\":\"notes_list\"") && listed.contains("\"tenant\":\"acme\""), listed);
        assertEquals(1, listed.lines().count());
        assertEquals(listed, audit("list", "--json", "--trace", "00-" + TRACE + "-b7ad6b7169203331-01"));

        var metrics = metrics();
        for (var line : List.of("doorwarden_call_seconds_count{outcome=\"allowed\",tool=\"notes_list\"} 2",
                "doorwarden_call_seconds_count{outcome=\"refused\",tool=\"(other)\"} 1",
                "doorwarden_call_seconds_count{outcome=\"refused\",tool=\"notes_add\"} 1",
                "doorwarden_upstream_seconds_count{outcome=\"2xx\",upstream=\"notes\"} 2",
                "doorwarden_tenant_calls_total{outcome=\"allowed\",tenant=\"acme\"} 2",
                "doorwarden_refusals_total{cause=\"invalid_token\",event=\"authenticate\"} 1",
                "doorwarden_refusals_total{cause=\"insufficient_scope\",event=\"authenticate\"} 1",
                "doorwarden_tokens_issued_total{grant_type=\"authorization_code\"} 1",
                "doorwarden_sign_ins_total{outcome=\"allowed\"} 1", "doorwarden_component_up{component=\"store\"} 1",
                "doorwarden_streams 0")) {
            assertTrue(metrics.lines().anyMatch(line::equals), () -> line + " is not in\n" + metrics);
        }

        var usage = audit("usage", "--by", "caller");
        assertTrue(usage.contains("ada@example.org"), usage);
        var json = audit("usage", "--json", "--by", "tenant", "--last", "1h");
        assertTrue(json.startsWith("{\"tenant\":\"acme\",\"calls\":4,\"errors\":0,\"refused\":2,"), json);

        var admin = door.origin + "/admin";
        var operator = new Agent(door.web, door.origin, admin, "console", "https://console.example/cb")
                .tokens(door.signedIn(), "house:admin:read").access();
        var report = door.web.get(admin + "/usage?by=tool", "Authorization", "Bearer " + operator).expect(200).json();
        assertEquals(2, report.path("items").path(0).path("calls").asInt(), report.toString());
        assertEquals(1, report.path("refused_by_cause").path("insufficient_scope").asInt());
        door.web.get(admin + "/usage?by=color", "Authorization", "Bearer " + operator).expect(400);
    }

    @Test
    void theDashboardIsForThoseWhomItIsKeptFor_AndAnOrganisationsPeopleSeeTheirOwnAlone() {
        open("false");
        call(token(), "notes_list").expect(200);
        var stranger = door.browser();
        var page = stranger.get("/admin/dashboard?days=30").expect(200);
        assertTrue(Browser.has(page, "/login"), page.body());
        var after = stranger.signIn(page, Door.EMAIL, Door.PASSWORD).expect(303);
        assertEquals("/admin/dashboard?days=30", after.header("Location").orElse(""));
        var figures = stranger.get("/admin/dashboard?days=30").expect(200);
        assertTrue(figures.body().contains("notes_list") && figures.body().contains("<svg class=\"columns\"")
                && figures.body().contains("By organisation"), figures.body());
        assertFalse(figures.body().contains("<script") || figures.body().contains("style=\""), figures.body());
        assertTrue(figures.header("Content-Security-Policy").orElse("").startsWith("default-src 'none'; style-src"));

        var bob = bob();
        var own = bob.get("/admin/dashboard").expect(200);
        assertTrue(own.body().contains("Use of tools by acme") && !own.body().contains("By organisation")
                && !own.body().contains("Not let in"), own.body());
        bob.get("/admin/dashboard?tenant=beta").expect(400);
        bob.get("/admin/dashboard?days=8").expect(400);
        bob.get("/admin/dashboard?other=1").expect(400);
        door.person("eve@example.org", "Eve", BOB_PASSWORD);
        var eve = door.browser();
        eve.signIn(eve.get("/login"), "eve@example.org", BOB_PASSWORD).expect(303);
        assertFalse(eve.get("/admin/dashboard").expect(403).body().contains("notes_list"));
    }

    @Test
    void whereASecondFactorIsAsked_OneIsSetUpFirst() {
        open("true");
        var page = door.signedIn().get("/admin/dashboard").expect(200);
        assertTrue(Browser.has(page, "/account/code"), page.body());
        assertFalse(page.body().contains("<svg class=\"columns\""), page.body());
    }

    @Test
    void whenManyAreNotLetInHealthWarns_AndTheDashboardSaysIt() throws Exception {
        open("false");
        for (var i = 0; i < 8; i++) {
            call("not-a-token", "notes_list").expect(401);
        }
        var until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!door.web.get(door.origin + "/health").json().path("warnings").has("auth_failures")) {
            assertTrue(System.nanoTime() < until, "never warned");
            Polling.pause();
        }
        assertTrue(door.signedIn().get("/admin/dashboard").expect(200).body().contains("More is refused than usual"));
        assertTrue(metrics().contains("doorwarden_alert_raised{cause=\"overall\"} 1"));
    }
}
