package io.github.doorwarden.client.oauth;

import java.net.URI;
import java.util.Optional;

/// Who this client is to authorization servers. They are tried in this order (MCP 2026-07-28, Client Registration):
/// what was prepared there beforehand, a document that describes us, registering by ourselves.
///
/// @param prepared the client that was registered beforehand
/// @param document where our Client ID Metadata Document is: `https`, with a path; in
///                 development, `http` on this machine
/// @param dynamic  whether we may register by ourselves
/// @param name     that people read when they are asked for consent
public record ClientIdentity(Optional<Prepared> prepared, Optional<URI> document, boolean dynamic, String name) {

    /// A client that was registered beforehand.
    ///
    /// @param issuer where; empty: wherever the server sends us, which its owner has to know is one place
    public record Prepared(String clientId, ClientAuthentication authentication, Optional<String> issuer) {}

    public ClientIdentity {
        if (document.isPresent() && (Origin.safe(document.get().toString()).isEmpty()
                || document.get().getRawPath().length() < 2)) {
            throw new IllegalArgumentException("a client's document is at an https address with a path");
        }
    }

    public static ClientIdentity named(String name) {
        return new ClientIdentity(Optional.empty(), Optional.empty(), true, name);
    }

    public ClientIdentity withDocument(URI at) {
        return new ClientIdentity(prepared, Optional.of(at), dynamic, name);
    }

    /// @param issuer of the authorization server that knows it; empty when not known
    public ClientIdentity withPrepared(String clientId, ClientAuthentication authentication, Optional<String> issuer) {
        return new ClientIdentity(Optional.of(new Prepared(clientId, authentication, issuer)), document, dynamic,
                name);
    }
}
