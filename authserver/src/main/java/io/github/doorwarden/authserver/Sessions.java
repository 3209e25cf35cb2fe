package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Signed-in browsers. A session begins when somebody signs in and never before, always with a new id; its id is the
/// secret that forms are signed with, so the database, which has only its hash, forges no form. Safe for many threads.
final class Sessions {

    /// @param id  the secret in the cookie
    /// @param amr how they proved who they are ([Factors])
    record Session(String id, Person person, Instant signedInAt, Set<String> amr) {

        @Override
        public String toString() {
            return "Session of " + person.id();
        }
    }

    /// How somebody proved who they are.
    enum Method { PASSWORD, MAGIC_LINK, PASSKEY }

    /// A session that has begun.
    ///
    /// @param cookie value of `Set-Cookie`
    record Started(String id, String cookie) {
        @Override
        public String toString() {
            return "Started";
        }
    }

    /// As its owner sees it.
    ///
    /// @param handle names it in a form, and signs nobody in
    /// @param here   whether it is the one that looks
    record Listed(String handle, String agent, Method method, Instant signedInAt, boolean here) {}

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
                "SELECT p.id, p.email, p.name, s.signed_in_at, s.amr"
                        + " FROM browser_session s JOIN person p ON p.id = s.person_id"
                        + " WHERE s.id_hash = ? AND s.expires_at > ? AND p.disabled_at IS NULL",
                row -> new Session(id, new Person(row.getString(1), row.getString(2), row.getString(3), false),
                        Instant.ofEpochMilli(row.getLong(4)), Rows.words(row.getString(5))),
                Hashes.sha256(id), clock.instant()));
    }

    /// A new session; whatever session the browser had before is over (T11).
    Started start(HttpIn in, String personId, Method method, Set<String> amr, String browser) {
        var id = Hashes.secret();
        var now = clock.instant();
        database.transaction(tx -> {
            var before = Cookies.SESSION.of(in);
            if (before.isPresent()) {
                tx.update("DELETE FROM browser_session WHERE id_hash = ?", Hashes.sha256(before.get()));
            }
            tx.update("INSERT INTO browser_session (id_hash, person_id, signed_in_at, method, expires_at,"
                            + " amr, agent) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    Hashes.sha256(id), personId, now, method.name(), now.plus(lifetime), Rows.words(amr),
                    Agents.name(in));
            return tx.update("INSERT INTO known_browser (browser_hash, person_id, seen_at) VALUES (?, ?, ?)"
                    + " ON CONFLICT (browser_hash, person_id) DO UPDATE SET seen_at = excluded.seen_at",
                    Hashes.sha256(browser), personId, now);
        });
        return new Started(id, Cookies.SESSION.set(id, lifetime));
    }

    /// The same session under a new id, of somebody who has just proven more (T11).
    Started strengthen(Session session, Set<String> amr) {
        var id = Hashes.secret();
        database.update("UPDATE browser_session SET id_hash = ?, amr = ? WHERE id_hash = ?", Hashes.sha256(id),
                Rows.words(amr), Hashes.sha256(session.id));
        return new Started(id, Cookies.SESSION.set(id, lifetime));
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

    /// The person's sessions, newest first.
    List<Listed> list(Session looking) {
        return database.query("SELECT id_hash, agent, method, signed_in_at FROM browser_session WHERE person_id = ?"
                        + " AND expires_at > ? ORDER BY signed_in_at DESC LIMIT ?",
                row -> new Listed(handle(row.getBytes(1)), row.getString(2), Method.valueOf(row.getString(3)),
                        Instant.ofEpochMilli(row.getLong(4)),
                        Hashes.same(row.getBytes(1), Hashes.sha256(looking.id))),
                looking.person.id(), clock.instant(), Limits.LISTED);
    }

    private static String handle(byte[] hash) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    /// Ends one session of this person; false when they have none of that handle.
    boolean endOwn(String personId, String handle) {
        return handle.matches("[A-Za-z0-9_-]{43}") && database.update(
                "DELETE FROM browser_session WHERE person_id = ? AND id_hash = ?", personId,
                Base64.getUrlDecoder().decode(handle)) == 1;
    }

    /// Ends all sessions of the person but this one.
    int endOthers(Session here) {
        return database.update("DELETE FROM browser_session WHERE person_id = ? AND id_hash <> ?", here.person.id(),
                Hashes.sha256(here.id));
    }

    /// Whether the person signed in a moment ago.
    boolean fresh(Session session) {
        return !clock.instant().isAfter(session.signedInAt.plus(BrowserLimits.FRESH));
    }

    void sweep(Instant now) {
        database.update("DELETE FROM browser_session WHERE expires_at <= ?", now);
        database.update("DELETE FROM known_browser WHERE seen_at <= ?", now.minus(BrowserLimits.KNOWN_BROWSER));
    }
}
