package io.github.doorwarden.conformance;

import io.github.doorwarden.client.ClientOptions;
import io.github.doorwarden.client.Completion;
import io.github.doorwarden.client.Elicitation;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.Tool;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The client under test in the client scenarios of the official conformance suite: what each scenario wants done, done
/// with the library alone. The suite says which one it is in the environment, and where its server is in the argument.
public final class ClientScenarios {

    private final ClientOptions options;
    private final URI server;
    private final ObjectNode context;

    private ClientScenarios(ClientOptions options, URI server, ObjectNode context) {
        this.options = options;
        this.server = server;
        this.context = context;
    }

    public static void main(String[] args) {
        var scenario = Objects.toString(System.getenv("MCP_CONFORMANCE_SCENARIO"), "");
        var context = Objects.toString(System.getenv("MCP_CONFORMANCE_CONTEXT"), "{}");
        try {
            var options = ClientOptions.PLAIN.named("doorwarden-conformance", "1")
                    .asking(question -> question instanceof Elicitation.Form form
                            ? new Elicitation.Answer.Accepted(filled(form)) : new Elicitation.Answer.Declined());
            new ClientScenarios(signedIn(options, URI.create(args[0]), scenario, json(context)), URI.create(args[0]),
                    json(context)).run(scenario);
        } catch (McpFailure e) {
            System.err.println(e.getClass().getSimpleName() + ": " + e.getMessage() + " " + e.remedy());
            System.exit(1);
        } catch (IOException e) {
            System.err.println("There is no folder for what is kept: " + e);
            System.exit(1);
        } catch (InterruptedException e) {
            System.exit(1);
        }
    }

    private static ClientOptions signedIn(ClientOptions options, URI server, String scenario, ObjectNode context)
            throws IOException {
        return scenario.startsWith("auth/") ? options.with(ScenarioSignIn.of(server, scenario, context,
                Files.createTempDirectory("doorwarden-"))) : options;
    }

    private void run(String scenario) throws McpFailure, InterruptedException {
        try (var client = McpClient.connect(server, options)) {
            switch (scenario) {
                case "tools_call" -> call(client, "add_numbers", "{\"a\":5,\"b\":3}");
                case "elicitation-sep1034-client-defaults" -> call(client, "test_client_elicitation_defaults", "{}");
                case "sse-retry" -> call(client, "test_reconnection", "{}");
                case "json-schema-2020-12-preservation" -> echo(client);
                case "sep-2322-client-request-state" -> rounds(client);
                case "http-standard-headers" -> everything(client);
                case "http-custom-headers" -> given(client);
                case "http-invalid-tool-headers" -> all(client);
                default -> {
                    if (scenario.startsWith("sep-2640-")) {
                        skills(client, scenario);
                    } else if (scenario.startsWith("auth/")) {
                        all(client);
                    } else {
                        client.tools();
                    }
                }
            }
        }
    }

    /// Fields that have no default get a word of the right type.
    private static ObjectNode filled(Elicitation.Form form) {
        var content = form.defaults();
        for (var property : form.schema().path("properties").properties()) {
            if (!content.has(property.getKey())) {
                switch (property.getValue().path("type").asString("string")) {
                    case "boolean" -> content.put(property.getKey(), true);
                    case "integer", "number" -> content.put(property.getKey(), 1);
                    default -> content.put(property.getKey(), "Ada");
                }
            }
        }
        return content;
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text);
    }

    private static void call(McpClient client, String tool, String arguments) throws McpFailure, InterruptedException {
        client.tools();
        client.call(tool, json(arguments)).orThrow();
    }

    private static void echo(McpClient client) throws McpFailure, InterruptedException {
        var schema = client.tool("json_schema_2020_12_tool").map(Tool::inputSchema).orElseThrow();
        var arguments = Tool.arguments();
        arguments.set("schema", schema);
        client.call("json_schema_echo", arguments).orThrow();
    }

    private static void rounds(McpClient client) throws McpFailure, InterruptedException {
        client.tools();
        for (var tool : new String[] {"test_mrtr_echo_state", "test_mrtr_unrelated", "test_mrtr_no_state",
                "test_mrtr_unrelated", "test_mrtr_no_result_type"}) {
            client.call(tool, Tool.arguments()).orThrow();
        }
    }

    /// Every tool that is usable, with arguments of the right types.
    private static void all(McpClient client) throws McpFailure, InterruptedException {
        for (var tool : client.tools()) {
            var arguments = Tool.arguments();
            for (var property : tool.inputSchema().path("properties").properties()) {
                switch (property.getValue().path("type").asString("")) {
                    case "string" -> arguments.put(property.getKey(), "word");
                    case "integer", "number" -> arguments.put(property.getKey(), 1);
                    case "boolean" -> arguments.put(property.getKey(), true);
                    default -> { }
                }
            }
            client.call(tool.name(), arguments);
        }
    }

    private static void everything(McpClient client) throws McpFailure, InterruptedException {
        all(client);
        if (client.server().has("resources")) {
            for (var resource : client.resources()) {
                client.read(resource.uri());
            }
            client.templates();
        }
        if (client.server().has("prompts")) {
            for (var prompt : client.prompts()) {
                Map<String, String> arguments = new LinkedHashMap<>();
                prompt.arguments().forEach(argument -> arguments.put(argument.name(), "word"));
                client.prompt(prompt.name(), arguments);
                if (client.server().has("completions") && !arguments.isEmpty()) {
                    client.complete(new Completion.Of.APrompt(prompt.name()), prompt.arguments().getFirst().name(),
                            "w");
                }
            }
        }
    }

    private void given(McpClient client) throws McpFailure, InterruptedException {
        client.tools();
        for (var call : context.path("toolCalls")) {
            client.call(call.path("name").asString(), (ObjectNode) call.path("arguments"));
        }
    }

    private static void skills(McpClient client, String scenario) throws McpFailure, InterruptedException {
        for (var skill : client.skills().list()) {
            if (scenario.equals("sep-2640-client-no-prefetch")) {
                continue;
            }
            client.skills().load(skill);
            for (var file : skill.files().orElseThrow()) {
                client.skills().read(skill, file.uri());
            }
        }
    }
}
