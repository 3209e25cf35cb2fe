package io.github.doorwarden.systems.backend;

import java.net.URI;

/// An identity provider: where its keys are (JWKS, RFC 7517), how it calls itself, and for which audience its tokens
/// are accepted.
public record Provider(URI jwks, String issuer, String audience) {}
