package io.github.doorwarden.client;

import tools.jackson.databind.node.ObjectNode;

/// Asks a model on a server's behalf (MCP, Sampling). Used by many threads.
@FunctionalInterface
public interface Sampler {

    /// @param request the parameters of `sampling/createMessage` as they came
    /// @return the `CreateMessageResult`; null when it is refused
    /// @throws InterruptedException when whoever waits for the call has given up
    ObjectNode sample(ObjectNode request) throws InterruptedException;
}
