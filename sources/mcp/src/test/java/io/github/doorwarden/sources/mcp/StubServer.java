package io.github.doorwarden.sources.mcp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server of the tests that speaks both eras, as it is told by its first argument, and whose tools each do one thing
/// that servers should not do. What it offers stands in files of its folder, so that a test can change it; what it
/// hears that the test wants to know is written to the file `heard`.
final class StubServer {

    static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> TOOLS = List.of("echo", "slow", "huge", "big", "twice", "wrong", "garbage",
            "crash", "asks", "nags", "tells", "change", "links", "round", "spawn", "environment");

    private final String mode;
    private final Path folder;
    private final Consumer<String> out;
    private final Map<String, JsonNode> asked = new HashMap<>();

    StubServer(String mode, Path folder, Consumer<String> out) {
        this.mode = mode;
        this.folder = folder;
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        var print = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.err.println("stub starts\u001b[31m in " + args[0]);
        var server = new StubServer(args[0], Path.of(args[1]), print::println);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            server.receive(line);
        }
    }

    /// The command that starts it.
    static List<String> command(String mode, Path folder) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto",
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                StubServer.class.getName(), mode, folder.toString());
    }

    void receive(String line) {
        var message = JSON.readTree(line);
        var id = message.path("id");
        if (!message.has("method")) {
            var call = asked.remove(id.asString(""));
            if (call != null && id.asString().startsWith("nag") && message.has("result")) {
                ask(id.asString() + "g", call);
            } else if (call != null) {
                text(call, "was told " + (message.has("result") ? message.path("result") : message.path("error")));
            }
        } else if (id.isMissingNode()) {
            heard(message.path("method").asString() + " " + message.path("params"));
        } else {
            answer(id, message.path("method").asString(), message.path("params"));
        }
    }

    private void heard(String what) {
        try {
            Files.writeString(folder.resolve("heard"), what + "\n", StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(JsonNode id, String method, JsonNode params) {
        switch (method) {
            case "server/discover" -> {
                switch (mode) {
                    case "modern" -> result(id, "{\"supportedVersions\":[\"2026-07-28\",\"2025-11-25\"],"
                            + "\"capabilities\":{\"tools\":{},\"resources\":{},\"prompts\":{}}}");
                    case "dies" -> {
                        if (Files.exists(folder.resolve("died"))) {
                            error(id, -32601, "No.");
                        } else {
                            heard("died");
                            write("died", "");
                            System.exit(4);
                        }
                    }
                    default -> error(id, -32601, "Method not found");
                }
            }
            case "initialize" -> {
                heard("initialize " + params.path("capabilities"));
                result(id, "{\"protocolVersion\":\"" + (mode.equals("old") ? "2024-11-05" : "2025-11-25")
                        + "\",\"capabilities\":{\"tools\":{},\"prompts\":{},"
                        + "\"resources\":{\"subscribe\":true},\"logging\":{}},\"serverInfo\":{\"name\":\"stub\","
                        + "\"version\":\"1\"}}");
            }
            case "logging/setLevel", "ping" -> result(id, "{}");
            case "resources/subscribe" -> {
                heard("subscribe " + params.path("uri").asString());
                result(id, "{}");
            }
            case "tools/list" -> tools(id, params.path("cursor").asString(""));
            case "prompts/list" -> result(id, file("prompts.json", "{\"prompts\":[{\"name\":\"greet.me\","
                    + "\"arguments\":[{\"name\":\"who\",\"required\":true}]}]}"));
            case "prompts/get" -> result(id, "{\"description\":\"d\",\"messages\":[{\"role\":\"user\",\"content\":"
                    + "{\"type\":\"resource\",\"resource\":{\"uri\":\"stub://a\",\"mimeType\":\"text/plain\","
                    + "\"text\":" + params.path("arguments").path("who") + "}}}]}");
            case "resources/list" -> result(id, "{\"resources\":[{\"uri\":\"stub://a\",\"name\":\"a\"},"
                    + "{\"uri\":\"no uri\",\"name\":\"bad\"},{\"uri\":\"stub://secret\",\"name\":\"s\"}]}");
            case "resources/templates/list" -> result(id, "{\"resourceTemplates\":[{\"uriTemplate\":"
                    + "\"stub://t/{id}\",\"name\":\"t\"},{\"uriTemplate\":\"stub://{+path}\",\"name\":\"u\"}]}");
            case "resources/read" -> result(id, "{\"contents\":[{\"uri\":" + params.path("uri") + ",\"text\":\"read\","
                    + "\"_meta\":{\"x\":1}}]}");
            case "completion/complete" -> result(id, "{\"completion\":{\"values\":[\"one\",\"two\"]}}");
            case "tools/call" -> call(id, params);
            default -> error(id, -32601, "Method not found");
        }
    }

    private void tools(JsonNode id, String cursor) {
        if (Files.exists(folder.resolve("endless"))) {
            result(id, "{\"tools\":[],\"nextCursor\":\"again\"}");
            return;
        }
        var listed = file("tools.json", "{\"tools\":[" + TOOLS.stream().map(StubServer::tool)
                .collect(Collectors.joining(",")) + "]}");
        result(id, cursor.isEmpty() && mode.equals("paged") ? "{\"tools\":[],\"nextCursor\":\"2\"}" : listed);
    }

    /// A definition as it stands in the list.
    static String tool(String name) {
        return "{\"name\":\"" + name + "\",\"description\":\"Does " + name + ".\",\"inputSchema\":{\"type\":"
                + "\"object\"},\"execution\":{\"taskSupport\":\"optional\"},\"x-unknown\":[1.0]}";
    }

    private String file(String name, String otherwise) {
        try {
            var file = folder.resolve(name);
            return Files.exists(file) ? Files.readString(file).replace('\n', ' ') : otherwise;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void call(JsonNode id, JsonNode params) {
        heard("call " + params.path("name").asString());
        switch (params.path("name").asString()) {
            case "echo" -> result(id, "{\"content\":[{\"type\":\"text\",\"text\":\"echo\",\"x\":1}],"
                    + "\"structuredContent\":" + params.path("arguments") + ",\"x-more\":{\"y\":2.50},"
                    + "\"_meta\":{\"mine\":1,\"io.modelcontextprotocol/serverInfo\":{}}}");
            case "slow" -> heard("slow " + id);
            case "huge" -> result(id, "{\"content\":[{\"type\":\"text\",\"text\":\"" + "h".repeat(9 << 20) + "\"}]}");
            case "big" -> text(id, "b".repeat(3 << 20));
            case "twice" -> {
                text(id, "first");
                text(id, "second");
            }
            case "wrong" -> {
                text(JSON.readTree("999999"), "another's");
                text(JSON.readTree("\"1\""), "a text");
                text(id, "right");
            }
            case "garbage" -> {
                out.accept("starting up...");
                out.accept("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{},\"result\":{}}");
                out.accept("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"x\"}}");
                text(id, "after garbage");
            }
            case "crash" -> System.exit(3);
            case "asks" -> ask("ask-1", id);
            case "nags" -> ask("nag", id);
            case "round" -> round(id, params);
            case "tells" -> {
                var token = params.path("_meta").path("progressToken");
                for (var i = 1; i <= 2; i++) {
                    out.accept("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                            + "{\"progressToken\":" + token + ",\"progress\":" + i + ",\"total\":2}}");
                }
                out.accept("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                        + "{\"progressToken\":\"another\",\"progress\":9}}");
                out.accept("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":"
                        + "{\"level\":\"warning\",\"data\":\"hot\"}}");
                text(id, "told");
            }
            case "change" -> {
                out.accept("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
                out.accept("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":"
                        + "{\"uri\":\"stub://a\"}}");
                text(id, "changed");
            }
            case "links" -> result(id, "{\"content\":[{\"type\":\"resource_link\",\"uri\":\"stub://t/1\",\"name\":\"l\"},"
                    + "{\"type\":\"resource\",\"resource\":{\"uri\":\"stub://a\",\"text\":\"x\"}},"
                    + "{\"type\":\"resource_link\",\"uri\":\"https://example.com/x\",\"name\":\"w\"}]}");
            case "environment" -> text(id, new ArrayList<>(System.getenv().keySet()).toString());
            case "spawn" -> spawn(id);
            default -> error(id, -32602, "Unknown tool\u001b[31m " + params.path("name").asString());
        }
    }

    private void ask(String question, JsonNode call) {
        asked.put(question, call);
        out.accept("{\"jsonrpc\":\"2.0\",\"id\":\"" + question + "\",\"method\":\"elicitation/create\",\"params\":"
                + "{\"message\":\"Which?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":"
                + "{\"which\":{\"type\":\"string\"}}}}}");
    }

    private void spawn(JsonNode id) {
        try {
            text(id, "" + new ProcessBuilder("/bin/sleep", "600").start().pid());
        } catch (IOException e) {
            error(id, -32603, e.toString());
        }
    }

    private void round(JsonNode id, JsonNode params) {
        if (params.has("inputResponses")) {
            text(id, params.path("requestState").asString() + " " + params.path("inputResponses"));
        } else {
            result(id, "{\"resultType\":\"input_required\",\"requestState\":\"s1\",\"inputRequests\":{\"name.x\":"
                    + "{\"method\":\"elicitation/create\",\"params\":{\"message\":\"Name?\",\"requestedSchema\":"
                    + "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}}}}}}}");
        }
    }

    private void text(JsonNode id, String text) {
        result(id, "{\"content\":[{\"type\":\"text\",\"text\":" + JSON.writeValueAsString(text) + "}]}");
    }

    private void result(JsonNode id, String result) {
        out.accept("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
    }

    private void error(JsonNode id, int code, String message) {
        out.accept("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":" + code + ",\"message\":"
                + JSON.writeValueAsString(message) + "}}");
    }

}
