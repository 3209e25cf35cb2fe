package io.github.doorwarden.client;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.Connection;
import io.github.doorwarden.client.wire.Talk;
import io.github.doorwarden.protocol.LogLevel;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a server tells and asks outside of any request, and the stream on which it does. Safe for use by many threads.
final class News implements Connection.Listener {

    private final ClientOptions options;
    private final Answers answers;
    private final Semaphore acknowledged = new Semaphore(0);
    private final Set<String> uris = new LinkedHashSet<>();
    private Connection connection;
    private volatile ToolNames tools;
    private Runnable hearing = () -> { };

    News(ClientOptions options, Answers answers) {
        this.options = options;
        this.answers = answers;
    }

    /// A stream is opened when somebody listens; and for a server of before 2026-07-28 over HTTP when it may ask, since
    /// its questions may come there.
    synchronized void begin(Connection connection, boolean http, ToolNames tools) {
        this.connection = connection;
        this.tools = tools;
        var modern = connection.revision().modern();
        if (options.listener() != Listener.NONE && (modern || http) || !modern && http && answers.any()) {
            hearing = connection.hear(Connection.filter(uris));
        }
    }

    synchronized void end() {
        hearing.run();
    }

    /// From when this returns, changes of the resource are told.
    synchronized void subscribe(String uri) throws ClientFailure, InterruptedException {
        uris.add(uri);
        if (connection.revision().modern()) {
            anew();
        } else {
            connection.request("resources/subscribe", params(uri), Map.of(), new Talk() { },
                    options.timeout());
        }
    }

    synchronized void unsubscribe(String uri) throws ClientFailure, InterruptedException {
        if (!uris.remove(uri)) {
            return;
        }
        if (connection.revision().modern()) {
            anew();
        } else {
            connection.request("resources/unsubscribe", params(uri), Map.of(), new Talk() { },
                    options.timeout());
        }
    }

    private static ObjectNode params(String uri) {
        return JsonNodeFactory.instance.objectNode().put("uri", uri);
    }

    /// What is heard until now ends when the new stream has begun, so that nothing is missed.
    private void anew() throws ClientFailure, InterruptedException {
        acknowledged.drainPermits();
        var before = hearing;
        hearing = connection.hear(Connection.filter(uris));
        var heard = acknowledged.tryAcquire(Limits.ACKNOWLEDGED.toMillis(), TimeUnit.MILLISECONDS);
        before.run();
        if (!heard) {
            throw new ClientFailure(ClientFailure.Kind.FAULT, "The server does not say that it tells of changes. Read "
                    + "the resource again from time to time instead.", null);
        }
    }

    @Override
    public void listChanged(String method) {
        if (tools != null && method.equals("notifications/tools/list_changed")) {
            tools.forget();
        }
        options.listener().listChanged(switch (method) {
            case "notifications/tools/list_changed" -> Listener.Kind.TOOLS;
            case "notifications/prompts/list_changed" -> Listener.Kind.PROMPTS;
            default -> Listener.Kind.RESOURCES;
        });
    }

    @Override
    public void resourceChanged(String uri) {
        options.listener().resourceChanged(uri);
    }

    @Override
    public void lost(ClientFailure why) {
        // the next request says it
    }

    @Override
    public Optional<JsonNode> asked(String method, ObjectNode params) {
        try {
            return Optional.of(answers.answer(method, params));
        } catch (Talk.Unanswered e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void told(String method, ObjectNode params) {
        switch (method) {
            case "notifications/subscriptions/acknowledged" -> acknowledged.release();
            case "notifications/message" -> options.listener().log(LogLevel.of(params.path("level").asString(""))
                    .orElse(LogLevel.INFO), params.path("logger").asString(""), params.path("data"));
            default -> { }
        }
    }
}
