package io.github.doorwarden.systems.toolbridge;

/// A user of a tenant, both proven.
record Caller(String tenant, String user) {

    Scope scope() {
        return new Scope.Tenant(tenant);
    }
}
