package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.AgentSettings.TrustedIssuer;
import io.github.doorwarden.store.Database;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/// Who a subject of an identity provider elsewhere is here. Safe for use by many threads and by many nodes.
///
/// A subject is bound to a person once and stays so, whatever its address becomes. The first time, the person is found
/// or made by an e-mail address whose domain the provider speaks for by configuration; else nobody is.
final class ForeignPeople {

    private final Database database;
    private final People people;
    private final InstantSource clock;

    ForeignPeople(Database database, InstantSource clock) {
        this.database = database;
        this.people = new People(database, clock);
        this.clock = clock;
    }

    /// @param email as the provider says, if it does not say that it is not verified
    /// @return the id of the person
    /// @throws AssertionRefused when this server knows nobody by that
    String of(TrustedIssuer issuer, String subject, Optional<String> email, Optional<String> name) {
        return bound(issuer.issuer(), subject).orElseGet(() -> bind(issuer, subject,
                email.filter(address -> speaksFor(issuer, address)).orElseThrow(() -> new AssertionRefused(
                        "This server does not know the person, and may not take their address from that issuer. "
                        + "Ask its operator.")), name));
    }

    private Optional<String> bound(String issuer, String subject) {
        return database.first("SELECT person_id FROM foreign_identity WHERE issuer = ? AND subject = ?",
                row -> row.getString(1), issuer, subject);
    }

    private static boolean speaksFor(TrustedIssuer issuer, String address) {
        var domain = address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        return issuer.emailDomains().contains(domain);
    }

    private String bind(TrustedIssuer issuer, String subject, String email, Optional<String> name) {
        database.update("INSERT INTO foreign_identity (issuer, subject, person_id, created_at) VALUES (?, ?, ?, ?) "
                + "ON CONFLICT (issuer, subject) DO NOTHING", issuer.issuer(), subject, person(email, name),
                clock.instant());
        return bound(issuer.issuer(), subject).orElseThrow();
    }

    private String person(String email, Optional<String> name) {
        try {
            return people.byEmail(email).orElseGet(() -> people.add(email, name.orElse(email), Optional.empty())).id();
        } catch (PersonRefused refused) {
            // Another node may have made the same person a moment ago.
            return people.byEmail(email).map(People.Person::id)
                    .orElseThrow(() -> new AssertionRefused("The e-mail address of the assertion is none."));
        }
    }
}
