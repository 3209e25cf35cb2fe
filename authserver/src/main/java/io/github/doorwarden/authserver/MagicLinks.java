package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Links that sign somebody in once, in the browser that asked for them. Looking at one does not use it up: mail
/// scanners and previews open every link. Safe for many threads and nodes: one conditional statement takes a link.
final class MagicLinks {

    /// @param query of the authorization request that goes on after signing in; empty when there was none
    record Taken(String personId, String query) {}

    private final Database database;
    private final Duration lifetime;
    private final InstantSource clock;

    MagicLinks(Database database, Duration lifetime, InstantSource clock) {
        this.database = database;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /// A new token; without a person a dead one, so that asking takes the same time for an address that nobody has.
    String make(Optional<Person> person, String browser, String query) {
        var token = Hashes.secret();
        database.update("INSERT INTO magic_link (token_hash, person_id, browser_hash, query, expires_at)"
                        + " VALUES (?, ?, ?, ?, ?)",
                Hashes.sha256(token), person.map(Person::id).orElse(null), Hashes.sha256(browser), query,
                clock.instant().plus(lifetime));
        return token;
    }

    static boolean looksRight(String token) {
        return token.matches("[A-Za-z0-9_-]{43}");
    }

    /// Uses the link up; empty when it is unknown, used, too old, of another browser, or of somebody who may not sign
    /// in.
    Optional<Taken> take(String token, String browser) {
        return database.transaction(tx -> {
            var found = tx.first("SELECT m.person_id, m.query FROM magic_link m JOIN person p ON p.id = m.person_id"
                            + " WHERE m.token_hash = ? AND m.browser_hash = ? AND m.expires_at > ?"
                            + " AND p.disabled_at IS NULL",
                    row -> new Taken(row.getString(1), row.getString(2)), Hashes.sha256(token), Hashes.sha256(browser),
                    clock.instant());
            var mine = found.isPresent() && tx.update("DELETE FROM magic_link WHERE token_hash = ?",
                    Hashes.sha256(token)) == 1;
            return mine ? found : Optional.empty();
        });
    }

    void sweep(Instant now) {
        database.update("DELETE FROM magic_link WHERE expires_at <= ?", now);
    }
}
