package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.RequestHeaders;
import io.github.doorwarden.protocol.Revision;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A session with a server of 2024-11-05 to 2025-11-25. When the server forgets it, another one begins with the same
/// `initialize`, and is brought to where the old one was (Streamable HTTP, Session management). Safe for use by many
/// threads.
final class LegacySession implements AutoCloseable {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String LISTS = "/list_changed";

    /// One that is good until the server forgets it.
    private record Current(String id, Revision revision) {}

    private final Remote remote;
    private final ObjectNode params;
    private final ObjectNode capabilities;
    private final Consumer<Message> news;
    private final AtomicLong ids = new AtomicLong();
    private final Set<String> subscribed = new LinkedHashSet<>();
    private volatile Current current;
    private volatile String level = "";
    private volatile boolean greeted;
    private volatile Thread hearing;
    private volatile boolean closed;

    /// @param params of `initialize`
    /// @param opened what the server answered to it
    /// @param news   hears what belongs to no request
    LegacySession(Remote remote, ObjectNode params, Remote.Answer opened, Consumer<Message> news) {
        this.remote = remote;
        this.params = params;
        this.news = news;
        this.current = current(opened);
        this.capabilities = opened.response().result().path("capabilities") instanceof ObjectNode object ? object
                : JSON.objectNode();
    }

    private static Current current(Remote.Answer opened) {
        var date = opened.response().result().path("protocolVersion").asString("");
        return new Current(opened.session(), Revision.of(date).orElse(Revision.newestLegacy()));
    }

    /// As the server declared them.
    ObjectNode capabilities() {
        return capabilities;
    }

    private Map<String, String> headers(Current session) {
        var headers = new LinkedHashMap<String, String>();
        if (session.revision.compareTo(Revision.V2025_06_18) >= 0) {
            headers.put(RequestHeaders.VERSION, session.revision.date());
        }
        if (!session.id.isEmpty()) {
            headers.put(Remote.SESSION, session.id);
        }
        return headers;
    }

    /// One request; what was not carried out because the session was forgotten is sent again in a new one.
    Message.Response ask(Message.Request request, HttpChannel.Patience patience, Consumer<Message> beside)
            throws ClientFailure, InterruptedException {
        var session = current;
        try {
            return answered(request, session, patience, beside);
        } catch (ClientFailure e) {
            if (e.kind() != Kind.EXPIRED) {
                throw e;
            }
        }
        renew(session);
        return answered(request, current, patience, beside);
    }

    private Message.Response answered(Message.Request request, Current session, HttpChannel.Patience patience,
            Consumer<Message> beside) throws ClientFailure, InterruptedException {
        var response = remote.ask(request, headers(session), Limits.CALL, patience, beside).response();
        if (response.error() == null) {
            remember(request);
        }
        return response;
    }

    /// What a new session would not know.
    private void remember(Message.Request request) {
        switch (request.method()) {
            case "logging/setLevel" -> level = request.params().path("level").asString("");
            case "resources/subscribe" -> {
                synchronized (subscribed) {
                    if (subscribed.size() < Limits.SUBSCRIBED) {
                        subscribed.add(request.params().path("uri").asString(""));
                    }
                }
            }
            case "resources/unsubscribe" -> {
                synchronized (subscribed) {
                    subscribed.remove(request.params().path("uri").asString(""));
                }
            }
            default -> { }
        }
    }

    /// A request of our own.
    Message.Response own(String method, ObjectNode params) throws ClientFailure, InterruptedException {
        return ask(request(method, params), HttpChannel.Patience.NONE, beside -> { });
    }

    private Message.Request request(String method, ObjectNode params) {
        return new Message.Request(new Id.Text("bridge-" + ids.incrementAndGet()), method, params);
    }

    /// A notification of the host's, or its answer to a question; an answer to a question of a session that is over is
    /// of no use.
    void tell(Message message) throws ClientFailure, InterruptedException {
        var session = current;
        try {
            remote.tell(message, headers(session));
        } catch (ClientFailure e) {
            if (e.kind() != Kind.EXPIRED) {
                throw e;
            }
            renew(session);
        }
    }

