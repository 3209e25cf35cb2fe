package io.github.doorwarden.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One user of ToolBridge with records of their own, who reads twice as often as they write, with all forty tools. For
/// one thread at a time.
final class ToolbridgeUser {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> KINDS = List.of("note", "task", "comment", "chat", "chat_message");
    private static final Map<String, List<String>> ACTIONS = Map.of("note", List.of("pin", "unpin"), "task",
            List.of("complete", "reopen"), "comment", List.of("resolve", "reopen"), "chat", List.of("pin", "unpin"),
            "chat_message", List.of("mark_read", "mark_unread"));

    /// A call that was answered well.
    ///
    /// @param trace by which the API's log tells its part
    record Called(String tool, String trace, double millis) {}

    private static final class Own {
        private final String id;
        private int version;
        private int actions;

        Own(JsonNode made) {
            id = made.path("id").asString();
            version = made.path("version").asInt();
        }
    }

    private final HttpClient http;
    private final URI endpoint;
    private final String token;
    private final Random chance;
    private final Map<String, Own> records = new HashMap<>();
    private List<Called> called = new ArrayList<>();

    ToolbridgeUser(HttpClient http, URI endpoint, String token, Random chance) {
        this.http = http;
        this.endpoint = endpoint;
        this.token = token;
        this.chance = chance;
    }

    /// What was called since this was asked last.
    List<Called> called() {
        var taken = called;
        called = new ArrayList<>();
        return taken;
    }

    /// One call, or two: what is archived is taken back.
    ///
    /// @throws IOException when it was not answered well; the user begins anew then, because nobody knows what is there
    void step() throws IOException, InterruptedException {
        try {
            var kind = KINDS.get(chance.nextInt(KINDS.size()));
            kind = kind.equals("comment") && !records.containsKey("note") ? "note"
                    : kind.equals("chat_message") && !records.containsKey("chat") ? "chat" : kind;
            var dice = chance.nextInt(100);
            if (dice < 30) {
                call("list_" + kind + "s", "{\"limit\":10}");
            } else if (records.containsKey(kind)) {
                use(kind, records.get(kind), dice);
            } else {
                records.put(kind, new Own(call("create_" + kind, "{" + words(kind) + parent(kind) + "}")));
            }
        } catch (IOException failed) {
            records.clear();
            throw failed;
        }
    }

    private void use(String kind, Own own, int dice) throws IOException, InterruptedException {
        var one = "{\"id\":\"" + own.id + "\"";
        if (dice < 65) {
            call("get_" + kind, one + "}");
        } else if (dice < 75) {
            own.version = call("patch_" + kind, one + "," + words(kind) + "}").path("version").asInt();
        } else if (dice < 82) {
            own.version = call("update_" + kind, one + ",\"version\":" + own.version + "," + words(kind) + "}")
                    .path("version").asInt();
        } else if (dice < 90) {
            own.version = call("process_" + kind, one + ",\"action\":\"" + ACTIONS.get(kind).get(own.actions++ % 2)
                    + "\"}").path("version").asInt();
        } else if (dice < 94) {
            call("archive_" + kind, one + "}");
            own.version = call("archive_" + kind, one + ",\"archived\":false}").path("version").asInt();
        } else {
            call("delete_" + kind, one + "}");
            records.remove(kind);
            // its parts went with it
            records.remove(kind.equals("note") ? "comment" : kind.equals("chat") ? "chat_message" : kind);
        }
    }

    private String words(String kind) {
        return "\"" + (kind.equals("comment") || kind.equals("chat_message") ? "body" : "title")
                + "\":\"What was said about the order " + chance.nextInt(1_000_000) + "\"";
    }

    private String parent(String kind) {
        return switch (kind) {
            case "comment" -> ",\"note_id\":\"" + records.get("note").id + "\"";
            case "chat_message" -> ",\"chat_id\":\"" + records.get("chat").id + "\"";
            default -> "";
        };
    }

    private JsonNode call(String tool, String arguments) throws IOException, InterruptedException {
        var ids = new byte[24];
        chance.nextBytes(ids);
        ids[0] |= 1;                                             // neither is all zeros (W3C Trace Context §3.2)
        ids[16] |= 1;
        var trace = HexFormat.of().formatHex(ids, 0, 16);
        var request = HttpRequest.newBuilder(endpoint).header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream").header("MCP-Protocol-Version", "2025-11-25")
                .header("Authorization", "Bearer " + token)
                .header("traceparent", "00-" + trace + "-" + HexFormat.of().formatHex(ids, 16, 24) + "-01")
                .POST(BodyPublishers.ofString("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                + "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}}")).build();
        var began = System.nanoTime();
        var answer = answered(tool, request);
        var millis = (System.nanoTime() - began) / 1e6;
        var result = answer.statusCode() == 200 ? JSON.readTree(answer.body()).path("result") : JSON.missingNode();
        if (!result.path("structuredContent").isObject() || result.path("isError").asBoolean(false)) {
            throw new IOException(tool + " " + arguments + ": " + answer.statusCode() + " " + answer.body());
        }
        called.add(new Called(tool, trace, millis));
        return result.path("structuredContent");
    }

    private HttpResponse<String> answered(String tool, HttpRequest request) throws IOException, InterruptedException {
        var asked = http.sendAsync(request, BodyHandlers.ofString());
        try {
            return asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(tool + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            asked.cancel(true);
            throw new IOException(tool + ": no answer within " + PATIENCE.toSeconds() + " s", e);
        }
    }
}
