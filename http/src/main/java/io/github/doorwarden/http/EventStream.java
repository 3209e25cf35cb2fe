package io.github.doorwarden.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A reply that is written while its handler runs, as server-sent events (HTML standard §9.2). Its handler gets one
/// with each request and may leave it alone: then what it returns is the reply, as everywhere else, and the stream has
/// cost nothing. Once open, the status is 200 and the handler returns [Reply#STREAMED]; the stream ends when it does.
///
/// All threads may write; each event goes out whole, at once, and in the order of the calls. While nobody writes, the
/// engine sends a comment now and then, so that no proxy takes the silence for death. After the handler has returned,
/// a write is refused as if the client had gone.
public final class EventStream {

    private static final byte[] NOTHING = new byte[0];

    private final Outlet outlet;
    private final Streams all;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private List<Runnable> whenGone = List.of();
    private List<Runnable> whenDraining = List.of();
    private boolean writing;
    private boolean watched;
    private boolean draining;
    private boolean ended;
    private long begun;
    private long completed;
    private long movedAt;
    private volatile boolean opened;
    private volatile boolean gone;
    private volatile boolean resting;

    /// The client has gone, and what was to be written reaches nobody. Not an error: a handler may let it pass through.
    public static final class Gone extends RuntimeException {
        Gone() {
            super("The client has gone", null, false, false);
        }
    }

    /// More streams rest than the engine takes ([Limits#restingStreams()]). A handler lets it pass through: while the
    /// stream is not open the engine answers 503, afterwards it ends the stream, and the client comes again.
    public static final class Busy extends RuntimeException {
        Busy() {
            super("Too many streams rest", null, false, false);
        }
    }

    EventStream(Outlet outlet, Streams all) {
        this.outlet = outlet;
        this.all = all;
    }

    /// A stream that writes the bytes of its body into `to`; for what must also be told or left, see [Recording].
    public static EventStream recording(OutputStream to) {
        return new Recording(to).stream();
    }

    /// Writes the head, at once: 200, `text/event-stream`, the fields that every answer carries, and `more`. Does
    /// nothing when the stream is open already.
    ///
    /// @throws Gone                  when nobody is there to read it
    /// @throws IllegalStateException when a field of `more` holds a control character
    public void open(Headers more) {
        Answers.check(more);
        if (!opened) {
            send(more, NOTHING);
        }
    }

    public boolean isOpen() {
        return opened;
    }

    /// One event of the type `message`. Blocks until its bytes are with the kernel, [Limits#writeDeadline()] at most:
    /// past it the client counts as gone.
    ///
    /// @param id   what the client sends as `Last-Event-ID` when it comes again; null for none
    /// @param data one line of UTF-8, may be empty
    /// @throws Gone                     when the client has gone, or goes while this is written
    /// @throws IllegalArgumentException when id or data hold a line end
    public void event(String id, byte[] data) {
        send(Headers.NONE, EventBytes.of("message", id, data));
    }

    /// The same with another type and without an id.
    public void named(String event, byte[] data) {
        send(Headers.NONE, EventBytes.of(event, null, data));
    }

    /// Tells the client how long to wait before it comes again after the stream has ended.
    public void retry(Duration pause) {
        send(Headers.NONE, EventBytes.retry(pause));
    }

