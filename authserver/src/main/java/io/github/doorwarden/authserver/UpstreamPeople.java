package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.authserver.RelyingParty.Identity;
import io.github.doorwarden.store.Database;
import java.time.InstantSource;
import java.util.Optional;

/// The people here behind the identities that providers vouch for. An identity is its issuer and its subject, never an
/// e-mail address: addresses change hands. Safe for many threads.
final class UpstreamPeople {

    private final Database database;
    private final People people;
    private final InstantSource clock;

    UpstreamPeople(Database database, People people, InstantSource clock) {
        this.database = database;
        this.people = people;
        this.clock = clock;
    }

    /// The person of this identity, made when it comes for the first time.
    ///
    /// @param link whether a verified address makes it the person here who has that address
    /// @throws OAuthRefused as a page, when there can be none
    Person of(Identity identity, boolean link) {
        var person = known(identity).or(() -> linked(identity, link)).orElseGet(() -> made(identity));
        if (person.disabled()) {
            throw RelyingParty.refused(403, "access_denied", "Your account here is disabled. Ask whoever runs this "
                    + "server.", "person is disabled");
        }
        database.update("UPDATE upstream_identity SET last_seen_at = ? WHERE issuer = ? AND subject = ?",
                clock.instant(), identity.issuer(), identity.subject());
        return person;
    }

    private Optional<Person> known(Identity identity) {
        return database.first("SELECT person_id FROM upstream_identity WHERE issuer = ? AND subject = ?",
                row -> row.getString(1), identity.issuer(), identity.subject()).flatMap(people::find);
    }

    private Optional<Person> linked(Identity identity, boolean link) {
        var same = identity.email().flatMap(people::byEmail);
        if (same.isEmpty()) {
            return Optional.empty();
        }
        if (!link) {
            throw RelyingParty.refused(403, "access_denied", "There is an account here already with the address "
                    + same.get().email() + ", and it is not tied to this way of signing in. Sign in the way you did "
                    + "before, or ask whoever runs this server to tie them.", "address belongs to another person");
        }
        remember(identity, same.get().id());
        return same;
    }

    private Person made(Identity identity) {
        var email = identity.email().orElseThrow(() -> RelyingParty.refused(403, "access_denied",
                "Your identity provider does not say your e-mail address, or has not verified it, and without one "
                + "there "
                + "is no account here. Verify it there, or ask whoever runs this server.", "no e-mail address"));
        try {
            var person = people.add(email, identity.name(), Optional.empty());
            remember(identity, person.id());
            return person;
        } catch (PersonRefused refused) {
            // A second tab of the same person may have been quicker.
            return known(identity).orElseThrow(() -> RelyingParty.refused(403, "access_denied",
                    refused.getMessage(), "no account could be made"));
        }
    }

    private void remember(Identity identity, String personId) {
        database.update("INSERT INTO upstream_identity (issuer, subject, person_id, created_at, last_seen_at) "
                + "VALUES (?, ?, ?, ?, ?) ON CONFLICT (issuer, subject) DO NOTHING", identity.issuer(),
                identity.subject(), personId, clock.instant(), clock.instant());
    }
}
