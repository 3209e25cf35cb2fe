package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;

/// What went wrong on the way, as the answer to the request that it went wrong for (JSON-RPC 2.0, section 5.1).
final class Faults {

    static final int INVALID_REQUEST = -32600;
    static final int NO_SUCH_METHOD = -32601;
    static final int BAD_PARAMS = -32602;
    static final int INTERNAL = -32603;

    private Faults() {}

    static Message.Response answer(Id id, ClientFailure why) {
        var error = JsonNodeFactory.instance.objectNode().put("code", INTERNAL).put("message", why.getMessage());
        error.putObject("data").put("bridge", why.kind().name().toLowerCase(Locale.ROOT));
        return new Message.Response(id, null, error);
    }

    static Message.Response answer(Id id, int code, String sentence) {
        return new Message.Response(id, null, JsonNodeFactory.instance.objectNode().put("code", code)
                .put("message", sentence));
    }
}
