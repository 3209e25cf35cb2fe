package io.github.doorwarden.transport;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.server.Outlet;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The way back to a modern client: the response stream of its own request, which opens with the first notification
/// and whose end cancels the request (MCP 2026-07-28, Streamable HTTP, Receiving messages; Cancellation). Safe for use
/// by many threads.
final class StreamOutlet implements Outlet {

    private final EventStream stream;
    private final boolean takesEvents;
    private final Optional<LogLevel> level;
    private boolean answered;

    /// @param takesEvents false for a client whose `Accept` names JSON alone: it gets its answer and nothing else
    StreamOutlet(EventStream stream, boolean takesEvents, Optional<LogLevel> level) {
        this.stream = stream;
        this.takesEvents = takesEvents;
        this.level = level;
    }

    /// Under the same lock as [#last]: nothing may slip in between the answer and its bytes.
    @Override
    public synchronized void send(Message.Notification notice) {
        if (!takesEvents || answered) {
            return;
        }
        try {
            stream.event(null, JsonRpc.print(notice));
        } catch (EventStream.Gone gone) {
            // whoever watches is told
        }
    }

    @Override
    public JsonNode ask(String method, ObjectNode params, Duration patience) throws Unreachable {
        throw new Unreachable("This revision of the protocol knows no requests to the client.");
    }

    @Override
    public void lasting(Runnable cancel) {
        stream.onGone(cancel);
    }

    @Override
    public Optional<LogLevel> logLevel() {
        return level;
    }

    /// Makes the answer, which nothing may follow: a handler that runs on beyond its deadline is not heard any more.
    <R> R last(Supplier<R> answer) {
        try {
            return answer.get();
        } finally {
            answered();
        }
    }

    private synchronized void answered() {
        answered = true;
    }
}
