package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.client.wire.Events;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// The stream of events that is one session over HTTP+SSE (MCP 2024-11-05, Transports): its first event says where
/// messages are posted, and everything comes on it. When it ends, the session does. Safe for use by many threads.
final class SseStream {

    /// A request whose answer has not come.
    ///
    /// @param called whether the host waits for it
    private record Asked(Message.Request request, boolean called, Consumer<Message> beside,
            CompletableFuture<Message.Response> answer) {}

    /// Knows whether a person is waited for.
    private static final class Held implements HttpChannel.Patience {

        private final AtomicInteger held = new AtomicInteger();

        @Override
        public void hold() {
            held.incrementAndGet();
        }

        @Override
        public void go() {
            held.decrementAndGet();
        }
    }

    private final HttpChannel channel;
    private final String name;
    private final Consumer<Message> news;
    private final CompletableFuture<String> place = new CompletableFuture<>();
    private final Map<Id, Asked> open = new ConcurrentHashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Held patience = new Held();
    private final Thread reader;
    /// Guarded by the open requests.
    private boolean over;

    /// @param news hears what belongs to no request, on the thread that reads
    SseStream(HttpChannel channel, String name, Consumer<Message> news) {
        this.channel = channel;
        this.name = name;
        this.news = news;
        this.reader = Thread.ofVirtual().name("bridge events").unstarted(this::read);
    }

