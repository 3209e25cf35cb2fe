package io.github.doorwarden.client.wire;

import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.RequestHeaders;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A connection to one MCP server of any revision: it asks for 2026-07-28 first (`server/discover`) and falls back to
/// `initialize`. Messages stay raw JSON. When the connection is over it stays over: make another one. Safe for use by
/// many threads.
public final class Connection implements AutoCloseable {

    /// Of a request that is a stream of news: it takes no place among the calls.
    static final Talk NEWS = new Talk() { };
    /// Of a request that nobody stands behind.
    static final Talk NOBODY = new Talk() { };
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int UNSUPPORTED = -32022;

    /// @param name         of the server, in sentences
    /// @param asks         whether the server may ask those who call (elicitation, sampling)
    /// @param info         `clientInfo`, which servers see
    /// @param capabilities what the server may ask for, to a server that is told once (before 2026-07-28)
    /// @param newest       the newest revision that is spoken
    public record Settings(String name, Way way, boolean asks, ObjectNode info, ObjectNode capabilities,
            Revision newest) {

        /// As Doorwarden itself.
        ///
        /// @param version of this program
        public Settings(String name, Way way, boolean asks, String version) {
            this(name, way, asks, JSON.objectNode().put("name", "doorwarden").put("version", version),
                    asks ? asking() : JSON.objectNode(), Revision.V2026_07_28);
        }

        private static ObjectNode asking() {
            var all = JSON.objectNode();
            all.putObject("elicitation");
            all.putObject("sampling");
            return all;
        }
    }

    /// Hears of what the server tells by itself; never blocks for long.
    public interface Listener {

        /// @param method for example `notifications/tools/list_changed`
        void listChanged(String method);

        void resourceChanged(String uri);

        /// Once: the connection is over.
        void lost(ClientFailure why);

        /// A question that belongs to no request of ours.
        ///
        /// @return the result; empty when it is not answered
        default Optional<JsonNode> asked(String method, ObjectNode params) {
            return Optional.empty();
        }

        /// A notification that is about no request of ours and of no kind above.
        default void told(String method, ObjectNode params) {}
    }

    private final Settings settings;
    private final Listener listener;
    private final Transport transport;
    private final Traffic traffic;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean connected;
    private volatile Revision revision;
    private volatile Revision legacy;
    private volatile ObjectNode introduction = JSON.objectNode();

    private Connection(Settings settings, Listener listener, boolean oldest)
            throws ClientFailure, InterruptedException {
        this.settings = settings;
        this.listener = listener;
        this.legacy = settings.newest.modern() ? Revision.newestLegacy() : settings.newest;
        this.traffic = new Traffic(settings.name, listener, this::over, this::send);
        this.transport = switch (settings.way) {
            case Way.Stdio stdio -> StdioTransport.start(settings.name, stdio, traffic);
            case Way.Http http -> oldest ? SseTransport.open(settings.name, http, traffic)
                    : new HttpTransport(settings.name, http, traffic);
        };
    }

