package io.github.doorwarden.bridge;

import java.util.Optional;

/// What is known of a person who is to sign in at the moment. Safe for use by many threads.
@FunctionalInterface
public interface SignIn {

    /// Nobody ever is.
    SignIn NONE = Optional::empty;

    /// What the person is to do, in a sentence with the address; empty when nobody is waited for.
    Optional<String> waiting();
}
