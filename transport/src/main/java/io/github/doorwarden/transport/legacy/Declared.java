package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.protocol.Revision;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a legacy client can declare that makes a difference to this server, one bit each in the order of the constants:
/// a session id carries them. What a revision does not have is not taken from its clients (2025-11-25, Lifecycle,
/// Operation).
enum Declared {
    FORM("elicitation", "form", Revision.V2025_06_18),
    URL("elicitation", "url", Revision.V2025_11_25),
    SAMPLING("sampling", "", Revision.V2024_11_05),
    SAMPLING_TOOLS("sampling", "tools", Revision.V2025_11_25),
    SAMPLING_CONTEXT("sampling", "context", Revision.V2025_11_25),
    ROOTS("roots", "", Revision.V2024_11_05);

    private final String capability;
    private final String part;
    private final Revision since;

    Declared(String capability, String part, Revision since) {
        this.capability = capability;
        this.part = part;
        this.since = since;
    }

    /// An elicitation that names no mode means forms (2025-11-25, Elicitation, Capabilities).
    private boolean in(ObjectNode capabilities, Revision revision) {
        if (revision.compareTo(since) < 0 || !(capabilities.path(capability) instanceof ObjectNode declared)) {
            return false;
        }
        var namesNoMode = !declared.path("url").isObject() || revision.compareTo(URL.since) < 0;
        return part.isEmpty() || declared.path(part).isObject() || this == FORM && namesNoMode;
    }

    static int bits(ObjectNode capabilities, Revision revision) {
        var bits = 0;
        for (var each : values()) {
            if (each.in(capabilities, revision)) {
                bits |= 1 << each.ordinal();
            }
        }
        return bits;
    }

    /// `ClientCapabilities` that say the same.
    static ObjectNode json(int bits) {
        var json = JsonNodeFactory.instance.objectNode();
        for (var each : values()) {
            if ((bits & 1 << each.ordinal()) != 0) {
                var capability = json.withObject("/" + each.capability);
                if (!each.part.isEmpty()) {
                    capability.putObject(each.part);
                }
            }
        }
        return json;
    }
}
