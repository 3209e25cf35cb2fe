package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.Granted.Acting;
import io.github.doorwarden.authserver.People.Person;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/// Who may have tokens for a resource that is kept for some: the administration. Asked before a person is asked, when a
/// device is allowed, and once more for every single access token, so that no grant type can go around it. Safe for use
/// by many threads.
///
/// A person has to be one of those that it is kept for, and has to have allowed it here, to a client that the operator
/// registered. A program needs its scopes by name in its registration. Nobody gets there by exchange or by what an
/// issuer elsewhere says of a person.
final class KeptResources {

    private final AuthServerSettings settings;
    private final Clients clients;

    KeptResources(AuthServerSettings settings, Clients clients) {
        this.settings = settings;
        this.clients = clients;
    }

    /// Why this person may not let this client in there, a sentence; empty: they may.
    static Optional<String> refusal(ProtectedResource resource, Client client, Person who) {
        if (!resource.kept()) {
            return Optional.empty();
        }
        if (client.kind() != Client.Kind.PRE_REGISTERED) {
            return Optional.of("Only a client that the operator registered may have access to " + resource.name()
                    + ".");
        }
        return resource.keeping().get().takes(who.email()) ? Optional.empty()
                : Optional.of("You are not one of those who may have access to " + resource.name() + ".");
    }

    /// @throws OAuthRefused as a redirect, before anybody is asked
    static void requireFor(AuthorizeRequest asked, Person who) {
        refusal(asked.resource(), asked.client(), who).ifPresent(why -> {
            throw AuthorizeSteps.redirect(asked.to(), "access_denied", why);
        });
    }

    /// The last look, before a token is made.
    ///
    /// @throws OAuthRefused `invalid_grant`, `invalid_scope`, `invalid_target`
    void require(Grant grant, Set<String> scopes, Optional<PersonClaims> person, Optional<Acting> acting) {
        var exchanged = acting.map(Acting::resource);
        if (exchanged.filter(this::isKept).isPresent()) {
            throw refused("invalid_target", "No token is exchanged for one for that resource.");
        }
        var resource = resource(grant.resource());
        if (resource.isEmpty()) {
            return;
        }
        if (grant.personId().isPresent()) {
            requirePerson(resource.get(), grant, person);
        } else {
            requireProgram(resource.get(), grant.clientId(), scopes);
        }
    }

    /// The same for a program that has no grant yet.
    ///
    /// @throws OAuthRefused `invalid_scope`
    void requireProgram(ProtectedResource resource, String clientId, Set<String> scopes) {
        if (resource.kept() && (scopes.isEmpty()
                || !resource.scopes().closure(registered(clientId)).containsAll(scopes))) {
            throw refused("invalid_scope", "This client may have no scope of that resource: its registration names "
                    + "none. Ask the operator.");
        }
    }

    /// The same for a person of whom an issuer elsewhere speaks.
    ///
    /// @throws OAuthRefused `invalid_target`
    static void requireAllowedHere(ProtectedResource resource) {
        if (resource.kept()) {
            throw refused("invalid_target", "Access to that resource has to be allowed by a person who signs in here.");
        }
    }

    private void requirePerson(ProtectedResource resource, Grant grant, Optional<PersonClaims> person) {
        if (grant.signedInAt().isEmpty()) {
            requireAllowedHere(resource);
        }
        var vouched = clients.known(grant.clientId())
                .filter(client -> client.kind() == Client.Kind.PRE_REGISTERED).isPresent();
        if (!vouched || person.filter(who -> resource.keeping().get().takes(who.email())).isEmpty()) {
            throw refused("invalid_grant", "This person, or this client, may not have access to that resource.");
        }
    }

    private Set<String> registered(String clientId) {
        return clients.known(clientId).map(Client::scopes).or(() -> settings.agents().issuers().stream()
                .flatMap(issuer -> issuer.workloads().stream()).filter(one -> one.name().equals(clientId)).findFirst()
                .map(AgentSettings.Workload::scopes)).orElse(Set.of());
    }

    private boolean isKept(String identifier) {
        return resource(identifier).isPresent();
    }

    private Optional<ProtectedResource> resource(String identifier) {
        return settings.resources().stream().filter(ProtectedResource::kept)
                .filter(one -> one.identifier().equals(URI.create(identifier))).findFirst();
    }

    private static OAuthRefused refused(String error, String description) {
        return new OAuthRefused(new OAuthRefusal.Json(400, error, description, "resource kept for others"));
    }
}
