package io.github.doorwarden.identity;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The scopes of this deployment: what each lets a client do, in plain words, and which others it includes (MCP
/// 2026-07-28, Authorization: a resource server must account for scope hierarchies). Immutable.
public final class Scopes {

    /// @param name    RFC 6749 §3.3 scope token
    /// @param text    what it lets the agent do, a phrase that follows "This lets it …" on the consent page
    /// @param implies scopes that this one includes, directly
    /// @param baseline given when a client asks for no scope, and named in the challenge and the resource metadata
    public record Scope(String name, String text, Set<String> implies, boolean baseline) {
        public Scope {
            implies = Set.copyOf(implies);
            if (!name.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,128}")) {
                throw new IllegalArgumentException("Not a scope token (RFC 6749 §3.3): " + name);
            }
        }
    }

    private final Map<String, Scope> byName = new LinkedHashMap<>();
    private final List<String> baseline;

    public Scopes(List<Scope> scopes) {
        for (var scope : scopes) {
            if (byName.put(scope.name, scope) != null) {
                throw new IllegalArgumentException("The scope " + scope.name + " is declared twice.");
            }
        }
        for (var scope : scopes) {
            for (var implied : scope.implies) {
                if (!byName.containsKey(implied)) {
                    throw new IllegalArgumentException("The scope " + scope.name + " implies " + implied
                            + ", which is not declared.");
                }
            }
        }
        baseline = scopes.stream().filter(Scope::baseline).map(Scope::name).toList();
    }

    /// In the order of the configuration.
    public List<Scope> all() {
        return List.copyOf(byName.values());
    }

    public boolean knows(String name) {
        return byName.containsKey(name);
    }

    public Scope named(String name) {
        return byName.get(name);
    }

    public List<String> baseline() {
        return baseline;
    }

    /// Everything that these scopes include, themselves too. Unknown names include themselves alone.
    public Set<String> closure(Set<String> granted) {
        var all = new LinkedHashSet<String>();
        granted.forEach(name -> include(name, all));
        return all;
    }

    private void include(String name, Set<String> all) {
        var scope = byName.get(name);
        if (all.add(name) && scope != null) {
            scope.implies.forEach(implied -> include(implied, all));
        }
    }
}
