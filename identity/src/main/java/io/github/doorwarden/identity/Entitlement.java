package io.github.doorwarden.identity;

import java.util.Optional;

/// Decides whether somebody whom an identity provider vouches for may come in here. For users to implement: a class
/// with a public constructor without parameters, named in the configuration. Safe for use by many threads; may block,
/// and is asked again whenever a token is looked at anew, within a minute. What it throws is an outage: nobody comes
/// in.
public interface Entitlement {

    /// @param issuer  who vouches
    /// @param subject `sub`: unique together with the issuer
    /// @param claims  all that the token says; who is asked at sign-in has the claims of the ID token
    record Subject(String issuer, String subject, Optional<String> email, Claims claims) {}

    /// Empty: may come in. Otherwise why not, a sentence for that person.
    Optional<String> refusal(Subject subject);
}
