package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.MailAddress;
import io.github.doorwarden.store.Database;
import java.net.IDN;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The people who may sign in. Safe for many threads.
public final class People {

    /// @param id    `person_` and 128 random bits: no client has the same, so a `sub` never reads as a client (OAuth
    /// 2.1 §7.4)
    /// @param email normalised: lower case, the domain in ASCII
    /// @param name  for pages and tools; plain text
    public record Person(String id, String email, String name, boolean disabled) {}

    static final String ID_PREFIX = "person_";

    /// What is a person's own and goes with them. Grants go otherwise: other processes must hear that they ended.
    static final List<String> THEIRS = List.of("browser_session", "known_browser", "magic_link", "consent",
            "authorization_code", "foreign_identity", "half_sign_in", "totp", "recovery_code", "passkey",
            "device_code", "upstream_identity", "connected_account", "connect_link");

    private static final String COLUMNS = "SELECT id, email, name, disabled_at FROM person ";

    private final Database database;
    private final Passwords passwords;
    private final InstantSource clock;

    public People(Database database, InstantSource clock) {
        this(database, new Passwords(BrowserLimits.HASHES_AT_ONCE), clock);
    }

    People(Database database, Passwords passwords, InstantSource clock) {
        this.database = database;
        this.passwords = passwords;
        this.clock = clock;
    }

    /// @param password empty: the person signs in by magic link alone
    /// @throws PersonRefused when the address is taken or none, or the password too short
    public Person add(String email, String name, Optional<String> password) {
        var address = normal(email);
        var hash = password.map(this::hashed).orElse(null);
        var called = Text.clean(name, BrowserLimits.NAME_CHARS);
        var person = new Person(ID_PREFIX + Hashes.id(), address, called.isEmpty() ? address : called, false);
        var added = database.update("INSERT INTO person (id, email, name, password, created_at) VALUES (?, ?, ?, ?, ?)"
                + " ON CONFLICT (email) DO NOTHING", person.id, address, person.name, hash, clock.instant());
        if (added == 0) {
            throw new PersonRefused("There is already a person with the address " + address + ".");
        }
        return person;
    }

    /// By id.
    public Optional<Person> find(String id) {
        return database.first(COLUMNS + "WHERE id = ?", People::read, id);
    }

    /// By e-mail address as somebody typed it; empty when it is no address.
    public Optional<Person> byEmail(String email) {
        try {
            return database.first(COLUMNS + "WHERE email = ?", People::read, normal(email));
        } catch (PersonRefused notAnAddress) {
            return Optional.empty();
        }
    }

    /// Everybody, by address.
    public List<Person> list() {
        return database.query(COLUMNS + "ORDER BY email", People::read);
    }

    /// Some of everybody, by address.
    ///
    /// @param after address of the last one of the page before; empty: from the first
    public List<Person> page(String after, int count) {
        return database.query(COLUMNS + "WHERE email > ? ORDER BY email LIMIT ?", People::read, after, count);
    }

    /// Forgets a person: everything that is theirs is deleted. What they granted ends at once, everywhere; that it
    /// ended is remembered, without them, until the last token has died.
    ///
    /// @throws PersonRefused when there is no such person
    public void delete(String id, Grants grants) {
        disable(id);                                            // from here on nothing new begins
        grants.revokeOfPerson(id, "the person was deleted");
        database.transaction(tx -> {
            for (var table : THEIRS) {
                tx.update("DELETE FROM " + table + " WHERE person_id = ?", id);
            }
            tx.update("UPDATE access_grant SET person_id = NULL, revoked_at = coalesce(revoked_at, ?) "
                    + "WHERE person_id = ?", clock.instant(), id);
            return tx.update("DELETE FROM person WHERE id = ?", id);
        });
    }

    /// Ends all sessions of this person: whoever knew the old password is out.
    ///
    /// @throws PersonRefused when there is no such person or the password is too short
    public void setPassword(String id, String password) {
        var hash = hashed(password);
        change(id, "UPDATE person SET password = ? WHERE id = ?", hash, id);
    }

    /// Ends all sessions of this person, who cannot sign in any more. Grants are revoked elsewhere.
    ///
    /// @throws PersonRefused when there is no such person
    public void disable(String id) {
        change(id, "UPDATE person SET disabled_at = coalesce(disabled_at, ?) WHERE id = ?", clock.instant(), id);
    }

    /// @throws PersonRefused when there is no such person
    public void enable(String id) {
        change(id, "UPDATE person SET disabled_at = NULL WHERE id = ?", id);
    }

    /// For somebody who lost their phone, their recovery codes and their devices: app and passkeys are gone, and all
    /// sessions end. The password stays.
    ///
    /// @throws PersonRefused when there is no such person
    public void resetFactors(String id) {
        if (find(id).isEmpty()) {
            throw new PersonRefused("There is no such person. `doorwarden user list` shows everybody.");
        }
        database.transaction(tx -> {
            for (var table : List.of("totp", "recovery_code", "passkey", "half_sign_in", "browser_session")) {
                tx.update("DELETE FROM " + table + " WHERE person_id = ?", id);
            }
            return null;
        });
    }

    /// The person with this address and this password who may sign in. Takes the same time whatever is wrong.
    Optional<Person> signIn(String email, String password) {
        var person = byEmail(email);
        var stored = person.flatMap(p -> database.first("SELECT coalesce(password, '') FROM person WHERE id = ?",
                row -> row.getString(1), p.id))
                .filter(hash -> !hash.isEmpty());
        var bounded = password.length() <= BrowserLimits.PASSWORD_AT_MOST_CHARACTERS;
        var right = passwords.matches(bounded ? password : "", stored);
        return right ? person.filter(p -> !p.disabled) : Optional.empty();
    }

    private void change(String id, String sql, Object... args) {
        var changed = database.transaction(tx -> {
            tx.update("DELETE FROM browser_session WHERE person_id = ?", id);
            tx.update("DELETE FROM magic_link WHERE person_id = ?", id);
            tx.update("DELETE FROM half_sign_in WHERE person_id = ?", id);
            return tx.update(sql, args);
        });
        if (changed == 0) {
            throw new PersonRefused("There is no such person. `doorwarden user list` shows everybody.");
        }
    }

    private String hashed(String password) {
        if (password.length() < BrowserLimits.PASSWORD_AT_LEAST_CHARACTERS) {
            throw new PersonRefused("The password is too short: it needs at least "
                    + BrowserLimits.PASSWORD_AT_LEAST_CHARACTERS + " characters.");
        }
        if (password.length() > BrowserLimits.PASSWORD_AT_MOST_CHARACTERS) {
            throw new PersonRefused("The password is too long: it may have " + BrowserLimits.PASSWORD_AT_MOST_CHARACTERS
                    + " characters.");
        }
        return passwords.hash(password);
    }

    /// Lower case and ASCII domain; only forms that every mail server takes without quoting.
    static String normal(String email) {
        var address = MailAddress.plain(email);
        var at = address.lastIndexOf('@');
        if (at > 0 && address.length() <= BrowserLimits.EMAIL_CHARACTERS) {
            var local = address.substring(0, at);
            var domain = ascii(address.substring(at + 1));
            if (local.matches("[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
                    && domain.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
                return local + "@" + domain;
            }
        }
        throw new PersonRefused("That is not an e-mail address. It looks like ada@example.org.");
    }

    private static String ascii(String domain) {
        try {
            return IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notADomain) {
            return "";
        }
    }

    private static Person read(ResultSet row) throws SQLException {
        return new Person(row.getString(1), row.getString(2), row.getString(3), row.getObject(4) != null);
    }
}
