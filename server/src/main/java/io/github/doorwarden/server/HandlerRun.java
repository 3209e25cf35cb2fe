package io.github.doorwarden.server;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/// Runs a handler on a virtual thread of its own until its deadline, its end, or the client's leaving.
final class HandlerRun {

    private HandlerRun() {}

    /// How a run ended without an answer.
    sealed interface Unfinished {

        record TooSlow() implements Unfinished {}

        record Cancelled() implements Unfinished {}

        record Failed(Throwable cause) implements Unfinished {}
    }

    /// Carries an [Unfinished] to whoever knows what the client is told.
    static final class Ended extends Exception {

        private static final long serialVersionUID = 1;

        private final transient Unfinished how;

        Ended(Unfinished how) {
            super(null, null, false, false);
            this.how = how;
        }

        Unfinished how() {
            return how;
        }
    }

    /// @param place held for as long as the handler really runs, beyond its deadline if need be
    /// @return what the handler returned; may be null
    static <R> R run(Callable<R> handler, Deadline deadline, Outlet outlet, CallLimiter.Place place) throws Ended {
        var task = new HandlerTask<>(handler, place);
        Thread.ofVirtual().start(task);
        Thread.yield();            // to the new thread: a handler that only thinks is done before a timer would be set
        try {
            return task.isDone() ? task.get() : await(task, deadline, outlet);
        } catch (ExecutionException e) {
            throw new Ended(new Unfinished.Failed(e.getCause()));
        } catch (CancellationException e) {
            throw new Ended(new Unfinished.Cancelled());
        } catch (TimeoutException e) {
            task.cancel(true);
            throw new Ended(new Unfinished.TooSlow());
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new Ended(new Unfinished.Cancelled());
        }
    }

    private static <R> R await(HandlerTask<R> task, Deadline deadline, Outlet outlet)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            return task.get(Math.min(deadline.remainingNanos(), Limits.MOMENT.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException lasting) {
            outlet.lasting(() -> task.cancel(true));
        }
        while (true) {
            var left = deadline.remainingNanos();
            if (left <= 0) {
                throw new TimeoutException();
            }
            try {
                return task.get(deadline.paused() ? Math.min(left, PAUSE_LOOK.toNanos()) : left, TimeUnit.NANOSECONDS);
            } catch (TimeoutException lookAgain) {
                // a pause may have begun or ended meanwhile
            }
        }
    }

    /// How often a run whose clock stands still is looked at.
    private static final Duration PAUSE_LOOK = Duration.ofMillis(250);

    /// The handler, which holds its place for as long as it really runs: beyond its deadline, but never beyond its
    /// answer, so that a caller who makes one call after the other is never told that there are two.
    private static final class HandlerTask<R> extends FutureTask<R> {

        private final CallLimiter.Place place;
        private final AtomicBoolean left;

        HandlerTask(Callable<R> handler, CallLimiter.Place place) {
            this(handler, place, new AtomicBoolean());
        }

        private HandlerTask(Callable<R> handler, CallLimiter.Place place, AtomicBoolean left) {
            super(() -> {
                try {
                    return handler.call();
                } finally {
                    leave(place, left);
                }
            });
            this.place = place;
            this.left = left;
        }

        @Override
        public void run() {
            super.run();
            leave(place, left);                                  // cancelled before it began
        }

        private static void leave(CallLimiter.Place place, AtomicBoolean left) {
            if (left.compareAndSet(false, true)) {
                place.leave();
            }
        }
    }
}
