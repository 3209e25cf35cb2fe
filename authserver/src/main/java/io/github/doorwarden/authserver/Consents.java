package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What people allowed before, per person, client, receiver and resource. Safe for many threads.
final class Consents {

    private final Database database;
    private final Duration lifetime;
    private final InstantSource clock;

    Consents(Database database, Duration lifetime, InstantSource clock) {
        this.database = database;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    void remember(String personId, AuthorizeRequest asked) {
        var now = clock.instant();
        database.update("INSERT INTO consent"
                        + " (person_id, client_id, redirect_host, resource, scopes, client_digest, given_at, "
                        + "expires_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (person_id, client_id, redirect_host, resource) DO UPDATE SET"
                        + " scopes = excluded.scopes, client_digest = excluded.client_digest,"
                        + " given_at = excluded.given_at, expires_at = excluded.expires_at",
                personId, asked.client().id(), AuthorizeRequest.origin(asked.to().uri()),
                asked.resource().identifier().toString(),
                String.join(" ", new TreeSet<>(asked.scopes())), asked.client().digest(), now, now.plus(lifetime));
    }

    /// Whether the page may be spared. Never when another site sent the browser here (an attacker's server may stand
    /// between the person and a client that they know: T4), nor when we did ourselves, nor when any program on the
    /// device may be listening (T9).
    boolean spareThePage(HttpIn in, Params params, String personId, AuthorizeRequest asked) {
        return cameByThemselves(in) && !Onward.marked(params) && !asked.to().loopback()
                && (asked.prompts().equals(Set.of("")) || asked.prompts().equals(Set.of("none")))
                && covered(personId, asked);
    }

    /// An absent header is no proof of anything.
    private static boolean cameByThemselves(HttpIn in) {
        var site = in.headers().all("Sec-Fetch-Site");
        return site.equals(List.of("none")) || site.equals(List.of("same-origin"));
    }

    private boolean covered(String personId, AuthorizeRequest asked) {
        var scopes = database.first("SELECT scopes FROM consent WHERE person_id = ? AND client_id = ?"
                        + " AND redirect_host = ? AND resource = ? AND client_digest = ? AND expires_at > ?",
                row -> Set.of(row.getString(1).split(" ")), personId, asked.client().id(),
                AuthorizeRequest.origin(asked.to().uri()), asked.resource().identifier().toString(),
                asked.client().digest(), clock.instant());
        return scopes.filter(given -> given.containsAll(asked.scopes())).isPresent();
    }

    void sweep(Instant now) {
        database.update("DELETE FROM consent WHERE expires_at <= ?", now);
    }
}
