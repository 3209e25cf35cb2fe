package io.github.doorwarden.authserver;

/// What an access token says of a person beside their id. Nobody is found for a person who may no longer sign in.
public record PersonClaims(String email, String name) {}
