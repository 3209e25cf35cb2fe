package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.JwtVerifier;
import io.github.doorwarden.identity.TokenVerifier;
import io.github.doorwarden.identity.VerifiedToken;

/// Both forms of our access tokens: a deployment that changes from one to the other shuts nobody out.
public record OwnTokens(JwtVerifier signed, OpaqueTokens opaque) implements TokenVerifier {

    @Override
    public VerifiedToken verify(String token) {
        return OpaqueTokens.isOne(token) ? opaque.verify(token) : signed.verify(token);
    }

    @Override
    public long epoch() {
        return signed.epoch();
    }
}
