package io.github.doorwarden.systems.toolbridge;

class SqliteBeyondTest extends BeyondContract {

    @Override
    Dialect dialect() {
        return Dialect.SQLITE;
    }
}
