package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Message;
import tools.jackson.databind.node.ObjectNode;

/// Carries out the methods of the catalogue for a caller that the transport has let in.
public final class Dispatch {

    /// The bare result of `tools/list` or `tools/call`; the transport stamps what a revision adds.
    ///
    /// @throws io.github.doorwarden.protocol.Refused with the reason
    /// @throws Challenged when the caller must sign in or ask for more
    public ObjectNode answer(Exchange exchange, Message.Request call) {
        throw new UnsupportedOperationException();
    }
}
