package io.github.doorwarden.client.oauth;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import java.util.List;
import java.util.Optional;

/// Where tokens come from: a sign-in that is kept, or a grant that needs no person. Safe for use by many threads.
interface TokenSource {

    /// Those to use now; renewed when they are about to end.
    Optional<Tokens> current() throws ClientFailure, InterruptedException;

    /// Gets others.
    ///
    /// @param wider more scopes are wanted, those of the challenge
    /// @return false when there are none to be had that would change anything
    boolean renew(Authorization.Refusal refusal, List<Challenge> challenges, boolean wider)
            throws ClientFailure, InterruptedException;

    /// Gets them without having been refused.
    Tokens signIn(List<Challenge> challenges) throws ClientFailure, InterruptedException;

    /// Gives them up.
    ///
    /// @return whether there were any
    boolean signOut() throws ClientFailure, InterruptedException;
}
