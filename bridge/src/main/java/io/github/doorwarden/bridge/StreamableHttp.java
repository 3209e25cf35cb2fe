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
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// A server over Streamable HTTP (MCP 2025-03-26 and later). Each request has an answer of HTTP of its own.
final class StreamableHttp implements Remote {

    private static final int OK = 200;

    private sealed interface Outcome {

        record Answered(Answer answer) implements Outcome {}

        /// @param lastId where the stream can be taken up again; empty for nowhere
        record BrokenOff(String lastId, Optional<Duration> retry) implements Outcome {}

        record Failed(ClientFailure why) implements Outcome {}
    }

    private final HttpChannel channel;
    private final String name;

    /// @param name of the server, in sentences
    StreamableHttp(HttpChannel channel, String name) {
        this.channel = channel;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Answer ask(Message.Request request, Map<String, String> headers, Duration within,
            HttpChannel.Patience patience,
            Consumer<Message> beside) throws ClientFailure, InterruptedException {
        var end = System.nanoTime() + within.toNanos();
        var outcome = channel.exchange(sent("POST", headers, request, patience), within, true,
                answer -> read(answer, request.id(), headers.containsKey(SESSION), beside));
        var pause = Limits.PAUSE;
        for (var i = 0; outcome instanceof Outcome.BrokenOff broken; i++) {
            if (broken.lastId.isEmpty() || i == Limits.RESUMES || System.nanoTime() - end >= 0) {
                throw brokeOff(null);
            }
            Thread.sleep(broken.retry.orElse(pause));
            pause = Remote.longer(pause);
            outcome = again(request, headers, Duration.ofNanos(end - System.nanoTime()), patience, beside, broken);
        }
        return switch (outcome) {
            case Outcome.Answered answered -> answered.answer;
            case Outcome.Failed failed -> throw failed.why;
            case Outcome.BrokenOff never -> throw brokeOff(null);
        };
    }

    /// Streamable HTTP, Resumability and redelivery.
    private Outcome again(Message.Request request, Map<String, String> headers, Duration within,
            HttpChannel.Patience patience, Consumer<Message> beside, Outcome.BrokenOff before) throws ClientFailure,
            InterruptedException {
        var resumed = new LinkedHashMap<>(headers);
        resumed.put("Last-Event-ID", before.lastId);
        try {
            return channel.exchange(sent("GET", resumed, null, patience), within, true, answer -> {
                if (!answer.isSuccess() || !isEvents(answer)) {
                    return new Outcome.Failed(brokeOff(null));
                }
                var outcome = events(answer, request.id(), beside);
                return outcome instanceof Outcome.BrokenOff after && after.lastId.isEmpty() ? before : outcome;
            });
        } catch (ClientFailure e) {
            if (e.kind() == Kind.UNREACHABLE || e.kind() == Kind.FAULT) {
                return before;                     // it may be back in a moment
            }
            throw e;
        }
    }

    private ClientFailure brokeOff(Throwable cause) {
        return new ClientFailure(Kind.FAULT, name + " broke off before its answer was complete. It may have carried "
                + "the request out: look before you try again.", cause);
    }

    private static HttpChannel.Sent sent(String method, Map<String, String> headers, Message message,
            HttpChannel.Patience patience) {
        var all = new LinkedHashMap<>(headers);
        if (!method.equals("DELETE")) {
            all.put("Accept", method.equals("POST") ? "application/json, " + EVENTS : EVENTS);
        }
        return new HttpChannel.Sent(method, "", all, Optional.ofNullable(message), patience);
    }

    private static boolean isEvents(HttpChannel.Received answer) {
        return answer.header("content-type").orElse("").toLowerCase(Locale.ROOT).startsWith(EVENTS);
    }

    private Outcome read(HttpChannel.Received answer, Id id, boolean session, Consumer<Message> beside)
            throws IOException {
        var begun = answer.header("mcp-session-id").filter(each -> each.matches("[!-~]{1,1024}")).orElse("");
        if (answer.isSuccess() && isEvents(answer)) {
            var outcome = events(answer, id, beside);
            return outcome instanceof Outcome.Answered answered
                    ? new Outcome.Answered(new Answer(answered.answer.response(), begun, answer.status())) : outcome;
        }
        var body = answer.body().readNBytes(Limits.MESSAGE_BYTES + 1);
        if (body.length > Limits.MESSAGE_BYTES) {
            return new Outcome.Failed(tooLarge());
        }
        body = answer.clean().apply(body);
        if (!answer.isSuccess()) {
            return refused(answer.status(), body, id, session);
        }
        try {
            if (JsonRpc.parse(body) instanceof Message.Response response && id.equals(response.id())) {
                return new Outcome.Answered(new Answer(response, begun, answer.status()));
            }
        } catch (Refused notAMessage) {
            // said below
        }
        return new Outcome.Failed(new ClientFailure(Kind.MALFORMED, name + " answered with what is no answer of MCP to "
                + "this request. Check that the URL is that of an MCP endpoint, not of a page.", null));
    }

    /// An error of the server's own in the body, with or without the id, is the answer; else the status says it.
    private Outcome refused(int status, byte[] body, Id id, boolean session) {
        Optional<ObjectNode> own = Optional.empty();
        try {
            own = Optional.of(JsonRpc.object(body)).map(json -> json.path("error"))
                    .filter(error -> error.path("code").isIntegralNumber()).map(ObjectNode.class::cast);
        } catch (Refused notJson) {
            // the status says enough
        }
        // 404 by the specification; some servers say 400 and mean it (-32000, "No valid session ID provided")
        var forgotten = own.map(error -> error.path("message").asString("").toLowerCase(Locale.ROOT)
                .contains("session")).orElse(false);
        if (session && (status == 404 || status == 400 && forgotten)) {
            return new Outcome.Failed(new ClientFailure(Kind.EXPIRED, name + " has forgotten the session.", null));
        }
        return own.<Outcome>map(error -> new Outcome.Answered(new Answer(new Message.Response(id, null, error), "",
                status))).orElseGet(() -> new Outcome.Failed(status(status)));
    }

    private ClientFailure status(int status) {
        return switch (status) {
            case 429 -> new ClientFailure(Kind.BUSY, name + " is being asked too often (429). Try again in a minute.",
                    status, null);
            case 404, 405 -> new ClientFailure(Kind.FAULT, name + " has no MCP endpoint at this URL (" + status
                    + "). Check the URL that doorwarden bridge was given.", status, null);
            default -> new ClientFailure(Kind.FAULT, name + (status < 500 ? " refused the request (" : " failed (")
                    + status + (status < 500 ? "). Its operator can say why." : "). Try again later."), status,
                    null);
        };
    }

    private Outcome events(HttpChannel.Received answer, Id id, Consumer<Message> beside) throws IOException {
        var events = new Events(answer.body());
        try {
            for (var data = events.next(); data != null; data = events.next()) {
                var message = parsed(answer.clean().apply(data));
                if (message instanceof Message.Response response && id.equals(response.id())) {
                    return new Outcome.Answered(new Answer(response, "", OK));
                } else if (message != null) {
                    beside.accept(message);
                }
            }
        } catch (Events.TooLarge e) {
            return new Outcome.Failed(tooLarge());
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
        }
        return new Outcome.BrokenOff(events.lastId(), events.retry());
    }

    /// Null for what is no message: whoever waits for one hears of it by the end of the stream.
    private static Message parsed(byte[] data) {
        try {
            return JsonRpc.parse(data);
        } catch (Refused notAMessage) {
            return null;
        }
    }

    private ClientFailure tooLarge() {
        return new ClientFailure(Kind.TOO_LARGE, name + " answered with more than " + Limits.MESSAGE_BYTES
                + " bytes, which is more than is taken. Ask for less.", null);
    }

    @Override
    public void tell(Message message, Map<String, String> headers) throws ClientFailure, InterruptedException {
        var failure = channel.exchange(sent("POST", headers, message, HttpChannel.Patience.NONE), Limits.TELLING, true,
                answer -> {
            if (answer.isSuccess()) {
                return null;
            }
            return answer.status() == 404 && headers.containsKey(SESSION) ? new ClientFailure(Kind.EXPIRED, name
                    + " has forgotten the session.", null) : status(answer.status());
        });
        if (failure != null) {
            throw failure;
        }
    }

    /// Until 2025-11-25, Listening for messages.
    @Override
    public Heard hear(Map<String, String> headers, Consumer<Message> news) throws ClientFailure, InterruptedException {
        return channel.exchange(sent("GET", headers, null, HttpChannel.Patience.NONE), Limits.CALL, false, answer -> {
            if (!answer.isSuccess() || !isEvents(answer)) {
                return new Heard(answer.status() >= 500 || answer.status() == 429, answer.status() == 404, "",
                        Optional.empty());
            }
            var events = new Events(answer.body());
            try {
                for (var data = events.next(); data != null; data = events.next()) {
                    var message = parsed(answer.clean().apply(data));
                    if (message != null) {
                        news.accept(message);
                    }
                }
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
            return new Heard(true, false, events.lastId(), events.retry());
        });
    }

    @Override
    public void leave(Map<String, String> headers) throws InterruptedException {
        try {
            channel.exchange(sent("DELETE", headers, null, HttpChannel.Patience.NONE), Limits.GOODBYE, false,
                    HttpChannel.Received::isSuccess);
        } catch (ClientFailure e) {
            return;                                // it ends by itself
        }
    }
}
