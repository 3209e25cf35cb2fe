package io.github.doorwarden.sources.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/// One use of a connection, on a thread of its own: the thread of a call is interrupted when the client goes, and an
/// interrupted virtual thread closes the socket that it waits for, which leaves the statement running in the database.
/// So the call's thread only waits, and ends the statement in the database's own way; the connection goes back in
/// order.
final class Running<R> {

    /// The statement was ended because its time was over.
    static final class TooSlow extends Exception {

        private static final long serialVersionUID = 1;
    }

    /// What is done with the connection. It is rolled back afterwards, unless it was committed.
    interface Work<R> {
        R on(Connection connection, Running<R> running) throws SQLException;
    }

    private enum State { RUNNING, COMMITTING, STOPPED }

    private final Connection connection;
    private final Work<R> work;
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private volatile Statement statement;

    private Running(Connection connection, Work<R> work) {
        this.connection = connection;
        this.work = work;
    }

    /// @param timeout from when there is a connection
    static <R> R run(Connections connections, Duration timeout, Work<R> work)
            throws Connections.Unavailable, SQLException, TooSlow, InterruptedException {
        var connection = connections.borrow();
        var running = new Running<>(connection, work);
        var task = new FutureTask<>(running::work);
        Thread.ofVirtual().name("sql").start(task);
        return running.await(task, timeout);
    }

    private R work() throws SQLException {
        try (connection) {
            try {
                return work.on(connection, this);
            } finally {
                rollback();
            }
        }
    }

    /// What cannot be rolled back is broken, and the pool throws it away; why it broke is known already.
    private void rollback() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            Connections.abort(connection);
        }
    }

    private R await(FutureTask<R> task, Duration timeout) throws SQLException, TooSlow, InterruptedException {
        try {
            return task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            stop(task);
            if (state.get() == State.COMMITTING && task.isDone()) {
                return finished(task);
            }
            throw new TooSlow();
        } catch (InterruptedException e) {
            stop(task);
            throw e;
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private R finished(FutureTask<R> task) throws SQLException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private static SQLException failure(ExecutionException e) {
        return switch (e.getCause()) {
            case SQLException failed -> failed;
            case RuntimeException bug -> throw bug;
            case Error error -> throw error;
            case null, default -> new SQLException(e.getCause());
        };
    }

    /// Ends the statement, unless it is being committed, and sees to it that the connection is given back or dead.
    private void stop(FutureTask<R> task) throws InterruptedException {
        state.compareAndSet(State.RUNNING, State.STOPPED);
        var ending = statement;
        if (ending != null && state.get() == State.STOPPED) {
            try {
                ending.cancel();
            } catch (SQLException e) {
                Connections.abort(connection);                    // the way to cancel it is as broken as the rest
            }
        }
        try {
            task.get(Limits.CANCELLING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            Connections.abort(connection);
        } catch (ExecutionException e) {
            // it ended, as it should
        }
    }

    /// What is ended when the time is over.
    void runs(Statement current) throws SQLException {
        statement = current;
        if (state.get() == State.STOPPED) {
            throw new SQLException("The call was ended.", "57014");
        }
    }

    void commit() throws SQLException {
        if (!state.compareAndSet(State.RUNNING, State.COMMITTING)) {
            throw new SQLException("The call was ended.", "57014");
        }
        connection.commit();
    }
}
