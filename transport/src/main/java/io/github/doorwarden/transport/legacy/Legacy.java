package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.transport.About;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Words and numbers that the revisions 2024-11-05 to 2025-11-25 have of their own.
public final class Legacy {

    private Legacy() {}

    /// The revision that a client asks for by `initialize`, or the newest that opens this way (2025-11-25, Lifecycle,
    /// Version negotiation).
    ///
    /// @throws Refused [Refusal.BadParams] when it asks for none
    static Revision negotiated(ObjectNode params) {
        var asked = params.path("protocolVersion");
        if (!asked.isString()) {
            throw new Refused(new Refusal.BadParams("initialize needs params.protocolVersion, a string such as \""
                    + Revision.newestLegacy().date() + "\"."));
        }
        return Revision.of(asked.asString()).filter(known -> !known.modern()).orElse(Revision.newestLegacy());
    }

    /// `InitializeResult`.
    static ObjectNode initialized(Revision revision, About about, Endpoint endpoint, ObjectNode capabilities) {
        var result = JsonNodeFactory.instance.objectNode().put("protocolVersion", revision.date());
        result.set("capabilities", capabilities);
        result.set("serverInfo", about.implementation());
        if (!endpoint.instructions().isEmpty()) {
            result.put("instructions", endpoint.instructions());
        }
        return result;
    }

    /// The HTTP status of a refused request: 200 with the error in the body, which is where clients look for it;
    /// another status only when the transport itself was misused (2025-11-25, Transports, Sending messages; Protocol
    /// version header).
    public static int status(Refusal why) {
        return switch (why) {
            case Refusal.WrongMediaType transport -> transport.status();
            case Refusal.NotJson transport -> transport.status();
            case Refusal.NotAMessage transport -> transport.status();
            case Refusal.UnsupportedVersion transport -> transport.status();
            case Refusal.NoSuchMethod request -> 200;
            case Refusal.BadParams request -> 200;
            case Refusal.NoSuchTool request -> 200;
            case Refusal.NoSuchResource request -> 200;
            case Refusal.HeaderMismatch request -> 200;
            case Refusal.MissingCapability request -> 200;
            case Refusal.PageFirst request -> 200;
            case Refusal.TooMany request -> 200;
            case Refusal.Outage request -> 200;
            case Refusal.Bug request -> 200;
        };
    }

    /// The JSON-RPC code: -32002 for a resource that is not there (2025-11-25, Resources, Error handling).
    public static int code(Refusal why) {
        return why instanceof Refusal.NoSuchResource ? Refusal.NoSuchResource.LEGACY_CODE : why.code();
    }
}
