package io.github.doorwarden.http;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;

/// Closes connections on which a request is not complete in time: the TLS handshake, request line and fields of
/// HTTP/1.1, preface and frames of HTTP/2. The idle timeout cannot: a client that sends a byte now and then is never
/// idle. Looks at all connections a few times per deadline instead of arming a timer per request.
final class HeaderDeadline extends AbstractLifeCycle implements Runnable {

    private static final int LOOKS_PER_DEADLINE = 4;

    private final ServerConnector connector;
    private final long deadlineNanos;
    private final long idleNanos;
    /// Of the last look, only for connections that do not tell themselves since when they have been late.
    private Map<EndPoint, Seen> seen = Map.of();

    /// @param begun  since when bytes have been arriving that belong to no request yet
    /// @param unused since when there has been no request at all
    private record Seen(long begun, long unused, long bytes, long requests) {}

    HeaderDeadline(ServerConnector connector, Limits limits) {
        this.connector = connector;
        this.deadlineNanos = limits.headerDeadline().toNanos();
        this.idleNanos = limits.idleTimeout().toNanos();
    }

    @Override
    protected void doStart() {
        schedule();
    }

    private void schedule() {
        connector.getScheduler().schedule(this, Math.max(1, deadlineNanos / LOOKS_PER_DEADLINE), TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        var now = new HashMap<EndPoint, Seen>();
        for (var end : connector.getConnectedEndPoints()) {
            if (isLate(end, now)) {
                end.close();
            }
        }
        seen = now;
        if (isRunning()) {
            schedule();
        }
    }

    private boolean isLate(EndPoint end, Map<EndPoint, Seen> now) {
        var connection = end.getConnection() instanceof SslConnection tls ? tls.getSslEndPoint().getConnection()
                : end.getConnection();
        if (connection instanceof HttpConnection http) {
            return isLate(http.getParser());
        }
        var busy = connection instanceof HTTP2Connection two && two.getSession().getStreamCount() > 0;
        var state = connection instanceof HTTP2Connection two
                ? since(seen.get(end), busy, two.getBytesIn(), two.getMessagesIn())
                : since(seen.get(end), false, -1, 0);
        now.put(end, state);
        return System.nanoTime() - state.begun > deadlineNanos || System.nanoTime() - state.unused > idleNanos;
    }

    /// Bytes that arrive while there is no request may be half of one, or signs of life: those come rarely, so a look
    /// without new bytes begins anew. -1 bytes stand for a handshake, in which nothing does.
    private static Seen since(Seen last, boolean busy, long bytes, long requests) {
        var now = System.nanoTime();
        if (last == null || busy || requests != last.requests) {
            return new Seen(now, now, bytes, requests);
        }
        return new Seen(bytes >= 0 && bytes == last.bytes ? now : last.begun, last.unused, bytes, requests);
    }

    /// START is the pause between two requests, which the idle timeout ends. The parser belongs to another thread: a
    /// glance that comes too early is made up for by the next one, and the time is read after the state that made it
    /// final.
    private boolean isLate(HttpParser parser) {
        return parser.inHeaderState() && !parser.isState(HttpParser.State.START)
                && System.nanoTime() - parser.getBeginNanoTime() > deadlineNanos;
    }
}
