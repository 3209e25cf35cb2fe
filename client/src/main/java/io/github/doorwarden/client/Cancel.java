package io.github.doorwarden.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/// Gives requests up from another thread: the server is told, and whoever waits gets a [CancellationException]. Once
/// cancelled it stays so. Safe for use by many threads.
public final class Cancel {

    private final List<Thread> waiting = new ArrayList<>();
    private boolean cancelled;

    /// Something that waits.
    interface Wait<T> {
        T run() throws McpFailure, InterruptedException;
    }

    public synchronized void cancel() {
        cancelled = true;
        waiting.forEach(Thread::interrupt);
        waiting.clear();
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    <T> T during(Wait<T> wait) throws McpFailure, InterruptedException {
        enter();
        try {
            return wait.run();
        } catch (InterruptedException e) {
            if (isCancelled()) {
                throw given(e);
            }
            throw e;
        } finally {
            leave();
        }
    }

    private synchronized void enter() {
        if (cancelled) {
            throw given(null);
        }
        waiting.add(Thread.currentThread());
    }

    /// An interrupt of ours that came too late must not reach what the thread does next.
    private synchronized void leave() {
        if (!waiting.remove(Thread.currentThread())) {
            Thread.interrupted();
        }
    }

    private static CancellationException given(Throwable cause) {
        var given = new CancellationException("The request was cancelled.");
        given.initCause(cause);
        return given;
    }
}
