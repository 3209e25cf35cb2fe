package io.github.doorwarden.authserver;

import java.util.List;
import java.util.Set;

/// How clients authenticate at the token endpoint, by the names of the IANA registry.
final class AuthMethod {

    static final String NONE = "none";
    static final String BASIC = "client_secret_basic";
    static final String POST = "client_secret_post";
    static final String PRIVATE_KEY_JWT = "private_key_jwt";

    /// With a shared secret.
    static final Set<String> SECRET = Set.of(BASIC, POST);

    /// All of them, in the order in which they are named to clients.
    static final List<String> IN_ORDER = List.of(NONE, BASIC, POST, PRIVATE_KEY_JWT);

    private AuthMethod() {}
}
