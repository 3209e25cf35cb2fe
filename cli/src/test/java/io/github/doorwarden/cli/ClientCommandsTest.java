package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The commands of a client as somebody types them, at servers that are open: ours with one of everything, somebody
/// else's, and one that is started as a program.
class ClientCommandsTest {

    private static final String YAML = """
            name: One of everything
            server: {port: 0}
            authorization: {mode: off}
            sources:
              fixture: {type: java, class: io.github.doorwarden.conformance.Fixture}
            endpoints:
              /mcp: {sources: [fixture]}
            """;
    private static final String TOOLS = """
            {"tools": [
              {"name": "weather", "title": "Weather", "description": "Says the weather \\u001b[2J.\\nAnd more.",
               "annotations": {"readOnlyHint": true},
               "inputSchema": {"type": "object", "required": ["city"], "properties": {
                 "city": {"type": "string", "description": "Where."},
                 "days": {"type": "integer", "minimum": 1, "maximum": 10, "default": 3, "description": "How many."},
                 "detailed": {"type": "boolean"}}}},
              {"name": "search", "description": "Finds.", "inputSchema": {"type": "object", "required": ["query"],
               "properties": {"query": {"type": "string"}, "limit": {"type": "integer", "maximum": 5}}}},
              {"name": "fetch", "description": "Brings.", "inputSchema": {"type": "object", "required": ["id"],
               "properties": {"id": {"type": "string"}}}}]}""";

    @TempDir
    static Path folder;
    private static Deployment deployment;
    private static String url;
    private static OtherServer other;

    @BeforeAll
    static void open() throws IOException {
        Files.writeString(folder.resolve("doorwarden.yaml"), YAML);
        deployment = Deployment.start(ConfigFile.read(folder, Map.of(), Map.<String, String>of()::get), line -> { });
        url = deployment.endpoints().getFirst().toString();
        other = new OtherServer().on("tools/list", TOOLS)
                .on("tools/call weather", "{\"content\": [], \"structuredContent\": {\"city\": \"Berlin\", \"days\": "
                        + "[{\"day\": \"Mon\", \"high\": 21.5}, {\"day\": \"Tue\", \"high\": 19}]}}")
                .on("tools/call search", "{\"content\": [{\"type\": \"text\", \"text\": \"{\\\"results\\\": "
                + "[{\\\"id\\\": "
                        + "\\\"d1\\\", \\\"title\\\": \\\"Hotels\\\", \\\"url\\\": \\\"https://x.example/d1\\\", "
                        + "\\\"text\\\": \\\"Rooms in Lisbon\\\"}, {\\\"id\\\": \\\"d2\\\", \\\"title\\\": "
                        + "\\\"Trains\\\\u001b[2J\\\"}]}\"}]}")
                .on("tools/call fetch", "{\"content\": [], \"structuredContent\": {\"id\": \"d1\", \"title\": "
                        + "\"Hotels\", \"url\": \"https://x.example/d1\", \"text\": \"All about rooms.\\nReally.\"}}");
    }

    @AfterAll
    static void close() {
        deployment.close();
        other.close();
    }

    @Test
    void listsAreTablesForPeopleAndLinesForPrograms() {
        var tools = Typed.run("tools", other.url()).done().out();
        assertEquals("""
                tool     does    arguments                  description
                weather  read    city [days] [detailed]     Says the weather \\u{1b}[2J.
                search   change  query [limit]              Finds.
                fetch    change  id                         Brings.
                """.replaceAll(" {4,}(?=[SFB])", "  ").replaceAll("(?m)(\\[detailed]|\\[limit]|id|arguments)  +", "$1  "),
                tools.replaceAll("(?m)(\\[detailed]|\\[limit]|id|arguments)  +", "$1  "));
        assertEquals("weather", Web.JSON.readTree(Typed.run("tools", "--json", other.url()).done().out().lines()
                .findFirst().orElseThrow()).path("name").asString());
        Typed.run("resources", url).done("test://static-text", "test://template/{id}/data", "pattern");
        Typed.run("prompts", url).done("test_prompt_with_arguments", "arg1 arg2");
        Typed.run("prompts", other.url()).done().told("There are none");
    }

    @Test
    void aToolTeachesHowItIsCalled() {
        assertEquals("Usage: doorwarden call " + other.url() + """
                 weather --city TEXT [--days N]
                       [--detailed]

                Weather
                Says the weather \\u{1b}[2J.
                And more.

                It says that it changes nothing.

                  --city TEXT             Where. (required)
                  --days N                How many. 1 to 10. (default: 3)
                  --[no-]detailed

                All at once:  --args '{"NAME": VALUE}' or --file FILE (- reads standard input)
                One by name:  --arg NAME=VALUE
                The result as it came:  --json      Images and files in it:  --save FOLDER
                """, Typed.run("call", other.url(), "weather", "--help").done().out());
    }

