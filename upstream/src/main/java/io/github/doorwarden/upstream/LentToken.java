package io.github.doorwarden.upstream;

import java.time.Duration;
import java.util.Optional;

/// A bearer token that a person lent for calls that are made for them. For one call: it is looked up anew for each.
public final class LentToken implements Credentials {

    /// Where the token is kept.
    public interface Keeper {

        /// @param refused the token that the upstream has refused; empty at first
        /// @param within  for a renewal
        /// @throws UpstreamFailure `CREDENTIALS`, with a sentence for the person, when there is none
        String token(Optional<String> refused, Duration within) throws UpstreamFailure, InterruptedException;
    }

    private static final String SCHEME = "Bearer ";

    private final Keeper keeper;
    private Optional<String> refused = Optional.empty();

    public LentToken(Keeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public synchronized Optional<String> authorization(Duration within) throws UpstreamFailure, InterruptedException {
        return Optional.of(SCHEME + keeper.token(refused, within));
    }

    /// The keeper is asked for another once; whether there is one it says then.
    @Override
    public synchronized boolean refused(String authorization) {
        if (refused.isPresent()) {
            return false;
        }
        refused = Optional.of(authorization.substring(SCHEME.length()));
        return true;
    }
}
