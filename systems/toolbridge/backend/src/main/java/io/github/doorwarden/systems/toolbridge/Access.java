package io.github.doorwarden.systems.toolbridge;

/// Who may call a route.
enum Access {
    /// Everybody.
    OPEN(""),
    /// A user of a tenant.
    USER(""),
    /// A user of a tenant with an open sync session.
    SESSION(""),
    ADMIN("toolbridge:admin"),
    SERVICE("toolbridge:service"),
    ORGANIZATIONS("toolbridge:organizations");

    private final String scope;

    Access(String scope) {
        this.scope = scope;
    }

    /// What a token needs; empty where it is a user's.
    String scope() {
        return scope;
    }
}
