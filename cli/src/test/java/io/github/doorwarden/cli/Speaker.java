package io.github.doorwarden.cli;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.protocol.Revision;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One way to reach one endpoint as one caller. A new transport is a new case here: it is then in the matrix, and the
/// matrix fails while `GET /` names one that is not.
sealed interface Speaker extends AutoCloseable {

    /// What came back, in the words that all transports share.
    ///
    /// @param code      0 for a result; else the JSON-RPC code, into which the REST facade's status is turned back
    /// @param result    as on the wire; null when it was refused
    /// @param message   the sentence of a refusal without the last one, in which each transport says what to do
    /// @param challenge scopes and metadata URL; empty when there was none
    record Outcome(int code, JsonNode result, String message, String challenge) {

        static Outcome of(JsonNode result) {
            return new Outcome(0, result, "", "");
        }
    }

    /// Which of the transports that `GET /` names.
    String transport();

    /// In whose form the answers are.
    Revision revision();

    Outcome list();

    Outcome call(String tool, String arguments);

    @Override
    default void close() {}

    /// Everything that there is, for one caller.
    ///
    /// @param token null for nobody
    static List<Speaker> all(Web web, Config config, URI endpoint, String token) {
        var all = new ArrayList<Speaker>();
        for (var revision : Revision.values()) {
            all.add(new Http(web, endpoint, token, revision, Optional.empty()));
            all.add(Stdio.open(config, endpoint, token, revision));
            if (!revision.modern()) {
                all.add(Http.session(web, endpoint, token, revision));
                all.add(OldStream.open(endpoint, token, revision));
            }
        }
        all.add(new Rest(web, endpoint, token));
        return all;
    }

    private static String params(String tool, String arguments) {
        return "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}";
    }

    /// The sentences that say what to do are the transport's own.
    private static String withoutRemedy(String message) {
        return message.replaceAll(" (Connect this server again in your client|Start this process with "
                + "DOORWARDEN_TOKEN|Send an access token|Get an access token (?:with|by)) .*$", "");
    }

    /// Streamable HTTP.
    ///
    /// @param session its id, for a legacy client that opened one
    record Http(Web web, URI endpoint, String token, Revision revision, Optional<String> session) implements Speaker {

        static Http session(Web web, URI endpoint, String token, Revision revision) {
            var stateless = new Http(web, endpoint, token, revision, Optional.empty());
            var opened = stateless.post("initialize", "", PipedClient.opening(revision.date()));
            return new Http(web, endpoint, token, revision, opened.header("Mcp-Session-Id"));
        }

        @Override
        public String transport() {
            return "streamable-http";
        }

        @Override
        public Outcome list() {
            return send("tools/list", "", "{}");
        }

        @Override
        public Outcome call(String tool, String arguments) {
            return send("tools/call", tool, params(tool, arguments));
        }

        private Outcome send(String method, String name, String params) {
            var answer = post(method, name, params);
            var json = Web.JSON.readTree(answer.body().startsWith("{") ? answer.body() : answer.body().lines()
                    .filter(line -> line.startsWith("data:") && line.contains("\"id\":1")).findFirst().orElseThrow()
                    .substring("data:".length()));
            return json.has("result") ? Outcome.of(json.path("result"))
                    : new Outcome(json.path("error").path("code").asInt(), null,
                            withoutRemedy(json.path("error").path("message").asString()),
                            challenge(answer.header("WWW-Authenticate")));
        }

        private Web.Answer post(String method, String name, String params) {
            var headers = new ArrayList<>(List.of("Accept", "application/json, text/event-stream",
                    "MCP-Protocol-Version", revision.date()));
            if (revision.modern()) {
                headers.addAll(List.of("Mcp-Method", method));
                if (!name.isEmpty()) {
                    headers.addAll(List.of("Mcp-Name", name));
                }
            }
            if (token != null) {
                headers.addAll(List.of("Authorization", "Bearer " + token));
            }
            session.ifPresent(id -> headers.addAll(List.of("Mcp-Session-Id", id)));
            return web.post(endpoint.toString(), "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
                    + method + "\",\"params\":" + (revision.modern() ? PipedClient.modern(params) : params) + "}",
                    headers.toArray(String[]::new));
        }

        private static final Pattern PARAMETER = Pattern.compile("(resource_metadata|scope)=\"([^\"]*)\"");

        static String challenge(Optional<String> header) {
            return header.map(value -> {
                var matcher = PARAMETER.matcher(value);
                var found = new java.util.TreeMap<>(Map.of("scope", ""));
                while (matcher.find()) {
                    found.put(matcher.group(1), matcher.group(2));
                }
                return found.toString();
            }).orElse("");
        }
    }

    /// Standard input and output: a deployment of its own on the state of the other, over pipes of the system.
    record Stdio(Revision revision, PipedClient client, Thread server, Optional<JsonNode> refused) implements Speaker {

