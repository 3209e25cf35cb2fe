package io.github.doorwarden.store;

/// The audit log: append-only, hash-chained, in the order of arrival.
public final class AuditLog implements AutoCloseable {

    public AuditLog(Database database) {}

    /// On disk within 100 ms.
    public void write(AuditEvent event) {}

    /// On disk when this returns.
    public void writeDurably(AuditEvent event) {}

    @Override
    public void close() {}
}
