package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.Scopes;
import java.util.LinkedHashSet;
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

    /// What a client may get when it asks for these, and when it asks for none by name: of the baseline. What the
    /// operator or its document says of it bounds it always. What it said itself when it registered is what it gets
    /// unasked: SDKs register with the scopes of their first challenge and keep that id when they step up
    /// (docs/decisions/0041-let-clients-outgrow-their-registration.md).
    static Set<String> wanted(Client client, Scopes known, Set<String> asked) {
        var wanted = new LinkedHashSet<>(asked.isEmpty() ? known.baseline() : asked);
        var outgrown = client.kind() == Client.Kind.DYNAMIC && !asked.isEmpty();
        if (!client.scopes().isEmpty() && !outgrown) {
            wanted.retainAll(known.closure(client.scopes()));
        }
        return wanted;
    }
}
