package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.Scopes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What scopes let an agent do, in the words of the configuration. Pure.
final class Lets {

    private Lets() {}

    /// The same of a request, and what an ID token tells.
    static List<String> of(AuthorizeRequest asked) {
        var lets = new ArrayList<>(of(asked.resource().scopes(), asked.scopes()));
        asked.openId().ifPresent(any -> lets.addFirst("know who you are: your name and your e-mail address"));
        return List.copyOf(lets);
    }

    /// What was asked for and what that includes, in the order of the configuration.
    static List<String> of(Scopes scopes, Set<String> asked) {
        var all = scopes.closure(asked);
        return scopes.all().stream().filter(scope -> all.contains(scope.name())).map(Scopes.Scope::text).distinct()
                .toList();
    }
}
