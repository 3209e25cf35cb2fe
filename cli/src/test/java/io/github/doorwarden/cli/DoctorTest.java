package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The doctor at our own door, and what it prints.
class DoctorTest {

    @TempDir
    private Path folder;

    private record Ran(int exit, String out, String err) {}

    private static Ran run(String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        var exit = Doorwarden.run(words, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Ran(exit, out.toString(), err.toString());
    }

    private static Set<String> ids(JsonNode report) {
        var ids = new TreeSet<String>();
        report.path("findings").forEach(finding -> ids.add(finding.path("id").asString("")));
        return ids;
    }

    @Test
    void ourOwnServerLetsEverybodyIn_AndOnlyTheFaultsOfClientsAreLeft() throws Exception {
        try (var door = Door.open(folder)) {
            var agent = door.agent();
            var token = agent.tokens(door.browser(), Door.READ).access();
            var file = Files.writeString(folder.resolve("token"), token + "\n");
            var ran = run("doctor", door.notes, "--json", "--token-file", file.toString());
            var report = Web.JSON.readTree(ran.out);
            assertEquals(0, ran.exit, report.toPrettyString());
            assertTrue(report.path("inside").asBoolean(), report.toPrettyString());
            assertEquals(Set.of("loopback", "iss-promised", "no-search-and-fetch"), ids(report),
                    report.toPrettyString());
            for (var client : report.path("clients")) {
                var hindered = List.of("codex", "mcp-remote").contains(client.path("client").asString(""));
                assertEquals(hindered ? "CONNECTS_WITH_FAULTS" : "CONNECTS", client.path("outcome").asString(""),
                        client.toString());
            }
            assertTrue(!(ran.out + ran.err + String.join("", door.console)).contains(token));
        }
    }

    @Test
    void ourOpenEndpointLetsEverybodyInToo() {
        try (var door = Door.open(folder)) {
            var ran = run("doctor", door.memo, "--json");
            var report = Web.JSON.readTree(ran.out);
            assertEquals(0, ran.exit, report.toPrettyString());
            assertTrue(report.path("inside").asBoolean(), report.toPrettyString());
        }
    }

    /// A server that shows what it would like to do to a terminal, and to a page.
    @Test
    void whatAServerSaysIsShownAndNotObeyed() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var body = "\u001b[2J<script>alert(1)</script>\u202e".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(403, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            var page = folder.resolve("report.html");
            var ran = run("doctor", "http://127.0.0.1:" + server.getAddress().getPort() + "/mcp", "--html",
                    page.toString());
            assertEquals(1, ran.exit, ran.err);
            assertTrue(ran.out.contains("error refused-without-401: no client will connect"), ran.out);
            assertTrue(ran.out.contains("\\u{1b}[2J<script>"), ran.out);
            assertTrue(ran.err.contains("Asking about the challenge …"), ran.err);
            var html = Files.readString(page);
            assertTrue(html.contains("\\u{1b}[2J&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}"), html);
            assertTrue(!html.contains("<script") && !html.contains("\u001b") && !html.contains("\u202e"), html);
            assertTrue(html.contains("<td class=\"fails\">fails</td>"), html);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void mistakesAndSilenceAreTwo() {
        assertEquals(2, run("doctor", "mcp.example.com").exit);
        assertEquals(2, run("doctor", "http://127.0.0.1:1/mcp").exit);
        var unknown = run("doctor", "http://127.0.0.1:1/mcp", "--client", "netscape");
        assertEquals(2, unknown.exit);
        assertTrue(unknown.err.contains("Take one of chatgpt, claude-ai"), unknown.err);
        var bare = run("doctor", "http://mcp.example.com/mcp", "--token-env", "PATH");
        assertEquals(2, bare.exit);
        assertTrue(bare.err.contains("A token is not sent without TLS."), bare.err);
        assertEquals(2, run("doctor", "https://mcp.example.com/mcp", "--token-env", "NO_SUCH_VARIABLE_HERE").exit);
    }
}
