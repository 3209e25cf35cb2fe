package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class SourcesCommandTest {

    private static final Path COPILOT = Path.of("../systems/admin-copilot");

    @TempDir
    private Path folder;

    private record Ran(int exit, String out, String err) {}

    private Ran run(String... args) {
        var words = new ArrayList<>(List.of(args));
        words.add("--set");
        words.add("state=" + folder.resolve("state"));
        var out = new StringWriter();
        var err = new StringWriter();
        var exit = Doorwarden.run(words.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(err, true));
        return new Ran(exit, out.toString(), err.toString());
    }

    @Test
    void theListSaysWhatEachSourceHasAndCosts() {
        var ran = run("sources", "list", COPILOT.toString(), "--json");
        assertEquals(0, ran.exit, ran.err);
        var lines = ran.out.lines().map(JsonMapper.shared()::readTree).toList();
        assertEquals(Set.of("builtin", "marketplace", "desk", "prometheus", "alertmanager", "grafana"), lines.stream()
                .map(each -> each.path("source").asString()).collect(Collectors.toSet()));
        var marketplace = lines.stream().filter(each -> each.path("source").asString().equals("marketplace"))
                .findFirst()
                .orElseThrow();
        assertEquals("10", marketplace.path("tools").asString());
        assertEquals("/mcp", marketplace.path("endpoints").asString());
        assertTrue(Integer.parseInt(marketplace.path("tokens").asString()) > 1_000, ran.out);
        assertFalse(Files.exists(folder.resolve("state")), "nothing is written");
        assertTrue(run("sources", "list", COPILOT.toString()).out.startsWith("source "), "for people");
    }

    @Test
    void everyToolIsShownAsClientsWillSeeIt() {
        var ran = run("sources", "inspect", COPILOT.toString(), "marketplace");
        assertEquals(0, ran.exit, ran.err);
        assertTrue(ran.out.startsWith("marketplace  10 tools, about "), ran.out);
        assertTrue(ran.out.contains("instainstru_invites_send  about ")
                && ran.out.contains("may change something"), ran.out);
        assertFalse(ran.out.contains("doorwarden_whoami"), ran.out);
        var all = run("sources", "inspect", COPILOT.toString(), "--json").out.lines()
                .map(JsonMapper.shared()::readTree).toList();
        assertEquals(34, all.size());
        assertTrue(all.stream().allMatch(each -> each.at("/tool/inputSchema/type").asString().equals("object")));
    }

    @Test
    void aSourceThatIsNotThereIsSaidToBeMissing() {
        var ran = run("sources", "inspect", COPILOT.toString(), "nothing");
        assertEquals(1, ran.exit);
        assertTrue(ran.err.contains("no source named nothing") && ran.err.contains("sources list"), ran.err);
    }

    @Test
    void whatCannotBecomeAToolIsAWarningAndTheRestIsShown() throws Exception {
        Files.writeString(folder.resolve("api.json"), """
                {"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{
                  "/good":{"get":{"operationId":"good","summary":"Good.","responses":{"200":{"description":"d"}}}},
                  "/bad/{id}":{"get":{"operationId":"bad","summary":"Bad.","responses":{"200":{"description":"d"}}}}}}
                """);
        Files.writeString(folder.resolve("doorwarden.yaml"), """
                endpoints: {/mcp: {sources: [api]}}
                upstreams: {u: {base_url: "http://127.0.0.1:1"}}
                sources: {api: {type: openapi, document: api.json, upstream: u,
                  tools: {good: {operation: good}, bad: {operation: bad}}}}
                """);
        var ran = run("sources", "inspect", folder.toString(), "api");
        assertEquals(0, ran.exit, ran.err);
        assertTrue(ran.out.startsWith("api  1 tool,"), ran.out);
        assertTrue(ran.err.contains("cannot become the tool bad"), ran.err);
    }

    /// ESC and CSI would be obeyed by a terminal; U+202E turns the rest of the line around.
    @Test
    void whatADocumentSaysCannotRewriteTheScreen() throws Exception {
        var bad = "\\u001b[2J\\u009b1A\\u202eX";
        var api = Files.writeString(folder.resolve("api.json"), """
                {"openapi":"3.0.3","info":{"title":"T BAD","version":"1"},"servers":[{"url":"https://a.example"}],
                 "paths":{
                  "/good":{"get":{"operationId":"good","summary":"Good. BAD","parameters":[
                    {"name":"a BAD","in":"query","description":"Which. BAD","schema":{"type":"string",
                     "enum":["e BAD"]}}],"responses":{"200":{"description":"d"}}}},
                  "/raw BAD":{"post":{"operationId":"raw","requestBody":{"required":true,"content":{"x/y BAD":{}}}}},
                  "/none BAD":{"get":{"responses":{"200":{"description":"d"}}}},
                  "/bad/{id}":{"get":{"operationId":"bad","summary":"Bad.","responses":{"200":{"description":"d"}}}}}}
                """.replace("BAD", bad));
        Files.writeString(folder.resolve("doorwarden.yaml"), """
                endpoints: {/mcp: {sources: [api]}}
                upstreams: {u: {base_url: "http://127.0.0.1:1"}}
                sources: {api: {type: openapi, document: api.json, upstream: u, tools: {good: {operation: good},
                  raw: {operation: raw}, none: {operation: "GET /none BAD"}}}}
                """.replace("BAD", bad));
        var inspected = run("sources", "inspect", folder.toString());
        var out = new StringWriter();
        var shown = new Ran(Doorwarden.run(new String[] {"openapi", "inspect", api.toString()},
                new PrintWriter(out, true), new PrintWriter(out, true)), out.toString(), "");
        for (var ran : List.of(inspected, shown, run("sources", "list", folder.toString()))) {
            assertEquals(0, ran.exit, ran.out + ran.err);
            var text = ran.out + ran.err;
            assertTrue(text.codePoints().noneMatch(c -> c != '\n' && (Character.isISOControl(c) || c == 0x202e)),
                    () -> "shown raw: " + JsonMapper.shared().writeValueAsString(text.lines().filter(line ->
                            line.codePoints().anyMatch(c -> Character.isISOControl(c) || c == 0x202e)).toList()));
        }
        for (var each : List.of("Good. ", "Which. ", "e ")) {
            assertTrue(inspected.out.contains(each + "\\u{1b}[2J\\u{9b}1A\\u{202e}X"), each + inspected.out);
        }
        assertTrue(shown.out.contains("T \\u{1b}[2J") && shown.out.contains("/raw \\u{1b}[2J"), shown.out);
        assertTrue(inspected.err.contains("raw"), inspected.err);
    }
}
