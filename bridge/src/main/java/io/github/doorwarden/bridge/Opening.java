package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.node.JsonNodeFactory;

/// The way of a host of one era to the server: found with the host's first request, and looked for again with the next
/// one when it was not found. While somebody is to sign in the host gets answers that need no server ([Waiting]),
/// because it would give up, and end the process that the browser comes back to. Safe for use by many threads.
final class Opening {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Ground ground;
    private final SignIn signIn;
    private final boolean modern;
    private CompletableFuture<Passage.Opened> coming;
    private Message.Request opener;
    private boolean initialized;
    private boolean waited;

    Opening(Ground ground, SignIn signIn, boolean modern) {
        this.ground = ground;
        this.signIn = signIn;
        this.modern = modern;
    }

    private synchronized CompletableFuture<Passage.Opened> begin(Message.Request first) {
        if (coming == null || coming.isCompletedExceptionally()
                || coming.isDone() && coming.join().passage() == null) {
            opener = first;
            var fresh = new CompletableFuture<Passage.Opened>();
            coming = fresh;
            Ground.beside("opening", () -> open(first, fresh));
        }
        return coming;
    }

    private void open(Message.Request first, CompletableFuture<Passage.Opened> to) {
        try {
            var opened = modern ? Eras.forModern(ground, first) : Eras.forLegacy(ground, first);
            boolean changed;
            synchronized (this) {
                if (opened.passage() != null && initialized) {
                    opened.passage().note(new Message.Notification("notifications/initialized", JSON.objectNode()));
                }
                changed = waited;
                to.complete(opened);
            }
            if (changed && !modern) {
                for (var list : new String[] {"tools", "prompts", "resources"}) {
                    ground.host().send(new Message.Notification("notifications/" + list + "/list_changed",
                            JSON.objectNode()));
                }
            }
        } catch (InterruptedException e) {
            to.completeExceptionally(new ClientFailure(Kind.UNREACHABLE, "The bridge is ending.", e));
        } catch (ClientFailure | RuntimeException e) {
            to.completeExceptionally(e);
        }
    }

    /// Answers one request of this era, on the thread of its call.
    Message.Response answer(Message.Request request, Call call) throws ClientFailure, InterruptedException {
        var opens = request.method().equals(modern ? Methods.DISCOVER.wireName() : Methods.INITIALIZE.wireName());
        CompletableFuture<Passage.Opened> passage;
        boolean first;
        synchronized (this) {
            if (!opens && !modern && opener == null) {
                return request.method().equals("ping") ? new Message.Response(request.id(), JSON.objectNode(), null)
                        : Faults.answer(request.id(), Faults.NO_SUCH_METHOD, "There is no session yet. Begin with "
                                + "initialize.");
            }
            passage = begin(opens || opener == null ? request : opener);
            first = opener == request && opens;
        }
        var opened = await(passage, request, first, call);
        if (opened == null) {
            return Waiting.answer(request, ground.remote().name(), signIn);
        }
        if (opened.passage() == null || first && opened.first() != null) {
            return new Message.Response(request.id(), opened.first().result(), opened.first().error());
        }
        if (!modern && opens) {
            return Faults.answer(request.id(), Faults.INVALID_REQUEST, "The session has begun already. Start another "
                    + "copy of the bridge for another one.");
        }
        return waited() && Waiting.isSignIn(request) ? Waiting.signedIn(request, ground.remote().name())
                : opened.passage().answer(request, call);
    }

    private synchronized boolean waited() {
        return waited;
    }

    /// @return null when the request is to be answered without the server
    private Passage.Opened await(CompletableFuture<Passage.Opened> passage, Message.Request request, boolean first,
            Call call) throws ClientFailure, InterruptedException {
        if (passage.isDone()) {
            return result(passage, Duration.ZERO);
        }
        var patience = ground.patience().compareTo(ground.opening()) < 0 ? ground.patience() : ground.opening();
        call.hold();
        try {
            var opened = result(passage, patience);
            if (opened != null) {
                return opened;
            }
            if (signIn.waiting().isPresent() && (first || Waiting.answers(request))) {
                synchronized (this) {
                    if (!passage.isDone()) {
                        waited = true;
                        return null;
                    }
                }
            }
            opened = result(passage, ground.opening().minus(patience));
            if (opened == null) {
                throw new ClientFailure(Kind.TIMEOUT, ground.remote().name() + " did not answer within "
                        + Math.max(1, ground.opening().toSeconds()) + " s. Check that it runs, and try again.", null);
            }
            return opened;
        } finally {
            call.go();
        }
    }

    private static Passage.Opened result(CompletableFuture<Passage.Opened> passage, Duration within)
            throws ClientFailure, InterruptedException {
        try {
            return passage.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ClientFailure failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    void note(Message.Notification notice) {
        CompletableFuture<Passage.Opened> passage;
        synchronized (this) {
            initialized |= notice.method().equals("notifications/initialized");
            passage = coming;
        }
        if (passage != null && passage.isDone() && !passage.isCompletedExceptionally()
                && passage.join().passage() != null) {
            passage.join().passage().note(notice);
        }
    }

    void cancelled(Message.Notification notice) {
        var passage = now();
        if (passage != null) {
            passage.cancelled(notice);
        }
    }

    private synchronized Passage now() {
        return coming != null && coming.isDone() && !coming.isCompletedExceptionally() ? coming.join().passage() : null;
    }

    void close() {
        var passage = now();
        if (passage != null) {
            passage.close();
        }
    }

    /// Whether a message is of 2026-07-28 or later, as it says itself.
    static boolean isModern(Message.Request request) {
        return request.params().path("_meta").has(Meta.PROTOCOL_VERSION)
                || Methods.named(request.method()).filter(Methods::modernOnly).isPresent();
    }
}
