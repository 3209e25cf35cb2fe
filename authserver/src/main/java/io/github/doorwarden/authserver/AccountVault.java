package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.ThirdPartyClient.Tokens;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// What third parties gave us for people, one row for each person and account, sealed under the master key for this
/// person and this account: no other row's tokens open in its place. Safe for many threads and many processes.
final class AccountVault {

    private static final String PURPOSE = "connected account";
    private static final String COLUMNS = "SELECT person_id, account, sealed, scopes, connected_at, renewed_at, "
            + "expires_at, used_at, version, ended_because FROM connected_account WHERE person_id = ?";

    /// A row.
    ///
    /// @param tokens empty once it has ended
    /// @param ended  why; empty while it lasts
    record Kept(String personId, String account, Optional<Tokens> tokens, String scopes, Instant connectedAt,
            Instant renewedAt, Optional<Instant> usedAt, String version, Optional<String> ended) {}

    private final Database database;
    private final Seal seal;
    private final InstantSource clock;

    AccountVault(Database database, byte[] masterKey, InstantSource clock) {
        this.database = database;
        this.seal = new Seal(masterKey, PURPOSE);
        this.clock = clock;
    }

    Optional<Kept> find(String personId, String account) {
        return database.first(COLUMNS + " AND account = ?", this::read, personId, account);
    }

    List<Kept> list(String personId) {
        return database.query(COLUMNS + " ORDER BY account", this::read, personId);
    }

    /// A new connection, in the place of whatever was there.
    void keep(String personId, String account, Tokens tokens) {
        var now = clock.instant();
        database.update("INSERT INTO connected_account (person_id, account, sealed, scopes, connected_at, renewed_at, "
                + "expires_at, version, renewing_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) "
                + "ON CONFLICT (person_id, account) DO UPDATE SET sealed = excluded.sealed, scopes = excluded.scopes, "
                + "connected_at = excluded.connected_at, renewed_at = excluded.renewed_at, "
                + "expires_at = excluded.expires_at, version = excluded.version, renewing_until = 0, "
                + "ended_because = NULL", personId, account, sealed(personId, account, tokens), tokens.scopes(), now,
                now, millis(tokens), Hashes.id());
    }

    /// Takes the right to renew this version; false when somebody else has it, or has used it.
    boolean lease(Kept kept) {
        var now = clock.instant();
        return database.update("UPDATE connected_account SET renewing_until = ? WHERE person_id = ? AND account = ? "
                + "AND version = ? AND renewing_until <= ?", now.plus(Limits.ACCOUNT_LEASE), kept.personId,
                kept.account, kept.version, now) == 1;
    }

    void release(Kept kept) {
        database.update("UPDATE connected_account SET renewing_until = 0 WHERE person_id = ? AND account = ? "
                + "AND version = ?", kept.personId, kept.account, kept.version);
    }

    /// What this version was renewed to; false when the connection is another by now, or none.
    boolean renew(Kept kept, Tokens tokens) {
        return database.update("UPDATE connected_account SET sealed = ?, scopes = ?, renewed_at = ?, expires_at = ?, "
                + "version = ?, renewing_until = 0 WHERE person_id = ? AND account = ? AND version = ?",
                sealed(kept.personId, kept.account, tokens), tokens.scopes(), clock.instant(), millis(tokens),
                Hashes.id(), kept.personId, kept.account, kept.version) == 1;
    }

    /// The third party has ended it: the tokens go, the reason stays for the person to see.
    ///
    /// @return false when it is another by now, or none
    boolean end(Kept kept, String why) {
        return database.update("UPDATE connected_account SET sealed = NULL, expires_at = NULL, version = ?, "
                + "renewing_until = 0, ended_because = ? WHERE person_id = ? AND account = ? AND version = ?",
                Hashes.id(), why, kept.personId, kept.account, kept.version) == 1;
    }

    void used(Kept kept) {
        database.update("UPDATE connected_account SET used_at = ? WHERE person_id = ? AND account = ?",
                clock.instant(), kept.personId, kept.account);
    }

    /// Forgets it; the tokens that it had, for giving them back.
    Optional<Kept> take(String personId, String account) {
        return database.transaction(tx -> {
            var kept = tx.first(COLUMNS + " AND account = ?", this::read, personId, account);
            tx.update("DELETE FROM connected_account WHERE person_id = ? AND account = ?", personId, account);
            return kept;
        });
    }

    private static Object millis(Tokens tokens) {
        return tokens.expiresAt().orElse(null);
    }

    private Kept read(ResultSet row) throws SQLException {
        var person = row.getString(1);
        var account = row.getString(2);
        var sealed = row.getBytes(3);
        var scopes = row.getString(4);
        var end = row.getObject(7) == null ? Optional.<Instant>empty() : Optional.of(Instant.ofEpochMilli(row.getLong(
                7)));
        var used = row.getObject(8) == null ? Optional.<Instant>empty() : Optional.of(Instant.ofEpochMilli(row.getLong(
                8)));
        var tokens = sealed == null ? Optional.<Tokens>empty() : seal.open(sealed, context(person, account))
                .flatMap(Json::parse).map(json -> new Tokens(json.path("access").asString(),
                        Json.text(json, "refresh"), end, scopes));
        var ended = Optional.ofNullable(row.getString(10));
        return new Kept(person, account, tokens, scopes, Instant.ofEpochMilli(row.getLong(5)),
                Instant.ofEpochMilli(row.getLong(6)), used, row.getString(9),
                tokens.isEmpty() && ended.isEmpty() ? Optional.of("What is kept of it cannot be read.") : ended);
    }

    private byte[] sealed(String personId, String account, Tokens tokens) {
        return seal.seal(Json.bytes(ThirdPartyClient.json(tokens)), context(personId, account));
    }

    private static byte[] context(String personId, String account) {
        return (personId.length() + ":" + personId + account).getBytes(StandardCharsets.UTF_8);
    }

    /// Whether it should be renewed before it is used: it ends within the margin, or within half its life when that is
    /// shorter.
    boolean due(Kept kept) {
        var end = kept.tokens.flatMap(Tokens::expiresAt);
        if (end.isEmpty()) {
            return false;
        }
        var half = Duration.between(kept.renewedAt, end.get()).dividedBy(2);
        var margin = half.compareTo(Limits.ACCOUNT_MARGIN) < 0 ? half : Limits.ACCOUNT_MARGIN;
        return !clock.instant().isBefore(end.get().minus(margin));
    }
}
