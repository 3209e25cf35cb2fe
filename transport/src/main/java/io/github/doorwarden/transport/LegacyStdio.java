package io.github.doorwarden.transport;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.ProviderOutage;
import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.protocol.Era;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message.Request;
import io.github.doorwarden.protocol.Message.Response;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Exchange;
import io.github.doorwarden.server.Outlet;
import io.github.doorwarden.transport.legacy.Conversation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Legacy messages over stdio: the process is the conversation, which `initialize` opens once (2024-11-05 to
/// 2025-11-25, Lifecycle). Safe for use by many threads.
final class LegacyStdio implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StdioEndpoint.class);

    private final Endpoint endpoint;
    private final About about;
    private final Dispatch dispatch;
    private final StdioEndpoint.Bearer bearer;
    private final LineChannel channel;
    private final AtomicBoolean telling = new AtomicBoolean();
    private volatile Conversation conversation;
    private volatile boolean closed;

    LegacyStdio(Endpoint endpoint, About about, Dispatch dispatch, StdioEndpoint.Bearer bearer, LineChannel channel) {
        this.endpoint = endpoint;
        this.about = about;
        this.dispatch = dispatch;
        this.bearer = bearer;
        this.channel = channel;
    }

    /// Empty before `initialize`.
    Optional<Conversation> opened() {
        return Optional.ofNullable(conversation);
    }

    /// Whether the revision that was agreed on has batches (2025-03-26, Base protocol, Batching).
    boolean takesBatches() {
        return opened().filter(talk -> talk.revision() == Revision.V2025_03_26).isPresent();
    }

    /// Whether a request must not be part of a batch.
    static boolean comesAlone(Request call) {
        return call.method().equals(Methods.INITIALIZE.wireName()) || Era.of(call, List.of()) instanceof Era.Modern;
    }

    /// The era of a message: a legacy one speaks the revision that was agreed on.
    static Era spoken(Era era, Optional<Conversation> opened) {
        return era instanceof Era.Legacy ? opened.<Era>map(talk -> new Era.Legacy(talk.revision())).orElse(era) : era;
    }

    /// The bare result of a request.
    ///
    /// @throws Refused with the reason: before `initialize` nothing but `ping` is served, so that a client which asks
    ///                 whether this server is a modern one learns that it is not being understood
    ObjectNode answer(Optional<Conversation> opened, Errand errand, Request call, Caller caller, String requestId) {
        var opens = call.method().equals(Methods.INITIALIZE.wireName());
        if (opens && opened.isPresent()) {
            throw new Refused(new Refusal.NotAMessage("This conversation was opened before, at revision "
                    + opened.get().revision().date() + ", and goes on as it is. Start another process for another "
                    + "one."));
        }
        if (!opens && opened.isEmpty() && !call.method().equals(Methods.PING.wireName())) {
            throw new Refused(new Refusal.BadParams("Send initialize first, or, at revision "
                    + Revision.V2026_07_28.date() + ", name the revision in params._meta."));
        }
        var talk = opened.orElseGet(() -> new Conversation(dispatch, about, Revision.newestLegacy(),
                JsonNodeFactory.instance.objectNode(), true));
        var method = Methods.request(call.method(), talk.revision());
        try (var running = talk.begin(call.id(), errand::send)) {
            errand.onEnd(running::cancel);
            var result = talk.answer(exchange(talk, call.params(), caller, requestId, running), method, call);
            if (opens) {
                conversation = talk;
            }
            return result;
        }
    }

    private Exchange exchange(Conversation talk, ObjectNode params, Caller caller, String requestId, Outlet outlet) {
        return new Exchange(caller, endpoint, talk.revision(), talk.capabilities(), requestId, StdioEndpoint.PEER,
                Meta.progressToken(params), outlet.logLevel(), Meta.traceparent(params), outlet);
    }

    /// The client is ready to be told of changes.
    void initialized() {
        var talk = conversation;
        if (talk != null && telling.compareAndSet(false, true)) {
            Thread.ofVirtual().start(() -> tell(talk));
        }
    }

    /// For as long as the caller may hear of it.
    private void tell(Conversation talk) {
        try {
            var caller = bearer.caller().get();
            var exchange = exchange(talk, JsonNodeFactory.instance.objectNode(), caller, "", Outlet.NONE);
            while (!closed && bearer.mayStay().test(caller)) {
                talk.subscription(exchange).next(Limits.STAY_LOOK.toMillis())
                        .ifPresent(notice -> channel.send(JsonRpc.print(notice)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TokenRefused | ProviderOutage refused) {
            LOG.debug("The client is told of no changes, because its token is refused.");
        }
    }

    /// The client's answer to a request of ours; one that nobody waits for is ignored.
    void deliver(Response answer) {
        var talk = conversation;
        if (talk == null || !talk.deliver(answer)) {
            LOG.debug("A response that nobody waits for was ignored.");
        }
    }

    @Override
    public void close() {
        closed = true;
        if (conversation != null) {
            conversation.close();
        }
    }
}
