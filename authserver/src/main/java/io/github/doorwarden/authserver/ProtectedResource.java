package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.Scopes;
import java.net.URI;

/// A resource that tokens are issued for: an MCP endpoint, or an API behind it.
///
/// @param identifier   becomes `aud`
/// @param name         for the consent page
/// @param forPeople    whether a person may grant access to it; false: client credentials alone
public record ProtectedResource(URI identifier, String name, Scopes scopes, boolean forPeople) {}
