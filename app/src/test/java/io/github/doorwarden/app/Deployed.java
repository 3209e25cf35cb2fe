package io.github.doorwarden.app;

import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.server.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A deployment without sign-in in a folder of the test's, on a free port of loopback, and a client of both eras.
final class Deployed implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.shared();
    private static final String OPEN = "server: {port: 0}\nauthorization: {mode: off}\n";

    private final Deployment deployment;
    private final HttpClient client = HttpClient.newHttpClient();
    final URI endpoint;

    private Deployed(Deployment deployment) {
        this.deployment = deployment;
        this.endpoint = deployment.endpoints().getFirst();
    }

    /// @param yaml what is said beside port and mode
    static Deployed at(Path folder, String yaml, Source... sources) {
        try {
            Files.writeString(folder.resolve(ConfigFile.NAME), OPEN + yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Deployed(Deployment.start(ConfigFile.read(folder, Map.of(), name -> null), List.of(sources),
                line -> { }));
    }

    /// The same, and it follows its file; `yaml` is what is in it now.
    static Deployed following(Path folder, String yaml) {
        var deployed = at(folder, yaml);
        deployed.deployment.follow(() -> ConfigFile.read(folder, Map.of(), name -> null));
        return deployed;
    }

    /// Writes another configuration, as an editor does.
    static void rewrite(Path folder, String yaml) {
        try {
            var fresh = folder.resolve("fresh");
            Files.writeString(fresh, OPEN + yaml);
            Files.move(fresh, folder.resolve(ConfigFile.NAME), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One request of 2026-07-28; `params` is an object, `capabilities` too.
    JsonNode modern(String method, String params, String capabilities) {
        var response = answer(modernRequest(method, params, capabilities));
        return JSON.readTree(response);
    }

    JsonNode modern(String method, String params) {
        return modern(method, params, "{}");
    }

    /// The same, whose headers do not say what its body asks for.
    JsonNode withoutMethodHeader(String method, String params) {
        var whole = modernRequest(method, params, "{}");
        return JSON.readTree(answer(HttpRequest.newBuilder(whole, (name, value) ->
                !name.equalsIgnoreCase("Mcp-Method")).build()));
    }

    /// One request of an earlier revision, without a session.
    JsonNode legacy(String revision, String method, String params) {
        return JSON.readTree(answer(request(body(method, (ObjectNode) JSON.readTree(params)))
                .header("MCP-Protocol-Version", revision).build()));
    }

    /// The messages of a stream, as they come; reading waits for the next.
    Iterator<JsonNode> stream(String method, String params) {
        var lines = send(modernRequest(method, params, "{}"), HttpResponse.BodyHandlers.ofLines());
        return lines.filter(line -> line.startsWith("data: ")).map(line -> JSON.readTree(line.substring(6)))
                .iterator();
    }

    /// What another path of the server answers.
    String get(String path) {
        return send(HttpRequest.newBuilder(endpoint.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest modernRequest(String method, String params, String capabilities) {
        var all = (ObjectNode) JSON.readTree(params);
        var meta = all.withObject("_meta");
        meta.put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
        meta.set("io.modelcontextprotocol/clientCapabilities", JSON.readTree(capabilities));
        var request = request(body(method, all)).header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", method);
        var name = method.equals("resources/read") ? all.path("uri") : all.path("name");
        return name.isString() ? request.header("Mcp-Name", name.asString()).build() : request.build();
    }

    private static String body(String method, ObjectNode params) {
        var message = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", method);
        message.set("params", params);
        return message.toString();
    }

    private HttpRequest.Builder request(String body) {
        return HttpRequest.newBuilder(endpoint).header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private String answer(HttpRequest request) {
        var answer = send(request, HttpResponse.BodyHandlers.ofString());
        return answer.startsWith("{") ? answer : answer.lines().filter(line -> line.startsWith("data: {"))
                .reduce((first, last) -> last).orElseThrow().substring(6);
    }

    private <T> T send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request, handler).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The names in a list.
    static List<String> names(JsonNode answer, String member) {
        Stream<JsonNode> all = answer.path("result").path(member).valueStream();
        return all.map(each -> each.path("name").asString()).toList();
    }

    static String text(JsonNode answer) {
        return answer.path("result").path("content").path(0).path("text").asString(answer.toString());
    }

    @Override
    public void close() {
        client.shutdownNow();
        deployment.close();
    }
}
