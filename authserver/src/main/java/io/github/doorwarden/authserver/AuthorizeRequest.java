package io.github.doorwarden.authserver;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// An authorization request that passed every check that needs no person.
///
/// @param to        matched against the client's registered ones
/// @param scopes    that the resource has and the client may have; at least one unless the resource has none
/// @param challenge S256
/// @param boundTo   thumbprint of the key that must be proven when the code is redeemed (RFC 9449 §10)
/// @param prompts   values of `prompt`; unknown ones mean nothing
/// @param openId    when an ID token is wanted too
record AuthorizeRequest(Client client, RegisteredRedirect to, ProtectedResource resource, Set<String> scopes,
        String challenge, Optional<String> state, Set<String> prompts, Optional<String> boundTo,
        Optional<OpenIdRequest> openId) {

    AuthorizeRequest {
        scopes = Set.copyOf(scopes);
        prompts = Set.copyOf(prompts);
    }

    /// What the consent form is signed for: everything that the page shows or that the code will stand for.
    String[] transaction(String query) {
        return new String[] {"consent", query, client.id(), client.digest(), client.name(), to.uri().toString(),
            resource.identifier().toString(), String.join(" ", new TreeSet<>(scopes)), challenge,
            state.orElse(""), boundTo.orElse("")};
    }

    /// The part of a redirect URI that says who receives the code: scheme, host and port, or a private-use scheme.
    static String origin(URI redirect) {
        var host = redirect.getRawAuthority();
        return redirect.getScheme() + (host == null ? ":" : "://" + host);
    }
}
