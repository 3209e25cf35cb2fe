package io.github.doorwarden.app;

import tools.jackson.databind.json.JsonMapper;
import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.authserver.Clients;
import io.github.doorwarden.authserver.Grant;
import io.github.doorwarden.authserver.IssuedSecrets;
import io.github.doorwarden.authserver.Keys;
import io.github.doorwarden.authserver.People;
import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.authserver.ProtectedResource;
import io.github.doorwarden.identity.JwtVerifier;
import io.github.doorwarden.identity.TrustedIssuer;
import io.github.doorwarden.identity.Limits;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.Tiers;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.StoreOutage;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The state of a deployment at an operator's hand: on the command line, beside the running process or without one, and
/// at [AdminEndpoint] in it. They share the database, and a running one notices changes within a second. Every change
/// is on record, with who made it, when its method returns; none is made while nothing can be recorded.
public final class Administration implements AutoCloseable {

    private final Config config;
    private final Database database;
    private final AuditLog audit;
    private final InstantSource clock;
    private final FrontDoor door;
    private final Supplier<Keys> keys;
    private final Operator operator;
    private final boolean owner;

    private Administration(Config config, Database database, AuditLog audit, InstantSource clock, FrontDoor door,
            Supplier<Keys> keys, Operator operator, boolean owner) {
        this.config = config;
        this.database = database;
        this.audit = audit;
        this.clock = clock;
        this.door = door;
        this.keys = keys;
        this.operator = operator;
        this.owner = owner;
    }

    /// For commands; to be closed.
    public static Administration open(Config config) {
        var database = Database.open(config.state().resolve(Deployment.DATABASE));
        var audit = new AuditLog(database);
        var origin = config.server().publicOrigin().orElse(URI.create("http://127.0.0.1:" + config.server().port()));
        var clock = InstantSource.system();
        var door = new FrontDoor(config, origin, database, audit::writeDurably, clock);
        return new Administration(config, database, audit, clock, door, () -> new Keys(database,
                FrontDoor.masterKey(config.variables()), door.settings, clock),
                Operator.onCommandLine(clock.millis()), true);
    }

    /// In a running process, whose parts these are; needs no closing.
    static Administration within(Config config, Database database, AuditLog audit, InstantSource clock, FrontDoor door,
            Keys keys, Operator operator) {
        return new Administration(config, database, audit, clock, door, () -> keys, operator, false);
    }

    public People people() {
        return door.people;
    }

    public Clients clients() {
        return door.clients;
    }

    public AuditLog audit() {
        return audit;
    }

    /// Why something was refused or does not work.
    ///
    /// @param what a token, a client's id, a person's e-mail address, or the id of a request
    public Explanation explain(String what) {
        if (config.authorization().mode() == Config.Mode.EXTERNAL) {
            try (var elsewhere = new Elsewhere(config)) {
                var resources = door.settings.resources().stream().map(ProtectedResource::identifier).toList();
                return explain(what, new Explain.Judge(elsewhere.verifier(resources, clock),
                        config.authorization().elsewhere().issuers().stream().map(TrustedIssuer::issuer)
                                .collect(Collectors.toCollection(LinkedHashSet::new))));
            }
        }
        var signing = keys.get();
        var ours = door.settings.issuer().toString();
        return explain(what, new Explain.Judge(new JwtVerifier(ours, signing::published, Limits.STANDARD, clock),
                Set.of(ours)));
    }

    private Explanation explain(String what, Explain.Judge judge) {
        try (var accounts = new PersonalAccounts(config, door.settings.issuer(), clock)) {
            return new Explain(door, new IssuedSecrets(database), accounts.open(database, audit), audit, judge, clock)
                    .of(what);
        }
    }

    /// @param secret of a client that has one, shown this once
    public record Added(String clientId, Optional<String> secret) {
        @Override
        public String toString() {
            return "Added[" + clientId + "]";
        }
    }

    /// @throws IllegalArgumentException with a sentence
    public Added addClient(ClientWish wish) {
        var wanted = wish.checked();
        requireKnown(wish.scopes());
        return change("admin/client-add", () -> {
            var registered = door.clients.add(wanted);
            return new Done<>(new Added(registered.client().id(), registered.secret()), registered.client().id(),
                    registered.client().id() + " " + wish.name());
        });
    }

