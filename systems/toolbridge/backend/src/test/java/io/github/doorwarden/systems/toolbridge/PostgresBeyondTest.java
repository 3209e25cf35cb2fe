package io.github.doorwarden.systems.toolbridge;

class PostgresBeyondTest extends BeyondContract {

    @Override
    Dialect dialect() {
        return Dialect.POSTGRESQL;
    }
}
