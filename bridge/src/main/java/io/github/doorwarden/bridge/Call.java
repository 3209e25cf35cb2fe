package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.client.wire.HttpChannel;
import io.github.doorwarden.protocol.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.JsonNodeFactory;

/// One request of the host that runs, on a thread of its own. When its server gives no sign for too long, or a person
/// does not sign in, the thread is interrupted; while the host has a question of the server's, the time does not count.
/// While somebody is to sign in, the host is told so by progress, so that its own deadline begins anew.
final class Call implements HttpChannel.Patience {

    private final Message.Request request;
    private final Host host;
    private final SignIn signIn;
    private final Duration silence;
    private final ScheduledExecutorService clock;
    private final List<String> questions = new ArrayList<>();
    private Thread thread;
    private long sign = System.nanoTime();
    private long heldSince;
    private boolean cancelled;
    private boolean over;
    private ClientFailure why;
    private int reminders;
    private int holds;
    private Future<?> listening;
    private Future<?> reminding;

    /// @param silence zero: for a stream that may be silent
    Call(Message.Request request, Host host, SignIn signIn, Duration silence, ScheduledExecutorService clock) {
        this.request = request;
        this.host = host;
        this.signIn = signIn;
        this.silence = silence;
        this.clock = clock;
    }

    Message.Request request() {
        return request;
    }

    /// Runs the request.
    synchronized void start(Runnable work) {
        thread = Thread.ofVirtual().name("bridge " + request.method()).unstarted(work);
        if (!silence.isZero()) {
            listening = later(this::listen, silence);
        }
        thread.start();
    }

    private Future<?> later(Runnable what, Duration in) {
        return clock.schedule(what, in.toNanos(), TimeUnit.NANOSECONDS);
    }

    private synchronized void listen() {
        if (over || cancelled) {
            return;
        }
        var left = silence.minusNanos(System.nanoTime() - sign);
        if (!questions.isEmpty() || holds > 0) {
            listening = later(this::listen, silence);
        } else if (left.isPositive()) {
            listening = later(this::listen, left);
        } else {
            end(new ClientFailure(Kind.TIMEOUT, "The server gave no sign for " + Math.max(1, silence.toSeconds())
                    + " s, so this "
                    + "request was given up. It may have been carried out: look before you try again. --timeout of "
                    + "doorwarden bridge gives it more time.", null));
        }
    }

    private void end(ClientFailure failure) {
        why = failure;
        thread.interrupt();
    }

    /// A person may be waited for from now on.
    @Override
    public synchronized void hold() {
        if (holds++ == 0 && !over) {
            heldSince = System.nanoTime();
            reminding = later(this::remind, Limits.REMIND);
        }
    }

    /// Nobody is waited for any more.
    @Override
    public synchronized void go() {
        if (--holds == 0 && reminding != null) {
            reminding.cancel(false);
        }
        sign = System.nanoTime();
    }

    private synchronized void remind() {
        if (over || cancelled || holds == 0) {
            return;
        }
        var since = Duration.ofNanos(System.nanoTime() - heldSince);
        var what = signIn.waiting();
        if (since.compareTo(Limits.SIGNING_IN) >= 0) {
            end(unsigned(what));
            return;
        }
        var token = request.params().path("_meta").path("progressToken");
        if (!token.isMissingNode() && what.isPresent()) {
            var params = JsonNodeFactory.instance.objectNode();
            params.set("progressToken", token);
            host.send(new Message.Notification("notifications/progress", params.put("progress", ++reminders / 1000.0)
                    .put("message", what.get())));
        }
        reminding = later(this::remind, Limits.REMIND);
    }

    static ClientFailure unsigned(Optional<String> what) {
        return new ClientFailure(Kind.CREDENTIALS, "Nobody has signed in yet, so this was not done. "
                + what.orElse("Somebody is signing in, in another copy of this bridge.") + " Then try again.", null);
    }

    /// The server has said something for this call.
    synchronized void sign() {
        sign = System.nanoTime();
    }

    synchronized void asked(String question) {
        questions.add(question);
    }

    synchronized void answered(String question) {
        questions.remove(question);
        sign = System.nanoTime();
    }

    /// The host wants no answer any more.
    synchronized void cancel() {
        cancelled = true;
        if (!over) {
            thread.interrupt();
        }
    }

    synchronized boolean cancelled() {
        return cancelled;
    }

    /// Why the thread was interrupted by this call itself.
    synchronized Optional<ClientFailure> why() {
        return Optional.ofNullable(why);
    }

    /// Ends the watch; questions that nobody waits for any more are taken back.
    void end() {
        List<String> open;
        synchronized (this) {
            over = true;
            for (var watch : new Future<?>[] {listening, reminding}) {
                if (watch != null) {
                    watch.cancel(false);
                }
            }
            open = List.copyOf(questions);
        }
        open.forEach(question -> host.withdraw(question, "The request that it was asked for has ended."));
    }
}
