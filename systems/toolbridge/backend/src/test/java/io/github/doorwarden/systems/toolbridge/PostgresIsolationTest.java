package io.github.doorwarden.systems.toolbridge;

class PostgresIsolationTest extends IsolationContract {

    @Override
    Dialect dialect() {
        return Dialect.POSTGRESQL;
    }
}
