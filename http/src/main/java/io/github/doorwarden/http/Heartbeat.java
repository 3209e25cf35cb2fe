package io.github.doorwarden.http;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.AbstractLifeCycle;

/// Lets all event streams show signs of life: one timer for all of them, and each pass on a thread of its own, because
/// ten thousand writes would keep the timer's thread from its deadlines.
final class Heartbeat extends AbstractLifeCycle implements Runnable {

    /// A stream may be silent for a quarter longer than the heartbeat; a proxy's patience is counted in tens of
    /// seconds.
    private static final int LOOKS_PER_BEAT = 4;

    private final Server server;
    private final Streams streams;

    Heartbeat(Server server, Streams streams) {
        this.server = server;
        this.streams = streams;
    }

    @Override
    protected void doStart() {
        schedule();
    }

    private void schedule() {
        server.getScheduler().schedule(() -> server.getThreadPool().execute(this),
                Math.max(1, streams.silenceNanos() / LOOKS_PER_BEAT), TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        streams.beat();
        if (isRunning()) {
            schedule();
        }
    }
}
