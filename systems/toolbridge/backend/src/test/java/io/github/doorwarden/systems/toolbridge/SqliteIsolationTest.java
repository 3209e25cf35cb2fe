package io.github.doorwarden.systems.toolbridge;

class SqliteIsolationTest extends IsolationContract {

    @Override
    Dialect dialect() {
        return Dialect.SQLITE;
    }
}
