package io.github.doorwarden.authserver;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.github.doorwarden.authserver.AgentSettings.TrustedIssuer;
import io.github.doorwarden.authserver.Assertion.KeysByName;
import io.github.doorwarden.identity.RemoteKeys;
import io.github.doorwarden.upstream.FetchRefused;
import io.github.doorwarden.upstream.GuardedFetch;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// The public keys of clients and of issuers elsewhere: written down with them, or fetched from where they say (RFC
/// 7517 §5). Safe for use by many threads.
///
/// Clients name addresses that nobody vouches for, so what is fetched for them is bounded per host and in all.
final class OutsideKeys {

    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final String JSON = "application/jwk-set+json, application/json";

    private final GuardedFetch fetch;
    private final InstantSource clock;
    private final Cache<URI, RemoteKeys> remote = Caffeine.newBuilder().maximumSize(Limits.KEY_SETS_CACHED).build();
    private final Budget perHost;
    private final Budget all;

    OutsideKeys(GuardedFetch fetch, InstantSource clock) {
        this.fetch = fetch;
        this.clock = clock;
        this.perHost = new Budget(clock, Limits.FETCHES_PER_HOST_PER_MINUTE, Duration.ofMinutes(1));
        this.all = new Budget(clock, Limits.FETCHES_PER_MINUTE, Duration.ofMinutes(1));
    }

    /// Fetches when they are first asked for.
    KeysByName ofClient(Client client) {
        if (client.jwksUri().isPresent()) {
            return of(remote.get(client.jwksUri().get(), uri -> new RemoteKeys(uri, this::forClient, clock)));
        }
        return written(client.jwks().orElse("{\"keys\":[]}"));
    }

    /// The same object for as long as the issuer is trusted.
    KeysByName ofIssuer(TrustedIssuer issuer) {
        if (issuer.jwks().isPresent()) {
            return written(issuer.jwks().get());
        }
        return of(issuer.jwksUri().map(uri -> new RemoteKeys(uri, this::get, clock))
                .orElseGet(() -> new RemoteKeys(URI.create(slashless(issuer.issuer()) + DISCOVERY),
                        uri -> get(keysOf(uri, issuer.issuer())), clock)));
    }

    /// Whether a text is a key set with at least one key that a signature can be checked with.
    static boolean isUsable(String jwks) {
        return !usable(jwks).isEmpty();
    }

    private static KeysByName written(String jwks) {
        return kid -> usable(jwks).stream().filter(key -> kid.isEmpty() || kid.get().equals(key.getKeyID())).toList();
    }

    private static List<JWK> usable(String jwks) {
        try {
            return RemoteKeys.usable(JSONObjectUtils.parse(jwks));
        } catch (IOException | ParseException | RuntimeException notAKeySet) {
            return List.of();
        }
    }

    private static KeysByName of(RemoteKeys keys) {
        return kid -> {
            try {
                return kid.isPresent() ? keys.key(kid.get()).stream().toList() : keys.current().getKeys();
            } catch (RemoteKeys.Unavailable unavailable) {
                throw new OAuthRefused(new OAuthRefusal.Json(503, "temporarily_unavailable", unavailable.getMessage(),
                        "key set"));
            }
        };
    }

    private byte[] forClient(URI uri) throws IOException {
        if (!perHost.take(String.valueOf(uri.getHost())) || !all.take("")) {
            throw new IOException("too many key sets were fetched in the last minute");
        }
        return get(uri);
    }

    private byte[] get(URI uri) throws IOException {
        try {
            var fetched = fetch.get(uri, JSON, io.github.doorwarden.identity.Limits.KEYS_BYTES,
                    Limits.DOCUMENT_DEADLINE);
            if (fetched.status() != 200) {
                throw new IOException("it was answered with status " + fetched.status() + " instead of 200");
            }
            return fetched.body();
        } catch (FetchRefused refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    /// OpenID Connect Discovery §4.3: the document's issuer is the one that was asked for, or its keys are not its own.
    private URI keysOf(URI document, String issuer) throws IOException {
        var json = Json.parse(get(document)).orElseThrow(() -> new IOException("the discovery document is no JSON"));
        try {
            if (!Json.text(json, "issuer").equals(Optional.of(issuer))) {
                throw new IOException("the discovery document names another issuer");
            }
            return URI.create(Json.text(json, "jwks_uri")
                    .orElseThrow(() -> new IOException("the discovery document has no jwks_uri")));
        } catch (Json.WrongType | IllegalArgumentException wrong) {
            throw new IOException("the discovery document is not valid", wrong);
        }
    }

    private static String slashless(String issuer) {
        return issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    }
}
