package io.github.doorwarden.client.oauth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An access token and what belongs to it: for this resource alone, from this issuer alone.
///
/// @param server     who gave it out
/// @param scopes     that were granted; where the server did not say, those that were asked for
/// @param expires    empty when the server did not say
/// @param refresh    empty when there is none
/// @param key        that the token is bound to, as a JWK; empty for one that whoever bears it may use
/// @param registered as whom we asked
record Tokens(ServerMetadata server, String resource, String access, Optional<Instant> expires,
        Optional<String> refresh, List<String> scopes, Optional<String> key, Registered registered) {

    Tokens {
        scopes = List.copyOf(scopes);
    }

    String issuer() {
        return server.issuer();
    }

    Tokens withoutRefresh() {
        return new Tokens(server, resource, access, expires, Optional.empty(), scopes, key, registered);
    }

    /// What goes into the `Authorization` field.
    String field() {
        return (key.isPresent() ? "DPoP " : "Bearer ") + access;
    }

    boolean isOver(Instant now) {
        return expires.map(end -> !now.plus(Limits.EARLY).isBefore(end)).orElse(false);
    }

    /// Without the tokens.
    @Override
    public String toString() {
        return "Tokens[" + issuer() + " for " + resource + "]";
    }
}
