package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Message.Notification;
import io.github.doorwarden.protocol.Message.Request;
import io.github.doorwarden.protocol.Message.Response;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Exchange;
import io.github.doorwarden.server.Outlet;
import io.github.doorwarden.server.Subscription;
import io.github.doorwarden.transport.About;
import io.github.doorwarden.transport.Limits;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the server remembers of one legacy client between its messages: what was negotiated, what runs, what the client
/// was asked, what it wants to hear of (2024-11-05 to 2025-11-25, Lifecycle, Cancellation, Logging, Resources). The
/// same for every transport: over stdio it is the process, over HTTP a session. Safe for use by many threads.
public final class Conversation implements AutoCloseable {

    /// Where the messages of the server go: the response stream of one request, or the one channel of the connection.
    @FunctionalInterface
    public interface Channel {

        /// @return false when nobody can be reached there any more
        boolean send(Message message);

        /// The answer takes longer than a moment.
        default void lasting() {}

        /// The handler agrees to the client's coming again after `pause` ([Outlet#letPoll]).
        default void letPoll(Duration pause) {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Dispatch dispatch;
    private final About about;
    private final boolean reachable;
    private final Map<Id, Running> running = new ConcurrentHashMap<>();
    private final Map<Id, CompletableFuture<Response>> asked = new ConcurrentHashMap<>();
    private final AtomicLong questions = new AtomicLong();

    /// Keeps the ids of our questions apart from those of an earlier memory of the same session.
    private final String name = Integer.toHexString(RANDOM.nextInt());
    private volatile Revision revision;
    private volatile ObjectNode capabilities;
    private volatile LogLevel level = LogLevel.INFO;
    private volatile Subscription subscription;
    private volatile boolean closed;

    /// @param reachable whether this client can be told and asked; if not, only its requests are answered
    public Conversation(Dispatch dispatch, About about, Revision revision, ObjectNode capabilities,
            boolean reachable) {
        this.dispatch = dispatch;
        this.about = about;
        this.revision = revision;
        this.capabilities = capabilities;
        this.reachable = reachable;
    }

    public Revision revision() {
        return revision;
    }

    public ObjectNode capabilities() {
        return capabilities;
    }

    /// The bare result of a request.
    ///
    /// @throws Refused with the reason
    public ObjectNode answer(Exchange exchange, Methods method, Request call) {
        return switch (method) {
            case INITIALIZE -> initialize(exchange, call.params());
            case PING -> JsonNodeFactory.instance.objectNode();
            case SET_LEVEL -> setLevel(call.params());
            case RESOURCES_SUBSCRIBE -> subscribe(exchange, call.params());
            case RESOURCES_UNSUBSCRIBE -> unsubscribe(call.params());
            default -> dispatch.answer(exchange, method, call);
        };
    }

    /// The revision that the client asks for, or the newest that opens this way (2025-11-25, Lifecycle, Version
    /// negotiation).
    private ObjectNode initialize(Exchange exchange, ObjectNode params) {
        revision = Legacy.negotiated(params);
        if (params.path("capabilities") instanceof ObjectNode declared) {
            capabilities = declared;
        }
        return Legacy.initialized(revision, about, exchange.endpoint(),
                dispatch.capabilities(exchange.endpoint(), revision, reachable));
    }

    private ObjectNode setLevel(ObjectNode params) {
        if (!reachable) {
            throw new Refused(new Refusal.NoSuchMethod("Without a session this server sends no log messages, so there "
                    + "is no level to set."));
        }
        level = LogLevel.of(params.path("level").asString("")).orElseThrow(() -> new Refused(new Refusal.BadParams(
                "logging/setLevel needs params.level: debug, info, notice, warning, error, critical, alert or "
                        + "emergency.")));
        return JsonNodeFactory.instance.objectNode();
    }

    private ObjectNode subscribe(Exchange exchange, ObjectNode params) {
        var uri = uri(params);
        if (!reachable) {
            throw new Refused(new Refusal.NoSuchMethod("Without a session this server cannot tell of changes, so there "
                    + "is nothing to subscribe to."));
        }
        if (!dispatch.readable(exchange, uri)) {
            throw new Refused(new Refusal.NoSuchResource("There is no such resource, or you may not read it.", uri));
        }
        if (!subscription(exchange).add(uri)) {
            throw new Refused(new Refusal.BadParams("This client has as many subscriptions as it may have. End some."));
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private ObjectNode unsubscribe(ObjectNode params) {
        var uri = uri(params);
        var current = subscription;
        if (current != null) {
            current.remove(uri);
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private static String uri(ObjectNode params) {
        if (!params.path("uri").isString()) {
            throw new Refused(new Refusal.BadParams("This needs params.uri, the URI of a resource, as a string."));
        }
        return params.path("uri").asString();
    }

    /// What this client is told of: every list that changes, and the resources that it subscribed to. Made when first
    /// asked for.
    public Subscription subscription(Exchange exchange) {
        var current = subscription;
        if (current != null && current.isOpen()) {
            return current;
        }
        synchronized (this) {
            if (subscription == null || !subscription.isOpen()) {
                subscription = dispatch.listenToLists(exchange);
                if (closed) {
                    subscription.close();
                }
            }
            return subscription;
        }
    }

    /// A notification of the client's. What is unknown or comes too late is ignored (Cancellation, Error handling).
    public void note(Notification notice) {
        if (notice.method().equals(Methods.CANCELLED.wireName())) {
            JsonRpc.idIn(notice.params().path("requestId")).map(running::get).ifPresent(run -> {
                LOG.atInfo().addKeyValue("event", "mcp_cancelled").addKeyValue("reason", reason(notice.params()))
                        .log("A client cancelled a request.");
                run.cancel();
            });
        }
    }

    private static String reason(ObjectNode params) {
        var reason = params.path("reason").asString("").replaceAll("\\p{Cntrl}", " ");
        return reason.length() > Limits.REASON_CHARS ? reason.substring(0, Limits.REASON_CHARS) + "…" : reason;
    }

    /// The client's answer to a request of ours.
    ///
    /// @return false when nobody waits for it
    public boolean deliver(Response answer) {
        var waiting = asked.remove(answer.id());
        return waiting != null && waiting.complete(answer);
    }

    /// One request of the client's while it runs, with the way back to the client. Closing it ends both.
    public Running begin(Id id, Channel channel) {
        var one = new Running(id, channel);
        running.put(id, one);
        return one;
    }

    /// Ends what runs and what waits.
    @Override
    public void close() {
        closed = true;
        running.values().forEach(Running::cancel);
        asked.values().forEach(each -> each.cancel(false));
        synchronized (this) {
            if (subscription != null) {
                subscription.close();
            }
        }
    }

    /// Waits for no answer any more: the server stops, and takes no further messages.
    void giveUpAsking() {
        asked.values().forEach(each -> each.cancel(false));
    }

    /// The way back to the client while one of its requests runs.
    public final class Running implements Outlet, AutoCloseable {

        private final Id id;
        private final Channel channel;
        private Runnable cancel;
        private boolean cancelled;
        private volatile boolean answered;

        private Running(Id id, Channel channel) {
            this.id = id;
            this.channel = channel;
        }

        @Override
        public void send(Notification notice) {
            if (!answered) {
                channel.send(notice);
            }
        }

        @Override
        public JsonNode ask(String method, ObjectNode params, Duration patience)
                throws Unreachable, InterruptedException {
            if (!reachable) {
                throw new Unreachable("This connection carries answers alone, so the client cannot be asked anything.");
            }
            var question = new Id.Text("doorwarden-" + name + "-" + questions.incrementAndGet());
            var answer = new CompletableFuture<Response>();
            asked.put(question, answer);
            try {
                if (answered || closed || !channel.send(new Request(question, method, params))) {
                    throw new Unreachable("The client has hung up, so it could not be asked.");
                }
                return result(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                withdraw(question, "No answer came in time.");
                throw new Unreachable("The client was asked, and no answer came within " + patience.toMinutes()
                        + " minutes.");
            } catch (InterruptedException e) {
                withdraw(question, "The request is over.");
                throw e;
            } catch (ExecutionException | CancellationException e) {
                throw new Unreachable("The conversation ended before the client had answered.");
            } finally {
                asked.remove(question);
            }
        }

        private static JsonNode result(Response answer) throws Unreachable {
            if (answer.error() != null) {
                var why = answer.error().path("message").asString("");
                throw new Unreachable("The client was asked and answered with an error: "
                        + (why.length() > 200 ? why.substring(0, 200) + "…" : why));
            }
            return answer.result();
        }

        private void withdraw(Id question, String why) {
            var params = JsonNodeFactory.instance.objectNode();
            params.set("requestId", JsonRpc.node(question));
            channel.send(new Notification(Methods.CANCELLED.wireName(), params.put("reason", why)));
        }

        @Override
        public void lasting(Runnable whenCancelled) {
            boolean now;
            synchronized (this) {
                cancel = whenCancelled;
                now = cancelled;
            }
            if (now) {
                whenCancelled.run();
            } else {
                channel.lasting();
            }
        }

        @Override
        public void awaitVisit(Exchange exchange, String elicitationId) {
            try {
                if (reachable) {
                    subscription(exchange).awaitVisit(elicitationId);
                }
            } catch (Refused tooManyStreams) {
                LOG.debug("A client is not told of the end of a visit, because it has too many streams.");
            }
        }

        /// None of a client that cannot set it.
        @Override
        public Optional<LogLevel> logLevel() {
            return reachable ? Optional.of(level) : Optional.empty();
        }

        @Override
        public void letPoll(Duration pause) {
            if (!answered) {
                channel.letPoll(pause);
            }
        }

        /// The client does not want the answer any more.
        public void cancel() {
            Runnable told;
            synchronized (this) {
                if (cancelled) {
                    return;
                }
                cancelled = true;
                told = cancel;
            }
            if (told != null) {
                told.run();
            }
        }

        /// Whether the answer must not be sent any more.
        public synchronized boolean isCancelled() {
            return cancelled;
        }

        /// The answer follows now, and nothing after it.
        @Override
        public void close() {
            answered = true;
            running.remove(id, this);
        }
    }
}
