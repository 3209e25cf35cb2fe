package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Signed-in browsers. A session begins when somebody signs in and never before, always with a new id; its id is the
/// secret that forms are signed with, so the database, which has only its hash, forges no form. Safe for many threads.
final class Sessions {

    /// @param id the secret in the cookie
    record Session(String id, Person person, Instant signedInAt) {

        @Override
        public String toString() {
            return "Session of " + person.id();
        }
    }

    /// How somebody proved who they are.
    enum Method { PASSWORD, MAGIC_LINK, PROVIDER }

    private final Database database;
    private final Duration lifetime;
    private final InstantSource clock;

    Sessions(Database database, Duration lifetime, InstantSource clock) {
        this.database = database;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /// The living session whose cookie the browser sent, of a person who may still sign in.
    Optional<Session> of(HttpIn in) {
        return Cookies.SESSION.of(in).flatMap(id -> database.first(
                "SELECT p.id, p.email, p.name, s.signed_in_at"
                        + " FROM browser_session s JOIN person p ON p.id = s.person_id"
                        + " WHERE s.id_hash = ? AND s.expires_at > ? AND p.disabled_at IS NULL",
                row -> new Session(id, new Person(row.getString(1), row.getString(2), row.getString(3), false),
                        Instant.ofEpochMilli(row.getLong(4))),
                Hashes.sha256(id), clock.instant()));
    }

    /// A new session; whatever session the browser had before is over (T11). Returns the cookie.
    String start(HttpIn in, String personId, Method method, String browser) {
        var id = Hashes.secret();
        var now = clock.instant();
        database.transaction(tx -> {
            var before = Cookies.SESSION.of(in);
            if (before.isPresent()) {
                tx.update("DELETE FROM browser_session WHERE id_hash = ?", Hashes.sha256(before.get()));
            }
            tx.update("INSERT INTO browser_session (id_hash, person_id, signed_in_at, method, expires_at)"
                            + " VALUES (?, ?, ?, ?, ?)",
                    Hashes.sha256(id), personId, now, method.name(), now.plus(lifetime));
            return tx.update("INSERT INTO known_browser (browser_hash, person_id, seen_at) VALUES (?, ?, ?)"
                    + " ON CONFLICT (browser_hash, person_id) DO UPDATE SET seen_at = excluded.seen_at",
                    Hashes.sha256(browser), personId, now);
        });
        return Cookies.SESSION.set(id, lifetime);
    }

    /// Whether this person has signed in with this browser before.
    boolean knows(String browser, String personId) {
        return database.first("SELECT 1 FROM known_browser WHERE browser_hash = ? AND person_id = ? AND seen_at > ?",
                row -> true,
                Hashes.sha256(browser), personId, clock.instant().minus(BrowserLimits.KNOWN_BROWSER)).isPresent();
    }

    /// Returns the cookie that clears the browser's.
    String end(HttpIn in) {
        Cookies.SESSION.of(in).ifPresent(id -> database.update("DELETE FROM browser_session WHERE id_hash = ?",
                Hashes.sha256(id)));
        return Cookies.SESSION.clear();
    }

    void sweep(Instant now) {
        database.update("DELETE FROM browser_session WHERE expires_at <= ?", now);
        database.update("DELETE FROM known_browser WHERE seen_at <= ?", now.minus(BrowserLimits.KNOWN_BROWSER));
    }
}