    /// Connects and agrees on a revision.
    public static Connection connect(Settings settings, Listener listener) throws ClientFailure, InterruptedException {
        var client = new Connection(settings, listener, false);
        try {
            if (settings.newest.modern() && client.discovered()) {
                return client.agreed();
            }
            if (client.over.get()) {
                // a program that ends at the first request that it does not know: one that knows it begins anew
                client.close();
                client = new Connection(settings, listener, false);
            }
            try {
                client.initialize(client.legacy);
            } catch (ClientFailure e) {
                if (!noSuchPlace(e)) {
                    throw e;
                }
                client.close();
                client = overEvents(settings, listener, e);
            }
            return client.agreed();
        } catch (ClientFailure | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private static boolean noSuchPlace(ClientFailure e) {
        return e.kind() == Kind.ERROR && e.code() >= 400 && e.code() < 500;
    }

    /// A server of 2024-11-05 takes no messages where its stream of events is (MCP, Transports, Backwards
    /// compatibility).
    private static Connection overEvents(Settings settings, Listener listener, ClientFailure otherwise)
            throws ClientFailure, InterruptedException {
        Connection client;
        try {
            client = new Connection(settings, listener, true);
        } catch (ClientFailure noEvents) {
            otherwise.addSuppressed(noEvents);
            throw otherwise;
        }
        try {
            client.initialize(client.legacy);   // SDKs of later years speak this transport too
            return client;
        } catch (ClientFailure | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private Connection agreed() throws ClientFailure {
        connected = true;
        if (over.get()) {
            throw new ClientFailure(Kind.UNREACHABLE, settings.name + " has ended. Try again in a moment.", null);
        }
        return this;
    }

    /// 2026-07-28, Versioning, Backward compatibility.
    private boolean discovered() throws ClientFailure, InterruptedException {
        revision = Revision.V2026_07_28;
        try {
            var found = offered("server/discover", JSON.objectNode(), Map.of(), NOBODY, Limits.DISCOVER);
            var dates = found.path("supportedVersions").valueStream().map(each -> each.asString("")).toList();
            introduction = found;
            legacy = newest(each -> dates.contains(each.date()));
            return dates.contains(revision.date());
        } catch (ClientFailure e) {
            var dead = e.kind() == Kind.CREDENTIALS || e.down() && settings.way instanceof Way.Http;
            if (dead) {
                throw e;
            }
            legacy = newest(each -> takes(e, each));
            return false;
        }
    }

    /// The newest revision with a handshake that the server takes; the newest of all, when it names none that is known.
    private Revision newest(Predicate<Revision> taken) {
        return Arrays.stream(Revision.values()).filter(each -> !each.modern() && taken.test(each))
                .reduce((older, newer) -> newer).orElse(legacy);
    }

    /// A request of 2026-07-28. A server that says that it does not take this revision, and that it takes it, is asked
    /// again (2026-07-28, Versioning): nothing was carried out.
    private ObjectNode offered(String method, ObjectNode params, Map<String, String> headers, Talk talk,
            Duration within) throws ClientFailure, InterruptedException {
        try {
            return exchange(method, params, headers, talk, within);
        } catch (ClientFailure e) {
            if (!revision.modern() || !takes(e, revision)) {
                throw e;
            }
        }
        return exchange(method, params, headers, talk, within);
    }

    /// Whether a refusal for its revision names one that would do.
    private static boolean takes(ClientFailure e, Revision revision) {
        return e.kind() == Kind.ERROR && e.code() == UNSUPPORTED && e.data().path("supported").valueStream()
                .anyMatch(each -> each.asString("").equals(revision.date()));
    }

    /// 2024-11-05 to 2025-11-25, Lifecycle.
    private void initialize(Revision wanted) throws ClientFailure, InterruptedException {
        revision = wanted;
        var params = JSON.objectNode().put("protocolVersion", revision.date());
        params.set("capabilities", settings.capabilities);
        params.set("clientInfo", settings.info);
        var answer = exchange("initialize", params, Map.of(), NOBODY, Limits.HANDSHAKE);
        revision = Revision.of(answer.path("protocolVersion").asString("")).filter(known -> !known.modern())
                .orElseThrow(() -> new ClientFailure(Kind.MALFORMED, settings.name
                        + " speaks no revision of MCP that is known here.", null));
        introduction = answer;
        transport.tell(new Message.Notification("notifications/initialized", JSON.objectNode()), headers("", null));
        if (capabilities().path("logging").isObject()) {
            try {
                exchange("logging/setLevel", JSON.objectNode().put("level", "info"), Map.of(), NOBODY,
                        Limits.TELLING);
            } catch (ClientFailure noLogs) {
                if (noLogs.down()) {
                    throw noLogs;
                }
            }
        }
    }

    public Revision revision() {
        return revision;
    }

    /// As the server declared them.
    public ObjectNode capabilities() {
        return introduction.path("capabilities") instanceof ObjectNode object ? object : JSON.objectNode();
    }

    /// The result of `server/discover` or `initialize`, as it came.
    public ObjectNode introduction() {
        return introduction;
    }

    /// Messages that were no answer to anything, or none at all, until now.
    public long strange() {
        return traffic.strange();
    }

    /// One request. When the thread is interrupted, or whoever is asked throws, the server is told that it is
    /// cancelled.
    ///
    /// @param headers beside those that every request has, for a transport that has some
    /// @param within  without the time for which `talk` is asked
    /// @return the result as it came
    public ObjectNode request(String method, ObjectNode params, Map<String, String> headers, Talk talk,
            Duration within) throws ClientFailure, InterruptedException {
        var session = transport.session();
        try {
            return offered(method, params, headers, talk, within);
        } catch (ClientFailure e) {
            if (e.kind() != Kind.EXPIRED || session.isEmpty()) {
                throw e;
            }
        }
        renew(session);                            // nothing was carried out under a session that is not known
        return exchange(method, params, headers, talk, within);
    }

    private synchronized void renew(String expired) throws ClientFailure, InterruptedException {
        if (transport.session().equals(expired)) {
            transport.reset();
            initialize(legacy);
        }
    }

    private ObjectNode exchange(String method, ObjectNode params, Map<String, String> headers, Talk talk,
            Duration within) throws ClientFailure, InterruptedException {
        var id = ids.incrementAndGet();
        var all = params.deepCopy();
        described(all, id, talk);
        var request = new Message.Request(new Id.Number(Long.toString(id)), method, all);
        var pending = new Pending(request, settings.name, talk);
        traffic.begin(id, pending);
        var sent = headers(method, all);
        sent.putAll(headers);
        try {
            transport.post(pending, sent, within);
            return pending.await(within, this::send);
        } finally {
            if (pending.settled()) {
                traffic.end(id);
            } else {
                giveUp(id, pending);
            }
        }
    }

    /// Every revision, Cancellation. A request that was cancelled is not answered, so a process is asked something
    /// right after: once that is answered, it has read of the cancellation, and nothing more is meant for the request.
    private void giveUp(long id, Pending pending) {
        pending.giveUp();
        if (transport.ends()) {
            traffic.end(id);
        }
        var handshake = pending.request.method().equals("initialize");
        if (handshake || over.get() || transport.ends() && revision.modern()) {
            return;                                // a closed stream says it (2026-07-28, Streamable HTTP)
        }
        var params = JSON.objectNode().put("requestId", id).put("reason", "Nobody waits for the answer any more.");
        var cancelled = new Message.Notification("notifications/cancelled", params);
        if (transport.ends()) {
            Thread.ofVirtual().start(() -> send(cancelled));
            return;
        }
        var interrupted = Thread.interrupted();
        send(cancelled);                           // before anything that this thread sends next
        barrier(id);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void barrier(long id) {
        var own = ids.incrementAndGet();
        var params = JSON.objectNode();
        described(params, own, NOBODY);
        var ask = new Pending(new Message.Request(new Id.Number(Long.toString(own)),
                revision.modern() ? "server/discover" : "ping", params), settings.name, NOBODY);
        ask.then(() -> {
            traffic.end(id);
            traffic.end(own);
        });
        try {
            traffic.begin(own, ask);
            transport.post(ask, Map.of(), Limits.TELLING);
        } catch (ClientFailure gone) {
            over(gone);
        }
    }

    /// `_meta` of a request: what the revision wants, and a token by which progress finds back.
    private void described(ObjectNode params, long id, Talk talk) {
        var heard = talk != NOBODY && talk != NEWS;
        if (!revision.modern() && !heard) {
            return;
        }
        var meta = params.withObject("_meta");
        if (heard) {
            meta.put("progressToken", id);
        }
        if (revision.modern()) {
            meta.put(Meta.PROTOCOL_VERSION, revision.date());
            meta.set(Meta.CLIENT_INFO, settings.info);
            meta.set(Meta.CLIENT_CAPABILITIES, settings.asks ? talk.capabilities() : JSON.objectNode());
            if (heard) {
                meta.put(Meta.LOG_LEVEL, "info");
            }
        }
    }

    private Map<String, String> headers(String method, ObjectNode params) {
        var headers = new LinkedHashMap<String, String>();
        if (method.equals("initialize") || revision.compareTo(Revision.V2025_06_18) < 0) {
            return headers;
        }
        headers.put(RequestHeaders.VERSION, revision.date());
        if (revision.modern() && params != null) {
            headers.put(RequestHeaders.METHOD, method);
            Methods.named(method).flatMap(Methods::nameParam).map(params::path).filter(JsonNode::isString)
                    .ifPresent(name -> headers.put(RequestHeaders.NAME, RequestHeaders.encode(name.asString())));
        }
        return headers;
    }

    /// An answer of ours, or a notification. What cannot be delivered is dropped: whoever waits for it is told by the
    /// end of the connection.
    private void send(Message message) {
        try {
            transport.tell(message, headers("", null));
        } catch (ClientFailure gone) {
            if (gone.down()) {
                over(gone);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static Message.Response refusal(Id id, int code, String sentence) {
        return new Message.Response(id, null, JSON.objectNode().put("code", code).put("message", sentence));
    }

    /// Begins to hear what the server tells by itself, until the connection is over.
    ///
    /// @param wanted the filter of `subscriptions/listen`, for a server of 2026-07-28
    /// @return ends it
    public Runnable hear(ObjectNode wanted) {
        var hearing = Thread.ofVirtual().name("mcp " + settings.name + " news").start(() -> hearing(wanted));
        return hearing::interrupt;
    }

    private void hearing(ObjectNode wanted) {
        try {
            while (!over.get() && heard(wanted)) {
                Thread.sleep(Limits.NEWS_PAUSE);
            }
        } catch (ClientFailure e) {
            over(e);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return whether there is a use in hearing again
    private boolean heard(ObjectNode wanted) throws ClientFailure, InterruptedException {
        try {
            if (!revision.modern()) {
                return transport.hear(headers("", null));
            }
            var params = JSON.objectNode();
            params.set("notifications", wanted);
            exchange("subscriptions/listen", params, Map.of(), NEWS, Limits.NEWS);
            return true;
        } catch (ClientFailure e) {
            if (e.down() && settings.way instanceof Way.Stdio || e.kind() == Kind.ERROR) {
                return false;
            }
            if (e.down() && !reachable()) {
                throw e;
            }
            return e.kind() != Kind.CREDENTIALS;
        }
    }

    /// A stream may have broken off alone.
    private boolean reachable() throws InterruptedException {
        try {
            exchange(revision.modern() ? "server/discover" : "ping", JSON.objectNode(), Map.of(), NOBODY,
                    Limits.TELLING);
            return true;
        } catch (ClientFailure e) {
            return !e.down();
        }
    }

    private void over(ClientFailure why) {
        if (over.compareAndSet(false, true)) {
            traffic.fail(why);
            if (connected) {
                listener.lost(why);
            }
        }
    }

    /// Gives the connection up, as if the server had ended it.
    public void end(ClientFailure why) {
        over(why);
    }

    /// Ends the connection, and the process if there is one.
    @Override
    public void close() {
        over.set(true);
        transport.close();
        traffic.fail(new ClientFailure(Kind.UNREACHABLE, settings.name + " was disconnected. Try again in a moment.",
                null));
    }

    /// What of the connection a server of the modern era tells about, for [#hear].
    public static ObjectNode filter(Iterable<String> uris) {
        var wanted = JSON.objectNode().put("toolsListChanged", true).put("promptsListChanged", true)
                .put("resourcesListChanged", true);
        Optional.of(uris).filter(all -> all.iterator().hasNext())
                .ifPresent(all -> all.forEach(wanted.putArray("resourceSubscriptions")::add));
        return wanted;
    }
}
