package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;

/// The response of one POST on its way: an event stream from the first message before the answer on, else plain JSON
/// (2025-03-26 to 2025-11-25, Transports, Sending messages). Safe for use by many threads.
final class PostStream implements Conversation.Channel {

    private final EventStream connection;
    private final boolean takesEvents;
    private final KeptStream kept;
    private final Runnable giveUpAsking;
    private boolean plain;

    /// @param takesEvents  false for a client whose `Accept` names JSON alone: it gets its answer and nothing else
    /// @param kept         null without a session: then what nobody takes is lost
    /// @param giveUpAsking when no answer can come any more
    PostStream(EventStream connection, boolean takesEvents, KeptStream kept, Runnable giveUpAsking) {
        this.connection = connection;
        this.takesEvents = takesEvents;
        this.kept = kept;
        this.giveUpAsking = giveUpAsking;
    }

    @Override
    public boolean send(Message message) {
        if (message instanceof Message.Request) {
            connection.onDraining(giveUpAsking);
        }
        return takesEvents && send(JsonRpc.print(message));
    }

    private boolean send(byte[] json) {
        return kept != null ? kept.send(json) : sendPlain(json);
    }

    /// Under the same lock as [#withhold]: nothing may slip in between the answer and its bytes.
    private synchronized boolean sendPlain(byte[] json) {
        if (plain) {
            return false;
        }
        try {
            connection.event(null, json);
            return true;
        } catch (EventStream.Gone gone) {
            return false;
        }
    }

    /// A call that takes long gets a stream that the client can come back to, also before there is something to tell.
    @Override
    public void lasting() {
        if (takesEvents && kept != null) {
            kept.begin();
        }
    }

    @Override
    public void letPoll(Duration pause) {
        if (takesEvents && kept != null) {
            kept.part(pause);
        }
    }

    /// Whether it has become a stream.
    boolean isBegun() {
        return kept != null ? kept.isBegun() : connection.isOpen();
    }

    /// The end: the answers, in the form that it has become.
    ///
    /// @param answers none when the client wants none any more
    /// @param batch   whether the answers are an array
    Reply last(List<byte[]> answers, boolean batch) {
        if (kept != null ? !kept.withhold() : !withhold()) {
            answers.forEach(this::send);
            return streamed();
        }
        if (!answers.isEmpty()) {
            return Reply.json(200, batch ? array(answers) : answers.getFirst());
        }
        return takesEvents ? streamed() : Reply.empty(202);
    }

    private synchronized boolean withhold() {
        plain = !connection.isOpen();
        return plain;
    }

    /// What the handler returns when the connection is done with.
    Reply streamed() {
        if (!connection.isOpen()) {
            connection.open(Headers.NONE);
        }
        return Reply.STREAMED;
    }

    private static byte[] array(List<byte[]> elements) {
        var out = new ByteArrayOutputStream();
        var mark = '[';
        for (var element : elements) {
            out.write(mark);
            out.writeBytes(element);
            mark = ',';
        }
        out.write(']');
        return out.toByteArray();
    }
}
