package io.github.doorwarden.transport;

import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.server.Outlet;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One request on a channel that it shares with others, from its arrival to its answer: at most one answer, nothing
/// after it, and nothing at all once it is cancelled (MCP 2026-07-28, stdio, Cancellation). Safe for use by many
/// threads.
final class Errand {

    private final Id id;
    private final LineChannel channel;
    private final Optional<BatchAnswers> batch;
    private Runnable end = () -> { };
    private boolean ending;
    private volatile boolean over;
    private boolean answered;

    /// @param batch that the request is part of
    Errand(Id id, LineChannel channel, Optional<BatchAnswers> batch) {
        this.id = id;
        this.channel = channel;
        this.batch = batch;
    }

    Id id() {
        return id;
    }

    /// A message that belongs to the request and comes before its answer.
    boolean send(Message message) {
        return channel.send(JsonRpc.print(message), () -> !over);
    }

    /// The answer; the first one counts.
    void answer(byte[] message) {
        if (batch.isEmpty()) {
            channel.send(message, this::first);
        } else if (first()) {
            batch.get().add(message);
        }
    }

    private synchronized boolean first() {
        var first = !over;
        over = true;
        answered |= first;
        return first;
    }

    /// Whether its answer is out, or as good as: whoever has read it may use the id again.
    synchronized boolean isAnswered() {
        return answered;
    }

    /// Nothing comes of it any more.
    void done() {
        boolean silent;
        synchronized (this) {
            over = true;
            silent = !answered;
        }
        if (silent) {
            batch.ifPresent(BatchAnswers::none);
        }
    }

    /// The client does not want the answer any more: the work ends, and nothing more is sent.
    void cancel() {
        over = true;
        end();
    }

    /// Lets the work end; what it answers is still sent.
    void end() {
        Runnable told;
        synchronized (this) {
            if (ending) {
                return;
            }
            ending = true;
            told = end;
        }
        told.run();
    }

    /// @param work ends what is being done for this request; at once when that was wanted before
    void onEnd(Runnable work) {
        boolean now;
        synchronized (this) {
            end = work;
            now = ending;
        }
        if (now) {
            work.run();
        }
    }

    /// The way back to a modern client while the request runs.
    Outlet outlet(Optional<LogLevel> level) {
        return new Outlet() {
            @Override
            public void send(Message.Notification notice) {
                Errand.this.send(notice);
            }

            @Override
            public JsonNode ask(String method, ObjectNode params, Duration patience) throws Unreachable {
                throw new Unreachable("This revision of the protocol knows no requests to the client.");
            }

            @Override
            public void lasting(Runnable cancel) {
                onEnd(cancel);
            }

            @Override
            public Optional<LogLevel> logLevel() {
                return level;
            }
        };
    }
}
