package io.github.doorwarden.transport;

import java.io.ByteArrayOutputStream;

/// The answers to one batch, which go out as one array once all of them are there (MCP 2025-03-26, Base protocol,
/// Batching; JSON-RPC 2.0 §6). Safe for use by many threads.
final class BatchAnswers {

    private final LineChannel channel;
    private final ByteArrayOutputStream array = new ByteArrayOutputStream();
    private int due;

    /// @param due how many parts the batch has
    BatchAnswers(LineChannel channel, int due) {
        this.channel = channel;
        this.due = due;
    }

    /// What a part comes to.
    void add(byte[] answer) {
        synchronized (this) {
            array.write(array.size() == 0 ? '[' : ',');
            array.writeBytes(answer);
        }
        none();
    }

    /// A part has no answer: a notification, a response, a request that was cancelled.
    void none() {
        byte[] whole;
        synchronized (this) {
            if (--due > 0 || array.size() == 0) {
                return;
            }
            array.write(']');
            whole = array.toByteArray();
        }
        channel.send(whole);
    }
}
