package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Batch;
import io.github.doorwarden.protocol.Era;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Message.Notification;
import io.github.doorwarden.protocol.Message.Request;
import io.github.doorwarden.protocol.Message.Response;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.RequestHeaders;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Exchange;
import io.github.doorwarden.server.Subscription;
import io.github.doorwarden.transport.About;
import io.github.doorwarden.transport.Limits;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;

/// Legacy messages over one Streamable HTTP endpoint, with a session and without (2025-03-26 to 2025-11-25,
/// Transports). Who calls was proven before, on each request: a session is no credential. Safe for use by many threads.
public final class LegacyHttp {

    private static final String SESSION = "Mcp-Session-Id";

    /// What a session remembers something of, or may be told or asked while it runs.
    private static final Set<Methods> REMEMBERED = EnumSet.of(Methods.TOOLS_CALL, Methods.RESOURCES_READ,
            Methods.PROMPTS_GET, Methods.SET_LEVEL, Methods.RESOURCES_SUBSCRIBE, Methods.RESOURCES_UNSUBSCRIBE);

    private static final Set<Methods> MAY_LAST = EnumSet.of(Methods.TOOLS_CALL, Methods.RESOURCES_READ,
            Methods.PROMPTS_GET);

    private final Endpoint endpoint;
    private final About about;
    private final Dispatch dispatch;
    private final Sessions sessions;

    public LegacyHttp(Endpoint endpoint, About about, Dispatch dispatch, Sessions sessions) {
        this.endpoint = endpoint;
        this.about = about;
        this.dispatch = dispatch;
        this.sessions = sessions;
    }

    /// One POST of a caller that was let in.
    ///
    /// @param takesEvents whether the client's `Accept` allows an event stream
    public record Post(HttpIn in, EventStream stream, Caller caller, boolean takesEvents, Failures failures) {}

    /// Makes a reply of what a request ended in: the endpoint does that for all.
    @FunctionalInterface
    public interface Failures {

        Reply of(Id id, RuntimeException why);
    }

    /// One message.
    ///
    /// @param spoken what the version header says, or what is meant without it
    /// @throws RuntimeException with the reason, while nothing has gone out
    public Reply answer(Post post, Message message, Revision spoken) {
        if (message instanceof Request call && call.method().equals(Methods.INITIALIZE.wireName())) {
            return initialize(post, call);
        }
        var id = session(post.in, post.caller);
        var revision = revision(post.in, id, spoken);
        return switch (message) {
            case Request call -> request(post, call, id, revision);
            case Notification notice -> {
                id.ifPresent(session -> note(post, session, notice));
                yield Reply.empty(202);
            }
            case Response answer -> {
                if (!deliver(post, id, answer)) {
                    throw unasked(id);
                }
                yield Reply.empty(202);
            }
        };
    }

    /// Begins a session, where there are any; a session id that comes along is of one that the client has given up.
    private Reply initialize(Post post, Request call) {
        var remembers = sessions.at(endpoint);
        var conversation = conversation(Revision.V2025_03_26, 0, remembers);
        var turn = turn(post, conversation, new PostStream(post.stream, false, null, conversation::giveUpAsking));
        var reply = Reply.json(200, turn.answer(call).orElseThrow());
        return remembers ? reply.with(SESSION, sessions.open(endpoint, conversation.revision(),
                conversation.capabilities(), post.caller)) : reply;
    }

    private Conversation conversation(Revision revision, int declared, boolean reachable) {
        return new Conversation(dispatch, about, revision, Declared.json(declared), reachable);
    }

    private static PostStream stream(Post post, Conversation conversation, KeptStream kept) {
        return new PostStream(post.stream, post.takesEvents, kept, conversation::giveUpAsking);
    }

    private Turn turn(Post post, Conversation conversation, PostStream out) {
        return new Turn(post.in, post.caller, endpoint, conversation, out);
    }

    /// @throws LegacyRefused 404
    private Optional<SessionId> session(HttpIn in, Caller caller) {
        return sessions.at(endpoint)
                ? in.headers().first(SESSION).map(text -> sessions.find(text, endpoint, caller)) : Optional.empty();
    }

    /// The session's revision holds, and a header that names another is refused (2025-11-25, Transports, Protocol
    /// version header).
    private static Revision revision(HttpIn in, Optional<SessionId> session, Revision spoken) {
        var negotiated = session.map(SessionId::revision).orElse(spoken);
        if (negotiated != spoken && in.headers().first(RequestHeaders.VERSION).isPresent()) {
            throw new LegacyRefused(400, "The header " + RequestHeaders.VERSION + " says " + spoken.date()
                    + ", but this session negotiated " + negotiated.date() + ". Send that, or no such header.");
        }
        return negotiated;
    }

