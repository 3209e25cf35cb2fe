package io.github.doorwarden.systems.toolbridge;

class SqliteRecordsTest extends RecordsContract {

    @Override
    Dialect dialect() {
        return Dialect.SQLITE;
    }
}
