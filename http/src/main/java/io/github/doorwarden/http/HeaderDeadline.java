package io.github.doorwarden.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;

/// Closes connections whose request line and fields are not complete in time. The idle timeout cannot: a client that
/// sends a byte now and then is never idle. Looks at all connections a few times per deadline instead of arming a timer
/// per request.
final class HeaderDeadline extends AbstractLifeCycle implements Runnable {

    private static final int LOOKS_PER_DEADLINE = 4;

    private final ServerConnector connector;
    private final long deadlineNanos;

    HeaderDeadline(ServerConnector connector, Duration deadline) {
        this.connector = connector;
        this.deadlineNanos = deadline.toNanos();
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
        for (var end : connector.getConnectedEndPoints()) {
            if (end.getConnection() instanceof HttpConnection http && late(http.getParser())) {
                end.close();
            }
        }
        if (isRunning()) {
            schedule();
        }
    }

    /// START is the pause between two requests, which the idle timeout ends. The parser belongs to another thread: a
    /// glance that comes too early is made up for by the next one, and the time is read after the state that made it
    /// final.
    private boolean late(HttpParser parser) {
        return parser.inHeaderState() && !parser.isState(HttpParser.State.START)
                && System.nanoTime() - parser.getBeginNanoTime() > deadlineNanos;
    }
}