    /// All scopes but those of resources that are kept for some.
    Set<String> unkeptScopes() {
        return door.settings.resources().stream().filter(resource -> resource.keeping().isEmpty())
                .flatMap(resource -> resource.scopes().all().stream()).map(Scopes.Scope::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    private void requireKnown(Set<String> scopes) {
        var known = door.settings.resources().stream().flatMap(resource -> resource.scopes().all().stream())
                .map(Scopes.Scope::name).collect(Collectors.toCollection(LinkedHashSet::new));
        scopes.stream().filter(scope -> !known.contains(scope)).findFirst().ifPresent(unknown -> {
            throw new IllegalArgumentException("There is no scope " + unknown + " in this deployment. "
                    + (known.isEmpty()
                    ? "Declare it under authorization.scopes first." : "There are: " + String.join(", ", known) + "."));
        });
    }

    /// Ends a client and all its grants, and keeps it out; false when there is none.
    public boolean revokeClient(String id) {
        return changeIf("admin/client-revoke", id, id,
                () -> door.clients.revoke(id, "revoked by an operator", door.grants));
    }

    /// Ends a client and all its grants, and forgets it; false when there is none.
    ///
    /// @throws IllegalArgumentException with a sentence, for one of the configuration
    public boolean deleteClient(String id) {
        requireNotDeclared(id, "Delete it there; to shut it out at once, revoke it.");
        return changeIf("admin/client-delete", id, id,
                () -> door.clients.delete(id, "deleted by an operator", door.grants));
    }

    /// @return the new secret, shown this once; empty when there is no client of that id that has one
    /// @throws IllegalArgumentException with a sentence, for one of the configuration
    public Optional<String> rotateSecret(String id) {
        requireNotDeclared(id, "Its secret is there: change it and start again.");
        return change("admin/client-rotate-secret", () -> {
            var secret = door.clients.rotateSecret(id);
            return secret.isPresent() ? new Done<>(secret, id, id) : Done.nothing(secret);
        });
    }

    private void requireNotDeclared(String id, String what) {
        if (config.authorization().clients().stream().anyMatch(client -> client.id().equals(id))) {
            throw new IllegalArgumentException("The client " + id + " is declared in doorwarden.yaml. " + what);
        }
    }

    /// @param password empty: the person signs in by link or passkey alone
    /// @throws io.github.doorwarden.authserver.PersonRefused when the address is taken or none, or the password short
    public Person addPerson(String email, String name, Optional<String> password) {
        return change("admin/user-add", () -> {
            var person = door.people.add(email, name, password);
            return new Done<>(person, "", person.id());
        });
    }

    /// Somebody with a password.
    ///
    /// @throws io.github.doorwarden.authserver.PersonRefused when the address is taken or none, or the password short
    public Person addPerson(String email, String name, String password) {
        return addPerson(email, name, Optional.of(password));
    }

    /// Somebody by their address or their id.
    public Optional<Person> person(String who) {
        return door.people.byEmail(who).or(() -> door.people.find(who));
    }

    /// Ends everything that is open for this person, at once, and lets them in no more.
    ///
    /// @return how many grants ended
    public int disable(Person person) {
        return change("admin/user-disable", () -> {
            door.people.disable(person.id());
            return new Done<>(door.grants.revokeOfPerson(person.id(), "the person was disabled"), "", person.id());
        });
    }

    public void enable(Person person) {
        on("admin/user-enable", person, () -> door.people.enable(person.id()));
    }

    /// Ends the person's sessions too; what they granted stays.
    ///
    /// @throws io.github.doorwarden.authserver.PersonRefused when it is too short or too long
    public void setPassword(Person person, String password) {
        on("admin/user-password", person, () -> {
            door.people.setPassword(person.id(), password);
            door.grants.revokeSessions(person.id(), "password set by an operator");
        });
    }

    /// Takes a person's second factors away, of somebody who lost them.
    public void resetFactors(Person person) {
        on("admin/user-reset-factors", person, () -> {
            door.people.resetFactors(person.id());
            door.grants.revokeSessions(person.id(), "factors reset by an operator");
        });
    }

    /// Everything of this person ends and is forgotten, but what is on record.
    public void delete(Person person) {
        on("admin/user-delete", person, () -> {
            door.people.disable(person.id());                       // nothing is connected while it is given back
            try (var accounts = new PersonalAccounts(config, door.settings.issuer(), clock)) {
                accounts.open(database, audit).disconnectAll(person.id());
            }
            door.people.delete(person.id(), door.grants);
        });
    }

    private void on(String event, Person person, Runnable work) {
        change(event, () -> {
            work.run();
            return new Done<>(person, "", person.id());
        });
    }

    /// Grants that are alive, some of them, by id.
    ///
    /// @param after id of the last one of the page before; empty: from the first
    public List<Grant> grants(Optional<String> personId, Optional<String> clientId, String after, int count) {
        return door.grants.page(personId, clientId, after, count);
    }

    /// Ends a grant and every token under it; false when there is none that is alive.
    public boolean revokeGrant(String id) {
        return changeIf("admin/grant-revoke", "", "grant " + id, () -> door.grants.revoke(id,
                "revoked by an operator"));
    }

    /// Ends all grants of a person, or of a client, or of a person to a client.
    ///
    /// @return how many there were
    public int revokeGrants(Optional<String> personId, Optional<String> clientId) {
        if (personId.isEmpty() && clientId.isEmpty()) {
            throw new IllegalArgumentException("Say whose grants: a person's, a client's or both.");
        }
        return change("admin/grant-revoke", () -> {
            var ended = 0;
            for (var some = grants(personId, clientId, "", PAGE); !some.isEmpty();
                    some = grants(personId, clientId, "", PAGE)) {
                ended += (int) some.stream().filter(grant -> door.grants.revoke(grant.id(), "revoked by an operator"))
                        .count();
            }
            return new Done<>(ended, clientId.orElse(""), ended + " grants of " + personId.orElse("anybody") + " to "
                    + clientId.orElse("any client"));
        });
    }

    private static final int PAGE = 200;

    /// Ends the grant behind a token of any kind, given by its value.
    ///
    /// @return empty when no such token was issued here, else whether the grant was alive until now
    public Optional<Boolean> revokeToken(String token) {
        return new IssuedSecrets(database).grantOf(token, keys.get(), door.opaque, door.settings)
                .map(this::revokeGrant);
    }

    /// Ends what is behind an access token, given by its `jti`. Of a JWT only the record knows its grant; of one that
    /// was issued before grants were on record, all of that person to that client end.
    ///
    /// @return how many grants ended; empty when nothing is known of the token
    public Optional<Integer> revokeTokenId(String tokenId) {
        var grant = new IssuedSecrets(database).grantOfId(tokenId);
        if (grant.isPresent()) {
            return Optional.of(revokeGrant(grant.get()) ? 1 : 0);
        }
        return audit.issued(tokenId).map(event -> event.arguments() == null
                ? revokeGrants(Optional.of(event.callerKind().equals("user") ? event.subject() : ""),
                        Optional.of(event.clientId()))
                : revokeGrant(JsonMapper.shared().readTree(event.arguments()).path("grant").asString("")) ? 1 : 0);
    }

    /// @return all signing keys, oldest first
    public List<Keys.Listed> keys() {
        return keys.get().list();
    }

    /// Publishes the next signing key.
    ///
    /// @return its `kid`
    public String rotateKey() {
        return change("admin/keys-rotate", () -> {
            var kid = keys.get().rotate();
            return new Done<>(kid, "", "key " + kid);
        });
    }

    /// The tier of whoever has this address, and why.
    public Optional<Tiers.Place> tier(String email) {
        return config.authorization().tiers().ofAddress(email);
    }

    /// Of all tiers, in order.
    public Set<String> tiers() {
        return config.authorization().tiers().names();
    }

    /// @param thing empty: nothing was changed, so nothing is recorded
    private record Done<T>(T value, String clientId, String thing) {

        static <T> Done<T> nothing(T value) {
            return new Done<>(value, "", "");
        }
    }

    private boolean changeIf(String event, String clientId, String thing, Supplier<Boolean> work) {
        return change(event, () -> {
            var changed = work.get();
            return changed ? new Done<>(true, clientId, thing) : Done.nothing(false);
        });
    }

    private <T> T change(String event, Supplier<Done<T>> work) {
        if (!audit.accepts()) {
            throw new StoreOutage("Nothing was changed, because the audit log cannot be written.", null);
        }
        var done = work.get();
        if (!done.thing.isEmpty()) {
            record(event, done.clientId, done.thing);
        }
        return done.value;
    }

    /// On the command line, where no client stands between, a line names the client that it is about.
    private void record(String event, String clientId, String thing) {
        audit.writeDurably(new AuditEvent(clock.instant(), operator.requestId(), event, "allowed", "operator",
                operator.subject(), operator.clientId().isEmpty() ? clientId : operator.clientId(),
                operator.tokenId(), operator.endpoint(), thing, "", null, Duration.ZERO, operator.peer()));
    }

    @Override
    public void close() {
        if (owner) {
            audit.close();
            database.close();
        }
    }
}
