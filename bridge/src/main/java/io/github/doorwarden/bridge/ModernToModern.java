package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.RequestHeaders;
import io.github.doorwarden.protocol.Revision;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A host and a server that both know no sessions: each request passes by itself, with the headers that HTTP wants.
final class ModernToModern implements Passage {

    private static final int HEADER_MISMATCH = -32020;
    private static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";

    private final Ground ground;

    ModernToModern(Ground ground) {
        this.ground = ground;
    }

    @Override
    public Message.Response answer(Message.Request request, Call call) throws ClientFailure, InterruptedException {
        if (request.method().equals(Methods.LISTEN.wireName())) {
            return listen(ground, request, notice -> ground.host().send(notice));
        }
        return ask(ground, request, Limits.CALL, call, message -> {
            call.sign();
            if (message instanceof Message.Notification notice) {
                ground.host().send(notice);
            }
        });
    }

    /// One request. When the server misses headers that a tool wants, its list is read and the request sent again.
    static Message.Response ask(Ground ground, Message.Request request, Duration within, HttpChannel.Patience patience,
            Consumer<Message> beside) throws ClientFailure, InterruptedException {
        var headers = ground.tools().of(request, version(request));
        var response = ground.remote().ask(request, headers, within, patience, beside).response();
        if (response.error() != null && response.error().path("code").asInt(0) == HEADER_MISMATCH
                && request.method().equals(Methods.TOOLS_CALL.wireName())) {
            learn(ground, request);
            var others = ground.tools().of(request, version(request));
            if (!others.equals(headers)) {         // refused before anything was carried out
                return ground.remote().ask(request, others, within, patience, beside).response();
            }
        }
        if (request.method().equals(Methods.TOOLS_LIST.wireName()) && response.result() != null) {
            ground.tools().learn(response.result());
        }
        return response;
    }

    private static void learn(Ground ground, Message.Request call) throws ClientFailure, InterruptedException {
        var cursor = "";
        for (var page = 0; page < Limits.PAGES; page++) {
            var params = JsonNodeFactory.instance.objectNode();
            params.set("_meta", call.params().path("_meta").deepCopy());
            params.withObject("_meta").remove("progressToken");
            if (!cursor.isEmpty()) {
                params.put("cursor", cursor);
            }
            var list = new Message.Request(new Id.Text("bridge-tools-" + page), Methods.TOOLS_LIST.wireName(), params);
            var response = ground.remote().ask(list, ground.tools().of(list, version(call)), Limits.OPENING,
                    HttpChannel.Patience.NONE, beside -> { }).response();
            if (response.result() == null) {
                return;
            }
            ground.tools().learn(response.result());
            cursor = response.result().path("nextCursor").asString("");
            if (cursor.isEmpty()) {
                return;
            }
        }
    }

    static String version(Message.Request request) {
        return request.params().path("_meta").path(Meta.PROTOCOL_VERSION).asString(Revision.V2026_07_28.date());
    }

    /// A subscription, which is opened anew when its stream breaks off. What was told in between is lost, so the host
    /// is told that everything it listens for may have changed.
    static Message.Response listen(Ground ground, Message.Request request, Consumer<Message.Notification> told)
            throws ClientFailure, InterruptedException {
        var pause = Limits.PAUSE;
        var acknowledged = new boolean[1];
        for (var round = 0;; round++) {
            var began = System.nanoTime();
            var again = round > 0;
            try {
                return ground.remote().ask(request, ground.tools().of(request, version(request)), Limits.CALL,
                        HttpChannel.Patience.NONE, message -> {
                            if (!(message instanceof Message.Notification notice)) {
                                return;
                            }
                            if (!notice.method().equals(ACKNOWLEDGED)) {
                                told.accept(notice);
                            } else if (!acknowledged[0]) {
                                acknowledged[0] = true;
                                told.accept(notice);
                            } else if (again) {
                                changed(request, notice, told);
                            }
                        }).response();
            } catch (ClientFailure e) {
                var may = Set.of(Kind.UNREACHABLE, Kind.FAULT, Kind.TIMEOUT, Kind.BUSY).contains(e.kind());
                if (!may || !acknowledged[0]) {
                    throw e;
                }
                Log.LOG.debug("A subscription broke off: {}", e.getMessage());
            }
            pause = System.nanoTime() - began > Limits.PAUSE_MOST.toNanos() ? Limits.PAUSE : pause;
            Thread.sleep(pause);
            pause = Remote.longer(pause);
        }
    }

    private static void changed(Message.Request request, Message.Notification acknowledged,
            Consumer<Message.Notification> told) {
        var meta = acknowledged.params().path("_meta");
        var wanted = request.params().path("notifications");
        for (var each : Map.of("toolsListChanged", "tools", "promptsListChanged", "prompts", "resourcesListChanged",
                "resources").entrySet()) {
            if (wanted.path(each.getKey()).asBoolean(false)) {
                told.accept(new Message.Notification("notifications/" + each.getValue() + "/list_changed",
                        marked(meta)));
            }
        }
        for (var uri : wanted.path("resourceSubscriptions")) {
            told.accept(new Message.Notification("notifications/resources/updated", marked(meta).put("uri",
                    uri.asString(""))));
        }
    }

    private static ObjectNode marked(JsonNode meta) {
        var params = JsonNodeFactory.instance.objectNode();
        params.set("_meta", meta.deepCopy());
        return params;
    }

    @Override
    public void note(Message.Notification notice) {
        Ground.beside(notice.method(), () -> ground.remote().tell(notice, Map.of(RequestHeaders.VERSION,
                notice.params().path("_meta").path(Meta.PROTOCOL_VERSION).asString(Revision.V2026_07_28.date()),
                RequestHeaders.METHOD, notice.method())));
    }

    /// A closed stream says it (2026-07-28, Streamable HTTP, Cancellation), and the call's thread has closed it.
    @Override
    public void cancelled(Message.Notification notice) {
        Log.LOG.debug("A request was cancelled.");
    }

    @Override
    public void close() {
        Log.LOG.debug("There is no session to end.");
    }
}