    /// Lifecycle: the host is ready, so the server may tell and ask.
    void greet() throws ClientFailure, InterruptedException {
        greeted = true;                            // so that a session which begins meanwhile is greeted too
        try {
            tell(new Message.Notification("notifications/initialized", JSON.objectNode()));
        } finally {
            hear();
        }
    }

    private synchronized void renew(Current expired) throws ClientFailure, InterruptedException {
        if (current != expired) {
            return;
        }
        var opened = remote.ask(request("initialize", params), Map.of(), Limits.OPENING,
                HttpChannel.Patience.NONE, beside -> { });
        if (opened.response().error() != null) {
            throw new ClientFailure(Kind.FAULT, remote.name() + " has ended the session and begins no other one. "
                    + "Restart this server in your client.", null);
        }
        current = current(opened);
        Log.LOG.info("The session was forgotten by {}; another one has begun.", remote.name());
        if (greeted) {
            remote.tell(new Message.Notification("notifications/initialized", JSON.objectNode()), headers(current));
            restore();
            hear();
        }
    }

    private void restore() throws ClientFailure, InterruptedException {
        if (!level.isEmpty()) {
            again("logging/setLevel", JSON.objectNode().put("level", level));
        }
        for (var uri : uris()) {
            again("resources/subscribe", JSON.objectNode().put("uri", uri));
        }
        for (var list : new String[] {"tools", "prompts", "resources"}) {
            if (capabilities.path(list).path("listChanged").asBoolean(false)) {
                news.accept(new Message.Notification("notifications/" + list + LISTS, JSON.objectNode()));
            }
        }
    }

    private String[] uris() {
        synchronized (subscribed) {
            return subscribed.toArray(String[]::new);
        }
    }

    private void again(String method, ObjectNode params) throws ClientFailure, InterruptedException {
        remote.ask(request(method, params), headers(current), Limits.TELLING, HttpChannel.Patience.NONE,
                beside -> { });
    }

    private void hear() {
        var before = hearing;
        if (before != null && before != Thread.currentThread()) {
            before.interrupt();
        }
        if (!closed && before != Thread.currentThread()) {
            hearing = Ground.beside("news", this::hearing);
        }
    }

    private void hearing() throws ClientFailure, InterruptedException {
        var pause = Limits.PAUSE;
        var lastId = "";
        while (!closed) {
            var session = current;
            var headers = headers(session);
            if (!lastId.isEmpty()) {
                headers.put("Last-Event-ID", lastId);
            }
            var began = System.nanoTime();
            Remote.Heard heard;
            try {
                heard = remote.hear(headers, news);
            } catch (ClientFailure e) {
                if (e.kind() == Kind.CREDENTIALS) {
                    return;                        // the next request asks for others, and says so
                }
                heard = new Remote.Heard(true, false, lastId, Optional.empty());
            }
            if (heard.expired() && !session.id.isEmpty()) {
                renewed(session);
                lastId = "";
            } else if (!heard.some()) {
                return;                            // this server tells nothing by itself
            } else {
                lastId = heard.lastId().isEmpty() ? lastId : heard.lastId();
            }
            pause = System.nanoTime() - began > Limits.PAUSE_MOST.toNanos() ? Limits.PAUSE : pause;
            Thread.sleep(heard.retry().orElse(pause));
            pause = Remote.longer(pause);
        }
    }

    /// A server that does not run at the moment may be back in another one.
    private void renewed(Current expired) throws ClientFailure, InterruptedException {
        try {
            if (!closed) {
                renew(expired);
            }
        } catch (ClientFailure e) {
            if (e.kind() == Kind.CREDENTIALS) {
                throw e;
            }
            Log.LOG.debug("No other session yet: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        var listening = hearing;
        if (listening != null) {
            listening.interrupt();
        }
        var session = current;
        if (!session.id.isEmpty()) {
            try {
                remote.leave(headers(session));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

}
