package io.github.doorwarden.transport;

import io.github.doorwarden.http.RequestIds;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.identity.Challenge;
import io.github.doorwarden.identity.ProviderOutage;
import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.protocol.Batch;
import io.github.doorwarden.protocol.Era;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Message.Notification;
import io.github.doorwarden.protocol.Message.Request;
import io.github.doorwarden.protocol.Message.Response;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.server.Challenged;
import io.github.doorwarden.server.Decision;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.StoreOutage;
import io.github.doorwarden.transport.legacy.Conversation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One MCP endpoint over a pair of pipes, for every revision (MCP, stdio): each line is a message, each request runs on
/// a thread of its own, and both eras share the channel. What [McpEndpoint] is for HTTP; the steps behind are the same.
///
/// Whoever started the process is the caller, by the token that stands in its environment, which is judged with every
/// request. The one thread of [#run] reads; everything else is safe for use by many threads.
public final class StdioEndpoint implements AutoCloseable {

    /// The other end, in logs and in the audit log.
    static final String PEER = "stdio";

    private static final Logger LOG = LoggerFactory.getLogger(StdioEndpoint.class);

    /// Who is at the other end.
    ///
    /// @param caller  of a request that comes now
    /// @param mayStay whether a caller who came in may still be told of changes; asked now and then, from memory
    /// @param remedy  what to do to come in as somebody else: a sentence for the person who starts this process
    public record Bearer(Supplier<Caller> caller, Predicate<Caller> mayStay, String remedy) {}

    private final Endpoint endpoint;
    private final Bearer bearer;
    private final Guard guard;
    private final Modern modern;
    private final Listening listening;
    private final LegacyStdio legacy;
    private final RefusedTokens refusedTokens;
    private final RequestIds ids = new RequestIds();
    private final Lines lines;
    private final LineChannel channel;
    private final Errands errands;

    /// @param dispatch knows this endpoint
    public StdioEndpoint(Endpoint endpoint, About about, Bearer bearer, Policy policy, Dispatch dispatch,
            AuditLog audit, InstantSource clock, InputStream in, OutputStream out) {
        this.endpoint = endpoint;
        this.bearer = bearer;
        this.guard = new Guard(endpoint, policy, DpopMode.OFF);
        this.modern = new Modern(dispatch, about);
        this.listening = new Listening(dispatch, about);
        this.refusedTokens = new RefusedTokens(audit, clock);
        this.lines = new Lines(in, Limits.BODY_BYTES);
        this.channel = new LineChannel(out);
        this.errands = new Errands(channel);
        this.legacy = new LegacyStdio(endpoint, about, dispatch, bearer, channel);
    }

    /// Serves until the other end closes the pipe; then lets what runs come to its end, for a moment.
    ///
    /// @throws IOException when the pipe cannot be read
    public void run() throws IOException {
        try {
            for (var line = lines.next(); line != null; line = lines.next()) {
                take(line);
            }
        } finally {
            close();
        }
    }

    /// Ends what runs: what can be finished within a moment is.
    @Override
    public void close() {
        errands.finish();
        legacy.close();
    }

    /// One line. Only requests leave this thread: what a client sends in order takes effect in order.
    private void take(byte[] line) {
        try {
            if (line == Lines.TOO_LONG) {
                throw new Refused(new Refusal.NotAMessage("The line is longer than " + Limits.BODY_BYTES
                        + " bytes, which is the most that a message may have. The rest of it is skipped."));
            }
            if (JsonRpc.isBatch(line) && legacy.takesBatches()) {
                batch(JsonRpc.batch(line));                                // -32700, -32600  2025-03-26, Batching
                return;
            }
            switch (JsonRpc.parse(line)) {                                 // -32700, -32600  JSON-RPC 2.0 §5.1
                case Request call -> begin(call, Optional.empty());        // -32600, 429
                case Notification notice -> note(notice);
                case Response answer -> legacy.deliver(answer);
            }
        } catch (Refused refused) {
            channel.send(new Wire(refused.id().orElse(null), null).error(refused.why()));
        }
    }

    private void batch(Batch batch) {
        var answers = new BatchAnswers(channel, batch.parts().size());
        for (var part : batch.parts()) {
            try {
                switch (part) {
                    case Batch.Part.Broken(Refused why) -> throw why;
                    case Batch.Part.Whole(Request call) when LegacyStdio.comesAlone(call) ->
                        answers.add(new Wire(call.id(), null).error(new Refusal.NotAMessage(
                                "A request of this kind must not be part of a batch. Send it alone.")));
                    case Batch.Part.Whole(Request call) -> begin(call, Optional.of(answers));
                    case Batch.Part.Whole(Notification notice) -> {
                        note(notice);
                        answers.none();
                    }
                    case Batch.Part.Whole(Response answer) -> {
                        legacy.deliver(answer);
                        answers.none();
                    }
                }
            } catch (Refused refused) {
                answers.add(new Wire(refused.id().orElse(null), null).error(refused.why()));
            }
        }
    }

    /// @param batch that the request is part of
    private void begin(Request call, Optional<BatchAnswers> batch) {
        var begun = errands.begin(call.id(), batch);
        if (begun.isEmpty()) {
            new Errand(call.id(), channel, batch).answer(new Wire(call.id(), null).error(new Refusal.TooMany(
                    "As many requests run as may, " + Limits.STDIO_REQUESTS + ". Wait for an answer, or cancel one.",
                    1)));
            return;
        }
        var errand = begun.get();
        var opened = legacy.opened();
        if (call.method().equals(Methods.INITIALIZE.wireName())) {
            answer(errand, call, opened);                                  // what follows it is judged by its revision
        } else {
            Thread.ofVirtual().start(() -> answer(errand, call, opened));
        }
    }