    /// From now on it is looked whether the client is still there, and `told` runs once when it is not: at once when
    /// that is known already, otherwise on a thread of its own. Nothing is told after the handler has returned.
    ///
    /// Over HTTP/1.1 a client that has shut down its sending side only cannot be told from one that has gone, so a
    /// call with a plain reply engages this late, when it turns out to take long. A client that has already sent its
    /// next request is not looked after: a write that fails tells.
    public void onGone(Runnable told) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            if (!gone) {
                whenGone = with(whenGone, told);
                if (!watched) {
                    watched = true;
                    outlet.watch(this::leave);
                }
                return;
            }
        } finally {
            lock.unlock();
        }
        told.run();
    }

    private static List<Runnable> with(List<Runnable> some, Runnable one) {
        var more = new ArrayList<>(some);
        more.add(one);
        return more;
    }

    /// True once the client is known to have gone.
    public boolean isGone() {
        return gone;
    }

    /// Says that the handler, whose own thread calls this, only waits for events from here on. It no longer counts as a
    /// call, neither among those that run at once nor among those that a shutdown waits for.
    ///
    /// @throws Busy when too many rest already. Called before [#open(Headers)] the client then gets a 503.
    public void rests() {
        if (resting) {
            return;
        }
        if (!all.rest()) {
            throw new Busy();
        }
        resting = true;
        lock.lock();
        try {
            if (!ended) {
                all.add(this);
            }
        } finally {
            lock.unlock();
        }
    }

    /// `told` runs once when the server begins to shut down, at once when it already does. A resting stream that is
    /// still there [Limits#GOODBYE] later is cut.
    public void onDraining(Runnable told) {
        boolean now;
        lock.lock();
        try {
            if (ended) {
                return;
            }
            all.add(this);
            now = draining;
            if (!now) {
                whenDraining = with(whenDraining, told);
            }
        } finally {
            lock.unlock();
        }
        if (now) {
            told.run();
        } else if (all.isDraining()) {
            drain();
        }
    }

    /// Begins the goodbye; the second time nothing happens.
    void drain() {
        List<Runnable> told;
        lock.lock();
        try {
            draining = true;
            told = whenDraining;
            whenDraining = List.of();
        } finally {
            lock.unlock();
        }
        told.forEach(outlet::tell);
    }

    boolean isResting() {
        return resting;
    }

    /// Takes the client for gone, and makes it so.
    void cut() {
        outlet.cut();
        leave();
    }

    private void leave() {
        List<Runnable> told;
        lock.lock();
        try {
            if (gone || ended) {
                return;
            }
            gone = true;
            told = whenGone;
            whenGone = List.of();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        told.forEach(outlet::tell);
    }

    /// A glance at a time: sends the comment when the stream was silent for so long, gives up a client that has not
    /// read for so long. Never waits.
    void beat(long now) {
        var late = false;
        lock.lock();
        try {
            if (!opened || ended || gone) {
                return;
            }
            if (writing) {
                late = now - movedAt > all.writeNanos();
                if (!late) {
                    return;
                }
            } else if (now - movedAt < all.silenceNanos()) {
                return;
            } else {
                begin();
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            cut();
        } else {
            write(null, EventBytes.HEARTBEAT);
        }
    }

    /// The handler has returned: waits for what is being written, refuses the rest, lets the connection go on.
    ///
    /// @return whether the head was written, so that no other reply is possible
    boolean end() {
        var late = false;
        lock.lock();
        try {
            ended = true;
            late = !awaitWhile(() -> writing, System.nanoTime() + all.writeNanos());
        } finally {
            lock.unlock();
        }
        if (late) {
            gone = true;
            outlet.cut();
        }
        if (watched) {
            outlet.unwatch();
        }
        all.remove(this);
        return opened;
    }

    private void send(Headers head, byte[] bytes) {
        var until = System.nanoTime() + all.writeNanos();
        long mine;
        Headers first;
        boolean late;
        lock.lock();
        try {
            late = !awaitWhile(() -> writing && !ended, until);
            if (gone || ended) {
                throw new Gone();
            }
            if (opened && bytes.length == 0) {
                return;
            }
            first = opened ? null : head;
            mine = late ? 0 : begin();
        } finally {
            lock.unlock();
        }
        if (!late) {
            write(first, bytes);
            late = !completes(mine, until);
        }
        if (late) {
            cut();
            throw new Gone();
        }
    }

    /// Takes the turn to write; the lock is held.
    private long begin() {
        if (!opened) {
            opened = true;
            all.add(this);
        }
        writing = true;
        movedAt = System.nanoTime();
        return ++begun;
    }

    private void write(Headers head, byte[] bytes) {
        try {
            outlet.write(head, bytes, this::written);
        } catch (RuntimeException over) {
            written(over);      // the connection was closed under the handler
        }
    }

    private void written(Throwable failure) {
        if (failure != null) {
            leave();
        }
        lock.lock();
        try {
            gone |= failure != null;
            writing = false;
            completed++;
            movedAt = System.nanoTime();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean completes(long mine, long until) {
        lock.lock();
        try {
            var inTime = awaitWhile(() -> completed < mine, until);
            if (gone) {
                throw new Gone();
            }
            return inTime;
        } finally {
            lock.unlock();
        }
    }

    /// Waits with the lock held, not for a client that has gone. An interrupt does not end it, because bytes under way
    /// cannot be called back; the deadline does.
    ///
    /// @return false when the deadline has passed
    private boolean awaitWhile(BooleanSupplier busy, long until) {
        var interrupted = false;
        var left = 1L;
        while (busy.getAsBoolean() && !gone && left > 0) {
            left = until - System.nanoTime();
            try {
                changed.awaitNanos(left);
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !busy.getAsBoolean() || gone;
    }

    /// A stream without a connection, for tests of handlers: keeps what would go over the wire as the body, and plays
    /// client and server. What a handler wants to be told it is told at once, on the thread of the test.
    public static final class Recording {

        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final OutputStream to;
        private final Streams all = new Streams(Limits.STANDARD, () -> {});
        private final EventStream stream = new EventStream(new Paper(), all);
        private volatile Headers head = Headers.NONE;

        public Recording() {
            this(OutputStream.nullOutputStream());
        }

        private Recording(OutputStream to) {
            this.to = to;
        }

        public EventStream stream() {
            return stream;
        }

        /// The fields that [EventStream#open(Headers)] was given.
        public Headers head() {
            return head;
        }

        public byte[] bytes() {
            synchronized (kept) {
                return kept.toByteArray();
            }
        }

        /// All that was written, as text.
        public String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        public boolean isResting() {
            return stream.isResting();
        }

        /// The client goes.
        public void leave() {
            stream.leave();
        }

        /// The server begins to shut down.
        public void drain() {
            all.drain();
            stream.drain();
        }

        private final class Paper implements Outlet {

            @Override
            public void write(Headers first, byte[] bytes, Consumer<Throwable> done) {
                try {
                    synchronized (kept) {
                        if (first != null) {
                            head = first;
                        }
                        kept.writeBytes(bytes);
                        to.write(bytes);
                    }
                    done.accept(null);
                } catch (IOException broken) {
                    done.accept(broken);
                }
            }

            @Override
            public void watch(Runnable left) {}

            @Override
            public void unwatch() {}

            @Override
            public void cut() {}

            @Override
            public void tell(Runnable told) {
                told.run();
            }
        }
    }
}
