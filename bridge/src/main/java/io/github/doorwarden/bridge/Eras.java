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
/// compatibility).
final class Eras {

    /// Errors that only a server of 2026-07-28 gives: headers, missing capabilities, version.
    private static final Set<Integer> MODERN = Set.of(-32020, -32021, -32022);

    private Eras() {}

    static Passage.Opened forLegacy(Ground ground, Message.Request initialize) throws ClientFailure,
            InterruptedException {
        ClientFailure failure = null;
        Message.Response refused = null;
        try {
            var opened = ground.remote().ask(initialize, Map.of(), ground.opening(), HttpChannel.Patience.NONE,
                    beside -> { });
            if (opened.response().error() == null) {
                return new Passage.Opened(new LegacyToLegacy(ground, initialize, opened), opened.response());
            }
            refused = opened.response();
        } catch (ClientFailure e) {
            if (hopeless(e)) {
                throw e;
            }
            failure = e;
        }
        var other = other(() -> LegacyToModern.open(ground, initialize));
        if (other != null) {
            return other;
        }
        if (refused != null) {
            return new Passage.Opened(null, refused);
        }
        throw failure;
    }

    static Passage.Opened forModern(Ground ground, Message.Request first) throws ClientFailure, InterruptedException {
        ClientFailure failure = null;
        Message.Response refused = null;
        try {
            var found = ModernToModern.ask(ground, discover(first), ground.opening(), HttpChannel.Patience.NONE,
                    beside -> { });
            var modern = found.result() != null && found.result().path("supportedVersions").isArray()
                    || found.error() != null && MODERN.contains(found.error().path("code").asInt(0));
            if (modern) {
                return new Passage.Opened(new ModernToModern(ground), found);
            }
            refused = found;
        } catch (ClientFailure e) {
            if (hopeless(e)) {
                throw e;
            }
            failure = e;
        }
        var other = other(() -> ModernToLegacy.open(ground, first));
        if (other != null) {
            return other;
        }
        if (refused != null) {
            return new Passage.Opened(null, refused);
        }
        throw failure;
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