        static Stdio open(Config config, URI endpoint, String token, Revision revision) {
            try {
                var in = Pipe.open();
                var out = Pipe.open();
                var running = Deployment.startStdio(config, Optional.of(endpoint.getPath()), Optional.ofNullable(token),
                        Channels.newInputStream(in.source()), Channels.newOutputStream(out.sink()));
                var server = Thread.ofPlatform().daemon().start(() -> {
                    try (running) {
                        running.converse();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                var client = new PipedClient(Channels.newOutputStream(in.sink()),
                        Channels.newInputStream(out.source()));
                var opened = revision.modern() ? null : client.initialize(revision.date());
                return new Stdio(revision, client, server, Optional.ofNullable(opened)
                        .filter(answer -> answer.has("error")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String transport() {
            return "stdio";
        }

        @Override
        public Outcome list() {
            return send("tools/list", "{}");
        }

        @Override
        public Outcome call(String tool, String arguments) {
            return send("tools/call", params(tool, arguments));
        }

        /// Who is refused when the conversation is to be opened is refused there, and never comes further.
        private Outcome send(String method, String params) {
            var answer = refused.orElseGet(() -> client.ask(method, revision.modern() ? PipedClient.modern(params)
                    : params));
            if (answer.has("result")) {
                return Outcome.of(answer.path("result"));
            }
            var data = answer.path("error").path("data");
            var scopes = new ArrayList<String>();
            data.path("scopes").forEach(scope -> scopes.add(scope.asString()));
            return new Outcome(answer.path("error").path("code").asInt(), null,
                    withoutRemedy(answer.path("error").path("message").asString()),
                    data.has("resource_metadata") ? new java.util.TreeMap<>(Map.of("scope", String.join(" ", scopes),
                            "resource_metadata", data.path("resource_metadata").asString())).toString() : "");
        }

        @Override
        public void close() {
            client.close();
            try {
                server.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// HTTP with SSE, the transport of 2024-11-05. It wants a signed-in caller from the first byte on, and has no place
    /// for a challenge once its stream is open.
    record OldStream(Revision revision, HttpClient http, URI messages, String token, BufferedReader events,
            Optional<Outcome> refused) implements Speaker {

        static OldStream open(URI endpoint, String token, Revision revision) {
            var http = HttpClient.newHttpClient();
            try {
                var response = http.send(request(URI.create(endpoint + "/sse"), token).GET().build(),
                        BodyHandlers.ofInputStream());
                var events = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
                if (response.statusCode() != 200) {
                    var error = Web.JSON.readTree(events.lines().collect(Collectors.joining("\n"))).path("error");
                    return new OldStream(revision, http, null, token, events, Optional.of(new Outcome(
                            error.path("code").asInt(), null, withoutRemedy(error.path("message").asString()),
                            Http.challenge(response.headers().firstValue("WWW-Authenticate")))));
                }
                var stream = new OldStream(revision, http, endpoint.resolve(data(events)), token, events,
                        Optional.empty());
                stream.send("initialize", PipedClient.opening(revision.date()));
                return stream;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private static HttpRequest.Builder request(URI uri, String token) {
            var request = HttpRequest.newBuilder(uri).header("Content-Type", "application/json");
            return token == null ? request : request.header("Authorization", "Bearer " + token);
        }

        private static String data(BufferedReader events) throws IOException {
            for (var line = events.readLine(); line != null; line = events.readLine()) {
                if (line.startsWith("data:")) {
                    return line.substring("data:".length()).strip();
                }
            }
            throw new AssertionError("the stream ended");
        }

        @Override
        public String transport() {
            return "http+sse";
        }

        @Override
        public Outcome list() {
            return send("tools/list", "{}");
        }

        @Override
        public Outcome call(String tool, String arguments) {
            return send("tools/call", params(tool, arguments));
        }

        private Outcome send(String method, String params) {
            if (refused.isPresent()) {
                return refused.get();
            }
            try {
                var taken = http.send(request(messages, token).POST(BodyPublishers.ofString("{\"jsonrpc\":\"2.0\","
                        + "\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}")).build(),
                        BodyHandlers.ofString());
                if (taken.statusCode() == 403) {
                    return kept(taken);
                }
                if (taken.statusCode() != 202) {
                    throw new AssertionError(taken + taken.body());
                }
                for (var json = Web.JSON.readTree(data(events)); ; json = Web.JSON.readTree(data(events))) {
                    if (json.has("result")) {
                        return Outcome.of(json.path("result"));
                    }
                    if (json.has("error")) {
                        return new Outcome(json.path("error").path("code").asInt(), null,
                                withoutRemedy(json.path("error").path("message").asString()), "");
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /// What a method itself needs is said at once, not on the stream. The challenge is there, and no other outcome
        /// over a stream has one.
        private static Outcome kept(HttpResponse<String> answer) {
            var error = Web.JSON.readTree(answer.body()).path("error");
            if (Http.challenge(answer.headers().firstValue("WWW-Authenticate")).isEmpty()) {
                throw new AssertionError("a refusal without a challenge: " + answer.body());
            }
            return new Outcome(error.path("code").asInt(), null, withoutRemedy(error.path("message").asString()), "");
        }

        @Override
        public void close() {
            http.shutdownNow();
        }
    }

    /// The REST facade.
    record Rest(Web web, URI endpoint, String token) implements Speaker {

        @Override
        public String transport() {
            return "rest";
        }

        @Override
        public Revision revision() {
            return Revision.V2026_07_28;
        }

        @Override
        public Outcome list() {
            return outcome(token == null ? web.get(endpoint + "/tools")
                    : web.get(endpoint + "/tools", "Authorization", "Bearer " + token));
        }

        @Override
        public Outcome call(String tool, String arguments) {
            var url = endpoint + "/tool/" + tool;
            return outcome(token == null ? web.post(url, "application/json", arguments)
                    : web.post(url, "application/json", arguments, "Authorization", "Bearer " + token));
        }

        private static Outcome outcome(Web.Answer answer) {
            if (answer.status() == 200) {
                return Outcome.of(answer.json());
            }
            var json = (ObjectNode) answer.json();
            var code = switch (answer.status()) {
                case 400, 404 -> -32602;
                case 500 -> -32603;
                default -> answer.status();
            };
            return new Outcome(code, null, withoutRemedy(json.path("message").asString()),
                    Http.challenge(answer.header("WWW-Authenticate")));
        }
    }
}
