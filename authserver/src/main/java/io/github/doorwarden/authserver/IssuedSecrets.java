package io.github.doorwarden.authserver;

import io.github.doorwarden.store.Database;
import java.time.Instant;
import java.util.Optional;

/// What a secret is that was found somewhere, for an operator. Changes nothing. Safe for use by many threads.
public final class IssuedSecrets {

    /// @param kind     `refresh token` or `authorization code`
    /// @param usedAt   when it was exchanged; empty: not yet
    /// @param grantId  empty for a code that was not exchanged
    public record Issued(String kind, String clientId, Instant expiresAt, Optional<Instant> usedAt,
            Optional<String> grantId) {}

    private final Database database;

    public IssuedSecrets(Database database) {
        this.database = database;
    }

    /// The grant behind a token of any kind, by its value; it may be dead.
    ///
    /// @return empty when we did not issue it, or have forgotten it
    public Optional<String> grantOf(String token, Keys keys, OpaqueTokens opaque, AuthServerSettings settings) {
        return find(token).flatMap(Issued::grantId)
                .or(() -> AccessTokens.read(token, keys, opaque, settings).map(TokenFacts::grantId));
    }

    /// The same by the id of an access token that is a reference; of a JWT nobody keeps the id.
    public Optional<String> grantOfId(String tokenId) {
        return database.first("SELECT grant_id FROM access_token WHERE id = ?", row -> row.getString(1), tokenId);
    }

    /// Empty when we did not issue it, or have forgotten it.
    public Optional<Issued> find(String secret) {
        var hash = Hashes.sha256(secret);
        return database.first("SELECT g.client_id, t.expires_at, t.rotated_at, t.grant_id FROM refresh_token t "
                        + "JOIN access_grant g ON g.id = t.grant_id WHERE t.token_hash = ?",
                row -> new Issued("refresh token", row.getString("client_id"), Rows.time(row, "expires_at"),
                        Rows.maybeTime(row, "rotated_at"), Optional.of(row.getString("grant_id"))), hash)
                .or(() -> database.first("SELECT client_id, expires_at, spent_at, grant_id FROM authorization_code "
                                + "WHERE code_hash = ?",
                        row -> new Issued("authorization code", row.getString("client_id"),
                                Rows.time(row, "expires_at"), Rows.maybeTime(row, "spent_at"),
                                Optional.ofNullable(row.getString("grant_id"))), hash));
    }
}
