package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A client at the other end of the pipes: writes lines, reads lines, and holds each of them for one JSON object.
final class Piped implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;
    private static final JsonMapper JSON = JsonMapper.shared();

    /// Serves until the pipe is closed.
    @FunctionalInterface
    interface Server {
        void run(java.io.InputStream in, OutputStream out) throws IOException;
    }

    private final OutputStream toServer;
    private final LinkedBlockingQueue<ObjectNode> lines = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<JsonNode> batches = new LinkedBlockingQueue<>();
    private final Thread server;
    private final Thread reader;
    /// What was read and not asked for.
    final List<ObjectNode> others = new ArrayList<>();

    Piped(Server serving) throws IOException {
        var in = Pipe.open();
        var out = Pipe.open();
        toServer = Channels.newOutputStream(in.sink());
        server = Thread.ofPlatform().daemon().start(() -> {
            try (var sink = Channels.newOutputStream(out.sink())) {
                serving.run(Channels.newInputStream(in.source()), sink);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        reader = Thread.ofPlatform().daemon().start(() -> read(new BufferedReader(new InputStreamReader(
                Channels.newInputStream(out.source()), StandardCharsets.UTF_8))));
    }

    private void read(BufferedReader from) {
        try (from) {
            for (var line = from.readLine(); line != null; line = from.readLine()) {
                var json = JSON.readTree(line);
                if (json.isArray()) {
                    batches.add(json);
                } else {
                    lines.add((ObjectNode) json);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Piped write(byte[] bytes) throws IOException {
        toServer.write(bytes);
        toServer.flush();
        return this;
    }

    Piped say(String line) throws IOException {
        return write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /// A request of 2026-07-28.
    ///
    /// @param params members of params, without braces; may be empty
    /// @param meta   further members of _meta, each with a comma before it
    Piped modern(int id, String method, String params, String meta) throws IOException {
        return say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + params
                + (params.isEmpty() ? "" : ",") + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":"
                + "\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}}" + meta + "}}}");
    }

    Piped modern(int id, String method, String params) throws IOException {
        return modern(id, method, params, "");
    }

    /// A request without `_meta`.
    Piped legacy(int id, String method, String params) throws IOException {
        return say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + params + "}}");
    }

    Piped cancel(int id, String more) throws IOException {
        return say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" + id + more
                + "}}");
    }

    /// Opens a legacy conversation.
    ObjectNode initialize(int id, String revision) throws IOException {
        legacy(id, "initialize", "\"protocolVersion\":\"" + revision + "\",\"capabilities\":{\"elicitation\":{}},"
                + "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}");
        var result = answer(id);
        say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return result;
    }

    /// The next line that is a batch.
    JsonNode nextBatch() throws InterruptedException {
        var line = batches.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(line, "no batch came");
        return line;
    }

    ObjectNode next() throws InterruptedException {
        var line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(line, () -> "nothing came; before it: " + others);
        assertEquals("2.0", line.path("jsonrpc").asString());
        return line;
    }

    /// The first line of this kind that nobody asked for yet; the others are kept.
    ObjectNode next(Predicate<ObjectNode> wanted) {
        var before = others.stream().filter(wanted).findFirst();
        if (before.isPresent()) {
            others.remove(before.get());
            return before.get();
        }
        try {
            while (true) {
                var line = next();
                if (wanted.test(line)) {
                    return line;
                }
                others.add(line);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// The response to a request.
    ObjectNode answer(int id) {
        return next(line -> !line.has("method") && line.path("id").asInt(-1) == id);
    }

    /// A notification or a request of the server's.
    ObjectNode told(String method) {
        return next(line -> line.path("method").asString("").equals(method));
    }

    /// Closes the pipe to the server and waits for its end.
    ///
    /// @return everything that was still said
    List<ObjectNode> end() throws IOException, InterruptedException {
        toServer.close();
        assertTrue(server.join(java.time.Duration.ofSeconds(PATIENCE_SECONDS)), "the server goes on after its end");
        reader.join();
        var rest = new ArrayList<>(others);
        lines.drainTo(rest);
        return rest;
    }

    @Override
    public void close() throws IOException {
        toServer.close();
    }
}
