package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.upstream.Credentials;
import java.util.Optional;

/// What a call shows the upstream, where that depends on who calls. Implementations are shared by all calls.
@FunctionalInterface
public interface Access {

    /// The upstream's own credentials, whoever calls.
    Access SHARED = (call, spec) -> Optional.empty();

    /// Looked up before anything is sent. May ask the client ([Call#ask]).
    ///
    /// @return empty: the upstream's own
    /// @throws NoAccess when there are none for this caller
    Optional<Credentials> of(Call call, ToolSpec spec) throws NoAccess, InterruptedException;

    /// This caller cannot call the upstream. The message is for the model and the person: what happened, what to do.
    final class NoAccess extends Exception {

        private static final long serialVersionUID = 1;

        public NoAccess(String message) {
            super(message, null, false, false);
        }
    }
}
