package io.github.doorwarden.identity;

/// Judges access tokens. Safe for use by many threads; may block.
public interface TokenVerifier {

    /// Checks signature or reference, issuer, type and times.
    ///
    /// @throws TokenRefused 401 `invalid_token` with the reason; never echoes the token
    VerifiedToken verify(String token);

    /// Changes whenever tokens that were believed before must be looked at again, for example after a signing key was
    /// withdrawn.
    default long epoch() {
        return 0;
    }
}
