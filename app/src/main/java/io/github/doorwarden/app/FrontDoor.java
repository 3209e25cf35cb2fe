package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.Secret;
import io.github.doorwarden.app.config.Variables;
import io.github.doorwarden.authserver.AuthServerSettings;
import io.github.doorwarden.authserver.Client;
import io.github.doorwarden.authserver.Clients;
import io.github.doorwarden.authserver.Codes;
import io.github.doorwarden.authserver.Grants;
import io.github.doorwarden.authserver.OpaqueTokens;
import io.github.doorwarden.authserver.NewClient;
import io.github.doorwarden.authserver.People;
import io.github.doorwarden.authserver.PersonClaims;
import io.github.doorwarden.authserver.ProtectedResource;
import io.github.doorwarden.authserver.Quirk;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.upstream.GuardedFetch;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// What the authorization server and the commands share: the people, the clients and what was granted, over one
/// database.
final class FrontDoor {

    final AuthServerSettings settings;
    final People people;
    final Clients clients;
    final Grants grants;
    final Codes codes;
    final OpaqueTokens opaque;

    FrontDoor(Config config, URI origin, Database database, Consumer<AuditEvent> audit, InstantSource clock) {
        settings = settings(config, origin);
        people = new People(database, clock);
        clients = new Clients(database, settings, new GuardedFetch(config.development()), clock, audit);
        grants = new Grants(database, settings, clock, audit);
        codes = new Codes(database, settings, clock, grants);
        opaque = new OpaqueTokens(database, grants, this::claims, clock);
    }

    private static AuthServerSettings settings(Config config, URI origin) {
        var authorization = config.authorization();
        var resources = new ArrayList<>(ResourceDocuments.endpoints(config, origin));
        for (var resource : authorization.resources()) {
            resources.add(new ProtectedResource(URI.create(config.variables().resolve(resource.identifier())),
                    resource.name(), authorization.scopes(), resource.forPeople(), resource.clients()));
        }
        AdminEndpoint.resource(config, origin).ifPresent(resources::add);
        var agents = authorization.agents().withResources(name -> identifier(config, origin, name));
        return new AuthServerSettings(origin, config.name(), resources, config.development(), authorization.lifetimes(),
                authorization.registration(), authorization.tokens(), agents)
                .with(authorization.quirks());
    }

    /// Whether a client cannot do anything with a challenge for more scopes.
    boolean losesChallenges(Caller caller) {
        var id = caller.clientId();
        return settings.quirks().on(Quirk.SCOPE_TOLD_IN_RESULT, id, clients.known(id).map(Client::name));
    }

    /// Of an endpoint by its path, of another resource by its key.
    private static String identifier(Config config, URI origin, String name) {
        return config.authorization().resources().stream().filter(resource -> resource.key().equals(name)).findFirst()
                .map(resource -> config.variables().resolve(resource.identifier()))
                .orElseGet(() -> origin.resolve(name).toString());
    }

    /// Brings what the configuration declares into the database: clients, and in development the demo people.
    void declare(Config config) {
        for (var client : config.authorization().clients()) {
            clients.declare(new NewClient(Optional.of(client.id()), client.name(), client.redirectUris(),
                    methods(client), client.grants(), client.scopes(), client.secret().map(Secret::reveal),
                    client.keys(), client.pushes(), client.dpopBound()));
        }
        for (var person : config.authorization().demoPeople()) {
            if (people.byEmail(person.email()).isEmpty()) {
                people.add(person.email(), person.name(), Optional.of(person.password().reveal()));
            }
        }
    }

    private static Set<String> methods(Config.ClientConfig client) {
        var methods = new HashSet<String>();
        if (client.secret().isPresent()) {
            methods.addAll(Set.of("client_secret_basic", "client_secret_post"));
        }
        if (!client.keys().equals(NewClient.PublicKeys.NONE)) {
            methods.add("private_key_jwt");
        }
        return methods.isEmpty() ? Set.of("none") : methods;
    }

    /// What a token says of a person.
    Optional<PersonClaims> claims(String personId) {
        return people.find(personId).filter(person -> !person.disabled()).map(person -> new PersonClaims(person.email(
                ), person.name()));
    }

    /// The key under which private keys lie in the database: a file of its own, so that a copy of the database alone
    /// opens nothing.
    static byte[] masterKey(Variables variables) {
        return Base64.getUrlDecoder().decode(variables.resolve("${generated:master-key}"));
    }
}
