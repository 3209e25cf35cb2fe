package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.Secret;
import io.github.doorwarden.app.config.Variables;
import io.github.doorwarden.authserver.AuthServerSettings;
import io.github.doorwarden.authserver.Clients;
import io.github.doorwarden.authserver.Codes;
import io.github.doorwarden.authserver.Grants;
import io.github.doorwarden.authserver.OpaqueTokens;
import io.github.doorwarden.authserver.NewClient;
import io.github.doorwarden.authserver.People;
import io.github.doorwarden.authserver.PersonClaims;
import io.github.doorwarden.authserver.ProtectedResource;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.http.Route.Cors;
import io.github.doorwarden.identity.ResourceMetadata;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.upstream.GuardedFetch;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
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
        var resources = new ArrayList<ProtectedResource>();
        for (var endpoint : config.endpoints()) {
            resources.add(new ProtectedResource(origin.resolve(endpoint.path()), config.name(),
                    authorization.scopes(), true));
        }
        for (var resource : authorization.resources()) {
            resources.add(new ProtectedResource(URI.create(config.variables().resolve(resource.identifier())),
                    resource.name(),
                    authorization.scopes(), false, resource.clients()));
        }
        return new AuthServerSettings(origin, config.name(), resources, config.development(), authorization.lifetimes(),
                authorization.registration(), authorization.tokens());
    }

    /// Brings what the configuration declares into the database: clients, and in development the demo people.
    void declare(Config config) {
        for (var client : config.authorization().clients()) {
            clients.declare(new NewClient(Optional.of(client.id()), client.name(), client.redirectUris(),
                    client.secret().isPresent() ? Set.of("client_secret_basic",
                            "client_secret_post") : Set.of("none"), client.grants(), client.scopes(),
                    client.secret().map(Secret::reveal)));
        }
        for (var person : config.authorization().demoPeople()) {
            if (people.byEmail(person.email()).isEmpty()) {
                people.add(person.email(), person.name(), Optional.of(person.password().reveal()));
            }
        }
    }

    /// What a token says of a person.
    Optional<PersonClaims> claims(String personId) {
        return people.find(personId).filter(person -> !person.disabled()).map(person -> new PersonClaims(person.email(
                ), person.name()));
    }

    /// The protected resource metadata of every endpoint at its own path, and at the root a document of its own for
    /// clients that look nowhere else (RFC 9728 §3.1, §3.3: a document's `resource` is where it was asked for).
    List<Route> resourceMetadata() {
        var routes = new ArrayList<Route>();
        var people = settings.resources().stream().filter(ProtectedResource::forPeople).toList();
        for (var resource : people) {
            var path = ResourceMetadata.path(resource.identifier());
            routes.add(metadata(path, resource, resource.identifier()));
        }
        routes.add(metadata(ResourceMetadata.path(settings.issuer()), people.getFirst(), settings.issuer()));
        return routes;
    }

    private Route metadata(String path, ProtectedResource resource, URI identifier) {
        var json = new ResourceMetadata(identifier, List.of(settings.issuer()), resource.scopes().baseline(),
                resource.name()).json();
        settings.tokens().dpop().announce(json, true);
        var reply = Reply.json(200, json.toString()).with("Cache-Control", "public, max-age=300");
        return Route.get(path, Cors.OPEN, in -> reply);
    }

    /// The key under which private keys lie in the database: a file of its own, so that a copy of the database alone
    /// opens nothing.
    static byte[] masterKey(Variables variables) {
        return Base64.getUrlDecoder().decode(variables.resolve("${generated:master-key}"));
    }
}
