package io.github.doorwarden.client.oauth;

import java.util.List;
import java.util.Optional;

/// What tokens are asked for, and as whom.
///
/// @param scopes         count as granted when the server does not say
/// @param authentication of the client
/// @param key            that tokens shall be bound to
/// @param mustBind       others are not taken
record Ask(ServerMetadata server, String resource, List<String> scopes, Registered registered,
        ClientAuthentication authentication, Optional<Dpop> key, boolean mustBind) {

    Ask {
        scopes = List.copyOf(scopes);
    }
}
