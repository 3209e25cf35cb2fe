package io.github.doorwarden.transport.legacy;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.transport.Limits;
import io.github.doorwarden.transport.legacy.Replay.Event;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// A stream of a session, which outlives its connections: what is sent while none is there waits for the next
/// (2025-11-25, Transports, Sending messages 6; Resumability and redelivery). At most one connection at a time carries
/// it. All threads may write; whoever writes waits for the client to read.
final class KeptStream {

    private static final byte[] NOTHING = new byte[0];

    private final Replay replay;
    private final int number;
    private final boolean primed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private EventStream connection;
    private long position;
    private long written;
    private boolean finished;

    /// @param number     unique in the session
    /// @param primed     whether it begins with an event without data, so that the client can come back before there is
    ///                   something to tell (2025-11-25; older clients take the empty data for JSON)
    /// @param connection null for none yet
    KeptStream(Replay replay, int number, boolean primed, EventStream connection) {
        this.replay = replay;
        this.number = number;
        this.primed = primed;
        this.connection = connection;
    }

    int number() {
        return number;
    }

    /// Whether something was sent.
    boolean isBegun() {
        return locked(() -> position > 0);
    }

    boolean isFinished() {
        return locked(() -> finished);
    }

    /// Whether a connection carries it.
    boolean isConnected() {
        return locked(() -> connection != null);
    }

    /// Opens it, where it has a way to begin without a message.
    void begin() {
        locked(() -> {
            if (primed && position == 0 && !finished) {
                put(NOTHING);
            }
            return null;
        });
    }

    /// One message.
    ///
    /// @return false when the stream is over
    boolean send(byte[] json) {
        return locked(() -> {
            if (finished) {
                return false;
            }
            begin();
            put(json);
            return true;
        });
    }

    private void put(byte[] data) {
        var event = new Event(number, ++position, data);
        replay.keep(event);
        write(event);
    }

    private void write(Event event) {
        if (connection == null) {
            return;
        }
        try {
            connection.event(replay.id(event), event.data());
            written = event.position();
        } catch (EventStream.Gone gone) {
            leave();
        }
    }

    private void leave() {
        connection = null;
        moved.signalAll();
    }

    /// Whether everything after a position is still there.
    boolean canResume(long after) {
        return locked(() -> isWhole(after));
    }

    private boolean isWhole(long after) {
        var missed = replay.after(number, after);
        return after == position || after < position && missed.size() == position - after;
    }

    /// Goes on over this connection, with what came after a position first; whatever carried it before ends.
    ///
    /// @return false when some of it is not kept any more; then nothing happens
    boolean resume(EventStream now, long after) {
        return locked(() -> isWhole(after) && take(now, after));
    }

    /// Goes on over this connection, with what no connection has carried yet.
    void connect(EventStream now) {
        locked(() -> take(now, written));
    }

    private boolean take(EventStream now, long after) {
        leave();
        connection = now;
        replay.after(number, after).forEach(this::write);
        return true;
    }

    /// Ends the connection, if it is still this one: the client has gone, or may stay no longer.
    void disconnect(EventStream then) {
        locked(() -> {
            if (connection == then) {
                leave();
            }
            return null;
        });
    }

    /// Ends the connection and lets the client come again after a pause, where it knows how.
    void part(Duration pause) {
        locked(() -> {
            if (!primed || finished) {
                return null;
            }
            begin();
            if (connection != null) {
                try {
                    connection.retry(pause.compareTo(Limits.PAUSE_MAX) > 0 ? Limits.PAUSE_MAX : pause);
                } catch (EventStream.Gone gone) {
                    // then it comes again by itself
                }
                leave();
            }
            return null;
        });
    }

    /// Ends it before it has begun, so that nothing can begin it any more.
    ///
    /// @return false when it has begun
    boolean withhold() {
        return locked(() -> {
            if (position > 0) {
                return false;
            }
            finished = true;
            moved.signalAll();
            return true;
        });
    }

    /// Nothing follows.
    void finish() {
        locked(() -> {
            finished = true;
            moved.signalAll();
            return null;
        });
    }

    /// Waits until the stream is over for this connection: finished, or carried by another.
    ///
    /// @return false when it is not over after this time
    boolean awaitEnd(EventStream mine, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = atMost.toNanos();
            while (connection == mine && !finished && left > 0) {
                left = moved.awaitNanos(left);
            }
            return connection != mine || finished;
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
