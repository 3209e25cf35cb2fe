package io.github.doorwarden.authserver;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Which scopes an access token gets (OAuth 2.1 §1.4.1, §4.3). Pure.
final class TokenScopes {

    /// Asks for a refresh token, opens nothing (OpenID Connect Core §11).
    static final String OFFLINE = "offline_access";

    private TokenScopes() {}

    /// At a refresh: what was granted, or fewer. What a granted scope includes may be asked for by itself.
    ///
    /// What was granted to a client that nobody vouched for, before the operator took some of it from such clients,
    /// ends here.
    ///
    /// @throws OAuthRefused `invalid_scope`
    static Set<String> narrowed(Grant grant, Client client, Optional<String> requested, AuthServerSettings settings) {
        var wanted = wanted(requested);
        var most = settings.resource(grant.resource()).map(resource -> settings.registration().unvouched()
                .of(client, resource.scopes(), opening(grant.scopes()))).orElse(opening(grant.scopes()));
        if (most.isEmpty() && !opening(grant.scopes()).isEmpty()) {
            throw invalidScope("Clients that nobody here has vouched for may have none of these scopes any more. "
                    + "Authorize again for others.", "scopes that such clients may not have");
        }
        if (wanted.isEmpty()) {
            return most;
        }
        var granted = settings.resource(grant.resource()).map(resource -> resource.scopes().closure(most))
                .orElse(most);
        if (!granted.containsAll(wanted)) {
            throw invalidScope("The scope goes beyond what was granted. Leave scope out, or authorize again for more.",
                    "scope beyond the grant");
        }
        return wanted;
    }

    /// For a service: what it is registered for, or fewer; without a registered list what the resource gives to
    /// everybody.
    ///
    /// @throws OAuthRefused `invalid_scope`
    static Set<String> ofService(Client client, ProtectedResource resource, Optional<String> requested) {
        var wanted = wanted(requested);
        var known = resource.scopes();
        if (wanted.isEmpty()) {
            wanted = new LinkedHashSet<>(client.scopes().isEmpty() ? known.baseline() : client.scopes());
            wanted.removeIf(name -> !known.knows(name));
        } else if (!wanted.stream().allMatch(known::knows)
                || !client.scopes().isEmpty() && !known.closure(client.scopes()).containsAll(wanted)) {
            throw invalidScope("This client may not have that scope here. Leave scope out, or ask the operator.",
                    "scope beyond the registration");
        }
        return wanted;
    }

    static Set<String> opening(Set<String> granted) {
        var opening = new LinkedHashSet<>(granted);
        opening.remove(OFFLINE);
        return opening;
    }

    private static Set<String> wanted(Optional<String> requested) {
        return opening(requested.map(Rows::words).orElse(Set.of()));
    }

    private static OAuthRefused invalidScope(String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Json(400, "invalid_scope", description, detail));
    }
}
