package io.github.doorwarden.authserver;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A client to be registered.
///
/// @param id           chosen by the operator; empty: one is made. 3 to 64 letters, digits, `.`, `_`, `-`
/// @param redirectUris empty only for a client without people
/// @param authMethods  `none` alone for a public client, else one or several of `client_secret_basic`,
///                     `client_secret_post`, `private_key_jwt`
/// @param grantTypes   of [GrantType]
/// @param scopes       that it may ask for; empty: any
/// @param secret       chosen by the operator, at least 32 characters; empty: one is made for a client with a method
///                     that needs one
/// @param keys         with `private_key_jwt`
/// @param pushes       whether it sends people here only with requests that it has pushed (RFC 9126 §6)
/// @param dpopBound    whether it gets no token without a proof of possession (RFC 9449 §5.2)
public record NewClient(Optional<String> id, String name, List<String> redirectUris, Set<String> authMethods,
        Set<String> grantTypes,
        Set<String> scopes, Optional<String> secret, PublicKeys keys, boolean pushes,
        boolean dpopBound) {

    /// Where the public keys of a client are; one of the two, or neither.
    ///
    /// @param jwks a JSON key set
    public record PublicKeys(Optional<String> jwks, Optional<URI> jwksUri) {

        public static final PublicKeys NONE = new PublicKeys(Optional.empty(), Optional.empty());
    }

    /// A client whose tokens need not be bound to a key.
    public NewClient(Optional<String> id, String name, List<String> redirectUris, Set<String> authMethods,
            Set<String> grantTypes, Set<String> scopes, Optional<String> secret, PublicKeys keys, boolean pushes) {
        this(id, name, redirectUris, authMethods, grantTypes, scopes, secret, keys, pushes, false);
    }

    /// A client without keys.
    public NewClient(Optional<String> id, String name, List<String> redirectUris, Set<String> authMethods,
            Set<String> grantTypes, Set<String> scopes, Optional<String> secret) {
        this(id, name, redirectUris, authMethods, grantTypes, scopes, secret, PublicKeys.NONE, false);
    }

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

    boolean needsSecret() {
        return authMethods.stream().anyMatch(AuthMethod.SECRET::contains);
    }

    /// Never prints the secret.
    @Override
    public String toString() {
        return "NewClient[" + id.orElse("") + "]";
    }
}
