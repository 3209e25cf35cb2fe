package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.protocol.Message;

/// How what a host of one era says reaches a server of the same or the other era. Safe for use by many threads.
interface Passage extends AutoCloseable {

    /// A passage, and the answer to the request that opened it.
    ///
    /// @param passage null when the server refused
    record Opened(Passage passage, Message.Response first) {}

    /// Answers one request, on the thread of its call. An interrupt of that thread lets go of it.
    Message.Response answer(Message.Request request, Call call) throws ClientFailure, InterruptedException;

    /// Takes a notification of the host, without waiting for the server.
    void note(Message.Notification notice);

    /// The host wants no answer to a request of its any more; the call's thread is interrupted by then.
    void cancelled(Message.Notification notice);

    @Override
    void close();
}
