package io.github.doorwarden.authserver;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// What one person granted one installation of a client on one resource; without a person, what a service does on its
/// own behalf. Every token is issued under a grant and carries its id as the claim `gid`: revoking the grant ends them
/// all.
///
/// @param personId   empty for a service
/// @param resource   identifier of the protected resource: the audience of its access tokens
/// @param scopes     as granted, without what they imply
/// @param signedInAt when the person proved who they are; becomes `auth_time`
/// @param amr        by which means they did; becomes `amr` and `acr`
/// @param expiresAt  absolute end: no refresh token lives longer
/// @param lastUsedAt when the last access token was issued
/// @param boundTo    thumbprint of the key that must be proven with each of its refresh tokens; empty: none
/// @param tenant     organisation that it counts for alone; empty: whichever the person belongs to
public record Grant(String id, Optional<String> personId, String clientId, String resource, Set<String> scopes,
        Optional<Instant> signedInAt, Set<String> amr, Instant createdAt, Instant expiresAt,
        Optional<Instant> lastUsedAt, Optional<Instant> revokedAt, Optional<String> boundTo,
        Optional<String> tenant) {

    /// For no organisation in particular.
    public Grant(String id, Optional<String> personId, String clientId, String resource, Set<String> scopes,
            Optional<Instant> signedInAt, Set<String> amr, Instant createdAt, Instant expiresAt,
            Optional<Instant> lastUsedAt, Optional<Instant> revokedAt, Optional<String> boundTo) {
        this(id, personId, clientId, resource, scopes, signedInAt, amr, createdAt, expiresAt, lastUsedAt, revokedAt,
                boundTo, Optional.empty());
    }

    public Grant {
        scopes = Set.copyOf(scopes);
        amr = Set.copyOf(amr);
    }

    boolean alive(Instant now) {
        return revokedAt.isEmpty() && now.isBefore(expiresAt);
    }
}