    /// Waits until the server has said where messages go. While a person signs in, the time does not count.
    ///
    /// @return false when there is no such stream
    boolean open() throws ClientFailure, InterruptedException {
        reader.start();
        var said = false;
        try {
            while (true) {
                try {
                    said = !place.get(Limits.ENDPOINT.toMillis(), TimeUnit.MILLISECONDS).isEmpty();
                    return said;
                } catch (TimeoutException e) {
                    if (patience.held.get() == 0) {
                        throw new ClientFailure(Kind.TIMEOUT, name + " did not say within "
                                + Limits.ENDPOINT.toSeconds() + " s where messages go. Try again later.", e);
                    }
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ClientFailure failure ? failure : brokeOff(e.getCause());
        } finally {
            if (!said) {
                close();
            }
        }
    }

    private void read() {
        var why = brokeOff(null);
        try {
            why = channel.exchange(new HttpChannel.Sent("GET", "", Map.of("Accept", Remote.EVENTS), Optional.empty(),
                    patience), Limits.SESSION, true, this::events);
        } catch (ClientFailure e) {
            why = place.isDone() ? why : e;
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            end(why);
        }
    }

    /// @return why it is over
    private ClientFailure events(HttpChannel.Received answer) throws IOException {
        var type = answer.header("content-type").orElse("").toLowerCase(Locale.ROOT);
        if (!answer.isSuccess() || !type.startsWith(Remote.EVENTS)) {
            place.complete("");
            return brokeOff(null);
        }
        var events = new Events(answer.body());
        try {
            for (var data = events.next(); data != null; data = events.next()) {
                if (events.name().equals("endpoint")) {
                    place.complete(new String(data, StandardCharsets.UTF_8).strip());   // the first one counts
                } else if (events.name().isEmpty() || events.name().equals("message")) {
                    message(answer.clean().apply(data));
                }
            }
        } catch (Events.TooLarge e) {
            return new ClientFailure(Kind.TOO_LARGE, name + " answered with more than " + Limits.MESSAGE_BYTES
                    + " bytes, which is more than is taken. Ask for less.", e);
        }
        return brokeOff(null);
    }

    private void message(byte[] data) {
        Message message;
        try {
            message = JsonRpc.parse(data);
        } catch (Refused notAMessage) {
            Log.LOG.debug("What is no message was left out.");
            return;
        }
        if (message instanceof Message.Response response) {
            var asked = response.id() == null ? null : open.remove(response.id());
            if (asked != null) {
                asked.answer.complete(response);
            }
            return;
        }
        var asked = whose(message);
        (asked == null ? news : asked.beside).accept(message);
    }

    /// The stream does not say what a message belongs to: progress has a token, and all but news can only be for the
    /// one call that runs. Null when that is none, or when there are several.
    private Asked whose(Message message) {
        if (message instanceof Message.Notification notice) {
            if (notice.method().equals("notifications/progress")) {
                var token = notice.params().path("progressToken");
                return open.values().stream().filter(each -> !token.isMissingNode()
                        && token.equals(each.request.params().path("_meta").path("progressToken"))).findFirst()
                        .orElse(null);
            }
            if (!notice.method().equals("notifications/message")) {
                return null;
            }
        }
        var calls = open.values().stream().filter(Asked::called).limit(2).toList();
        return calls.size() == 1 ? calls.getFirst() : null;
    }

    private void end(ClientFailure why) {
        List<Asked> lost;
        synchronized (open) {
            over = true;
            lost = List.copyOf(open.values());
            open.clear();
        }
        place.completeExceptionally(why);
        lost.forEach(each -> each.answer.completeExceptionally(why));
        ended.countDown();
    }

    private ClientFailure brokeOff(Throwable cause) {
        return new ClientFailure(Kind.FAULT, name + " ended the stream of this session before the answer came. It may "
                + "have carried the request out: look before you try again.", cause);
    }

    private ClientFailure expired() {
        return new ClientFailure(Kind.EXPIRED, name + " has ended this session.", null);
    }

    /// As [Remote#ask].
    Message.Response ask(Message.Request request, Map<String, String> headers, Duration within,
            HttpChannel.Patience patience, Consumer<Message> beside) throws ClientFailure, InterruptedException {
        var asked = new Asked(request, patience != HttpChannel.Patience.NONE, beside, new CompletableFuture<>());
        synchronized (open) {
            if (over) {
                throw expired();
            }
            if (open.putIfAbsent(request.id(), asked) != null) {
                throw new ClientFailure(Kind.ERROR, "A request with this id still runs at the server. Give each one "
                        + "another.", null);
            }
        }
        // some servers answer the POST only when all is done
        var post = Ground.beside("post", () -> post(asked, headers, within, patience));
        try {
            var response = asked.answer.get(within.toNanos(), TimeUnit.NANOSECONDS);
            Ground.beside("posted", () -> leave(post));
            return response;
        } catch (ExecutionException e) {
            post.interrupt();
            throw e.getCause() instanceof ClientFailure failure ? failure : brokeOff(e.getCause());
        } catch (TimeoutException e) {
            post.interrupt();
            throw new ClientFailure(Kind.TIMEOUT, name + " did not answer in time. It may have carried the request "
                    + "out: look before you try again.", e);
        } catch (InterruptedException e) {
            post.interrupt();
            throw e;
        } finally {
            open.remove(request.id(), asked);
        }
    }

    private static void leave(Thread post) throws InterruptedException {
        if (!post.join(Limits.TELLING)) {
            post.interrupt();
        }
    }

    private void post(Asked asked, Map<String, String> headers, Duration within, HttpChannel.Patience patience)
            throws InterruptedException {
        try {
            post(asked.request, headers, within, patience);
        } catch (ClientFailure e) {
            asked.answer.completeExceptionally(e);     // before the others hear that the session is over
            closeIf(e);
        }
    }

    private void closeIf(ClientFailure failure) {
        if (failure.kind() == Kind.EXPIRED) {
            close();
        }
    }

    private void post(Message message, Map<String, String> headers, Duration within, HttpChannel.Patience patience)
            throws ClientFailure, InterruptedException {
        var all = new LinkedHashMap<>(headers);
        all.put("Accept", "application/json, " + Remote.EVENTS);
        var failure = channel.exchange(new HttpChannel.Sent("POST", place.join(), all, Optional.of(message), patience),
                within, true, this::refused);
        if (failure != null) {
            throw failure;
        }
    }

    /// @return null when the message was taken
    private ClientFailure refused(HttpChannel.Received answer) throws IOException {
        var status = answer.status();
        if (answer.isSuccess()) {
            return null;
        }
        // the transport names no status for a session that is over: 404, or 400 with a word about it
        var words = new String(answer.body().readNBytes(Limits.REFUSAL_BYTES), StandardCharsets.UTF_8)
                .toLowerCase(Locale.ROOT);
        if (status == 404 || status == 410 || status == 400 && words.contains("session")) {
            return expired();
        }
        return status == 429 ? new ClientFailure(Kind.BUSY, name + " is being asked too often (429). Try again in a "
                + "minute.", status, null)
                : new ClientFailure(Kind.FAULT, name + (status < 500 ? " refused the message (" : " failed (") + status
                        + (status < 500 ? "). Its operator can say why." : "). Try again later."), status, null);
    }

    /// As [Remote#tell].
    void tell(Message message, Map<String, String> headers) throws ClientFailure, InterruptedException {
        synchronized (open) {
            if (over) {
                throw expired();
            }
        }
        try {
            post(message, headers, Limits.TELLING, HttpChannel.Patience.NONE);
        } catch (ClientFailure e) {
            closeIf(e);
            throw e;
        }
    }

    /// Waits for the end of the session.
    void await() throws InterruptedException {
        ended.await();
    }

    void close() {
        end(brokeOff(null));
        reader.interrupt();
    }
}
