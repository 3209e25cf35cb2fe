package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Revision;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A host that knows no sessions, before a server that knows nothing else: the session is kept here. A question of the
/// server's ends the host's request, and the host's next round answers it ([Rounds]).
final class ModernToLegacy implements Passage {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Map<String, String> LISTS = Map.of("notifications/tools/list_changed", "toolsListChanged",
            "notifications/prompts/list_changed", "promptsListChanged", "notifications/resources/list_changed",
            "resourcesListChanged");

    private final Ground ground;
    private final LegacySession session;
    private final ObjectNode initialized;
    private final Rounds rounds;
    private final Map<Id, ObjectNode> listening = new ConcurrentHashMap<>();
    private String level = "";

    private ModernToLegacy(Ground ground, ObjectNode params, Remote.Answer opened) {
        this.ground = ground;
        this.session = new LegacySession(ground.remote(), params, opened, this::news);
        this.initialized = (ObjectNode) opened.response().result();
        this.rounds = new Rounds(session);
    }

    /// @param first the host's first request
    /// @return null when the server refuses `initialize` too
    static Opened open(Ground ground, Message.Request first) throws ClientFailure, InterruptedException {
        var meta = first.params().path("_meta");
        var params = JSON.objectNode().put("protocolVersion", Revision.newestLegacy().date());
        params.set("capabilities", meta.path(Meta.CLIENT_CAPABILITIES) instanceof ObjectNode object ? object
                : JSON.objectNode());
        params.set("clientInfo", meta.path(Meta.CLIENT_INFO) instanceof ObjectNode object ? object
                : JSON.objectNode().put("name", "doorwarden bridge").put("version", ""));
        var opened = ground.remote().ask(new Message.Request(new Id.Text("bridge-initialize"), "initialize", params),
                Map.of(), ground.opening(), HttpChannel.Patience.NONE, beside -> { });
        if (!(opened.response().result() instanceof ObjectNode)) {
            return null;
        }
        var passage = new ModernToLegacy(ground, params, opened);
        passage.session.greet();
        return new Opened(passage, first.method().equals(Methods.DISCOVER.wireName()) ? passage.discovered(first.id())
                : null);
    }

    private Message.Response discovered(Id id) {
        var result = JSON.objectNode();
        result.putArray("supportedVersions").add(Revision.V2026_07_28.date());
        result.set("capabilities", initialized.path("capabilities").isObject() ? initialized.path("capabilities")
                : JSON.objectNode());
        if (initialized.path("instructions").isString()) {
            result.set("instructions", initialized.path("instructions"));
        }
        return stamped(id, Methods.DISCOVER.wireName(), result);
    }

    /// What a result of 2026-07-28 has beside its content.
    private Message.Response stamped(Id id, String method, ObjectNode result) {
        if (!result.has("resultType")) {
            result.put("resultType", "complete");
        }
        if (Methods.named(method).filter(Methods::cacheable).isPresent() && !result.has("ttlMs")) {
            result.put("ttlMs", 0).put("cacheScope", "private");
        }
        if (initialized.path("serverInfo").isObject()) {
            result.withObject("_meta").set(Meta.SERVER_INFO, initialized.path("serverInfo"));
        }
        return new Message.Response(id, result, null);
    }

    @Override
    public Message.Response answer(Message.Request request, Call call) throws ClientFailure, InterruptedException {
        if (request.method().equals(Methods.DISCOVER.wireName())) {
            return discovered(request.id());
        }
        if (request.method().equals(Methods.LISTEN.wireName())) {
            return listen(request);
        }
        logLevel(request.params().path("_meta").path(Meta.LOG_LEVEL).asString(""));
        var response = rounds.answer(request, plain(request), call, ground.host());
        return response.result() instanceof ObjectNode result ? stamped(request.id(), request.method(), result)
                : response;
    }

