package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Revision;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A host that knows sessions alone, before a server that knows none: the session is kept here. What the server asks by
/// ending a request (2026-07-28, Multi round-trip requests) the host is asked by a request, and what it listens for is
/// a subscription.
final class LegacyToModern implements Passage {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Ground ground;
    private final ObjectNode initialize;
    private final ObjectNode capabilities;
    private final Set<String> subscribed = new LinkedHashSet<>();
    private final AtomicLong ids = new AtomicLong();
    private volatile String level = "info";
    private Thread listening;

    private LegacyToModern(Ground ground, ObjectNode initialize, ObjectNode capabilities) {
        this.ground = ground;
        this.initialize = initialize;
        this.capabilities = capabilities;
    }

    /// @return null when the server does not know `server/discover` either
    static Opened open(Ground ground, Message.Request initialize) throws ClientFailure, InterruptedException {
        var params = JSON.objectNode();
        describe(params, initialize.params(), "");
        var discover = new Message.Request(new Id.Text("bridge-discover"), Methods.DISCOVER.wireName(), params);
        var found = ModernToModern.ask(ground, discover, ground.opening(), HttpChannel.Patience.NONE,
                beside -> { });
        if (found.result() == null || !found.result().path("supportedVersions").isArray()) {
            return null;
        }
        var capabilities = found.result().path("capabilities") instanceof ObjectNode object ? object.deepCopy()
                : JSON.objectNode();
        var answer = JSON.objectNode().put("protocolVersion", Revision.of(initialize.params().path("protocolVersion")
                .asString("")).filter(known -> !known.modern()).orElse(Revision.newestLegacy()).date());
        answer.set("capabilities", capabilities);
        var info = found.result().path("_meta").path(Meta.SERVER_INFO);
        answer.set("serverInfo", info.isObject() ? info : JSON.objectNode().put("name", ground.remote().name())
                .put("version", ""));
        if (found.result().path("instructions").isString()) {
            answer.set("instructions", found.result().path("instructions"));
        }
        return new Opened(new LegacyToModern(ground, initialize.params(), capabilities),
                new Message.Response(initialize.id(), answer, null));
    }

    private static void describe(ObjectNode params, ObjectNode initialize, String level) {
        var meta = params.withObject("_meta");
        meta.put(Meta.PROTOCOL_VERSION, Revision.V2026_07_28.date());
        if (initialize.path("clientInfo").isObject()) {
            meta.set(Meta.CLIENT_INFO, initialize.path("clientInfo"));
        }
        meta.set(Meta.CLIENT_CAPABILITIES, initialize.path("capabilities") instanceof ObjectNode object ? object
                : JSON.objectNode());
        if (!level.isEmpty()) {
            meta.put(Meta.LOG_LEVEL, level);
        }
    }

    @Override
    public Message.Response answer(Message.Request request, Call call) throws ClientFailure, InterruptedException {
        return switch (request.method()) {
            case "ping" -> new Message.Response(request.id(), JSON.objectNode(), null);
            case "logging/setLevel" -> {
                level = request.params().path("level").asString("info");
                yield new Message.Response(request.id(), JSON.objectNode(), null);
            }
            case "resources/subscribe", "resources/unsubscribe" -> subscribe(request);
            default -> rounds(request, call);
        };
    }

    private Message.Response subscribe(Message.Request request) {
        var uri = request.params().path("uri").asString("");
        synchronized (this) {
            if (request.method().equals("resources/unsubscribe")) {
                subscribed.remove(uri);
            } else if (subscribed.size() == Limits.SUBSCRIBED) {
                return Faults.answer(request.id(), Faults.INTERNAL, "Already " + Limits.SUBSCRIBED + " resources are "
                        + "subscribed to. Unsubscribe from some.");
            } else {
                subscribed.add(uri);
            }
        }
        listen();
        return new Message.Response(request.id(), JSON.objectNode(), null);
    }

    private Message.Response rounds(Message.Request request, Call call) throws ClientFailure, InterruptedException {
        var params = request.params().deepCopy();
        describe(params, initialize, level);
        for (var round = 0; round < Limits.ROUNDS; round++) {
            var response = ModernToModern.ask(ground, new Message.Request(request.id(), request.method(), params),
                    Limits.CALL, call, message -> {
                        call.sign();
                        if (message instanceof Message.Notification notice) {
                            ground.host().send(notice);
                        }
                    });
            if (response.result() == null || !response.result().path("resultType").asString("")
                    .equals("input_required")) {
                if (response.result() instanceof ObjectNode result) {
                    result.remove("resultType");
                }
                return response;
            }
            var responses = JSON.objectNode();
            for (var each : response.result().path("inputRequests").properties()) {
                responses.set(each.getKey(), asked(each.getValue(), call));
            }
            params.set("inputResponses", responses);
            params.remove("requestState");
            if (response.result().has("requestState")) {
                params.set("requestState", response.result().path("requestState"));
            }
        }
        throw new ClientFailure(Kind.MALFORMED, ground.remote().name() + " asks without end, so this request was given "
                + "up.", null);
    }

    private JsonNode asked(JsonNode question, Call call) throws ClientFailure, InterruptedException {
        var answer = new CompletableFuture<Message.Response>();
        var params = question.path("params") instanceof ObjectNode object ? object : JSON.objectNode();
        if (!ground.host().ask(null, call, question.path("method").asString(""), params, answer::complete)) {
            throw new ClientFailure(Kind.BUSY, "Too many questions wait for their answers. Answer those first.", null);
        }
        try {
            var response = answer.get();
            if (response.error() == null) {
                return response.result();
            }
            throw new ClientFailure(Kind.ERROR, ground.remote().name() + " asked your client something that it did "
                    + "not answer: " + Words.of(response.error().path("message")), null);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// One subscription at a time, for everything that the session listens for; a new one replaces it.
    private synchronized void listen() {
        if (listening != null) {
            listening.interrupt();
        }
        var wanted = JSON.objectNode();
        for (var list : Map.of("tools", "toolsListChanged", "prompts", "promptsListChanged", "resources",
                "resourcesListChanged").entrySet()) {
            if (capabilities.path(list.getKey()).path("listChanged").asBoolean(false)) {
                wanted.put(list.getValue(), true);
            }
        }
        if (!subscribed.isEmpty()) {
            subscribed.forEach(wanted.putArray("resourceSubscriptions")::add);
        }
        if (wanted.isEmpty()) {
            return;
        }
        var params = JSON.objectNode();
        params.set("notifications", wanted);
        describe(params, initialize, "");
        var request = new Message.Request(new Id.Text("bridge-listen-" + ids.incrementAndGet()), "subscriptions/listen",
                params);
        listening = Ground.beside("news", () -> {
            while (true) {
                ModernToModern.listen(ground, request, this::told);
                Thread.sleep(Limits.PAUSE);        // the server ended it, as one does that is restarted
            }
        });
    }

    private void told(Message.Notification notice) {
        if (notice.method().endsWith("/list_changed") || notice.method().equals("notifications/resources/updated")) {
            var params = notice.params().deepCopy();
            params.remove("_meta");
            ground.host().send(new Message.Notification(notice.method(), params));
        }
    }

    @Override
    public void note(Message.Notification notice) {
        if (notice.method().equals("notifications/initialized")) {
            listen();
        }
    }

    /// A closed stream says it, and the call's thread has closed it.
    @Override
    public void cancelled(Message.Notification notice) {
        Log.LOG.debug("A request was cancelled.");
    }

    @Override
    public synchronized void close() {
        if (listening != null) {
            listening.interrupt();
        }
    }
}
