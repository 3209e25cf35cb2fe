package io.github.doorwarden.authserver;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An OAuth client that this server knows: registered by the operator, by itself, or by the document that its id points
/// to.
///
/// @param id           for a metadata document its URL, byte for byte
/// @param name         what it calls itself: untrusted, already stripped of control and bidirectional characters, at
///                     most 80 long
/// @param redirectUris as registered; matched by [RedirectUris]
/// @param authMethods  how it may authenticate at the token endpoint: `none`, `client_secret_basic`,
///                     `client_secret_post`, `private_key_jwt`
/// @param secretHash   SHA-256 of its secret, empty for public clients
/// @param grantTypes   those of its own that this server has
/// @param scopes       that it may ask for; empty: any. One that registered itself may ask for more, and has these
///                     when it asks for none
/// @param pushes       whether it sends people here only with requests that it has pushed (RFC 9126 §6)
/// @param dpopBound    whether it gets no token without a proof of possession (RFC 9449 §5.2)
/// @param digest       changes when redirect URIs, keys or the authentication method change: remembered consent is
///                     bound to it
public record Client(String id, Kind kind, String name, List<String> redirectUris, Set<String> authMethods,
        Optional<byte[]> secretHash, Optional<String> jwks, Optional<URI> jwksUri, Set<String> grantTypes,
                Set<String> scopes,
        boolean pushes, boolean dpopBound, String digest) {

    /// How it became known. Nobody but the operator vouches for anything but `PRE_REGISTERED`.
    public enum Kind { PRE_REGISTERED, METADATA_DOCUMENT, DYNAMIC }

    public Client {
        redirectUris = List.copyOf(redirectUris);
        authMethods = Set.copyOf(authMethods);
        grantTypes = Set.copyOf(grantTypes);
        scopes = Set.copyOf(scopes);
    }
}
