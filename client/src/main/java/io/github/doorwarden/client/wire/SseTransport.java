package io.github.doorwarden.client.wire;

import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.protocol.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// HTTP+SSE (MCP 2024-11-05, Transports): one stream of events for the whole session brings everything, and its first
/// event says where messages are posted, which must be at the origin of the stream. When the stream ends, the session
/// does.
final class SseTransport implements Transport {

    private static final String EVENTS = "text/event-stream";

    private final String name;
    private final HttpChannel channel;
    private final Inbox inbox;
    private final CompletableFuture<String> place = new CompletableFuture<>();
    private final Thread reader;
    private volatile boolean closed;

    private SseTransport(String name, Way.Http way, Inbox inbox) {
        this.name = name;
        this.channel = way.channel();
        this.inbox = inbox;
        this.reader = Thread.ofVirtual().name("mcp " + name + " events").unstarted(this::read);
    }

    /// Waits until the server has said where messages go.
    static SseTransport open(String name, Way.Http way, Inbox inbox) throws ClientFailure, InterruptedException {
        var transport = new SseTransport(name, way, inbox);
        transport.reader.start();
        try {
            transport.place.get(Limits.HANDSHAKE.toSeconds(), TimeUnit.SECONDS);
            return transport;
        } catch (ExecutionException e) {
            transport.close();
            throw e.getCause() instanceof ClientFailure failure ? failure : new ClientFailure(Kind.MALFORMED,
                    name + " answered in a way that cannot be read.", e.getCause());
        } catch (TimeoutException e) {
            transport.close();
            throw new ClientFailure(Kind.TIMEOUT, name + " did not say within " + Limits.HANDSHAKE.toSeconds()
                    + " s where messages go.", null);
        } catch (InterruptedException e) {
            transport.close();
            throw e;
        }
    }

    private void read() {
        var why = new ClientFailure(Kind.UNREACHABLE, name + " ended the stream of this session. Connect again.", null);
        try {
            channel.exchange(new HttpChannel.Sent("GET", Map.of("Accept", EVENTS), Optional.empty()), Limits.SESSION,
                    true, this::events);
        } catch (ClientFailure e) {
            why = place.isDone() ? why : e;
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            why = new ClientFailure(Kind.MALFORMED, name + " answered in a way that cannot be read.", e);
        }
        place.completeExceptionally(why);
        if (!closed) {
            inbox.lost(new ClientFailure(Kind.UNREACHABLE, why.getMessage(), why));
        }
    }

    private Void events(HttpChannel.Received answer) throws IOException {
        var type = answer.header("content-type").orElse("").toLowerCase(Locale.ROOT);
        if (!answer.isSuccess() || !type.startsWith(EVENTS)) {
            place.completeExceptionally(new ClientFailure(Kind.ERROR, name + " has no stream of events either ("
                    + answer.status() + ").", answer.status(), null));
            return null;
        }
        var events = new Events(answer.body());
        for (var data = events.next(); data != null; data = events.next()) {
            if (events.name().equals("endpoint")) {
                place.complete(new String(data, StandardCharsets.UTF_8).strip());   // the first one counts
            } else if (events.name().isEmpty() || events.name().equals("message")) {
                inbox.came(answer.without(data), null);
            }
        }
        return null;
    }

    @Override
    public void post(Pending pending, Map<String, String> headers, Duration within) {
        Thread.ofVirtual().name("mcp " + name).start(() -> {
            try {
                tell(pending.request, headers, within, pending);
            } catch (ClientFailure e) {
                pending.fail(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void tell(Message message, Map<String, String> headers) throws ClientFailure, InterruptedException {
        tell(message, headers, Limits.TELLING, HttpChannel.Patience.NONE);
    }

    private void tell(Message message, Map<String, String> headers, Duration within, HttpChannel.Patience patience)
            throws ClientFailure, InterruptedException {
        var all = new LinkedHashMap<>(headers);
        all.put("Accept", "application/json, " + EVENTS);
        var status = channel.exchange(new HttpChannel.Sent("POST", place.join(), all, Optional.of(message), patience),
                within, true, HttpChannel.Received::status);
        if (status == 429) {
            throw new ClientFailure(Kind.BUSY, name + " is being asked too often (429). Try again in a minute.", null);
        }
        if (status < 200 || status >= 300) {
            throw new ClientFailure(status >= 500 ? Kind.FAULT : Kind.ERROR, name + " refused the message (" + status
                    + ").", status, null);
        }
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
    }
}