    /// The request as earlier revisions have it.
    private static ObjectNode plain(Message.Request request) {
        var params = request.params().deepCopy();
        if (params.path("_meta") instanceof ObjectNode meta) {
            meta.remove(List.of(Meta.PROTOCOL_VERSION, Meta.CLIENT_INFO, Meta.CLIENT_CAPABILITIES,
                    Meta.LOG_LEVEL));
            if (meta.isEmpty()) {
                params.remove("_meta");
            }
        }
        params.remove(List.of("inputResponses", "requestState"));
        return params;
    }

    private synchronized void logLevel(String wanted) throws ClientFailure, InterruptedException {
        if (!wanted.isEmpty() && !wanted.equals(level) && session.capabilities().path("logging").isObject()) {
            session.own("logging/setLevel", JSON.objectNode().put("level", wanted));
            level = wanted;
        }
    }

    /// 2026-07-28, Subscriptions: the answer comes when the host ends it.
    private Message.Response listen(Message.Request request) throws ClientFailure, InterruptedException {
        var wanted = request.params().path("notifications");
        var honoured = JSON.objectNode();
        LISTS.values().stream().filter(list -> wanted.path(list).asBoolean(false)).forEach(list ->
                honoured.put(list, true));
        if (session.capabilities().path("resources").path("subscribe").asBoolean(false)
                && wanted.path("resourceSubscriptions").isArray()) {
            var uris = honoured.putArray("resourceSubscriptions");
            for (var uri : wanted.path("resourceSubscriptions")) {
                if (uris.size() < Limits.SUBSCRIBED && session.own("resources/subscribe", JSON.objectNode()
                        .put("uri", uri.asString(""))).error() == null) {
                    uris.add(uri.asString(""));
                }
            }
        }
        var params = JSON.objectNode();
        params.set("notifications", honoured);
        ground.host().send(marked("notifications/subscriptions/acknowledged", params, request.id()));
        listening.put(request.id(), honoured);
        try {
            Thread.sleep(Limits.CALL);
            return stamped(request.id(), request.method(), JSON.objectNode());
        } finally {
            listening.remove(request.id());
        }
    }

    private static Message.Notification marked(String method, ObjectNode params, Id id) {
        var copy = params.deepCopy();
        copy.withObject("_meta").set(Meta.SUBSCRIPTION_ID, JsonRpc.node(id));
        return new Message.Notification(method, copy);
    }

    private void news(Message message) {
        switch (message) {
            case Message.Notification notice -> listening.forEach((id, wanted) -> {
                if (wanted.path(LISTS.getOrDefault(notice.method(), "")).asBoolean(false)
                        || notice.method().equals("notifications/resources/updated")
                        && holds(wanted.path("resourceSubscriptions"), notice.params().path("uri"))) {
                    ground.host().send(marked(notice.method(), notice.params(), id));
                }
            });
            case Message.Request question -> Ground.beside("answer", () -> session.tell(Rounds.strange(question)));
            case Message.Response stray -> Log.LOG.debug("An answer to nothing was left out.");
        }
    }

    private static boolean holds(JsonNode list, JsonNode value) {
        return list.valueStream().anyMatch(value::equals);
    }

    @Override
    public void note(Message.Notification notice) {
        Log.LOG.debug("{} means nothing to this server.", notice.method());
    }

    @Override
    public void cancelled(Message.Notification notice) {
        var params = notice.params().deepCopy();
        JsonRpc.idIn(params.path("requestId")).ifPresent(id -> params.set("requestId",
                JsonRpc.node(rounds.atServer(id))));
        Ground.beside(notice.method(), () -> session.tell(new Message.Notification(notice.method(), params)));
    }

    @Override
    public void close() {
        rounds.close();
        session.close();
    }

    /// The failure of a round that nobody waits for any more.
    static ClientFailure unknownState() {
        return new ClientFailure(Kind.ERROR, "The requestState is none that waits here: it was answered before, or is "
                + "too old. Begin again without it.", null);
    }
}
