package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.upstream.Party;
import java.util.Optional;

/// For whom a call is made, where the upstream is told so under a signature. Implementations are shared by all calls.
@FunctionalInterface
public interface Parties {

    /// The upstream is not told.
    Parties NONE = caller -> Optional.empty();

    /// @throws CallerValue.Absent when this caller belongs to no tenant
    /// @throws Access.NoAccess    when the upstream cannot be told of this caller
    Optional<Party> of(Caller caller) throws CallerValue.Absent, Access.NoAccess;
}
