package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Methods;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// A server of 2024-11-05 over HTTP+SSE, where a session is a stream ([SseStream]): each `initialize` opens one, and
/// its number stands for the session id that this transport does not have.
final class HttpSse implements Remote {

    /// With these a server that knows no POST at its URL refuses it (2025-11-25, Transports, Backwards compatibility).
    static final Set<Integer> REFUSALS = Set.of(400, 404, 405);

    private final HttpChannel channel;
    private final String name;
    private final List<Message> early = new ArrayList<>();
    private SseStream ready;
    private SseStream current;
    private int number;
    private boolean closed;
    /// Guarded by what came early.
    private Consumer<Message> news;

    private HttpSse(HttpChannel channel, String name) {
        this.channel = channel;
        this.name = name;
    }

    /// @return null when there is no such stream
    static HttpSse reach(HttpChannel channel, String name) throws ClientFailure, InterruptedException {
        var remote = new HttpSse(channel, name);
        var stream = new SseStream(channel, name, remote::told);
        if (!stream.open()) {
            return null;
        }
        remote.ready = stream;
        return remote;
    }

    @Override
    public String name() {
        return name;
    }

    private void told(Message message) {
        Consumer<Message> to;
        synchronized (early) {
            to = news;
            if (to == null && early.size() < Limits.EARLY) {
                early.add(message);
            }
        }
        if (to != null) {
            to.accept(message);
        }
    }

    @Override
    public Answer ask(Message.Request request, Map<String, String> headers, Duration within,
            HttpChannel.Patience patience, Consumer<Message> beside) throws ClientFailure, InterruptedException {
        if (!request.method().equals(Methods.INITIALIZE.wireName())) {
            return new Answer(of(headers).ask(request, plain(headers), within, patience, beside), "", 200);
        }
        var stream = stream();
        var answered = false;
        try {
            var response = stream.ask(request, headers, within, patience, beside);
            answered = response.error() == null;
            return new Answer(response, answered ? begun(stream) : "", 200);
        } finally {
            if (!answered) {
                stream.close();
            }
        }
    }

    private SseStream stream() throws ClientFailure, InterruptedException {
        synchronized (this) {
            var first = ready;
            ready = null;
            if (first != null) {
                return first;
            }
        }
        var stream = new SseStream(channel, name, this::told);
        if (!stream.open()) {
            throw new ClientFailure(Kind.FAULT, name + " has ended the session and begins no other one. Try again "
                    + "later.", null);
        }
        return stream;
    }

    private synchronized String begun(SseStream stream) {
        if (current != null) {
            current.close();
        }
        current = stream;
        if (closed) {
            stream.close();
        }
        return "" + ++number;
    }

    private synchronized SseStream of(Map<String, String> headers) throws ClientFailure {
        if (current == null || !headers.getOrDefault(SESSION, "").equals("" + number)) {
            throw new ClientFailure(Kind.EXPIRED, name + " has ended this session.", null);
        }
        return current;
    }

    private static Map<String, String> plain(Map<String, String> headers) {
        var all = new LinkedHashMap<>(headers);
        all.remove(SESSION);
        return all;
    }

    @Override
    public void tell(Message message, Map<String, String> headers) throws ClientFailure, InterruptedException {
        of(headers).tell(message, plain(headers));
    }

    /// From the first time on, news of every stream goes there.
    @Override
    public Heard hear(Map<String, String> headers, Consumer<Message> to) throws ClientFailure, InterruptedException {
        synchronized (early) {
            early.forEach(to);
            early.clear();
            news = to;
        }
        of(headers).await();
        return new Heard(true, true, "", Optional.empty());
    }

    @Override
    public synchronized void leave(Map<String, String> headers) {
        closed = true;
        if (current != null) {
            current.close();
        }
    }
}
