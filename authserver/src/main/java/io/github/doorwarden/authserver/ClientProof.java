package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.ClientKey;
import java.net.URI;
import java.time.Instant;

/// How we prove to a provider that we are its client, with a key instead of a secret (OpenID Connect Core §9).
///
/// @param key             whose public half the provider has
/// @param atTokenEndpoint whether our assertions name its token endpoint as their audience, as older providers want it,
///                        instead of its issuer alone (rfc7523bis)
public record ClientProof(ClientKey key, boolean atTokenEndpoint) {

    /// A new one, for one request.
    ///
    /// @param issuer of the provider; empty when none is known: the token endpoint has to do then
    String assertion(String clientId, String issuer, URI tokenEndpoint, Instant now) {
        return key.assertion(clientId, atTokenEndpoint || issuer.isEmpty() ? tokenEndpoint.toString() : issuer,
                tokenEndpoint, now);
    }
}
