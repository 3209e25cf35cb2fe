package io.github.doorwarden.client.oauth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is kept of a sign-in, without anything secret.
///
/// @param expires   of the access token; empty when the server did not say
/// @param renewable whether another one can be had without a person
/// @param bound     whether the tokens are bound to a key of ours
public record Session(String issuer, String resource, String clientId, List<String> scopes, Optional<Instant> expires,
        boolean renewable, boolean bound) {

    static Session of(Tokens tokens) {
        return new Session(tokens.issuer(), tokens.resource(), tokens.registered().clientId(), tokens.scopes(),
                tokens.expires(), tokens.refresh().isPresent(), tokens.key().isPresent());
    }
}