    private void note(Notification notice) {
        switch (Methods.named(notice.method()).orElse(null)) {
            case CANCELLED -> {
                var cancelled = errands.cancel(notice.params().path("requestId"));
                LOG.atInfo().addKeyValue("running", cancelled).addKeyValue("reason", reason(notice.params()))
                        .log("The client has cancelled a request.");
            }
            case INITIALIZED -> legacy.initialized();
            case null, default -> LOG.debug("A notification that nothing here waits for was ignored.");
        }
    }

    private static String reason(ObjectNode params) {
        var given = params.path("reason").asString("");
        return given.length() <= Limits.LOGGED_REASON_CHARS ? given
                : given.substring(0, Limits.LOGGED_REASON_CHARS) + "…";
    }

    /// One request, from its message to its answer.
    ///
    /// @param opened the legacy conversation as it was when the request came; empty before `initialize`
    private void answer(Errand errand, Request call, Optional<Conversation> opened) {
        var requestId = ids.next();
        var wire = Wire.to(call);
        try {
            var era = LegacyStdio.spoken(Era.of(call, List.of()), opened); //                 Backward compatibility
            wire = wire.in(era);
            var caller = bearer.caller().get();                            // 401             RFC 6750 §3.1
            guard.check(caller, call.method());                            // 401, 403        Authorization
            switch (era) {
                case Era.Modern now -> modern(errand, call, caller, requestId);
                case Era.Legacy before ->
                    errand.answer(JsonRpc.result(call.id(), legacy.answer(opened, errand, call, caller, requestId)));
            }
        } catch (TokenRefused refused) {
            refusedTokens.record(requestId, PEER, endpoint.path(), refused);
            errand.answer(challenged(call, refused.status(), guard.refused(refused),
                    refused.getMessage()));
        } catch (Challenged challenged) {
            errand.answer(challenge(call, requestId, challenged));
        } catch (Refused refused) {
            errand.answer(refused(wire, requestId, refused));
        } catch (ProviderOutage down) {
            errand.answer(wire.error(new Refusal.Outage(down.getMessage(), down.detail(), true)));
        } catch (StoreOutage outage) {
            LOG.atError().addKeyValue("request", requestId).setCause(outage).log("The store is down.");
            errand.answer(wire.error(new Refusal.Outage(
                    "The server cannot reach its store. Try again in a minute.", "", true)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.atError().addKeyValue("incident", requestId).setCause(bug).log("A request ended in a fault of ours.");
            errand.answer(wire.error(new Refusal.Bug(requestId)));
        } finally {
            errands.end(errand);
        }
    }

    /// A modern message says all that is needed itself; there are no headers that could disagree.
    private void modern(Errand errand, Request call, Caller caller, String requestId) throws InterruptedException {
        var meta = Meta.of(call.params());                                 // -32602
        var exchange = Modern.exchange(call, meta, caller, endpoint, requestId, PEER, Optional.empty(),
                errand.outlet(meta.logLevel()));                           // -32022
        var method = Methods.request(call.method(), exchange.revision());  // -32601
        if (method != Methods.LISTEN) {
            errand.answer(JsonRpc.result(call.id(), modern.answer(exchange, method, call)));
            return;
        }
        var agreed = modern.dispatch().listen(exchange, call.params().path("notifications"));
        try (var subscription = agreed.subscription()) {
            errands.rests(errand, subscription::close);
            listening.run(agreed, call.id(), () -> bearer.mayStay().test(caller), message -> {
                if (message instanceof Response last) {
                    errand.answer(JsonRpc.print(last));
                } else {
                    errand.send(message);
                }
            });
        }
    }

    private byte[] challenge(Request call, String requestId, Challenged challenged) {
        refusedTokens.challenged(requestId, PEER, endpoint.path(), challenged);
        return switch (challenged.decision()) {
            case Decision.NeedsLogin login ->
                challenged(call, 401, guard.login(login), challenged.getMessage());
            case Decision.NeedsScope scope -> {
                Guard.logInsufficient(requestId, scope);
                yield challenged(call, 403, guard.insufficient(scope), challenged.getMessage());
            }
            case Decision.NeedsSignIn again ->
                challenged(call, 401, guard.signInAgain(again), challenged.getMessage());
            case Decision.Allowed allowed -> throw new IllegalStateException("challenged though allowed");
            case Decision.Hidden hidden -> throw new IllegalStateException("challenged though hidden");
        };
    }

    /// Over stdio there is no flow that a client could begin by itself, so the person is told, and `data` has what a
    /// program would have read from `WWW-Authenticate`.
    private byte[] challenged(Request call, int status, Challenge challenge, String sentence) {
        var data = JsonNodeFactory.instance.objectNode().put("resource_metadata", challenge.metadata().toString())
                .put("resource", endpoint.resource().toString());
        var scopes = data.putArray("scopes");
        challenge.scopes().forEach(scopes::add);
        return JsonRpc.error(call.id(), status, sentence + " " + bearer.remedy(), data);
    }

    private static byte[] refused(Wire wire, String requestId, Refused refused) {
        if (refused.why() instanceof Refusal.Outage outage) {
            LOG.atWarn().addKeyValue("request", requestId).addKeyValue("detail", outage.detail())
                    .log("An outage was answered.");
        }
        return wire.error(refused.why());
    }
}
