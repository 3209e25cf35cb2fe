package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A host and a server that both know sessions: everything passes as it is, in both directions.
final class LegacyToLegacy implements Passage {

    private final Ground ground;
    private final LegacySession session;
    private volatile CompletableFuture<Void> greeted = CompletableFuture.completedFuture(null);

    LegacyToLegacy(Ground ground, Message.Request initialize, Remote.Answer opened) {
        this.ground = ground;
        this.session = new LegacySession(ground.remote(), initialize.params(), opened, news -> received(news, null));
    }

    @Override
    public Message.Response answer(Message.Request request, Call call) throws ClientFailure, InterruptedException {
        afterGreeting();
        return session.ask(request, call, message -> received(message, call));
    }

    /// Strict servers refuse what overtakes `notifications/initialized`.
    private void afterGreeting() throws InterruptedException {
        try {
            greeted.get(Limits.TELLING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException goesOn) {
            return;                                // the request finds out by itself
        }
    }

    private void received(Message message, Call call) {
        if (call != null) {
            call.sign();
        }
        switch (message) {
            case Message.Notification notice when notice.method().equals("notifications/cancelled") ->
                    JsonRpc.idIn(notice.params().path("requestId")).ifPresent(id ->
                            ground.host().withdrawn(id, notice.params().path("reason").asString("")));
            case Message.Notification notice -> ground.host().send(notice);
            case Message.Request question -> ground.ask(question, call, answer ->
                    Ground.beside("answer", () -> session.tell(answer)));
            case Message.Response stray -> Log.LOG.debug("An answer to nothing was left out.");
        }
    }

    @Override
    public void note(Message.Notification notice) {
        if (!notice.method().equals("notifications/initialized")) {
            Ground.beside(notice.method(), () -> session.tell(notice));
            return;
        }
        var done = new CompletableFuture<Void>();
        greeted = done;
        Ground.beside(notice.method(), () -> {
            try {
                session.greet();
            } finally {
                done.complete(null);
            }
        });
    }

    @Override
    public void cancelled(Message.Notification notice) {
        note(notice);
    }

    @Override
    public void close() {
        session.close();
    }
}
