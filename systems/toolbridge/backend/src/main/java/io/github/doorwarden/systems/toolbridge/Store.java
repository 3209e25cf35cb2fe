package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Outage;
import java.sql.SQLException;

/// The database: one port, two that live behind it. What the work throws rolls everything back; a database that does
/// not answer is an [Outage]. Safe for use by many threads.
interface Store extends AutoCloseable {

    /// What is done in one transaction. May be run more than once, so it has no effects outside of it.
    @FunctionalInterface
    interface Work<T> {
        T run(Tx tx) throws SQLException;
    }

    Dialect dialect();

    /// Several reads of one state.
    <T> T read(Scope scope, Work<T> work);

    /// A transaction that is kept when this returns.
    <T> T write(Scope scope, Work<T> work);

    /// One that a power cut may forget: sessions and nonces, which live for minutes.
    <T> T note(Work<T> work);

    @Override
    void close();
}