    private Session enter(Post post, SessionId id) {
        return enter(post.in, post.caller, id);
    }

    private Session enter(HttpIn in, Caller caller, SessionId id) {
        return sessions.enter(id, caller, in.peer(), () -> conversation(id.revision(), id.declared(), true));
    }

    private Reply request(Post post, Request call, Optional<SessionId> id, Revision revision) {
        var method = Methods.request(call.method(), revision);
        if (id.isEmpty() || !REMEMBERED.contains(method)) {
            var conversation = conversation(revision, id.map(SessionId::declared).orElse(0), id.isPresent());
            return single(post, call, conversation, stream(post, conversation, null));
        }
        var session = enter(post, id.get());
        if (post.takesEvents && session.primes() && MAY_LAST.contains(method)) {
            return detachable(post, call, session);
        }
        try {
            return inSession(post, call, session, session.stream(post.stream));
        } finally {
            sessions.leave(session);
        }
    }

    private Reply inSession(Post post, Request call, Session session, KeptStream kept) {
        try {
            return single(post, call, session.conversation(), stream(post, session.conversation(), kept));
        } finally {
            kept.finish();
        }
    }

    private Reply single(Post post, Request call, Conversation conversation, PostStream out) {
        var turn = turn(post, conversation, out);
        Optional<byte[]> answer;
        try {
            answer = turn.answer(call);
        } catch (RuntimeException why) {
            if (!out.isBegun()) {
                throw why;
            }
            answer = Optional.of(post.failures.of(call.id(), why).body());
        }
        return out.last(answer.stream().toList(), false);
    }

    /// A request that goes on when its connection does not: the client may be sent away, and comes back for the answer
    /// (2025-11-25, Transports, Sending messages 6).
    private Reply detachable(Post post, Request call, Session session) {
        var kept = session.stream(post.stream);
        var work = new FutureTask<>(() -> {
            try {
                return inSession(post, call, session, kept);
            } finally {
                sessions.leave(session);
            }
        });
        Thread.ofVirtual().start(work);
        try {
            while (!kept.awaitEnd(post.stream, Limits.STAY_LOOK)) {
                // whether the caller may stay was judged for this request; what it may not see does not come
            }
            return kept.isFinished() ? work.get() : Reply.STREAMED;
        } catch (InterruptedException e) {
            work.cancel(true);
            Thread.currentThread().interrupt();
            throw new Refused(new Refusal.Outage("The server is stopping. Try again in a minute.", "interrupted",
                    true));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException why ? why : new IllegalStateException(e.getCause());
        }
    }

    private void note(Post post, SessionId id, Notification notice) {
        sessions.known(id, post.caller).ifPresent(session -> session.conversation().note(notice));
    }

    /// @return false when nobody waits for it
    private boolean deliver(Post post, Optional<SessionId> id, Response answer) {
        return id.flatMap(known -> sessions.known(known, post.caller))
                .filter(session -> session.conversation().deliver(answer)).isPresent();
    }

    private RuntimeException unasked(Optional<SessionId> id) {
        return id.isEmpty() && sessions.at(endpoint)
                ? new LegacyRefused(400, "This is a response, but it names no session. Send the session id in the "
                        + "header " + SESSION + ".")
                : new Refused(new Refusal.NotAMessage("This is a response, but this server asked nothing, or waits "
                        + "for the answer no longer."));
    }

    /// The messages of a batch, which is for one revision alone.
    ///
    /// @throws Refused `NotAMessage`, `NotJson`
    public Batch batch(Post post, Era spoken) {
        var revision = spoken instanceof Era.Legacy legacy
                ? revision(post.in, session(post.in, post.caller), legacy.revision()) : Revision.V2026_07_28;
        if (revision != Revision.V2025_03_26) {
            JsonRpc.parse(post.in.body());
        }
        return JsonRpc.batch(post.in.body());
    }

    /// Each request is answered, one after the other, in one array or on one stream (2025-03-26, Base protocol,
    /// Batching; JSON-RPC 2.0 §6).
    public Reply answer(Post post, Batch batch) {
        var id = session(post.in, post.caller);
        if (id.isEmpty()) {
            var conversation = conversation(Revision.V2025_03_26, 0, false);
            return all(post, batch, id, conversation, stream(post, conversation, null));
        }
        var session = enter(post, id.get());
        var kept = session.stream(post.stream);
        try {
            return all(post, batch, id, session.conversation(), stream(post, session.conversation(), kept));
        } finally {
            kept.finish();
            sessions.leave(session);
        }
    }

