package io.github.doorwarden.index;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows something with a thread of its own: looks at it again and again. Of two that keep an index in one folder,
/// which are both open for a while when a configuration changes, the newer one follows. Safe for use by many threads.
public final class Follow {

    private static final Logger LOG = LoggerFactory.getLogger(Follow.class);
    private static final Map<Path, Follow> FOLLOWING = new ConcurrentHashMap<>();

    /// What is done; never by two threads at once.
    public interface Work {

        /// Looks at everything once.
        void look() throws IOException, InterruptedException;

        /// What is done between two looks.
        ///
        /// @return whether there is more to do now
        boolean more() throws IOException, InterruptedException;

        /// One of them failed; it is tried again. An error comes as the cause of an [ExecutionException].
        void failed(Exception why);

        /// Another one follows from now on.
        void leave() throws IOException;
    }

    private final String name;
    private final Path folder;
    private final Duration between;
    private final Work work;
    private final CountDownLatch firstLook = new CountDownLatch(1);
    private volatile boolean ended;
    private Thread thread;

    /// @param name    of its thread
    /// @param folder  of the index
    /// @param between two looks; more, when they take long, but not more than a minute because of that
    public Follow(String name, Path folder, Duration between, Work work) {
        this.name = name;
        this.folder = folder.toAbsolutePath();
        this.between = between;
        this.work = work;
    }

    /// Takes the place of whoever follows with the same folder, which has left it then.
    public void succeed() {
        var older = FOLLOWING.put(folder, this);
        if (older == null) {
            return;
        }
        try {
            older.stop();
            older.work.leave();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("source", name).setCause(e).log("An index was not left well.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void begin() {
        thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    /// Whether the first look has ended; waits for that.
    public boolean hasLooked(Duration within) throws InterruptedException {
        return firstLook.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    public boolean hasLooked() {
        return firstLook.getCount() == 0;
    }

    public boolean ended() {
        return ended;
    }

    private void run() {
        try {
            follow();
        } catch (Error e) {
            LOG.atError().addKeyValue("source", name).setCause(e).log("Nothing is followed any longer; what was found "
                    + "until now is served. Restart Doorwarden, and report this.");
            throw e;
        } finally {
            firstLook.countDown();                               // nobody waits for what does not come
        }
    }

    private void follow() {
        var due = System.nanoTime();
        while (!ended) {
            var more = false;
            try {
                if (System.nanoTime() - due >= 0) {
                    var began = System.nanoTime();
                    work.look();
                    due = next(began);
                }
                more = work.more();
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                if (ended) {
                    return;
                }
                work.failed(e);
                due = next(System.nanoTime());
            } catch (Error e) {
                // One file too many for the stack or the memory: the others are followed on.
                work.failed(new ExecutionException(e));
                due = next(System.nanoTime());
            }
            firstLook.countDown();
            if (!more && !pause(due)) {
                return;
            }
        }
    }

    private long next(long began) {
        var now = System.nanoTime();
        return now + gap(between, Duration.ofNanos(now - began)).toNanos();
    }

    /// Until the next look, from the end of one.
    static Duration gap(Duration between, Duration took) {
        var share = took.compareTo(Limits.LONGEST_WAIT) > 0 ? Limits.LONGEST_WAIT : took.multipliedBy(Limits.SHARE);
        var bounded = share.compareTo(Limits.LONGEST_WAIT) > 0 ? Limits.LONGEST_WAIT : share;
        return between.compareTo(bounded) > 0 ? between : bounded;
    }

    private static boolean pause(long until) {
        try {
            TimeUnit.NANOSECONDS.sleep(Math.max(0, until - System.nanoTime()));
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void stop() throws InterruptedException {
        ended = true;
        if (thread != null) {
            thread.interrupt();
            thread.join(Limits.END);
        }
    }

    /// Follows no longer; nothing of the work runs then, unless it hangs.
    public void end() throws InterruptedException {
        FOLLOWING.remove(folder, this);
        stop();
    }
}
