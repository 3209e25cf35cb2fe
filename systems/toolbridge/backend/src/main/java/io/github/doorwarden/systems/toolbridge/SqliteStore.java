package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.SqliteFile;
import java.nio.file.Path;

/// One SQLite file, for a ToolBridge that stands alone. SQLite has no row level security: here the conditions of the
/// statements alone part tenants.
final class SqliteStore implements Store {

    private final SqliteFile file;

    private SqliteStore(SqliteFile file) {
        this.file = file;
    }

    static SqliteStore open(Path file) {
        return new SqliteStore(SqliteFile.open(file, Migrations.of(Dialect.SQLITE)::run));
    }

    @Override
    public Dialect dialect() {
        return Dialect.SQLITE;
    }

    @Override
    public <T> T read(Scope scope, Work<T> work) {
        return file.read(connection -> work.run(new Tx(connection, Dialect.SQLITE)));
    }

    @Override
    public <T> T write(Scope scope, Work<T> work) {
        return file.write(flushed(work));
    }

    @Override
    public <T> T note(Work<T> work) {
        return file.note(flushed(work));
    }

    private static <T> SqliteFile.Work<T> flushed(Work<T> work) {
        return connection -> {
            var tx = new Tx(connection, Dialect.SQLITE);
            var value = work.run(tx);
            tx.flush();
            return value;
        };
    }

    @Override
    public void close() {
        file.close();
    }
}
