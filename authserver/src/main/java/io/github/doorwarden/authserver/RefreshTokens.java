package io.github.doorwarden.authserver;

import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Refresh tokens: 256 random bits, stored as hashes, rotated at each use; all of a grant are one family (OAuth 2.1
/// §4.3.1). Safe for use by many threads and by many processes on one database.
///
/// Real clients race: several processes of one client refresh with the same token, or a response is lost. So for a
/// short grace a rotated token gives the same successor again, as long as that successor was not used itself. The
/// successor is kept sealed under the rotated token, so the database alone gives no usable token. Any other use of a
/// rotated token means that two parties have it: the grant is revoked, and everything issued under it is dead.
final class RefreshTokens {

    private static final String NOT_OURS =
            "The refresh token is unknown, has ended, was revoked or was issued to another client. Authorize again.";
    private static final String PURPOSE = "refresh token successor";

    /// A token that was presented by the client that it belongs to, under a grant that is alive; nothing has been spent
    /// yet.
    record Presented(String token, Grant grant) {
        @Override
        public String toString() {
            return "Presented[" + grant.id() + "]";
        }
    }

    private record Row(String grantId, long generation, Instant expiresAt, Optional<Instant> rotatedAt,
            byte[] successor) {}

    private final Database database;
    private final AuthServerSettings settings;
    private final InstantSource clock;
    private final Grants grants;

    RefreshTokens(Database database, AuthServerSettings settings, InstantSource clock, Grants grants) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        this.grants = grants;
    }

    /// The first of a family.
    String first(Grant grant) {
        var token = Hashes.secret();
        database.transaction(tx -> insert(tx, token, grant, 0));
        return token;
    }

    /// Whether this token was issued to that client: the reason to fetch the client's document once more after a
    /// restart.
    boolean issuedTo(String token, String clientId) {
        return grantOf(token).filter(grant -> grant.clientId().equals(clientId)).isPresent();
    }

    /// The grant that a token belongs to, alive or not.
    Optional<Grant> grantOf(String token) {
        return database.first("SELECT grant_id FROM refresh_token WHERE token_hash = ?", row -> row.getString(1),
                Hashes.sha256(token))
                .flatMap(grants::find);
    }

    /// A token that would be taken.
    record Living(String grantId, Instant issuedAt, Instant expiresAt) {}

    /// Empty for one that was rotated, has ended or was never ours. What became of its grant is the caller's question.
    Optional<Living> living(String token) {
        return database.first("SELECT grant_id, issued_at, expires_at FROM refresh_token WHERE token_hash = ? AND "
                + "rotated_at IS NULL AND expires_at > ?", row -> new Living(row.getString("grant_id"),
                Rows.time(row, "issued_at"), Rows.time(row, "expires_at")), Hashes.sha256(token), clock.instant());
    }

    /// @param key that was proven, by its thumbprint
    /// @throws OAuthRefused `invalid_grant`; the family is left as it is
    Presented look(String token, String clientId, Optional<String> key) {
        var grant = grantOf(token).orElseThrow(() -> refused("unknown refresh token"));
        if (!grant.clientId().equals(clientId)) {
            throw refused("refresh token of another client");
        }
        if (!grant.alive(clock.instant())) {
            throw refused("refresh token of a grant that "
                    + (grant.revokedAt().isPresent() ? "was revoked" : "has ended"));
        }
        if (grant.boundTo().isPresent() && !grant.boundTo().equals(key)) {
            throw new OAuthRefused(new OAuthRefusal.Json(400, "invalid_grant", "The refresh token is bound to a key. "
                    + "Send a DPoP proof by the key that it was issued for.", "refresh token without its key"));
        }
        return new Presented(token, grant);
    }

    /// Spends the token and gives its successor; within the grace the same one again.
    ///
    /// @param bindTo from now on the whole family is bound to this key, if it was to none
    /// @throws OAuthRefused `invalid_grant` when it has ended, or was rotated before: then the family is dead
    String rotate(Presented presented, Optional<String> bindTo) {
        var outcome = database.transaction(tx -> {
            if (bindTo.isPresent()) {
                tx.update("UPDATE access_grant SET bound_to = ? WHERE id = ? AND bound_to IS NULL", bindTo.get(),
                        presented.grant.id());
            }
            return rotateIn(tx, presented);
        });
        if (outcome.reused) {
            grants.revokedNow(presented.grant.id(), "refresh token used after it was rotated");
            throw refused("refresh token used after it was rotated: the whole family is revoked");
        }
        return outcome.successor.orElseThrow(() -> refused("refresh token has ended"));
    }

    private record Outcome(Optional<String> successor, boolean reused) {
        static final Outcome ENDED = new Outcome(Optional.empty(), false);
        static final Outcome REUSED = new Outcome(Optional.empty(), true);

        static Outcome of(String successor) {
            return new Outcome(Optional.of(successor), false);
        }
    }

    private Outcome rotateIn(Database.Transaction tx, Presented presented) throws SQLException {
        var now = clock.instant();
        var row = find(tx, presented.token).orElse(null);
        var grant = row == null ? Optional.<Grant>empty() : Grants.findIn(tx, row.grantId);
        if (grant.isEmpty() || !grant.get().alive(now)) {
            return Outcome.ENDED;
        }
        if (row.rotatedAt.isPresent()) {
            return again(tx, presented, row, now);
        }
        if (!now.isBefore(row.expiresAt)) {
            return Outcome.ENDED;
        }
        var successor = Hashes.secret();
        var sealed = sealing(presented.token)
                .seal(successor.getBytes(StandardCharsets.US_ASCII), Hashes.sha256(presented.token));
        tx.update("UPDATE refresh_token SET rotated_at = ?, successor = ? WHERE token_hash = ? AND rotated_at IS NULL",
                now, sealed,
                Hashes.sha256(presented.token));
        insert(tx, successor, grant.get(), row.generation + 1);
        tx.update("UPDATE access_grant SET last_used_at = ? WHERE id = ?", now, row.grantId);
        return Outcome.of(successor);
    }

    private Outcome again(Database.Transaction tx, Presented presented, Row row, Instant now) throws SQLException {
        var inGrace = !now.isAfter(row.rotatedAt.orElseThrow().plus(settings.lifetimes().refreshGrace()));
        var successor = sealing(presented.token).open(row.successor, Hashes.sha256(presented.token))
                .map(bytes -> new String(bytes, StandardCharsets.US_ASCII));
        if (inGrace && successor.isPresent() && find(tx, successor.get()).filter(next -> next.rotatedAt.isEmpty())
                .isPresent()) {
            return Outcome.of(successor.get());
        }
        grants.revokeIn(tx, row.grantId, "refresh token used after it was rotated");
        return Outcome.REUSED;
    }

    private static Seal sealing(String token) {
        return new Seal(token.getBytes(StandardCharsets.UTF_8), PURPOSE);
    }

    private int insert(Database.Transaction tx, String token, Grant grant, long generation) throws SQLException {
        var now = clock.instant();
        var idle = now.plus(settings.lifetimes().refreshIdle());
        return tx.update("INSERT INTO refresh_token (token_hash, grant_id, generation, issued_at, expires_at) VALUES "
                + "(?, ?, ?, ?, ?)",
                Hashes.sha256(token), grant.id(), generation, now, idle.isBefore(grant.expiresAt()) ? idle
                : grant.expiresAt());
    }

    private static Optional<Row> find(Database.Transaction tx, String token) throws SQLException {
        return tx.first("SELECT grant_id, generation, expires_at, rotated_at, successor FROM refresh_token WHERE "
                + "token_hash = ?",
                RefreshTokens::read, Hashes.sha256(token));
    }

    private static Row read(ResultSet row) throws SQLException {
        return new Row(row.getString("grant_id"), row.getLong("generation"), Rows.time(row, "expires_at"),
                Rows.maybeTime(row, "rotated_at"), row.getBytes("successor"));
    }

    private static OAuthRefused refused(String detail) {
        return new OAuthRefused(new OAuthRefusal.Json(400, "invalid_grant", NOT_OURS, detail));
    }

    void sweep(Instant now) {
        database.update("DELETE FROM refresh_token WHERE expires_at < ?", now.minus(Limits.DEAD_REFRESH_TOKEN_KEPT));
    }
}
