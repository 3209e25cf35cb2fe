package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Batch;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Message.Notification;
import io.github.doorwarden.protocol.Message.Request;
import io.github.doorwarden.protocol.Message.Response;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Exchange;
import io.github.doorwarden.transport.About;
import io.github.doorwarden.transport.Limits;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.JsonNodeFactory;

/// The transport of revision 2024-11-05, HTTP with SSE: one stream that carries all messages of the server, and a path
/// of its own for those of the client. A conversation begins and ends with its stream. Safe for use by many threads.
public final class OldStreams {

    private static final int ID_BYTES = 16;
    private static final String QUERY = "sessionId=";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Endpoint endpoint;
    private final About about;
    private final Dispatch dispatch;
    private final Map<String, Line> lines = new ConcurrentHashMap<>();

    public OldStreams(Endpoint endpoint, About about, Dispatch dispatch) {
        this.endpoint = endpoint;
        this.about = about;
        this.dispatch = dispatch;
    }

    /// One open stream with its conversation.
    private static final class Line implements Conversation.Channel {

        private final String owner;
        private final EventStream stream;
        private final Conversation conversation;
        private final Semaphore places = new Semaphore(Limits.OLD_REQUESTS_RUNNING);
        private volatile boolean initialized;

        Line(String owner, EventStream stream, Conversation conversation) {
            this.owner = owner;
            this.stream = stream;
            this.conversation = conversation;
        }

        @Override
        public boolean send(Message message) {
            return send(JsonRpc.print(message));
        }

        private boolean send(byte[] json) {
            try {
                stream.event(null, json);
                return true;
            } catch (EventStream.Gone gone) {
                return false;
            }
        }
    }

    /// The stream: says where messages go, then carries what the server has to say.
    ///
    /// @param mayStay whether the caller may still be told; asked now and then
    /// @throws Refused `TooMany` when this caller has as many streams as it may have
    public Reply open(HttpIn in, EventStream stream, Caller caller, BooleanSupplier mayStay) {
        var random = new byte[ID_BYTES];
        RANDOM.nextBytes(random);
        var id = HexFormat.of().formatHex(random);
        var conversation = new Conversation(dispatch, about, Revision.V2024_11_05,
                JsonNodeFactory.instance.objectNode(), true);
        var line = new Line(SessionId.who(caller), stream, conversation);
        try (conversation) {
            var changes = conversation.subscription(new Exchange(caller, endpoint, conversation.revision(),
                    conversation.capabilities(), in.requestId(), in.peer()));
            stream.rests();
            stream.open(Headers.NONE);
            lines.put(id, line);
            stream.named("endpoint", (endpoint.path() + "/messages?" + QUERY + id).getBytes(StandardCharsets.UTF_8));
            stream.onGone(changes::close);
            stream.onDraining(changes::close);
            while (changes.isOpen() && mayStay.getAsBoolean()) {
                changes.next(Limits.STAY_LOOK.toMillis()).filter(change -> line.initialized && mayStay.getAsBoolean())
                        .ifPresent(line::send);
            }
        } catch (EventStream.Gone gone) {
            // the client has hung up before it began
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lines.remove(id);
        }
        return Reply.STREAMED;
    }

    /// A POST: its messages, each of which the caller may send; the answers go out on the stream.
    ///
    /// @param batch    whether they came as one
    /// @param failures makes the error of a request
    /// @throws LegacyRefused 404 when there is no such stream, or it is another caller's
    public Reply take(HttpIn in, Caller caller, Batch messages, boolean batch, LegacyHttp.Failures failures) {
        var line = line(in, caller);
        if (batch && line.conversation.revision() != Revision.V2025_03_26) {
            throw new Refused(new Refusal.NotAMessage("Batches exist in revision 2025-03-26 alone. Send each message "
                    + "in a request of its own."));
        }
        var turn = new Turn(in, caller, endpoint, line.conversation, line);
        var calls = new ArrayList<Request>();
        for (var part : messages.parts()) {
            switch (part) {
                case Batch.Part.Broken(Refused why) -> throw why;
                case Batch.Part.Whole(Request call) -> calls.add(call);
                case Batch.Part.Whole(Notification notice) -> line.conversation.note(notice);
                case Batch.Part.Whole(Response answer) -> {
                    if (!line.conversation.deliver(answer)) {
                        throw new Refused(new Refusal.NotAMessage("This is a response, but this server asked nothing, "
                                + "or waits for the answer no longer."));
                    }
                }
            }
        }
        begin(line, turn, calls, failures);
        return Reply.empty(202);
    }

    private Line line(HttpIn in, Caller caller) {
        var query = in.query();
        var line = query.startsWith(QUERY) ? lines.get(query.substring(QUERY.length())) : null;
        if (line == null || !line.owner.equals(SessionId.who(caller))) {
            throw new LegacyRefused(404, "There is no such stream, or it is over. Open " + endpoint.path()
                    + "/sse again and send messages where its first event says.");
        }
        return line;
    }

    private static void begin(Line line, Turn turn, List<Request> calls, LegacyHttp.Failures failures) {
        if (!line.places.tryAcquire(calls.size())) {
            throw new LegacyRefused(429, "More than " + Limits.OLD_REQUESTS_RUNNING + " requests of this stream would "
                    + "run at once. Wait for an answer.");
        }
        for (var call : calls) {
            Thread.ofVirtual().start(() -> {
                try {
                    answer(line, turn, call, failures);
                } finally {
                    line.places.release();
                }
            });
        }
    }

    /// Initialization comes first (2024-11-05, Lifecycle).
    private static void answer(Line line, Turn turn, Request call, LegacyHttp.Failures failures) {
        var initialize = call.method().equals(Methods.INITIALIZE.wireName());
        if (initialize == line.initialized && !call.method().equals(Methods.PING.wireName())) {
            var why = new Refused(new Refusal.NotAMessage(initialize ? "This conversation has begun already."
                    : "A conversation begins with initialize. Send that first."));
            line.send(failures.of(call.id(), why).body());
            return;
        }
        Optional<byte[]> json;
        try {
            json = turn.answer(call);
            line.initialized |= initialize;
        } catch (RuntimeException why) {
            json = Optional.of(failures.of(call.id(), why).body());
        }
        json.ifPresent(line::send);
    }
}
