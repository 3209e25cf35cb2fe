package io.github.doorwarden.client.wire;

import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Streamable HTTP: each request is a POST whose answer is JSON or a stream of events (MCP 2025-03-26 and later). An
/// interrupted stream of an earlier revision is taken up again by its last event id.
final class HttpTransport implements Transport {

    private static final String SESSION = "Mcp-Session-Id";
    private static final String EVENTS = "text/event-stream";

    private final Way.Http way;
    private final String name;
    private final Inbox inbox;
    private volatile String session = "";

    HttpTransport(String name, Way.Http way, Inbox inbox) {
        this.name = name;
        this.way = way;
        this.inbox = inbox;
    }

    @Override
    public void post(Pending pending, Map<String, String> headers, Duration within) {
        // whoever waits gives up by itself, and not while a person is asked
        var end = System.nanoTime() + within.plus(Limits.PATIENCE).toNanos();
        var thread = Thread.ofVirtual().name("mcp " + name).unstarted(() -> carry(pending, headers, end));
        pending.leaveBy(thread::interrupt);
        thread.start();
    }

    /// How an answer ended without being one: where its stream can be taken up again.
    private record BrokenOff(String lastId, Optional<Duration> retry) {}

    private void carry(Pending pending, Map<String, String> headers, long end) {
        var slot = pending.talk() != Connection.NEWS;
        try {
            var broken = channel().exchange(sent("POST", headers, pending.request, pending), left(end), slot,
                    answer -> received(answer, pending));
            for (var i = 0; broken != null && !pending.settled(); i++) {
                if (broken.lastId.isEmpty() || i == Limits.RESUMES || left(end).isNegative()) {
                    pending.fail(brokeOff());
                    return;
                }
                Thread.sleep(broken.retry.orElse(Limits.RESUME));
                var again = new LinkedHashMap<>(headers);
                again.put("Last-Event-ID", broken.lastId);
                var before = broken;
                broken = channel().exchange(sent("GET", again, null, pending), left(end), slot, answer -> {
                    if (!answer.isSuccess()) {     // not EXPIRED: the request began, and must not begin again
                        pending.fail(brokeOff());
                        return null;
                    }
                    var after = received(answer, pending);
                    return after == null || !after.lastId.isEmpty() ? after
                            : new BrokenOff(before.lastId, after.retry.or(before::retry));
                });
            }
        } catch (ClientFailure e) {
            pending.fail(e);
        } catch (InterruptedException givenUp) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            pending.fail(new ClientFailure(Kind.MALFORMED, name + " answered in a way that cannot be read.", e));
        }
    }

    private ClientFailure brokeOff() {
        return new ClientFailure(Kind.FAULT, name + " broke off before its answer was complete. It may have carried "
                + "the request out: look before you try again.", null);
    }

    private static Duration left(long end) {
        return Duration.ofNanos(end - System.nanoTime());
    }

    private HttpChannel channel() {
        return way.channel();
    }

    private HttpChannel.Sent sent(String method, Map<String, String> headers, Message message) {
        return sent(method, headers, message, HttpChannel.Patience.NONE);
    }

    private HttpChannel.Sent sent(String method, Map<String, String> headers, Message message,
            HttpChannel.Patience patience) {
        var all = new LinkedHashMap<>(headers);
        all.put("Accept", method.equals("POST") ? "application/json, " + EVENTS : EVENTS);
        if (!session.isEmpty()) {
            all.put(SESSION, session);
        }
        return new HttpChannel.Sent(method, "", all, Optional.ofNullable(message), patience);
    }

    /// @return null when there is no more to come
    private BrokenOff received(HttpChannel.Received answer, Pending pending) throws IOException {
        if (pending.request.method().equals("initialize") && answer.isSuccess()) {
            session = answer.header("mcp-session-id").filter(id -> id.matches("[!-~]{1,1024}")).orElse("");
        }
        var type = answer.header("content-type").orElse("").toLowerCase(Locale.ROOT);
        if (answer.isSuccess() && type.startsWith(EVENTS)) {
            return events(answer, pending);
        }
        var failure = status(answer);
        if (failure != null) {
            pending.fail(failure);
            return null;
        }
        var body = answer.body().readNBytes(Limits.MESSAGE_BYTES + 1);
        if (body.length > Limits.MESSAGE_BYTES) {
            pending.fail(tooLarge());
        } else if (!answer.isSuccess()) {
            pending.fail(refusal(answer.status(), answer.without(body)));
        } else {
            inbox.came(answer.without(body), pending);
            pending.fail(new ClientFailure(Kind.MALFORMED, name + " did not answer the request that it was sent.",
                    null));
        }
        return null;
    }

    private ClientFailure status(HttpChannel.Received answer) {
        var status = answer.status();
        if (status == 404 && !session.isEmpty()) {
            return new ClientFailure(Kind.EXPIRED, name + " has forgotten the session. Try again.", null);
        }
        if (status == 429) {
            return new ClientFailure(Kind.BUSY, name + " is being asked too often (429). Try again in a minute.", null);
        }
        if (status >= 500 || status >= 300 && status < 400) {
            return new ClientFailure(Kind.FAULT, name + " failed (" + status + "). Try again later.", null);
        }
        return null;
    }

    /// A status of 4xx may have a JSON-RPC error in its body, with or without the id.
    private ClientFailure refusal(int status, byte[] body) {
        try {
            if (JsonRpc.object(body).path("error") instanceof ObjectNode error
                    && error.path("code").isIntegralNumber()) {
                return Pending.error(name, error);
            }
        } catch (Refused notJson) {
            // the status says enough
        }
        return new ClientFailure(Kind.ERROR, name + " refused the request (" + status + ").", status, null);
    }

    private BrokenOff events(HttpChannel.Received answer, Pending pending) throws IOException {
        var events = new Events(answer.body());
        try {
            for (var data = events.next(); data != null; data = events.next()) {
                inbox.came(answer.without(data), pending);
                if (pending.settled()) {
                    return null;
                }
            }
        } catch (Events.TooLarge e) {
            pending.fail(tooLarge());
            return null;
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
        }
        return new BrokenOff(events.lastId(), events.retry());
    }

    private ClientFailure tooLarge() {
        return new ClientFailure(Kind.TOO_LARGE, name + " answered with more than " + Limits.MESSAGE_BYTES
                + " bytes, which is more than is taken. Ask for less.", null);
    }

    @Override
    public void tell(Message message, Map<String, String> headers) throws ClientFailure, InterruptedException {
        var failure = channel().exchange(sent("POST", headers, message), Limits.TELLING, true, answer ->
                    answer.isSuccess() ? null : Optional.ofNullable(status(answer)).orElse(
                            refusal(answer.status(), new byte[0])));
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public boolean ends() {
        return true;
    }

    @Override
    public boolean hear(Map<String, String> headers) throws ClientFailure, InterruptedException {
        return channel().exchange(sent("GET", headers, null), Limits.NEWS, false, answer -> {
            var type = answer.header("content-type").orElse("").toLowerCase(Locale.ROOT);
            if (!answer.isSuccess() || !type.startsWith(EVENTS)) {
                return false;
            }
            var events = new Events(answer.body());
            for (var data = events.next(); data != null; data = events.next()) {
                inbox.came(answer.without(data), null);
            }
            return true;
        });
    }

    @Override
    public String session() {
        return session;
    }

    @Override
    public void reset() {
        session = "";
    }

    @Override
    public void close() {
        if (session.isEmpty()) {
            return;
        }
        try {
            channel().exchange(sent("DELETE", Map.of(), null), Limits.END, false, HttpChannel.Received::isSuccess);
        } catch (ClientFailure e) {
            session = "";                          // it ends by itself
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
