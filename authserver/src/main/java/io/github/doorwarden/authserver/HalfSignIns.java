package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Sessions.Method;
import io.github.doorwarden.store.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// People whose first step was right and who still owe the second: no session yet, nothing but a token in a form of
/// that browser. Safe for many threads and nodes.
final class HalfSignIns {

    record Half(String personId, Method method) {}

    private final Database database;
    private final InstantSource clock;

    HalfSignIns(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    String begin(Half half, String browser) {
        var token = Hashes.secret();
        database.update("INSERT INTO half_sign_in (token_hash, person_id, browser_hash, method, expires_at)"
                        + " VALUES (?, ?, ?, ?, ?)", Hashes.sha256(token), half.personId, Hashes.sha256(browser),
                half.method.name(), clock.instant().plus(BrowserLimits.SECOND_STEP));
        return token;
    }

    /// Empty when it is unknown, over, of another browser, or of somebody who may not sign in.
    Optional<Half> find(String token, String browser) {
        return database.first("SELECT h.person_id, h.method FROM half_sign_in h JOIN person p ON p.id = h.person_id"
                        + " WHERE h.token_hash = ? AND h.browser_hash = ? AND h.expires_at > ?"
                        + " AND p.disabled_at IS NULL",
                row -> new Half(row.getString(1), Method.valueOf(row.getString(2))), Hashes.sha256(token),
                Hashes.sha256(browser), clock.instant());
    }

    /// True for the one who ends it.
    boolean end(String token) {
        return database.update("DELETE FROM half_sign_in WHERE token_hash = ?", Hashes.sha256(token)) == 1;
    }

    void sweep(Instant now) {
        database.update("DELETE FROM half_sign_in WHERE expires_at <= ?", now);
    }
}
