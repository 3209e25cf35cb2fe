package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Revision;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;

/// Finds out what the server speaks: the host's own era first, then the other one (2026-07-28, Versioning, Backward
/// compatibility), then the transport of 2024-11-05 (2025-11-25, Transports, Backwards compatibility).
final class Eras {

    /// Errors that only a server of 2026-07-28 gives: headers, missing capabilities, version.
    private static final Set<Integer> MODERN = Set.of(-32020, -32021, -32022);

    private Eras() {}

    static Passage.Opened forLegacy(Ground ground, Message.Request initialize) throws ClientFailure,
            InterruptedException {
        ClientFailure failure = null;
        Remote.Answer refused = null;
        try {
            var opened = ground.remote().ask(initialize, Map.of(), ground.opening(), HttpChannel.Patience.NONE,
                    beside -> { });
            if (opened.response().error() == null) {
                return new Passage.Opened(new LegacyToLegacy(ground, initialize, opened), opened.response());
            }
            refused = opened;
        } catch (ClientFailure e) {
            if (hopeless(e)) {
                throw e;
            }
            failure = e;
        }
        var other = other(() -> LegacyToModern.open(ground, initialize));
        return other != null ? other : oldest(ground, refused, failure, older -> {
            var opened = older.remote().ask(initialize, Map.of(), ground.opening(), HttpChannel.Patience.NONE,
                    beside -> { });
            return new Passage.Opened(opened.response().error() != null ? null
                    : new LegacyToLegacy(older, initialize, opened), opened.response());
        });
    }

    static Passage.Opened forModern(Ground ground, Message.Request first) throws ClientFailure, InterruptedException {
        ClientFailure failure = null;
        Remote.Answer refused = null;
        var discover = discover(first);
        try {
            var answer = ground.remote().ask(discover, ground.tools().of(discover, ModernToModern.version(discover)),
                    ground.opening(), HttpChannel.Patience.NONE, beside -> { });
            var found = answer.response();
            var modern = found.result() != null && found.result().path("supportedVersions").isArray()
                    || found.error() != null && MODERN.contains(found.error().path("code").asInt(0));
            if (modern) {
                return new Passage.Opened(new ModernToModern(ground), found);
            }
            refused = answer;
        } catch (ClientFailure e) {
            if (hopeless(e)) {
                throw e;
            }
            failure = e;
        }
        var other = other(() -> ModernToLegacy.open(ground, first));
        return other != null ? other : oldest(ground, refused, failure, older -> ModernToLegacy.open(older, first));
    }

    /// The last attempt, over HTTP+SSE; when the server has no such stream, its first refusal stays.
    ///
    /// @param refused its error; or null, and `failure` says why there is none
    private static Passage.Opened oldest(Ground ground, Remote.Answer refused, ClientFailure failure, Older attempt)
            throws ClientFailure, InterruptedException {
        var status = refused != null ? refused.status() : failure.code();
        var stream = HttpSse.REFUSALS.contains(status) ? stream(ground, refused == null) : null;
        var opened = stream == null ? null : attempt.open(ground.at(stream));
        if (opened != null) {
            return opened;
        }
        if (refused != null) {
            return new Passage.Opened(null, refused.response());
        }
        throw failure;
    }

    /// @param alone whether the server has said nothing else
    /// @return null when there is none
    private static HttpSse stream(Ground ground, boolean alone) throws ClientFailure, InterruptedException {
        try {
            return HttpSse.reach(ground.channel(), ground.remote().name());
        } catch (ClientFailure e) {
            if (alone) {
                throw e;
            }
            Log.LOG.debug("Nor over HTTP+SSE: {}", e.getMessage());
            return null;
        }
    }

    /// The host's own `server/discover`, or one in its words.
    private static Message.Request discover(Message.Request first) {
        if (first.method().equals(Methods.DISCOVER.wireName())) {
            return first;
        }
        var params = JsonNodeFactory.instance.objectNode();
        var meta = params.putObject("_meta").put(Meta.PROTOCOL_VERSION, Revision.V2026_07_28.date());
        meta.putObject(Meta.CLIENT_CAPABILITIES);
        for (var member : new String[] {Meta.PROTOCOL_VERSION, Meta.CLIENT_INFO, Meta.CLIENT_CAPABILITIES}) {
            if (first.params().path("_meta").has(member)) {
                meta.set(member, first.params().path("_meta").path(member));
            }
        }
        return new Message.Request(new Id.Text("bridge-discover"), Methods.DISCOVER.wireName(), params);
    }

    /// Whether the other era would fail in the same way.
    private static boolean hopeless(ClientFailure failure) {
        return Set.of(Kind.UNREACHABLE, Kind.CREDENTIALS, Kind.TIMEOUT, Kind.BUSY, Kind.TOO_LARGE)
                .contains(failure.kind());
    }

    private interface Older {
        Passage.Opened open(Ground older) throws ClientFailure, InterruptedException;
    }

    private interface Attempt {
        Passage.Opened open() throws ClientFailure, InterruptedException;
    }

    /// @return null when the server does not speak the other era either
    private static Passage.Opened other(Attempt attempt) throws InterruptedException {
        try {
            return attempt.open();
        } catch (ClientFailure neither) {
            Log.LOG.debug("Nor in the other era: {}", neither.getMessage());
            return null;
        }
    }
}
