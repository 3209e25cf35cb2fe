package io.github.doorwarden.sources.files;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Where questions are worked on: on a few threads of their own, because the engine is native code, which holds on to
/// the thread that calls it and does not hear an interrupt. Who is interrupted while waiting cancels the question. Safe
/// for use by many threads.
final class Desk implements AutoCloseable {

    /// One question.
    interface Work<R> {
        R answer(Session session) throws SQLException, Unanswerable;
    }

    private final ThreadPoolExecutor threads;

    private final Duration deadline;

    /// @param deadline of one question
    Desk(String name, Duration deadline) {
        this.deadline = deadline;
        threads = new ThreadPoolExecutor(Limits.CONCURRENT, Limits.CONCURRENT, 30, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), Thread.ofPlatform().daemon().name("files-" + name + "-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /// @param version left again when the work is over, whoever still waits for it
    <R> R ask(Version version, Work<R> work) throws SQLException, Unanswerable, InterruptedException {
        Session session;
        try {
            session = new Session(version, deadline);
        } catch (SQLException | RuntimeException e) {
            version.leave();
            throw e;
        }
        var answering = threads.submit(() -> {
            try (session) {
                return work.answer(session);
            } finally {
                version.leave();
            }
        });
        try {
            return answering.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException failure -> throw failure;
                case Unanswerable refusal -> throw refusal;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException gone) {
            session.cancel();
            throw gone;
        }
    }

    /// Lets what runs end, for a moment.
    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(Limits.CLOSING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
