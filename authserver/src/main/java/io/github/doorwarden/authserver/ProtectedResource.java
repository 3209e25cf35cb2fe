package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.Scopes;
import java.net.URI;
import java.util.Set;

/// A resource that tokens are issued for: an MCP endpoint, or an API behind it.
///
/// @param identifier   becomes `aud`
/// @param name         for the consent page
/// @param forPeople    whether a person may grant access to it; false: client credentials alone
/// @param clients      ids of the clients that may ask what its tokens mean (RFC 7662): its own servers
public record ProtectedResource(URI identifier, String name, Scopes scopes, boolean forPeople, Set<String> clients) {

    public ProtectedResource {
        clients = Set.copyOf(clients);
    }

    /// One whose tokens nobody asks about: the resource is in this process.
    public ProtectedResource(URI identifier, String name, Scopes scopes, boolean forPeople) {
        this(identifier, name, scopes, forPeople, Set.of());
    }
}
