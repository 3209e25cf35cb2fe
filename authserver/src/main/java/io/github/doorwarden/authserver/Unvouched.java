package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.Scopes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What is allowed to clients that nobody here has vouched for: those that registered themselves, and those whose id is
/// the URL of their document (OAuth 2.1, consent phishing; CIMD draft-02 §8.4). Immutable.
///
/// @param scopes  that they may ask people for, and what these imply; empty: any
/// @param domains whose documents are taken, `*.` before a domain for all below it; empty: any
/// @param refused domains whose documents are not taken, whatever `domains` says
public record Unvouched(Set<String> scopes, List<String> domains, List<String> refused) {

    public static final Unvouched ANYTHING = new Unvouched(Set.of(), List.of(), List.of());

    public Unvouched {
        scopes = Set.copyOf(scopes);
        domains = domains.stream().map(Unvouched::plain).toList();
        refused = refused.stream().map(Unvouched::plain).toList();
    }

    /// What a client gets of these scopes.
    Set<String> of(Client client, Scopes known, Set<String> wanted) {
        var most = new LinkedHashSet<>(wanted);
        if (client.kind() != Client.Kind.PRE_REGISTERED && !scopes.isEmpty()) {
            most.retainAll(known.closure(scopes));
        }
        return most;
    }

    /// Whether documents of this host are taken.
    boolean takes(String host) {
        var name = plain(host);
        return (domains.isEmpty() || domains.stream().anyMatch(domain -> covers(domain, name)))
                && refused.stream().noneMatch(domain -> covers(domain, name));
    }

    private static boolean covers(String domain, String host) {
        return domain.startsWith("*.") ? host.endsWith(domain.substring(1)) : host.equals(domain);
    }

    /// Names of hosts have no case, and a dot at the end names the same one.
    private static String plain(String host) {
        var name = host.strip().toLowerCase(Locale.ROOT);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
