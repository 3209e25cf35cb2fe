package io.github.doorwarden.systems.toolbridge;

class PostgresRecordsTest extends RecordsContract {

    @Override
    Dialect dialect() {
        return Dialect.POSTGRESQL;
    }
}
