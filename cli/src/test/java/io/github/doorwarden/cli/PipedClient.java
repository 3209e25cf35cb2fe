package io.github.doorwarden.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/// A client that speaks over a pair of pipes, one request at a time.
final class PipedClient implements AutoCloseable {

    private final OutputStream to;
    private final BufferedReader from;
    private int ids;

    PipedClient(OutputStream to, InputStream from) {
        this.to = to;
        this.from = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8));
    }

    void say(String line) {
        try {
            to.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            to.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next line, which is one JSON-RPC message; null at the end.
    JsonNode next() {
        try {
            var line = from.readLine();
            if (line == null) {
                return null;
            }
            var message = Web.JSON.readTree(line);
            if (!message.path("jsonrpc").asString("").equals("2.0")) {
                throw new AssertionError("no message: " + line);
            }
            return message;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The response to a request; notifications before it are passed over.
    JsonNode ask(String method, String params) {
        var id = ++ids;
        say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
        for (var message = next(); message != null; message = next()) {
            if (message.path("id").asInt(-1) == id && !message.has("method")) {
                return message;
            }
        }
        throw new AssertionError("the pipe ended before the answer to " + method);
    }

    /// Opens a legacy conversation.
    JsonNode initialize(String revision) {
        var answer = ask("initialize", opening(revision));
        say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return answer;
    }

    /// The parameters of `initialize`.
    static String opening(String revision) {
        return "{\"protocolVersion\":\"" + revision + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"stranger\","
                + "\"version\":\"1\"}}";
    }

    /// `params` with what a modern request says of itself.
    static String modern(String params) {
        var meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" + Agent.MODERN + "\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}";
        return params.equals("{}") ? "{" + meta + "}" : params.substring(0, params.length() - 1) + "," + meta + "}";
    }

    @Override
    public void close() {
        try {
            to.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
