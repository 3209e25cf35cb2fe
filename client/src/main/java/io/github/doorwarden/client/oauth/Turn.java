package io.github.doorwarden.client.oauth;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// The right to be the only one, among the threads of this process and among processes. The system takes it back when a
/// process dies, however it dies: nothing stale is left behind, so nobody has to guess whether a lock is.
///
/// The file stays for good: deleting it would give two processes a lock each, on two files of one name.
final class Turn implements AutoCloseable {

    /// The system's lock belongs to the process, not to the thread.
    private static final Map<Path, ReentrantLock> HERE = new ConcurrentHashMap<>();

    private final ReentrantLock here;
    private final FileChannel channel;

    private Turn(ReentrantLock here, FileChannel channel) {
        this.here = here;
        this.channel = channel;
    }

    /// Waits for it.
    ///
    /// @return empty when it did not come in time
    static Optional<Turn> take(Path file, Duration patience) throws IOException, InterruptedException {
        var end = System.nanoTime() + patience.toNanos();
        var here = HERE.computeIfAbsent(file.toAbsolutePath().normalize(), _ -> new ReentrantLock(true));
        if (!here.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException | RuntimeException e) {
            here.unlock();
            throw e;
        }
        var turn = new Turn(here, channel);
        var taken = false;
        try {
            Folder.makePrivate(file);
            // A blocked lock() cannot be interrupted on every system, and would hold a carrier thread.
            for (taken = channel.tryLock() != null; !taken && System.nanoTime() - end < 0;
                    taken = channel.tryLock() != null) {
                Thread.sleep(Limits.LOOK);
            }
            return taken ? Optional.of(turn) : Optional.empty();
        } finally {
            if (!taken) {
                turn.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            here.unlock();
        }
    }
}
