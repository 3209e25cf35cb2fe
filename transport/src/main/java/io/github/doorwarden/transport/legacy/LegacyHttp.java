package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Message.Request;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Exchange;
import io.github.doorwarden.server.Outlet;
import io.github.doorwarden.transport.About;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Legacy messages over one Streamable HTTP endpoint.
public final class LegacyHttp {

    private final Endpoint endpoint;
    private final About about;
    private final Dispatch dispatch;

    public LegacyHttp(Endpoint endpoint, About about, Dispatch dispatch) {
        this.endpoint = endpoint;
        this.about = about;
        this.dispatch = dispatch;
    }

    /// The bare result of a request that came without a session.
    ///
    /// @throws io.github.doorwarden.protocol.Refused with the reason
    public ObjectNode answer(HttpIn in, Caller caller, Revision revision, Request call) {
        var method = Methods.request(call.method(), revision);
        var conversation = new Conversation(dispatch, about, revision, JsonNodeFactory.instance.objectNode(), false);
        var exchange = new Exchange(caller, endpoint, revision, conversation.capabilities(), in.requestId(), in.peer(),
                Meta.progressToken(call.params()), Optional.empty(), Optional.empty(), Outlet.NONE);
        return conversation.answer(exchange, method, call);
    }
}
