package io.github.doorwarden.transport;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.Caller;
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
import io.github.doorwarden.protocol.RequestHeaders;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Challenged;
import io.github.doorwarden.server.Decision;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Exchange;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.StoreOutage;
import io.github.doorwarden.transport.legacy.LegacyHttp;
import io.github.doorwarden.transport.legacy.LegacyRefused;
import io.github.doorwarden.transport.legacy.OldStreams;
import io.github.doorwarden.transport.legacy.Sessions;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One MCP endpoint over Streamable HTTP, socket to reply, for every revision. Read this file first.
///
/// [#handle] is the specification's list of steps in its order (MCP 2026-07-28, Streamable HTTP; Versioning), each with
/// its refusal beside it; Host, Origin and the size of the body were judged before, by the engine. Only this class
/// branches on what a request is: the steps know nothing of the reply and do not call each other. Of a modern client
/// nothing is remembered between its requests; what a legacy one leaves behind is in [LegacyHttp]. Safe for use by many
/// threads.
public final class McpEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(McpEndpoint.class);

    /// Of an error whose code does not depend on which legacy revision it is.
    private static final Era LEGACY = new Era.Legacy(Revision.newestLegacy());

    private final Endpoint endpoint;
    private final Callers callers;
    private final Guard guard;
    private final Dispatch dispatch;
    private final Modern modern;
    private final Listening listening;
    private final LegacyHttp legacy;
    private final OldStreams oldStreams;
    private final RefusedTokens refusedTokens;

    /// @param dispatch knows this endpoint
    public McpEndpoint(Endpoint endpoint, About about, Callers callers, Policy policy, Dispatch dispatch,
            Sessions sessions, AuditLog audit, InstantSource clock) {
        this.endpoint = endpoint;
        this.callers = callers;
        this.guard = new Guard(endpoint, policy, callers.dpop());
        this.dispatch = dispatch;
        this.modern = new Modern(dispatch, about);
        this.listening = new Listening(dispatch, about);
        this.legacy = new LegacyHttp(endpoint, about, dispatch, sessions);
        this.oldStreams = new OldStreams(endpoint, about, dispatch);
        this.refusedTokens = new RefusedTokens(audit, clock);
    }

    /// One POST.
    Reply handle(HttpIn in, EventStream stream) {
        var wire = Wire.UNREAD;
        try {
            isJson(in);                                                        // 415             Sending messages
            var caller = callers.of(in, endpoint.resource());                  // 400, 401        RFC 6750 §3
            knock(caller);                                                     // 401             RFC 9728 §5.1
            if (JsonRpc.isBatch(in.body())) {
                return batch(in, stream, caller);                              // -32600          2025-03-26, Batching
            }
            var message = JsonRpc.parse(in.body());                            // -32700, -32600  JSON-RPC 2.0 §5.1
            wire = Wire.to(message);
            var era = Era.of(message, in.headers().all(RequestHeaders.VERSION)); // -32022        Backward compatibility
            wire = wire.in(era);
            guard(caller, message);                                            // 401, 403        Authorization
            return switch (era) {
                case Era.Modern now -> modern(in, stream, caller, message, wire);
                case Era.Legacy before -> legacy(in, stream, caller, message, before);
            };
        } catch (EventStream.Busy | EventStream.Gone over) {
            throw over;
        } catch (RuntimeException why) {
            return Wire.sent(in, stream, failed(wire, in, why));
        }
    }

    /// What a request ended in, as a reply.
    private Reply failed(Wire wire, HttpIn in, RuntimeException why) {
        return switch (why) {
            case TokenRefused refused -> {
                refusedTokens.record(in.requestId(), in.peer(), endpoint.path(), refused);
                yield wire.challenged(refused.status(), guard.refused(refused), refused.getMessage());
            }
            case Challenged challenged -> challenge(wire, in, challenged);
            case Refused refused -> refused(wire, in, refused);
            case LegacyRefused refused -> wire.refused(refused);
            case StoreOutage outage -> outage(wire, in, outage);
            case ProviderOutage down -> refused(wire, in,
                    new Refused(new Refusal.Outage(down.getMessage(), down.detail(), true)));
            default -> bug(wire, in, why);
        };
    }

    /// A modern message says all that is needed itself: first it must, then its headers must agree, then its version is
    /// judged (Server validation; Protocol version header).
    private Reply modern(HttpIn in, EventStream stream, Caller caller, Message message, Wire wire) {
        return switch (message) {
            case Request call -> {
                var meta = Meta.of(call.params());                             // 400 -32602
                RequestHeaders.check(in.headers()::all, call, meta);           // 400 -32020
                var outlet = new StreamOutlet(stream, Accepts.of(in).events(), meta.logLevel());
                var exchange = Modern.exchange(call, meta, caller, endpoint, in.requestId(), in.peer(),
                        in.headers().first("traceparent"), outlet);
                var method = Methods.request(call.method(), exchange.revision());           // 404 -32601
                mirrored(in, exchange, method, call);                          // 400 -32020
                if (method == Methods.LISTEN) {
                    yield listening.serve(stream, exchange, call, () -> callers.mayStay(caller));
                }
                yield wire.result(in, stream, outlet.last(() -> modern.answer(exchange, method, call)));
            }
            case Notification notice -> Reply.empty(202);                      // nothing here waits for one
            case Response answer -> throw unasked();                           // -32600
        };
    }

    /// Holds the headers of a `tools/call` against its arguments (Server behavior for custom headers).
    private void mirrored(HttpIn in, Exchange exchange, Methods method, Request call) {
        if (method == Methods.TOOLS_CALL) {
            dispatch.mirrored(exchange, call.params().path("name").asString(""))
                    .ifPresent(headers -> headers.check(in.headers()::all, call.params().path("arguments")));
        }
    }

    private Reply legacy(HttpIn in, EventStream stream, Caller caller, Message message, Era.Legacy era) {
        return Wire.sent(in, stream, legacy.answer(post(in, stream, caller), message, era.revision()));
    }

    /// The one revision that has batches lets each message in by itself, before any is carried out.
    private Reply batch(HttpIn in, EventStream stream, Caller caller) {
        var post = post(in, stream, caller);
        var batch = legacy.batch(post, Era.ofHeaders(in.headers().all(RequestHeaders.VERSION)));
        batch.messages().forEach(message -> guard(caller, message));
        return Wire.sent(in, stream, legacy.answer(post, batch));
    }

    private LegacyHttp.Post post(HttpIn in, EventStream stream, Caller caller) {
        return new LegacyHttp.Post(in, stream, caller, Accepts.of(in).events(), failures(in));
    }

    private LegacyHttp.Failures failures(HttpIn in) {
        return (id, why) -> failed(new Wire(id, LEGACY), in, why);
    }

    /// One GET: a stream of a legacy session. Without one it is refused at once, whoever asks: a client that waits for
    /// a stream hangs. Whoever may look without signing in gets none and is not told to sign in: clients ask for it
    /// unasked, and begin to sign in a second time when their first call is challenged as well.
    Reply listen(HttpIn in, EventStream stream) {
        return !legacy.listens(in) || onlyLooks(in) ? Wire.methodNotAllowed(McpRoutes.ALLOW) : admitted(in, stream,
                caller -> legacy.listen(in, stream, caller, () -> callers.mayStay(caller)));
    }

    private boolean onlyLooks(HttpIn in) {
        return !endpoint.openMethods().isEmpty() && in.headers().first("Authorization").isEmpty()
                && !guard.admitsAnybody();
    }

    /// One DELETE: ends a legacy session.
    Reply end(HttpIn in, EventStream stream) {
        return admitted(in, stream, caller -> legacy.end(in, caller));
    }

    /// The stream of revision 2024-11-05.
    Reply oldStream(HttpIn in, EventStream stream) {
        return admitted(in, stream, caller -> oldStreams.open(in, stream, caller, () -> callers.mayStay(caller)));
    }

    /// What a client of that revision has to say.
    Reply oldMessage(HttpIn in, EventStream stream) {
        return admitted(in, stream, caller -> {
            isJson(in);
            var batch = JsonRpc.isBatch(in.body());
            var messages = batch ? JsonRpc.batch(in.body())
                    : new Batch(List.of(new Batch.Part.Whole(JsonRpc.parse(in.body()))));
            messages.messages().forEach(message -> guard(caller, message));
            return oldStreams.take(in, caller, messages, batch, failures(in));
        });
    }

    /// What has no message to be judged by takes a caller who is let in whatever the method.
    private Reply admitted(HttpIn in, EventStream stream, Function<Caller, Reply> work) {
        try {
            var caller = callers.of(in, endpoint.resource());
            guard.check(caller, "");
            return work.apply(caller);
        } catch (EventStream.Busy | EventStream.Gone over) {
            throw over;
        } catch (RuntimeException why) {
            return Wire.sent(in, stream, failed(Wire.UNREAD, in, why));
        }
    }

    /// A body without a declared type is taken for JSON: it is parsed as nothing else.
    private static void isJson(HttpIn in) {
        var type = in.mediaType();
        if (!type.isEmpty() && !"application/json".equals(type)) {
            throw new Refused(new Refusal.WrongMediaType("The body must be declared as Content-Type: "
                    + "application/json."));
        }
    }

    /// A door without open methods is closed before anything is read: whoever has no token learns where to get one, and
    /// nothing else.
    private void knock(Caller caller) {
        if (endpoint.openMethods().isEmpty()) {
            guard.check(caller, "");
        }
    }

    private void guard(Caller caller, Message message) {
        guard.check(caller, switch (message) {
            case Request call -> call.method();
            case Notification notice -> notice.method();
            case Response answer -> "";
        });
    }

    private static Refused unasked() {
        return new Refused(new Refusal.NotAMessage("This is a response, but this server asked nothing. It takes "
                + "requests and notifications."));
    }

    private Reply challenge(Wire wire, HttpIn in, Challenged challenged) {
        refusedTokens.challenged(in.requestId(), in.peer(), endpoint.path(), challenged);
        return switch (challenged.decision()) {
            case Decision.NeedsLogin login ->
                wire.challenged(401, guard.login(login), challenged.getMessage()
                        + " Connect this server again in your client and sign in.");
            case Decision.NeedsScope scope -> {
                Guard.logInsufficient(in.requestId(), scope);
                yield wire.challenged(403, guard.insufficient(scope), challenged.getMessage()
                        + " Connect this server again in your client and allow it.");
            }
            case Decision.NeedsSignIn again -> wire.challenged(401, guard.signInAgain(again), challenged.getMessage()
                    + " Connect this server again in your client and sign in." + guard.confirmSignIn());
            case Decision.Allowed allowed -> throw new IllegalStateException("challenged though allowed");
            case Decision.Hidden hidden -> throw new IllegalStateException("challenged though hidden");
        };
    }

    private static Reply refused(Wire wire, HttpIn in, Refused refused) {
        if (refused.why() instanceof Refusal.Outage outage) {
            LOG.atWarn().addKeyValue("request", in.requestId()).addKeyValue("detail", outage.detail())
                    .log("An outage was answered.");
        }
        var known = wire.id() == null ? new Wire(refused.id().orElse(null), wire.era()) : wire;
        return known.refused(refused.why());
    }

    private static Reply outage(Wire wire, HttpIn in, StoreOutage outage) {
        LOG.atError().addKeyValue("request", in.requestId()).setCause(outage).log("The store is down.");
        return wire.refused(new Refusal.Outage("The server cannot reach its store. Try again in a minute.", "", true));
    }

    private static Reply bug(Wire wire, HttpIn in, RuntimeException bug) {
        LOG.atError().addKeyValue("incident", in.requestId()).setCause(bug).log("A request ended in a fault of ours.");
        return wire.refused(new Refusal.Bug(in.requestId()));
    }
}
