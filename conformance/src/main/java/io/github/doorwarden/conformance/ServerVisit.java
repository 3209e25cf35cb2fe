package io.github.doorwarden.conformance;

import io.github.doorwarden.client.CallOptions;
import io.github.doorwarden.client.ClientOptions;
import io.github.doorwarden.client.Elicitation;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.Root;
import io.github.doorwarden.client.Tool;
import io.github.doorwarden.protocol.Revision;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Looks at everything that somebody's server has and says what came of it, as one line of JSON: `http URL` or
/// `stdio COMMAND…`, with the newest revision to speak before it. Every tool is called with arguments made from its
/// schema, and whatever the server asks is answered. `scripts/interop --servers` says what should have come.
public final class ServerVisit {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ObjectNode said = Tool.arguments();
    private int questions;

    private ServerVisit() {}

    public static void main(String[] args) {
        var visit = new ServerVisit();
        try (var client = visit.connect(args)) {
            visit.look(client);
        } catch (McpFailure e) {
            visit.said.put("failure", e.getClass().getSimpleName() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            visit.said.put("failure", "interrupted");
        }
        System.out.println(visit.said);
    }

    private McpClient connect(String[] args) throws McpFailure, InterruptedException {
        var options = ClientOptions.PLAIN.named("doorwarden-interop", "1").within(PATIENCE).asking(this::answer)
                .sampling(request -> json("{\"role\":\"assistant\",\"model\":\"none\",\"content\":{\"type\":\"text\","
                        + "\"text\":\"forty-two\"}}"))
                .offering(() -> List.of(new Root(Path.of("").toUri(), Optional.of("here"))))
                .until(Revision.of(args[0]).orElseThrow());
        return args[1].equals("http") ? McpClient.connect(URI.create(args[2]), options)
                : McpClient.launch(options, Arrays.copyOfRange(args, 2, args.length));
    }

    private Elicitation.Answer answer(Elicitation question) {
        questions++;
        return question instanceof Elicitation.Form form ? new Elicitation.Answer.Accepted(arguments(form.schema()))
                : new Elicitation.Answer.Declined();
    }

    private void look(McpClient client) throws McpFailure, InterruptedException {
        said.put("revision", client.server().revision().date());
        client.ping();
        var tools = said.putObject("tools");
        if (client.server().has("tools")) {
            for (var tool : client.tools()) {
                tools.put(tool.name(), came(() -> {
                    var result = client.call(tool.name(), arguments(tool.inputSchema()),
                            CallOptions.PLAIN.within(PATIENCE));
                    return result.isError() ? "error: " + result.text() : "ok";
                }));
            }
        }
        var resources = said.putObject("resources");
        if (client.server().has("resources")) {
            for (var resource : client.resources()) {
                resources.put(resource.uri(), came(() -> client.read(resource.uri()).isEmpty() ? "empty" : "ok"));
            }
            said.put("templates", client.templates().size());
        }
        var prompts = said.putObject("prompts");
        if (client.server().has("prompts")) {
            for (var prompt : client.prompts()) {
                Map<String, String> words = new LinkedHashMap<>();
                prompt.arguments().forEach(argument -> words.put(argument.name(), "1"));
                prompts.put(prompt.name(), came(() -> client.prompt(prompt.name(), words).messages().isEmpty()
                        ? "empty" : "ok"));
            }
        }
        said.put("questions", questions);
    }

    private interface Step {
        String run() throws McpFailure, InterruptedException;
    }

    private static String came(Step step) throws InterruptedException {
        try {
            return step.run();
        } catch (McpFailure e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    /// Something for every property, small where it is a number: it may be a number of seconds.
    private static ObjectNode arguments(ObjectNode schema) {
        var arguments = Tool.arguments();
        for (var property : schema.path("properties").properties()) {
            arguments.set(property.getKey(), value(property.getValue()));
        }
        return arguments;
    }

    private static JsonNode value(JsonNode schema) {
        if (schema.path("enum").isArray()) {
            return schema.path("enum").path(0);
        }
        for (var choice : List.of("oneOf", "anyOf")) {
            if (schema.path(choice).isArray()) {
                var first = schema.path(choice).path(0);
                return first.has("const") ? first.path("const") : value(first);
            }
        }
        return switch (schema.path("type").asString("")) {
            case "integer", "number" -> json("{\"x\":" + Math.max(1, schema.path("minimum").asLong(1)) + "}").path("x");
            case "boolean" -> json("{\"x\":true}").path("x");
            case "array" -> json("{\"x\":[" + value(schema.path("items")) + "]}").path("x");
            case "object" -> arguments((ObjectNode) schema);
            default -> json("{\"x\":\"" + switch (schema.path("format").asString("")) {
                case "email" -> "ada@example.com";
                case "uri" -> "https://example.com/";
                case "date" -> "2026-11-26";
                default -> "Ada Lovelace, 1815".substring(0, Math.min(18, schema.path("maxLength").asInt(18)));
            } + "\"}").path("x");
        };
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text);
    }
}