    private Reply all(Post post, Batch batch, Optional<SessionId> id, Conversation conversation, PostStream out) {
        var turn = turn(post, conversation, out);
        var answers = new ArrayList<byte[]>();
        var due = false;
        var refused = false;
        for (var part : batch.parts()) {
            switch (part) {
                case Batch.Part.Broken(Refused why) ->
                    answers.add(post.failures.of(why.id().orElse(null), why).body());
                case Batch.Part.Whole(Request call) -> {
                    due = true;
                    answerInBatch(post, turn, call).ifPresent(answers::add);
                }
                case Batch.Part.Whole(Notification notice) -> conversation.note(notice);
                case Batch.Part.Whole(Response answer) -> refused |= !conversation.deliver(answer);
            }
        }
        if (due || !answers.isEmpty()) {
            return out.last(answers, true);
        }
        if (refused) {
            throw unasked(id);
        }
        return Reply.empty(202);
    }

    private static Optional<byte[]> answerInBatch(Post post, Turn turn, Request call) {
        if (call.method().equals(Methods.INITIALIZE.wireName())) {
            var why = new Refused(new Refusal.NotAMessage("initialize must not be part of a batch. Send it alone."));
            return Optional.of(post.failures.of(call.id(), why).body());
        }
        return turn.answerOrError(call, post.failures);
    }

    /// Whether a GET opens a stream at all: it does in a session alone.
    public boolean listens(HttpIn in) {
        return sessions.at(endpoint) && in.headers().first(SESSION).isPresent();
    }

    /// One GET: the stream of what belongs to no request, or the rest of one that broke off (2025-11-25, Transports,
    /// Listening for messages; Resumability and redelivery).
    ///
    /// @param mayStay whether the caller may still be told; asked now and then
    public Reply listen(HttpIn in, EventStream stream, Caller caller, BooleanSupplier mayStay) {
        var id = sessionOf(in, caller);
        var session = enter(in, caller, id);
        try {
            var last = in.headers().first("Last-Event-ID").filter(text -> !text.isEmpty());
            var resumed = last.map(text -> session.resumed(text).orElseThrow(() -> new LegacyRefused(400,
                    "Nothing is kept of the stream that Last-Event-ID names, or not enough. Send the request again.")));
            var kept = resumed.map(Session.Resumed::stream).orElse(session.standalone());
            Runnable connected = () -> { };
            if (kept == session.standalone()) {
                var news = subscription(session, new Exchange(caller, endpoint, id.revision(),
                        session.conversation().capabilities(), in.requestId(), in.peer()));
                connected = () -> session.tell(news, mayStay);
            }
            stream.rests();
            stream.open(Headers.NONE);
            carry(stream, kept, resumed.map(Session.Resumed::after).orElse(Session.Resumed.UNHEARD), connected,
                    mayStay);
        } catch (EventStream.Gone gone) {
            // the client has hung up before it began
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sessions.leave(session);
        }
        return Reply.STREAMED;
    }

    /// Streams of one caller are bounded, and sessions that rest hold some: these go first.
    private Subscription subscription(Session session, Exchange exchange) {
        while (true) {
            try {
                return session.conversation().subscription(exchange);
            } catch (Refused tooMany) {
                if (!sessions.forgetOneLike(session)) {
                    throw tooMany;
                }
            }
        }
    }

    private static void carry(EventStream stream, KeptStream kept, long after, Runnable connected,
            BooleanSupplier mayStay) throws InterruptedException {
        if (after == Session.Resumed.UNHEARD) {
            kept.connect(stream);
        } else if (!kept.resume(stream, after)) {
            return;
        }
        stream.onGone(() -> kept.disconnect(stream));
        stream.onDraining(() -> {
            kept.part(Limits.RETRY);
            kept.disconnect(stream);
        });
        connected.run();
        while (mayStay.getAsBoolean() && !kept.awaitEnd(stream, Limits.STAY_LOOK)) {
            // the writers write
        }
        kept.disconnect(stream);
    }

    /// One DELETE.
    public Reply end(HttpIn in, Caller caller) {
        sessions.end(sessionOf(in, caller), caller);
        return Reply.empty(204);
    }

    private SessionId sessionOf(HttpIn in, Caller caller) {
        var id = session(in, caller).orElseThrow(() -> new LegacyRefused(400, "This needs a session: send its id in "
                + "the header " + SESSION + "."));
        var spoken = Era.ofHeaders(in.headers().all(RequestHeaders.VERSION));
        revision(in, Optional.of(id), spoken instanceof Era.Legacy legacy ? legacy.revision() : Revision.V2026_07_28);
        return id;
    }
}
