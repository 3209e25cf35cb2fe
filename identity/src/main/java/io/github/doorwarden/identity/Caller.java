package io.github.doorwarden.identity;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Who makes this request, proven: made only by the verifiers of this package, after every check of the token. Nobody
/// outside this package gets at the token's bytes, so nothing can pass them on (MCP 2026-07-28, Security
/// considerations, token passthrough); it carries them only for an exchange ([BearerTokens#presented]). Immutable.
public final class Caller {

    /// What stands behind the call.
    public enum Kind { ANONYMOUS, USER, SERVICE }

    private static final Caller ANONYMOUS =
            new Caller(Kind.ANONYMOUS, "", "", Optional.empty(), Set.of(), Optional.empty(), "", Instant.MAX);

    private final Kind kind;
    private final String subject;
    private final String clientId;
    private final Optional<String> email;
    private final Set<String> scopes;
    private final Optional<String> grantId;
    private final String tokenId;
    private final Instant expiresAt;
    private final SignIn signIn;
    private final Belonging belonging;
    private final Optional<String> presented;

    Caller(Kind kind, String subject, String clientId, Optional<String> email, Set<String> scopes,
            Optional<String> grantId,
            String tokenId, Instant expiresAt) {
        this(kind, subject, clientId, email, scopes, grantId, tokenId, expiresAt, SignIn.UNKNOWN, Optional.empty());
    }

    Caller(Kind kind, String subject, String clientId, Optional<String> email, Set<String> scopes,
            Optional<String> grantId, String tokenId, Instant expiresAt, SignIn signIn, Optional<String> tenant) {
        this(kind, subject, clientId, email, scopes, grantId, tokenId, expiresAt, signIn, Belonging.to(tenant),
                Optional.empty());
    }

    private Caller(Kind kind, String subject, String clientId, Optional<String> email, Set<String> scopes,
            Optional<String> grantId, String tokenId, Instant expiresAt, SignIn signIn, Belonging belonging,
            Optional<String> presented) {
        this.kind = Objects.requireNonNull(kind);
        this.subject = Objects.requireNonNull(subject);
        this.clientId = Objects.requireNonNull(clientId);
        this.email = Objects.requireNonNull(email);
        this.scopes = Set.copyOf(scopes);
        this.grantId = Objects.requireNonNull(grantId);
        this.tokenId = Objects.requireNonNull(tokenId);
        this.expiresAt = Objects.requireNonNull(expiresAt);
        this.signIn = Objects.requireNonNull(signIn);
        this.belonging = Objects.requireNonNull(belonging);
        this.presented = Objects.requireNonNull(presented);
    }

    public static Caller anonymous() {
        return ANONYMOUS;
    }

    public Kind kind() {
        return kind;
    }

    public boolean isAnonymous() {
        return kind == Kind.ANONYMOUS;
    }

    /// The token's `sub`; empty for nobody.
    public String subject() {
        return subject;
    }

    /// The token's `client_id`; empty for nobody.
    public String clientId() {
        return clientId;
    }

    public Optional<String> email() {
        return email;
    }

    /// Scopes that were granted, without what they imply; see [Scopes].
    public Set<String> scopes() {
        return scopes;
    }

    /// The grant that the token was issued under; revoking it ends this caller.
    public Optional<String> grantId() {
        return grantId;
    }

    /// The token's `jti`, for the audit log; empty for nobody.
    public String tokenId() {
        return tokenId;
    }

    public Instant expiresAt() {
        return expiresAt;
    }

    /// How the person behind the call proved who they are.
    public SignIn signIn() {
        return signIn;
    }

    /// The organisation that the caller belongs to; empty when nobody has said so.
    public Optional<String> tenant() {
        return belonging.tenant();
    }

    /// The same with why, when it is empty.
    public Belonging belonging() {
        return belonging;
    }

    /// The same caller, of this organisation.
    Caller in(Belonging other) {
        return new Caller(kind, subject, clientId, email, scopes, grantId, tokenId, expiresAt, signIn, other,
                presented);
    }

    /// The same caller, who carries this token from now on.
    Caller carrying(String token) {
        return new Caller(kind, subject, clientId, email, scopes, grantId, tokenId, expiresAt, signIn, belonging,
                Optional.of(token));
    }

    /// The token that they came with, for [BearerTokens#presented] alone; empty unless that was asked for.
    Optional<String> presented() {
        return presented;
    }

    /// For the log: who, never the token.
    @Override
    public String toString() {
        return kind + "(" + subject + " by " + clientId + ")";
    }
}
