package io.github.doorwarden.authserver;

import java.util.Optional;

/// All clients, however they became known.
public final class Clients {

    /// A client that is stored or whose document is cached; never fetches.
    public Optional<Client> known(String id) {
        throw new UnsupportedOperationException();
    }

    /// As [#known], and fetches a metadata document when the id is the URL of one. Called only after the person has signed in.
    ///
    /// @throws OAuthRefused with a `Page` refusal that says why the document was not taken
    public Optional<Client> resolve(String id) {
        throw new UnsupportedOperationException();
    }
}
