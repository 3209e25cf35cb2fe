package io.github.doorwarden.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// What a verifier found in a token whose signature, issuer, type and times are in order. The audience is not judged
/// yet: that depends on the resource which is asked for.
///
/// @param subject   `sub`, never empty
/// @param clientId  `client_id`, never empty
/// @param service   true when no person stands behind it: `sub` is the client itself (RFC 9068 §2.2)
/// @param audiences `aud`
/// @param tokenId   `jti`, never empty
/// @param signIn    how the person proved who they are
/// @param boundTo   thumbprint of the key that its sender must prove to hold (RFC 9449 §6); empty: a bearer token
/// @param tenant    organisation that the caller belongs to
public record VerifiedToken(String subject, String clientId, boolean service, Optional<String> email,
        Set<String> scopes,
        Set<String> audiences, Optional<String> grantId, String tokenId, Instant expiresAt,
        SignIn signIn, Optional<String> boundTo, Optional<String> tenant) {

    /// Of nobody's organisation.
    public VerifiedToken(String subject, String clientId, boolean service, Optional<String> email, Set<String> scopes,
            Set<String> audiences, Optional<String> grantId, String tokenId, Instant expiresAt, SignIn signIn,
            Optional<String> boundTo) {
        this(subject, clientId, service, email, scopes, audiences, grantId, tokenId, expiresAt, signIn, boundTo,
                Optional.empty());
    }

    /// A bearer token.
    public VerifiedToken(String subject, String clientId, boolean service, Optional<String> email, Set<String> scopes,
            Set<String> audiences, Optional<String> grantId, String tokenId, Instant expiresAt, SignIn signIn) {
        this(subject, clientId, service, email, scopes, audiences, grantId, tokenId, expiresAt, signIn,
                Optional.empty());
    }

    public VerifiedToken {
        scopes = Set.copyOf(scopes);
        audiences = Set.copyOf(audiences);
    }

    /// Says nothing of how the person signed in.
    public VerifiedToken(String subject, String clientId, boolean service, Optional<String> email, Set<String> scopes,
            Set<String> audiences, Optional<String> grantId, String tokenId, Instant expiresAt) {
        this(subject, clientId, service, email, scopes, audiences, grantId, tokenId, expiresAt, SignIn.UNKNOWN);
    }
}
