package io.github.doorwarden.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A stand-in for the part of OpenAI's API that has files and vector stores, on loopback: keeps what is uploaded, and
/// answers in the shapes of the reference. It ranks by how many words of the query a text has.
final class StoreService implements AutoCloseable {

    static final String KEY = "sk-canary-4711";
    static final String STORE = "vs_research";
    private static final Pattern CONTENT = Pattern.compile("name=\"file\".*?\r\n\r\n(.*)\r\n--", Pattern.DOTALL);

    private final HttpServer server;
    private final Map<String, String> files = new LinkedHashMap<>();
    private final Map<String, JsonNode> attributes = new LinkedHashMap<>();
    final List<String> asked = new ArrayList<>();

    StoreService() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/", this::answer);
        server.start();
    }

    String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    synchronized int stored() {
        return attributes.size();
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var target = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath().substring("/v1".length());
        asked.add(target);
        var authorized = ("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        var answer = authorized ? answer(target, body) : Web.JSON.createObjectNode();
        var bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(!authorized ? 401 : answer.isEmpty() ? 404 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private ObjectNode answer(String target, String body) {
        var store = " /vector_stores/" + STORE;
        var json = Web.JSON.createObjectNode();
        if (target.equals("POST /files")) {
            var text = CONTENT.matcher(body);
            var id = "file-" + (files.size() + 1);
            files.put(id, text.find() ? text.group(1) : "");
            return json.put("id", id).put("object", "file").put("bytes", body.length()).put("purpose", "assistants");
        }
        if (target.equals("POST /vector_stores")) {
            return json.put("id", STORE).put("object", "vector_store").put("status", "completed");
        }
        if (target.equals("POST" + store + "/file_batches")) {
            Web.JSON.readTree(body).path("files").forEach(file -> attributes.put(file.path("file_id").asString(),
                    file.path("attributes")));
            json.put("id", "vsfb_1").put("object", "vector_store.file_batch").put("status", "completed")
                    .putObject("file_counts").put("completed", attributes.size()).put("failed", 0);
            return json;
        }
        if (target.equals("POST" + store + "/search")) {
            return search(Web.JSON.readTree(body).path("query").asString());
        }
        var file = target.replaceFirst(".*/files/([^/]*).*", "$1");
        if (!target.startsWith("GET" + store + "/files/") || !attributes.containsKey(file)) {
            return json;
        }
        if (target.endsWith("/content")) {
            json.put("object", "vector_store.file_content.page").put("has_more", false).putNull("next_page")
                    .putArray("data").addObject().put("type", "text").put("text", files.get(file));
            return json;
        }
        return json.put("id", file).put("object", "vector_store.file").put("status", "completed")
                .put("vector_store_id", STORE).put("usage_bytes", 1).set("attributes", attributes.get(file));
    }

    private ObjectNode search(String query) {
        var page = Web.JSON.createObjectNode().put("object", "vector_store.search_results.page").put("has_more", false)
                .putNull("next_page");
        page.putArray("search_query").add(query);
        var data = page.putArray("data");
        var words = List.of(query.toLowerCase().split(" "));
        attributes.keySet().stream().sorted((a, b) -> Long.compare(count(words, b), count(words, a))).limit(20)
                .filter(id -> count(words, id) > 0).forEach(id -> {
                    var hit = data.addObject().put("file_id", id).put("filename", id + ".md").put("score",
                            count(words, id) / (double) words.size());
                    hit.set("attributes", attributes.get(id));
                    hit.putArray("content").addObject().put("type", "text").put("text", files.get(id).substring(0, 80));
                });
        return page;
    }

    private long count(List<String> words, String id) {
        return words.stream().filter(files.get(id).toLowerCase()::contains).count();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
