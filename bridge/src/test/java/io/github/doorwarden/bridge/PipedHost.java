package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.DirectChannel;
import io.github.doorwarden.client.wire.HttpChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A program that has started a bridge: says lines and reads lines.
final class PipedHost implements AutoCloseable {

    static final String INITIALIZE = "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"elicitation\":{}},"
            + "\"clientInfo\":{\"name\":\"host\",\"version\":\"1\"}}";
    static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"host\",\"version\":\"1\"},"
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}},\"progressToken\":\"p\"}";
    private static final int SECONDS = 20;

    private final PipedOutputStream in = new PipedOutputStream();
    private final LinkedBlockingQueue<JsonNode> out = new LinkedBlockingQueue<>();
    private final List<JsonNode> passed = new ArrayList<>();
    private final Bridge bridge;

    PipedHost(StubServer server) throws IOException {
        this(new DirectChannel(server.endpoint(), Authorization.NONE), Duration.ofSeconds(30), Duration.ofSeconds(30),
                SignIn.NONE);
    }

    PipedHost(HttpChannel channel, Duration silence, Duration patience, SignIn signIn) throws IOException {
        var input = new PipedInputStream(in, 1 << 16);
        bridge = new Bridge(channel, "The server", Optional.of(silence), patience, signIn, new Written(), () -> { });
        Thread.ofPlatform().daemon().start(() -> {
            try {
                bridge.converse(input);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /// Each message comes in one piece, as long as nobody else writes.
    private final class Written extends OutputStream {

        @Override
        public void write(int single) {
            throw new AssertionError("A byte by itself");
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            var line = new String(bytes, from, length, StandardCharsets.UTF_8);
            if (line.indexOf('\n') != line.length() - 1) {
                throw new AssertionError("This is not one line: " + line);
            }
            out.add(JsonMapper.shared().readTree(line));
        }
    }

    void say(String line) throws IOException {
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    void ask(String id, String method, String params) throws IOException {
        say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
    }

    void tell(String method, String params) throws IOException {
        say("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}");
    }

    /// Begins a session.
    JsonNode initialize() throws IOException, InterruptedException {
        ask("0", "initialize", INITIALIZE);
        var answer = answer("0");
        tell("notifications/initialized", "{}");
        return answer;
    }

    JsonNode answer(String id) throws InterruptedException {
        return next(message -> !message.has("method") && message.path("id").toString().equals(id));
    }

    JsonNode next(String method) throws InterruptedException {
        return next(message -> message.path("method").asString("").equals(method));
    }

    /// The first message of this kind, said already or to come.
    JsonNode next(Predicate<JsonNode> which) throws InterruptedException {
        for (var each : passed) {
            if (which.test(each)) {
                passed.remove(each);
                return each;
            }
        }
        while (true) {
            var message = out.poll(SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("The host heard nothing of this kind, but " + passed);
            }
            if (which.test(message)) {
                return message;
            }
            passed.add(message);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
        bridge.close();
    }
}
