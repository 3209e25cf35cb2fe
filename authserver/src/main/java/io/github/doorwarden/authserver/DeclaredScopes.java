package io.github.doorwarden.authserver;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The scopes that a client says it may ask for. Pure.
final class DeclaredScopes {

    private DeclaredScopes() {}

    /// Those of this deployment. Without a `scope`, and with none that is known here, the client is not restricted: it
    /// restricts itself alone, and what it gets is decided by the person.
    static Set<String> of(Optional<String> scope, AuthServerSettings settings) {
        return scope.map(Rows::words).orElse(Set.of()).stream().limit(Limits.SCOPES)
                .filter(name -> settings.resources().stream().anyMatch(resource -> resource.scopes().knows(name)))
                .collect(Collectors.toUnmodifiableSet());
    }
}