    @Test
    void aCallIsPrintedForWhoeverReads() {
        assertEquals("""
                city  Berlin
                days:
                  day  high
                  Mon  21.5
                  Tue  19
                """, Typed.run("call", other.url(), "weather", "--city", "Berlin", "--days=2").done().out());
        assertEquals("{\"city\":\"Berlin\",\"days\":2}", other.arguments("weather").toString());
        assertEquals("Berlin", Web.JSON.readTree(Typed.run("call", other.url(), "weather", "--city", "B", "--json")
                .done().out()).path("structuredContent").path("city").asString());
        Typed.answering("{\"city\": \"Rom\"}", "call", "--json", other.url(), "weather", "--file", "-").done();
        assertEquals("{\"city\":\"Rom\"}", other.arguments("weather").toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            call @ weather                        | 2 | It needs --city: Where.
            call @ weather --city B --days many   | 2 | --days must be a whole number, not "many".
            call @ weather --town B               | 2 | There are: --city, --days, --detailed.
            call @ weathr                         | 2 | doorwarden tools @
            call @ weath                          | 2 | Did you mean weather?
            call @                                | 2 | TOOL is missing.
            call                                    | 2 | URL is missing.
            tools @ more                          | 2 | one word too many
            tools host.example/mcp                  | 2 | Did you mean https://host.example/mcp?
            tools --timeout 0 @                   | 2 | --timeout must be
            tools --jsn @                         | 2 | --jsn
            read @ test://no                      | 6 | -32601
            search @                              | 2 | WORDS is missing.
            search @ x --tool nope                | 2 | There is no tool nope
            get @ nope                            | 6 | -32601
            """)
    void whatIsTypedWrongIsSaid(String line, int exit, String said) {
        Typed.line(line.replace("@", other.url())).failed(exit, said.replace("@", other.url()));
    }

    @Test
    void failuresHaveCodesOfTheirOwn() throws IOException {
        Typed.run("call", url, "test_error_handling").failed(1, "intentionally");
        Typed.run("tools", url.replace("/mcp", "/health")).failed(6);
        try (var broken = new OtherServer()) {
            broken.status = 503;
            Typed.run("tools", broken.url()).failed(5);
            assertEquals(5, Typed.run("health", broken.url()).exit());
        }
    }

    @Test
    void progressAndQuestionsAreShownWhereSomebodyIs() {
        Typed.run("call", url, "test_tool_with_progress").done("Done, step by step.")
                .told("0%", "100%  Completed step");
        Typed.answering("\n\n\n\n\ny\n", "call", "--interactive", url, "test_elicitation_sep1034_defaults")
                .done("\"John Doe\"").told(url + " asks:", "Check these.", "name", "[John Doe]", "Send it?");
        Typed.answering("/no\n", "call", "--interactive", url, "test_elicitation_sep1034_defaults").done("none");
        Typed.run("call", url, "test_elicitation", "--message", "Well?").failed(6, "Nobody can be asked here");
    }

    @Test
    void whatATerminalCannotShowIsKept(@TempDir Path kept) throws IOException {
        Typed.run("call", url, "test_image_content", "--save", kept.toString()).done("[image/png, ")
                .told(kept.resolve("result-1.png").toString());
        assertTrue(Files.size(kept.resolve("result-1.png")) > 8);
        Typed.run("read", "--output", kept.resolve("a.png").toString(), url, "test://static-binary").done();
        assertEquals((byte) 0x89, Files.readAllBytes(kept.resolve("a.png"))[0]);
        Typed.run("read", url, "test://static-binary").done("[image/png, ");
        Typed.run("read", url, "test://static-text").done();
        Typed.run("get", url, "test_prompt_with_arguments", "--arg1", "one", "--arg2", "two").done("user:", "one");
        Typed.run("get", url, "test_prompt_with_arguments", "--arg1", "one").failed(2, "It needs --arg2.");
    }

    @Test
    void aSearchIsOneLine() {
        assertEquals("""
                 1  Hotels
                    https://x.example/d1
                    Rooms in Lisbon
                 2  Trains\\u{1b}[2J
                    d2
                """, Typed.run("search", other.url(), "rooms", "in", "Lisbon").done().out());
        assertEquals("{\"query\":\"rooms in Lisbon\",\"limit\":5}", other.arguments("search").toString());
        assertEquals("Hotels\nhttps://x.example/d1\n\nAll about rooms.\nReally.\n", Typed.run("search", "--fetch",
                other.url(), "rooms").done().out());
        assertEquals("{\"id\":\"d1\"}", other.arguments("fetch").toString());
        Typed.run("search", url, "rooms").failed(2, "no tool that searches");
    }

    @Test
    void healthIsALineEach() {
        var lines = Typed.run("health", url).done().out().lines().toList();
        assertTrue(lines.get(0).matches("process  ok    http://\\S+/health says 200, \\d+ ms"), lines::toString);
        assertTrue(lines.get(1).matches("mcp      ok    One of everything \\S+ speaks MCP 2026-07-28, \\d+ ms"),
                lines::toString);
        var down = Typed.run("health", "http://127.0.0.1:1/mcp");
        assertEquals(5, down.exit());
        assertTrue(down.out().startsWith("process  down  127.0.0.1:1 cannot be reached."), down::toString);
    }

    @Test
    void aProgramIsStartedAndSpokenTo() throws IOException {
        var program = List.of("--", Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), "io.github.doorwarden.cli.Doorwarden", "stdio",
                folder.toString());
        var greet = new ArrayList<>(List.of("call", "greet", "--name", "--json"));
        greet.addAll(program);
        Typed.run(greet.toArray(String[]::new)).failed(2, "--name needs a value.");
        greet.set(3, "Ada");
        Typed.run(greet.toArray(String[]::new)).done("Ada");
        var health = new ArrayList<>(List.of("health"));
        health.addAll(program);
        var said = Typed.run(health.toArray(String[]::new)).done("mcp      ok").out();
        assertFalse(said.contains("process"), said);
        Typed.run("tools", "--", folder.resolve("no-such-program").toString()).failed(5);
        Typed.run("login", "--", "program").failed(2, "nothing to sign in to");
    }
}
