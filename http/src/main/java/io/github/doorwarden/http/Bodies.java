package io.github.doorwarden.http;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;

/// Reads whole request bodies: bounded in size, in time and, over all requests together, in memory. Memory grows with
/// what has arrived, never with what `Content-Length` promises. Safe for all threads.
final class Bodies {

    private static final byte[] NONE = new byte[0];

    private final long deadlineNanos;
    private final Semaphore pendingBytes;

    /// A body that is not taken; control flow, so it has no stack.
    static final class Refused extends Exception {
        private final transient Reply reply;

        Refused(Reply reply) {
            super(null, null, false, false);
            this.reply = reply;
        }

        Reply reply() {
            return reply;
        }
    }

    Bodies(Limits limits) {
        deadlineNanos = limits.bodyDeadline().toNanos();
        pendingBytes = new Semaphore(limits.pendingBodyBytes());
    }

    /// Blocks until the body is there. Whoever got it gives it back to [#release] when the call has ended.
    ///
    /// @throws Refused 413 beyond `cap` bytes, 408 past the deadline, 503 when all bodies together are too many, 400
    ///                 when the body breaks off
    byte[] read(Request request, int cap) throws Refused, InterruptedException {
        var length = request.getLength();
        if (length == 0) {
            return NONE;
        }
        var until = System.nanoTime() + deadlineNanos;
        var free = free(request);
        if (length > cap) {
            throw tooLarge(request, until);
        }
        var bytes = NONE;
        var size = 0;
        try {
            while (true) {
                var chunk = next(request, until);
                var content = chunk.getByteBuffer();
                if (content.remaining() > cap - size) {
                    chunk.release();
                    throw tooLarge(request, until);
                }
                bytes = room(bytes, size, content.remaining(), length < 0 ? cap : (int) length, free);
                size += take(content, bytes, size);
                var last = chunk.isLast();
                chunk.release();
                if (last) {
                    return size == bytes.length ? bytes : trimmed(bytes, size, free);
                }
            }
        } catch (Refused refused) {
            release(request, bytes);
            throw refused;
        }
    }

    /// Ends the charge for a body that [#read] returned.
    void release(Request request, byte[] body) {
        pendingBytes.release(charge(body.length, free(request)));
    }

    /// What is not charged. One connection of HTTP/1.1 has one body; one of HTTP/2 has many, which add up.
    private static int free(Request request) {
        return Http2.speaks(request) ? 0 : Limits.UNCHARGED_BODY_BYTES;
    }

    private static int take(ByteBuffer content, byte[] bytes, int size) {
        var taken = content.remaining();
        content.get(bytes, size, taken);
        return taken;
    }

    /// An array with room for `more` bytes, charged. The first one has the size that is free, or the promised one if
    /// that is smaller.
    private byte[] room(byte[] bytes, int size, int more, int most, int free) throws Refused {
        if (bytes.length - size >= more) {
            return bytes;
        }
        var wanted = (int) Math.min(most, Math.max(size + more, Math.max(2L * bytes.length, free)));
        if (!pendingBytes.tryAcquire(charge(wanted, free) - charge(bytes.length, free))) {
            throw new Refused(Errors.BUSY.with("Connection", "close"));
        }
        return Arrays.copyOf(bytes, wanted);
    }

    private byte[] trimmed(byte[] bytes, int size, int free) {
        pendingBytes.release(charge(bytes.length, free) - charge(size, free));
        return Arrays.copyOf(bytes, size);
    }

    private static int charge(int bytes, int free) {
        return bytes > free ? bytes : 0;
    }

    /// The next piece, waiting for it; never null.
    private static Content.Chunk next(Request request, long until) throws Refused, InterruptedException {
        while (true) {
            var chunk = request.read();
            if (chunk == null) {
                await(request, until);
            } else if (!Content.Chunk.isFailure(chunk)) {
                return chunk;
            } else if (chunk.isLast() || !(chunk.getFailure() instanceof TimeoutException)) {
                throw new Refused(Errors.BROKEN_BODY);
            } else if (System.nanoTime() - until >= 0) {
                throw new Refused(Errors.LATE_BODY);
            }
            // Otherwise the connection was idle for a while, which only the deadline of the body may judge.
        }
    }

    private static void await(Request request, long until) throws Refused, InterruptedException {
        var arrived = new CountDownLatch(1);
        // An idle timeout that meets no pending read would fail the request for good; only the deadline of the body
        // may.
        request.addIdleTimeoutListener(idle -> false);
        request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, arrived::countDown));
        if (!arrived.await(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            throw new Refused(Errors.LATE_BODY);
        }
    }

    private static Refused tooLarge(Request request, long until) throws InterruptedException {
        discard(request, until);
        return new Refused(Errors.LARGE_BODY);
    }

    /// Whether the connection is free for the next request after an answer that nobody read the body for. Jetty closes
    /// it behind the answer when some of the body is still on its way, and a client that was not told so sends its next
    /// request into the closed connection: clients write head and body apart.
    boolean passed(Request request) {
        try {
            return Http2.speaks(request) || discard(request, System.nanoTime() + deadlineNanos);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Reads a moderate rest and throws it away: closing a connection with unread bytes resets it, and the sender would
    /// see the reset instead of the reason. One who waits for `100 Continue` has sent nothing yet, and HTTP/2 ends one
    /// request without the others.
    ///
    /// @return whether that was the whole of it
    private static boolean discard(Request request, long until) throws InterruptedException {
        if (request.getLength() > Limits.DISCARDED_BODY_BYTES || request.getHeaders().contains(HttpHeader.EXPECT)
                || Http2.speaks(request)) {
            return false;
        }
        try {
            for (var left = (long) Limits.DISCARDED_BODY_BYTES; left > 0;) {
                var chunk = next(request, until);
                left -= chunk.remaining();
                var last = chunk.isLast();
                chunk.release();
                if (last) {
                    return true;
                }
            }
        } catch (Refused nothingMore) {
            // Late or broken off: the answer stays what it was.
        }
        return false;
    }
}
