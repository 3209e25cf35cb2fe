package io.github.doorwarden.authserver;

import java.util.List;
import java.util.Set;

/// The grant types of this server, by their names on the wire.
final class GrantType {

    static final String CODE = "authorization_code";
    static final String REFRESH = "refresh_token";
    static final String CLIENT_CREDENTIALS = "client_credentials";
    static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    static final String TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

    /// What a client may have that nobody vouched for: never client credentials, or anybody could register a service.
    static final Set<String> WITH_A_PERSON = Set.of(CODE, REFRESH);
    /// In the order in which they are named to people and machines.
    static final List<String> IN_ORDER =
            List.of(CODE, REFRESH, CLIENT_CREDENTIALS, DEVICE, JWT_BEARER, TOKEN_EXCHANGE);
    static final Set<String> ALL = Set.copyOf(IN_ORDER);

    private GrantType() {}
}
