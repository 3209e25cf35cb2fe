package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.authserver.ClientProof;
import io.github.doorwarden.authserver.ThirdParty;
import io.github.doorwarden.authserver.UpstreamProvider;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.identity.ClientKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Where servers elsewhere fetch the public halves of the keys by which we are their client. A document of its own:
/// what stands in that of the authorization server signs access tokens, and these must not.
final class ClientKeys {

    static final String PATH = "/client-keys";

    private ClientKeys() {}

    /// @param upstreams as the configuration has them when somebody asks
    static Route route(Config config, Supplier<Collection<Config.UpstreamConfig>> upstreams) {
        return Route.get(PATH, Route.Cors.OPEN, in -> answer(all(config, upstreams.get())));
    }

    private static List<ClientKey> all(Config config, Collection<Config.UpstreamConfig> upstreams) {
        var keys = new ArrayList<ClientKey>();
        config.authorization().elsewhere().providers().stream().map(UpstreamProvider::proof).flatMap(Optional::stream)
                .map(ClientProof::key).forEach(keys::add);
        config.authorization().accounts().stream().map(ThirdParty::proof).flatMap(Optional::stream)
                .map(ClientProof::key).forEach(keys::add);
        upstreams.stream().flatMap(one -> one.credentials().key().stream()).map(Config.BackendKey::key)
                .forEach(keys::add);
        return keys;
    }

    private static Reply answer(List<ClientKey> keys) {
        return keys.isEmpty() ? Reply.empty(404)
                : Reply.json(200, ClientKey.published(keys)).with("Cache-Control", "public, max-age=300");
    }
}
