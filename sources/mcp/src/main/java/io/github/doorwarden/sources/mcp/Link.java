package io.github.doorwarden.sources.mcp;

import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.Connection;
import io.github.doorwarden.client.wire.Talk;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// The way to one server for as long as the source is open: connects, connects anew when the connection is over, after
/// a pause that grows, and refuses calls meanwhile without trying. Safe for use by many threads.
final class Link implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    /// What becomes of what the server has; on the thread of the link.
    interface Work {

        /// The server is connected, or says that a list has changed.
        void read(Connection client) throws ClientFailure, InterruptedException;

        /// What was read can be called now.
        void show();

        /// Again and again, whether it is connected or not; quick.
        void look();

        /// It is or is not connected any more.
        void turned(boolean up);

        void resourceChanged(String uri);
    }

    private final Connection.Settings settings;
    private final Work work;
    private final Semaphore slots;
    private final AtomicInteger faults = new AtomicInteger();
    private final Semaphore wake = new Semaphore(0);
    private final AtomicBoolean stale = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turned = lock.newCondition();
    private Thread thread;
    private boolean connecting = true;
    private boolean failed;
    private boolean closed;
    private Connection client;
    private ClientFailure why;

    Link(Connection.Settings settings, int concurrent, Work work) {
        this.settings = settings;
        this.work = work;
        this.slots = new Semaphore(concurrent, true);
    }

    void start() {
        thread = Thread.ofVirtual().name("mcp " + settings.name()).start(this::keep);
    }

    private void keep() {
        var pause = Limits.PAUSE;
        try {
            while (!isClosed()) {
                var began = System.nanoTime();
                connected();
                if (System.nanoTime() - began > Limits.HEALTHY.toNanos()) {
                    pause = Limits.PAUSE;
                }
                rest(pause);
                pause = pause.multipliedBy(2).compareTo(Limits.PAUSE_MOST) > 0 ? Limits.PAUSE_MOST
                        : pause.multipliedBy(2);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /// One connection from its beginning to its end.
    private void connected() throws InterruptedException {
        turn(true, null, null);
        var news = new News();
        try (var fresh = Connection.connect(settings, news)) {
            work.read(fresh);
            faults.set(0);
            turn(false, fresh, null);
            work.show();
            work.turned(true);
            LOG.atInfo().addKeyValue("source", settings.name()).addKeyValue("revision", fresh.revision().date())
                    .log("An MCP server is connected.");
            stay(fresh, news);
            turn(false, null, news.lost);
        } catch (ClientFailure e) {
            turn(false, null, e);
            LOG.atWarn().addKeyValue("source", settings.name()).setCause(e.getCause())
                    .log("An MCP server cannot be used: " + e.getMessage());
        } catch (RuntimeException e) {
            turn(false, null, new ClientFailure(ClientFailure.Kind.FAULT, settings.name()
                    + " cannot be used because of a fault of this server. Tell the administrator.", e));
            LOG.atError().addKeyValue("source", settings.name()).setCause(e).log("An MCP server cannot be mounted.");
        }
        work.turned(false);
    }

    private void stay(Connection connection, News news) throws InterruptedException {
        while (!isClosed() && news.lost == null) {
            if (stale.getAndSet(false)) {
                try {
                    work.read(connection);
                    work.show();
                } catch (ClientFailure e) {
                    LOG.atWarn().addKeyValue("source", settings.name())
                            .log("The lists of an MCP server cannot be read anew: " + e.getMessage());
                }
                pause(Limits.RELIST, news);
            }
            work.look();
            if (wake.tryAcquire(Limits.LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        }
    }

    private void pause(Duration pause, News news) throws InterruptedException {
        var end = System.nanoTime() + pause.toNanos();
        while (!isClosed() && news.lost == null && end - System.nanoTime() > 0) {
            wake.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void rest(Duration pause) throws InterruptedException {
        var end = System.nanoTime() + pause.toNanos();
        while (!isClosed() && end - System.nanoTime() > 0) {
            work.look();
            wake.tryAcquire(Math.min(Limits.LOOK.toNanos(), end - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    /// What one connection tells by itself.
    private final class News implements Connection.Listener {

        private volatile ClientFailure lost;

        @Override
        public void listChanged(String method) {
            stale.set(true);
            wake.release();
        }

        @Override
        public void resourceChanged(String uri) {
            work.resourceChanged(uri);
        }

        @Override
        public void lost(ClientFailure why) {
            lost = why;
            wake.release();
        }
    }

    private void turn(boolean begins, Connection to, ClientFailure failure) {
        lock.lock();
        try {
            failed = to == null && (failed || failure != null);
            connecting = begins && !failed;        // whoever calls waits for the first attempt alone
            client = to;
            why = failure == null ? why : failure;
            turned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    boolean up() {
        lock.lock();
        try {
            return client != null;
        } finally {
            lock.unlock();
        }
    }

    private Connection client() throws ClientFailure, InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = Limits.CONNECTING.toNanos();
            while (client == null && connecting && !closed && left > 0) {
                left = turned.awaitNanos(left);
            }
            if (client == null) {
                throw new ClientFailure(ClientFailure.Kind.UNREACHABLE, settings.name() + " is down. It is connected "
                        + "again by itself as soon as it can be; try again later." + (why == null ? ""
                        : " The last attempt: " + why.getMessage()), why);
            }
            return client;
        } finally {
            lock.unlock();
        }
    }

    /// One request, as one of so many at a time.
    ObjectNode request(String method, ObjectNode params, Map<String, String> headers, Talk talk, Duration within)
            throws ClientFailure, InterruptedException {
        if (!slots.tryAcquire(Limits.SLOT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new ClientFailure(ClientFailure.Kind.BUSY, settings.name()
                    + " is busy with other calls. Nothing was sent; try again in a minute.", null);
        }
        try {
            return request(client(), method, params, headers, talk, within);
        } finally {
            slots.release();
        }
    }

    private ObjectNode request(Connection by, String method, ObjectNode params, Map<String, String> headers, Talk talk,
            Duration within) throws ClientFailure, InterruptedException {
        try {
            var result = by.request(method, params, headers, talk, within);
            faults.set(0);
            return result;
        } catch (ClientFailure e) {
            switch (e.kind()) {
                case TIMEOUT, FAULT -> {
                    if (faults.incrementAndGet() >= Limits.FAULTS) {
                        leave(by, e);
                    }
                }
                case UNREACHABLE -> leave(by, e);
                case ERROR -> faults.set(0);
                default -> { }
            }
            throw e;
        }
    }

    /// Connects anew, unless that has happened meanwhile; calls are refused until it is done.
    private void leave(Connection left, ClientFailure because) {
        lock.lock();
        try {
            if (client == left) {
                client = null;
                failed = true;
                why = because;
                Thread.ofVirtual().start(() -> left.end(because));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        boolean connected;
        lock.lock();
        try {
            connected = client != null;
            closed = true;
            turned.signalAll();
        } finally {
            lock.unlock();
        }
        wake.release();
        if (thread != null) {
            try {
                if (!connected || !thread.join(Limits.GOODBYE)) {
                    thread.interrupt();
                }
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
