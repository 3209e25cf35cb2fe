package io.github.doorwarden.transport;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Message.Notification;
import io.github.doorwarden.protocol.Message.Request;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Exchange;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `subscriptions/listen`: a request whose answer comes when the subscription ends, and until then notifications (MCP
/// 2026-07-28, Subscriptions). The same for every transport.
record Listening(Dispatch dispatch, About about) {

    /// Over HTTP: the response stream is the subscription's, and its end ends it.
    ///
    /// @param mayStay whether the caller may still be told; asked now and then
    Reply serve(EventStream stream, Exchange exchange, Request call, BooleanSupplier mayStay) {
        var listening = dispatch.listen(exchange, call.params().path("notifications"));
        try (var subscription = listening.subscription()) {
            stream.rests();
            stream.open(Headers.NONE);
            stream.onGone(subscription::close);
            stream.onDraining(subscription::close);
            run(listening, call.id(), mayStay, message -> stream.event(null, JsonRpc.print(message)));
        } catch (EventStream.Gone gone) {
            // the client has hung up, which is how it ends a subscription
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Reply.STREAMED;
    }

    /// Acknowledges, tells of every change, and says when it is over.
    ///
    /// @param told a message of the subscription, in their order, from this thread
    void run(Dispatch.Listening listening, Id id, BooleanSupplier mayStay, Consumer<Message> told)
            throws InterruptedException {
        var acknowledged = JsonNodeFactory.instance.objectNode();
        acknowledged.set("notifications", listening.honoured());
        told.accept(marked("notifications/subscriptions/acknowledged", acknowledged, id));
        var subscription = listening.subscription();
        while (subscription.isOpen() && mayStay.getAsBoolean()) {
            var notice = subscription.next(Limits.STAY_LOOK.toMillis());
            if (notice.isPresent() && mayStay.getAsBoolean()) {
                told.accept(marked(notice.get().method(), notice.get().params(), id));
            }
        }
        var over = JsonNodeFactory.instance.objectNode();
        over.set("requestId", JsonRpc.node(id));
        told.accept(marked("notifications/cancelled", over.put("reason", "The server ends this subscription."), id));
        var result = JsonNodeFactory.instance.objectNode().put("resultType", "complete");
        var meta = result.putObject("_meta");
        meta.set(Meta.SUBSCRIPTION_ID, JsonRpc.node(id));
        meta.set(Meta.SERVER_INFO, about.implementation());
        told.accept(new Message.Response(id, result, null));
    }

    private static Notification marked(String method, ObjectNode params, Id id) {
        JsonNode subscription = JsonRpc.node(id);
        params.withObject("_meta").set(Meta.SUBSCRIPTION_ID, subscription);
        return new Notification(method, params);
    }
}
