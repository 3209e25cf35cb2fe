package io.github.doorwarden.authserver;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A client to be registered.
///
/// @param id           chosen by the operator; empty: one is made. 3 to 64 letters, digits, `.`, `_`, `-`
/// @param redirectUris empty only for a client without people
/// @param authMethods  `none` alone for a public client, else `client_secret_basic` or `client_secret_post` or both
/// @param grantTypes   of `authorization_code`, `refresh_token`, `client_credentials`
/// @param scopes       that it may ask for; empty: any
/// @param secret       chosen by the operator, at least 32 characters; empty: one is made for a confidential client
public record NewClient(Optional<String> id, String name, List<String> redirectUris, Set<String> authMethods,
        Set<String> grantTypes,
        Set<String> scopes, Optional<String> secret) {

    public NewClient {
        redirectUris = List.copyOf(redirectUris);
        authMethods = Set.copyOf(authMethods);
        grantTypes = Set.copyOf(grantTypes);
        scopes = Set.copyOf(scopes);
    }

    /// A public client that acts for people: an agent, a desktop program.
    public static NewClient forPeople(String id, String name, List<String> redirectUris) {
        return new NewClient(Optional.of(id), name, redirectUris, Set.of(AuthMethod.NONE), GrantType.WITH_A_PERSON,
                Set.of(), Optional.empty());
    }

    /// A confidential client that acts for itself.
    public static NewClient service(String id, String name, Set<String> scopes, Optional<String> secret) {
        return new NewClient(Optional.of(id), name, List.of(), AuthMethod.SECRET, Set.of(GrantType.CLIENT_CREDENTIALS),
                scopes, secret);
    }

    boolean confidential() {
        return !authMethods.contains(AuthMethod.NONE);
    }

    /// Never prints the secret.
    @Override
    public String toString() {
        return "NewClient[" + id.orElse("") + "]";
    }
}
