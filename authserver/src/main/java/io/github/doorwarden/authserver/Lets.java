package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.Scopes;
import java.util.List;
import java.util.Set;

/// What scopes let an agent do, in the words of the configuration. Pure.
final class Lets {

    private Lets() {}

    /// What was asked for and what that includes, in the order of the configuration.
    static List<String> of(Scopes scopes, Set<String> asked) {
        var all = scopes.closure(asked);
        return scopes.all().stream().filter(scope -> all.contains(scope.name())).map(Scopes.Scope::text).distinct()
                .toList();
    }
}
