package io.github.doorwarden.transport;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.Challenge;
import io.github.doorwarden.protocol.Era;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.transport.legacy.Legacy;
import io.github.doorwarden.transport.legacy.LegacyRefused;
import tools.jackson.databind.node.ObjectNode;

/// What is known of whom to answer and how, as far as the request has been read; and the one place where answers and
/// refusals become bytes. Immutable.
///
/// @param id  of the request; null before it was read, and for notifications
/// @param era null before it is known
record Wire(Id id, Era era) {

    /// Nothing was read yet.
    static final Wire UNREAD = new Wire(null, null);

    static Wire to(Message message) {
        return message instanceof Message.Request call ? new Wire(call.id(), null) : UNREAD;
    }

    Wire in(Era spoken) {
        return new Wire(id, spoken);
    }

    /// The answer to a request: one JSON object on one line, or the last event of a stream that has begun. A client
    /// that takes nothing but events gets a stream of one (such clients exist, and 406 helps nobody).
    Reply result(HttpIn in, EventStream stream, ObjectNode result) {
        return sent(in, stream, Reply.json(200, JsonRpc.result(id, result)));
    }

    /// A reply as it must go out: once the stream is open, as its last event, whatever its status was to be.
    static Reply sent(HttpIn in, EventStream stream, Reply reply) {
        if (reply == Reply.STREAMED
                || !stream.isOpen() && !(reply.status() == 200 && Accepts.of(in).onlyEvents())) {
            return reply;
        }
        try {
            stream.open(Headers.of(reply.headers().fields().stream()
                    .filter(field -> !field.name().equals("Content-Type")).toList()));
            stream.event(null, reply.body());
        } catch (EventStream.Gone gone) {
            // nobody is there to read it
        }
        return Reply.STREAMED;
    }

    /// A refusal with the code, the sentence and the data that it has on the wire.
    Reply refused(Refusal why) {
        var reply = Reply.json(status(why), error(why));
        return why instanceof Refusal.TooMany many ? reply.with("Retry-After", Long.toString(many.retryAfterSeconds()))
                : reply;
    }

    /// The same where there is no status.
    byte[] error(Refusal why) {
        return JsonRpc.error(id, code(why), why.message(), why.data());
    }

    /// A legacy client reads the error of a request only from a 200; what was no request, and what is modern, has its
    /// own status.
    private int status(Refusal why) {
        return id != null && era instanceof Era.Legacy ? Legacy.status(why) : why.status();
    }

    private int code(Refusal why) {
        return era instanceof Era.Legacy ? Legacy.code(why) : why.code();
    }

    /// 400, 401 or 403 with the challenge for the client, and a sentence for the person in front of one that does not
    /// know it.
    Reply challenged(int status, Challenge challenge, String sentence) {
        return challenge.on(Reply.json(status, JsonRpc.error(id, status, sentence, null)));
    }

    /// The transport of a legacy revision was misused.
    Reply refused(LegacyRefused why) {
        return Reply.json(why.status(), JsonRpc.error(id, why.status(), why.getMessage(), null));
    }

    /// 405 for a GET that opens no stream.
    static Reply methodNotAllowed(String allow) {
        var sentence = "This is an MCP endpoint. It takes JSON-RPC messages by POST and opens no stream by "
                + "this GET. Give its URL to an MCP client.";
        return Reply.json(405, JsonRpc.error(null, 405, sentence, null)).with("Allow", allow);
    }
}
