package io.github.doorwarden.authserver;

import java.util.Set;

/// The grant types of this server, by their names on the wire.
final class GrantType {

    static final String CODE = "authorization_code";
    static final String REFRESH = "refresh_token";
    static final String CLIENT_CREDENTIALS = "client_credentials";
    static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

    /// What a client may have that nobody vouched for: never client credentials, or anybody could register a service.
    static final Set<String> WITH_A_PERSON = Set.of(CODE, REFRESH);
    static final Set<String> ALL = Set.of(CODE, REFRESH, CLIENT_CREDENTIALS, DEVICE);

    private GrantType() {}
}
