package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Session;
import io.github.doorwarden.store.Database;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Requests of devices that have no browser (RFC 8628): a long code for the device, a short one for the person. Both
/// are kept as hashes; what was approved is taken once, by the client that asked. Safe for many threads and nodes.
final class DeviceCodes {

    /// Consonants alone, so that no word comes out (RFC 8628 §6.1).
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
    private static final SecureRandom RANDOM = new SecureRandom();

    /// @param user as a person sees it: `WDJB-MJHT`
    record Pair(String device, String user) {
        @Override
        public String toString() {
            return "Pair";
        }
    }

    /// What waits for a person's decision.
    record Waiting(String clientId, String resource, Set<String> scopes) {}

    private record Row(String clientId, String state, Waiting asked, Optional<String> personId,
            Optional<Instant> signedInAt, Set<String> amr, Optional<Instant> polledAt, long interval,
            Instant expiresAt) {}

    private final Database database;
    private final InstantSource clock;
    private final Grants grants;

    DeviceCodes(Database database, InstantSource clock, Grants grants) {
        this.database = database;
        this.clock = clock;
        this.grants = grants;
    }

    Pair begin(Waiting asked) {
        var device = Hashes.secret();
        for (;;) {
            var user = userCode();
            var begun = database.update("INSERT INTO device_code (code_hash, user_hash, client_id, resource, scopes,"
                            + " state, interval_s, expires_at) VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?)"
                            + " ON CONFLICT DO NOTHING",
                    Hashes.sha256(device), userHash(user), asked.clientId, asked.resource, Rows.words(asked.scopes),
                    Limits.DEVICE_INTERVAL.toSeconds(), clock.instant().plus(Limits.DEVICE_CODE));
            if (begun == 1) {
                return new Pair(device, user);
            }
        }
    }

    /// Whether this device code was issued to that client.
    boolean issuedTo(String device, String clientId) {
        return database.first("SELECT 1 FROM device_code WHERE code_hash = ? AND client_id = ?", row -> 1,
                Hashes.sha256(device), clientId).isPresent();
    }

    /// Whether there is no room for one more until some have ended.
    boolean full() {
        return database.first("SELECT COUNT(*) FROM device_code", row -> row.getInt(1)).orElse(0)
                >= Limits.DEVICE_CODES_AT_MOST;
    }

    private static String userCode() {
        var code = new StringBuilder();
        for (var i = 0; i < Limits.USER_CODE_CHARS; i++) {
            code.append(i == Limits.USER_CODE_CHARS / 2 ? "-" : "")
                    .append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return code.toString();
    }

    /// As a person sees it, however they typed it.
    static String normal(String typed) {
        var letters = typed.toUpperCase(Locale.ROOT).replaceAll("[^" + LETTERS + "]", "");
        return letters.length() == Limits.USER_CODE_CHARS ? letters.substring(0, Limits.USER_CODE_CHARS / 2) + "-"
                + letters.substring(Limits.USER_CODE_CHARS / 2) : "";
    }

    private static byte[] userHash(String user) {
        return Hashes.sha256("user code " + user);
    }

    /// What waits under this code; empty when nothing does.
    Optional<Waiting> waiting(String user) {
        return database.first("SELECT client_id, resource, scopes FROM device_code WHERE user_hash = ?"
                        + " AND state = 'waiting' AND expires_at > ?",
                row -> new Waiting(row.getString(1), row.getString(2), Rows.words(row.getString(3))), userHash(user),
                clock.instant());
    }

    /// @return false when it does not wait any more
    boolean decide(String user, Session who, boolean allowed) {
        return database.update("UPDATE device_code SET state = ?, person_id = ?, signed_in_at = ?, amr = ?"
                        + " WHERE user_hash = ? AND state = 'waiting' AND expires_at > ?",
                allowed ? "approved" : "denied", who.person().id(), who.signedInAt(), Rows.words(who.amr()),
                userHash(user), clock.instant()) == 1;
    }

    /// The grant that the person gave, for the client that asked and nobody else; each poll is one transaction.
    ///
    /// @param boundTo thumbprint of the key that refresh tokens are bound to
    /// @throws OAuthRefused `authorization_pending`, `slow_down`, `access_denied`, `expired_token`, `invalid_grant`
    Grant redeem(String device, String clientId, Optional<String> boundTo) {
        var now = clock.instant();
        var outcome = database.transaction(tx -> poll(tx, device, clientId, now, boundTo));
        return outcome.grant.orElseThrow(() -> outcome.refused);
    }

    private record Outcome(Optional<Grant> grant, OAuthRefused refused) {
        static Outcome refused(String error, String description) {
            return new Outcome(Optional.empty(), new OAuthRefused(new OAuthRefusal.Json(400, error, description,
                    error)));
        }
    }

    private Outcome poll(Database.Transaction tx, String device, String clientId, Instant now,
            Optional<String> boundTo) throws SQLException {
        var hash = Hashes.sha256(device);
        var row = tx.first("SELECT * FROM device_code WHERE code_hash = ?", DeviceCodes::read, hash).orElse(null);
        if (row == null || !row.clientId.equals(clientId) || row.state.equals("spent")) {
            return Outcome.refused("invalid_grant",
                    "The device code is unknown, was used or was issued to another client. Ask for a new one.");
        }
        if (!now.isBefore(row.expiresAt)) {
            return Outcome.refused("expired_token", "Nobody allowed it in time. Ask for a new device code.");
        }
        var soon = row.polledAt.filter(last -> now.isBefore(last.plusSeconds(row.interval))).isPresent();
        tx.update("UPDATE device_code SET polled_at = ?, interval_s = ? WHERE code_hash = ?", now,
                row.interval + (soon ? Limits.DEVICE_INTERVAL.toSeconds() : 0), hash);
        if (soon) {
            return Outcome.refused("slow_down", "You asked too soon. Wait "
                    + (row.interval + Limits.DEVICE_INTERVAL.toSeconds()) + " seconds between two requests.");
        }
        return switch (row.state) {
            case "waiting" -> Outcome.refused("authorization_pending", "The person has not decided yet. Ask again.");
            case "denied" -> Outcome.refused("access_denied", "The person did not allow it.");
            default -> {
                tx.update("UPDATE device_code SET state = 'spent' WHERE code_hash = ?", hash);
                yield new Outcome(Optional.of(grants.createIn(tx, approved(row), boundTo)), null);
            }
        };
    }

    private static Codes.Approved approved(Row row) {
        return new Codes.Approved(row.clientId, row.personId.orElseThrow(), "", "", row.asked.resource,
                row.asked.scopes, row.signedInAt.orElseThrow(), row.amr, Optional.empty());
    }

    private static Row read(ResultSet row) throws SQLException {
        var client = row.getString("client_id");
        return new Row(client, row.getString("state"),
                new Waiting(client, row.getString("resource"), Rows.words(row.getString("scopes"))),
                Optional.ofNullable(row.getString("person_id")), Rows.maybeTime(row, "signed_in_at"),
                Rows.words(row.getString("amr")), Rows.maybeTime(row, "polled_at"), row.getLong("interval_s"),
                Rows.time(row, "expires_at"));
    }

    void sweep(Instant now) {
        database.update("DELETE FROM device_code WHERE expires_at <= ?", now.minus(Limits.DEVICE_CODE));
    }
}
