package io.github.doorwarden.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;

/// Notices that an HTTP/1.1 client has closed its connection while a handler runs: Jetty reads nothing then, so it
/// would notice at the next write. This waits for the connection to become readable and reads one byte: none means that
/// the client has gone; one begins its next request and is handed back to Jetty in the end.
///
/// The body must have been read. Not for HTTP/2, where all streams share the end point.
final class Watch implements Callback {

    private static final Exception OVER = new Exception("over", null, false, false) {};

    private final HttpConnection http;
    private final AbstractEndPoint end;
    private final Runnable gone;
    /// Held while reading, so that [#end()] never lets Jetty read at the same time.
    private final ReentrantLock reading = new ReentrantLock();
    private boolean over;
    private ByteBuffer early;

    private Watch(HttpConnection http, AbstractEndPoint end, Runnable gone) {
        this.http = http;
        this.end = end;
        this.gone = gone;
    }

    /// Null when the next request has arrived already: then the end of the connection is behind it, out of sight.
    static Watch on(HttpConnection http, Runnable gone) {
        if (!http.isRequestBufferEmpty() || !(http.getEndPoint() instanceof AbstractEndPoint end)) {
            return null;
        }
        var watch = new Watch(http, end, gone);
        return end.tryFillInterested(watch) ? watch : null;
    }

    /// Before the reply is completed: Jetty takes a read that is pending then for a broken connection.
    void end() {
        reading.lock();
        try {
            over = true;
        } finally {
            reading.unlock();
        }
        end.getFillInterest().onFail(OVER);
        if (early != null) {
            http.onUpgradeTo(early);
        }
    }

    @Override
    public void succeeded() {
        var left = false;
        reading.lock();
        try {
            if (over) {
                return;     // what there is to read stays there, and Jetty finds it
            }
            var one = ByteBuffer.allocate(1).limit(0);
            var filled = end.fill(one);
            if (filled > 0) {
                early = one;
            } else if (filled == 0) {
                end.tryFillInterested(this);
            } else {
                left = true;
            }
        } catch (IOException reset) {
            left = true;
        } finally {
            reading.unlock();
        }
        if (left) {
            gone.run();
        }
    }

    @Override
    public void failed(Throwable why) {
        if (why != OVER) {
            gone.run();
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
