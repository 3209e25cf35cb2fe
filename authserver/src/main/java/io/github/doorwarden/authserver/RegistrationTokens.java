package io.github.doorwarden.authserver;

import io.github.doorwarden.store.Database;

/// Registration access tokens (RFC 7592 §1.3): with one a client that registered itself manages its own registration
/// and nothing else. 256 random bits, kept as a hash. Safe for use by many threads.
final class RegistrationTokens {

    private final Database database;

    RegistrationTokens(Database database) {
        this.database = database;
    }

    /// A new one; an older one of this client opens nothing from now on.
    String issue(String clientId) {
        var token = Hashes.secret();
        database.update("UPDATE client SET management_hash = ? WHERE id = ?", Hashes.sha256(token), clientId);
        return token;
    }

    /// Whether it is the one of this client, which is there and was not revoked.
    boolean opens(String token, String clientId) {
        return database.first("SELECT management_hash FROM client WHERE id = ? AND kind = 'DYNAMIC' AND revoked_at IS "
                + "NULL AND management_hash IS NOT NULL", row -> row.getBytes(1), clientId)
                .filter(hash -> Hashes.same(hash, Hashes.sha256(token))).isPresent();
    }
}
