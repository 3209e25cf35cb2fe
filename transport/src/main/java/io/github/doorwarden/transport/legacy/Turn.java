package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message.Request;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Exchange;
import java.util.Optional;

/// Requests of one POST in a conversation, whatever way their answers take.
record Turn(HttpIn in, Caller caller, Endpoint endpoint, Conversation conversation, Conversation.Channel channel) {

    /// The answer on one line; empty when the client has cancelled it.
    ///
    /// @throws RuntimeException with the reason why there is no result
    Optional<byte[]> answer(Request call) {
        var method = Methods.request(call.method(), conversation.revision());
        var running = conversation.begin(call.id(), channel);
        try (running) {
            var exchange = new Exchange(caller, endpoint, conversation.revision(), conversation.capabilities(),
                    in.requestId(), in.peer(), Meta.progressToken(call.params()), running.logLevel(),
                    Meta.traceparent(call.params()).or(() -> in.headers().first("traceparent")), running);
            var result = conversation.answer(exchange, method, call);
            running.close();
            return running.isCancelled() ? Optional.empty() : Optional.of(JsonRpc.result(call.id(), result));
        } catch (RuntimeException why) {
            if (running.isCancelled()) {
                return Optional.empty();
            }
            throw why;
        }
    }

    /// The same with the reason as the answer.
    Optional<byte[]> answerOrError(Request call, LegacyHttp.Failures failures) {
        try {
            return answer(call);
        } catch (RuntimeException why) {
            return Optional.of(failures.of(call.id(), why).body());
        }
    }
}
