package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.client.CallOptions;
import io.github.doorwarden.client.Cancel;
import io.github.doorwarden.client.ClientOptions;
import io.github.doorwarden.client.Completion;
import io.github.doorwarden.client.Elicitation;
import io.github.doorwarden.client.Listener;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.Root;
import io.github.doorwarden.client.Tool;
import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Revision;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The client library against a whole deployment, in either era and over every transport: what one side says, the other
/// understands.
class ClientLibraryTest {

    private static final String YAML = """
            name: Both sides
            server: {port: 0}
            authorization: {mode: "off"}
            sources:
              fixture: {type: java, class: io.github.doorwarden.conformance.Fixture}
              skills: {type: skills, folder: skills}
            endpoints: {/mcp: {sources: [fixture, skills]}}
            """;
    private static final String SKILL = "---\nname: filling\ndescription: Fills in forms\n---\nFill them in.\n";

    @TempDir
    static Path folder;
    private static Deployment deployment;

    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(folder.resolve(ConfigFile.NAME), YAML);
        Files.createDirectories(folder.resolve("skills/filling/more"));
        Files.writeString(folder.resolve("skills/filling/SKILL.md"), SKILL);
        Files.writeString(folder.resolve("skills/filling/more/FORMS.md"), "Forms\n");
        deployment = Deployment.start(ConfigFile.read(folder, Map.of(), Map.<String, String>of()::get), line -> { });
    }

    @AfterAll
    static void end() {
        deployment.close();
    }

    private ClientOptions options() {
        return ClientOptions.PLAIN.named("both-sides", "1")
                .asking(question -> new Elicitation.Answer.Accepted(filled((Elicitation.Form) question)))
                .sampling(request -> (ObjectNode) Web.JSON.readTree("{\"role\":\"assistant\",\"model\":\"m\","
                        + "\"content\":{\"type\":\"text\",\"text\":\"Paris\"}}"))
                .offering(() -> List.of(new Root(URI.create("file:///srv"), Optional.empty())))
                .hearing(new Listener() {
                    @Override
                    public void listChanged(Kind kind) {
                        heard.add(kind.name());
                    }

                    @Override
                    public void resourceChanged(String uri) {
                        heard.add(uri);
                    }

                    @Override
                    public void log(LogLevel level, String logger, JsonNode data) {
                        heard.add("log " + data.asString(""));
                    }
                });
    }

    private static ObjectNode filled(Elicitation.Form form) {
        var content = Tool.arguments();
        for (var property : form.schema().path("properties").properties()) {
            if (property.getValue().path("type").asString("").equals("boolean")) {
                content.put(property.getKey(), true);
            } else {
                content.put(property.getKey(), "Ada");
            }
        }
        return content;
    }

    private McpClient client(String how) throws Exception {
        var endpoint = deployment.endpoints().getFirst();
        return switch (how) {
            case "2026-07-28 http" -> McpClient.connect(endpoint, options());
            case "2025-11-25 http" -> McpClient.connect(endpoint, options().until(Revision.V2025_11_25));
            case "2025-06-18 http" -> McpClient.connect(endpoint, options().until(Revision.V2025_06_18));
            case "2025-11-25 http+sse" -> McpClient.connect(URI.create(endpoint + "/sse"), options());
            default -> McpClient.launch(options().until(Revision.of(how.substring(0, 10)).orElseThrow()),
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp",
                    System.getProperty("java.class.path"), Doorwarden.class.getName(), "stdio", folder.toString());
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-07-28 http", "2025-11-25 http", "2025-06-18 http", "2025-11-25 http+sse",
            "2026-07-28 stdio", "2025-11-25 stdio"})
    void whatOneSideSaysTheOtherUnderstands(String how) throws Exception {
        try (var client = client(how)) {
            assertEquals(how.substring(0, 10), client.server().revision().date());
            client.ping();
            reads(client);
            asks(client);
            tells(client);
            cancels(client);
            hears(client);
            if (client.server().revision().modern()) {
                tasks(client);
                skills(client);
            }
        }
    }

    private static String call(McpClient client, String tool) throws Exception {
        return client.call(tool, Tool.arguments()).orThrow().text();
    }

    private static void reads(McpClient client) throws Exception {
        assertTrue(client.tools().size() > 20);
        assertTrue(call(client, "test_simple_text").contains("simple text response"));
        assertTrue(client.call("test_error_handling", Tool.arguments()).isError());
        assertTrue(client.resources().stream().anyMatch(each -> each.uri().equals("test://static-text")));
        assertTrue(client.read("test://static-text").getFirst().text().orElseThrow().contains("static text"));
        assertTrue(client.read("test://static-binary").getFirst().bytes().length > 20);
        assertEquals("test://template/{id}/data", client.templates().getFirst().uriTemplate());
        assertTrue(client.prompts().stream().anyMatch(each -> each.arguments().size() == 2));
        var prompt = client.prompt("test_prompt_with_arguments", Map.of("arg1", "one", "arg2", "two"));
        assertTrue(prompt.messages().getFirst().content().raw().path("text").asString().contains("two"));
        client.complete(new Completion.Of.APrompt("test_prompt_with_arguments"), "arg1", "te");
        assertThrows(McpFailure.Execution.class, () -> client.call("nobody_has_it", Tool.arguments()).orThrow());
        assertThrows(McpFailure.class, () -> client.request("no/such", Tool.arguments(), CallOptions.PLAIN));
    }

    private static void asks(McpClient client) throws Exception {
        if (client.server().revision().modern()) {
            assertEquals("Hello, Ada!", call(client, "test_input_required_result_elicitation"));
            assertTrue(call(client, "test_input_required_result_sampling").contains("Paris"));
            call(client, "test_input_required_result_list_roots");
            call(client, "test_input_required_result_multiple_inputs");
            call(client, "test_input_required_result_multi_round");
        } else {
            assertTrue(client.call("test_elicitation", Tool.arguments().put("message", "Who?")).text()
                    .contains("Ada"));
            assertTrue(client.call("test_sampling", Tool.arguments().put("prompt", "Where?")).text()
                    .contains("Paris"));
        }
    }

    private void tells(McpClient client) throws Exception {
        var steps = new ArrayList<Double>();
        client.call("test_tool_with_progress", Tool.arguments(), CallOptions.PLAIN.telling((done, total, message) ->
                steps.add(done / total)));
        assertEquals(List.of(0.0, 0.5, 1.0), steps);
        call(client, "test_tool_with_logging");
        until("log Tool execution completed");
    }

    private static void cancels(McpClient client) throws Exception {
        var cancel = new Cancel();
        assertThrows(CancellationException.class, () -> client.call("test_wait", Tool.arguments().put("name", "one"),
                CallOptions.PLAIN.cancelledBy(cancel).telling((done, total, message) -> cancel.cancel())));
        assertEquals("cancelled", client.call("test_waited", Tool.arguments().put("name", "one")).text());
    }

    private void hears(McpClient client) throws Exception {
        client.subscribe("test://watched-resource");
        call(client, "test_trigger_resource_change");
        until("test://watched-resource");
        call(client, "test_trigger_tool_change");
        until("TOOLS");
        client.unsubscribe("test://watched-resource");
    }

    private void until(String what) throws InterruptedException {
        for (var said = heard.poll(30, TimeUnit.SECONDS); !what.equals(said); said = heard.poll(30, TimeUnit.SECONDS)) {
            assertTrue(said != null, "never heard: " + what);
        }
    }

    private static void tasks(McpClient client) throws Exception {
        assertEquals("Computed a sum for 1 s.", client.call("slow_compute", Tool.arguments().put("seconds", 1)
                .put("label", "a sum")).text());
        assertEquals("Deleted a.txt.", client.call("confirm_delete", Tool.arguments().put("filename", "a.txt")).text());
        assertTrue(client.call("test_tool_with_task", Tool.arguments()).text().contains("Ada"));
        var begun = (McpClient.Begun.Running) client.begin("slow_compute", Tool.arguments().put("seconds", 60),
                CallOptions.PLAIN);
        client.tasks().cancel(begun.task().id());
        assertThrows(McpFailure.Execution.class, () -> client.tasks().await(begun.task(), CallOptions.PLAIN));
    }

    private static void skills(McpClient client) throws Exception {
        var skill = client.skills().list().getFirst();
        assertEquals(SKILL, client.skills().load(skill));
        assertEquals("Forms\n", new String(client.skills().read(skill, skill.uri().replace("SKILL.md",
                "more/FORMS.md")), StandardCharsets.UTF_8));
        assertEquals(skill, client.skills().get(skill.uri()));
    }
}
