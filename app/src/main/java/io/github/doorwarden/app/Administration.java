package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.authserver.Clients;
import io.github.doorwarden.authserver.IssuedSecrets;
import io.github.doorwarden.authserver.Keys;
import io.github.doorwarden.authserver.NewClient;
import io.github.doorwarden.authserver.People;
import io.github.doorwarden.identity.JwtVerifier;
import io.github.doorwarden.identity.Limits;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The state of a deployment at an operator's hand, beside the running process or without one: they share the database,
/// and a running one notices changes within a second.
public final class Administration implements AutoCloseable {

    private final Database database;
    private final AuditLog audit;
    private final InstantSource clock;
    private final FrontDoor door;
    private final Config config;

    private Administration(Config config, Database database, AuditLog audit, InstantSource clock, FrontDoor door) {
        this.config = config;
        this.database = database;
        this.audit = audit;
        this.clock = clock;
        this.door = door;
    }

    public static Administration open(Config config) {
        var database = Database.open(config.state().resolve(Deployment.DATABASE));
        var audit = new AuditLog(database);
        var origin = config.server().publicOrigin().orElse(URI.create("http://127.0.0.1:" + config.server().port()));
        var clock = InstantSource.system();
        return new Administration(config, database, audit, clock,
                new FrontDoor(config, origin, database, audit::writeDurably, clock));
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
        var keys = new Keys(database, FrontDoor.masterKey(config.variables()), door.settings, clock);
        var verifier = new JwtVerifier(door.settings.issuer().toString(), keys::published, Limits.STANDARD, clock);
        var accounts = new PersonalAccounts(config, door.settings.issuer(), clock);
        try (accounts) {
            return new Explain(door, new IssuedSecrets(database), accounts.open(database, audit), audit, verifier,
                    clock).of(what);
        }
    }

    /// @param secret of a service, shown this once
    public record Added(String clientId, Optional<String> secret) {}

    /// @param service true for a client with credentials of its own and without a human
    /// @throws IllegalArgumentException with a sentence
    public Added addClient(String name, List<String> redirectUris, boolean service, Set<String> scopes) {
        requireKnown(scopes);
        var wanted = service
                ? new NewClient(Optional.empty(), name, List.of(), Set.of("client_secret_basic", "client_secret_post"),
                        Set.of("client_credentials"), scopes, Optional.empty())
                : new NewClient(Optional.empty(), name, redirectUris, Set.of("none"),
                        Set.of("authorization_code", "refresh_token"), scopes, Optional.empty());
        var registered = door.clients.add(wanted);
        record("admin/client-add", registered.client().id(), name);
        return new Added(registered.client().id(), registered.secret());
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

    /// Ends a client and all its grants; false when there is none.
    public boolean revokeClient(String id) {
        var revoked = door.clients.revoke(id, "revoked by an operator on the command line", door.grants);
        if (revoked) {
            record("admin/client-revoke", id, "");
        }
        return revoked;
    }

    /// @throws io.github.doorwarden.authserver.PersonRefused when the address is taken or none, or the password short
    public People.Person addPerson(String email, String name, String password) {
        var person = door.people.add(email, name, Optional.of(password));
        record("admin/user-add", "", person.id());
        return person;
    }

    /// @return all signing keys, oldest first
    public List<Keys.Listed> keys() {
        return signing().list();
    }

    /// Publishes the next signing key.
    ///
    /// @return its `kid`
    public String rotateKey() {
        var kid = signing().rotate();
        record("admin/keys-rotate", "", "key " + kid);
        return kid;
    }

    private Keys signing() {
        return new Keys(database, FrontDoor.masterKey(config.variables()), door.settings, clock);
    }

    /// Takes a person's second factors away, of somebody who lost them.
    ///
    /// @throws io.github.doorwarden.authserver.PersonRefused when nobody has that address
    public void resetFactors(String email) {
        var id = door.people.byEmail(email).map(People.Person::id).orElse("");
        door.people.resetFactors(id);
        record("admin/user-reset-factors", "", id);
    }

    /// The operator is known by the account on this machine.
    private void record(String event, String clientId, String thing) {
        audit.writeDurably(new AuditEvent(clock.instant(), "command-" + Long.toString(clock.millis(), 36), event,
                "allowed",
                "operator", System.getProperty("user.name", ""), clientId, "", "", thing, "", null, Duration.ZERO, ""));
    }

    @Override
    public void close() {
        audit.close();
        database.close();
    }
}
