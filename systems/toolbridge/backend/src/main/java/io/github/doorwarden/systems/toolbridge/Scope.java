package io.github.doorwarden.systems.toolbridge;

/// On whose rows a transaction works. PostgreSQL's row level security is told it, so that a statement that forgets its
/// condition finds nothing of anybody else.
sealed interface Scope {

    /// Records of one tenant.
    record Tenant(String id) implements Scope {}

    /// Tenants, members, secrets, sessions; no tenant's records.
    record Platform() implements Scope {}

    /// The feed of changes over all tenants: which records changed, not what is in them.
    record Feed() implements Scope {}

    Scope PLATFORM = new Platform();
    Scope FEED = new Feed();
}
