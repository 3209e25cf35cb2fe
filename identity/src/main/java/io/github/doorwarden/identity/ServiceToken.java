package io.github.doorwarden.identity;

import java.util.Set;

/// A static token of a program: a word that the operator chose and that opens the door until the configuration says
/// otherwise. Only its hash is here. Immutable.
public final class ServiceToken {

    private final String name;
    private final TokenId hash;
    private final Set<String> scopes;
    private final Set<String> endpoints;

    private ServiceToken(String name, TokenId hash, Set<String> scopes, Set<String> endpoints) {
        this.name = name;
        this.hash = hash;
        this.scopes = Set.copyOf(scopes);
        this.endpoints = Set.copyOf(endpoints);
    }

    /// @param name      of whoever holds it
    /// @param token     hashed here, and not kept
    /// @param scopes    that it has
    /// @param endpoints paths of those that it opens; empty: all
    /// @throws IllegalArgumentException with a sentence when it is too short, or could not be sent
    public static ServiceToken of(String name, String token, Set<String> scopes, Set<String> endpoints) {
        if (token.length() < Limits.SERVICE_TOKEN_CHARS) {
            throw new IllegalArgumentException("has " + token.length() + " characters, and needs "
                    + Limits.SERVICE_TOKEN_CHARS + ": whoever guesses it is in. Make one with: openssl rand -hex 32");
        }
        if (!BearerTokens.wellFormed(token) || token.length() > Limits.STANDARD.tokenChars()) {
            throw new IllegalArgumentException("has characters that no bearer token has, or is too long. Take A-Z a-z "
                    + "0-9 - . _ ~ + / and = alone, for example of: openssl rand -hex 32");
        }
        return new ServiceToken(name, TokenId.hash(token), scopes, endpoints);
    }

    public String name() {
        return name;
    }

    public Set<String> scopes() {
        return scopes;
    }

    public Set<String> endpoints() {
        return endpoints;
    }

    boolean is(TokenId presented) {
        return hash.same(presented);
    }

    /// Never the token, and not its hash.
    @Override
    public String toString() {
        return "ServiceToken(" + name + ")";
    }
}
