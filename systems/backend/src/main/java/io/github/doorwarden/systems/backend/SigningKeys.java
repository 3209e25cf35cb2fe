package io.github.doorwarden.systems.backend;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// The identity provider's public keys (JWKS, RFC 7517), fetched at the first need and kept for an hour. Towards the
/// end of it they are refreshed in the background; while the provider is down the last ones stay good for a day. An
/// unknown key id leads to one fetch per five minutes at most. However many calls need keys at once, one fetch serves
/// them all. Safe for use by many threads.
public final class SigningKeys {

    private record Known(List<JWK> keys, Instant at) {}

    private final URI url;
    private final String setting;
    private final InstantSource clock;
    private final EventLog log;
    private final ReentrantLock fetching = new ReentrantLock();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile Known known;
    private Instant lastFailure = Instant.MIN;
    private Instant lastUnknown = Instant.MIN;
    private HttpClient http;

    /// @param setting the variable that names `url`, for whoever has to look after it
    public SigningKeys(URI url, String setting, InstantSource clock, EventLog log) {
        this.url = url;
        this.setting = setting;
        this.clock = clock;
        this.log = log;
    }

    /// The keys among which the one called `id` may be. Empty when the provider has none of that name.
    ///
    /// @param id the token's `kid`; null when it has none, then all keys
    public List<JWK> find(String id) {
        var current = current();
        var found = named(current, id);
        return found.isEmpty() ? named(refetchForUnknown(current), id) : found;
    }

    private static List<JWK> named(Known known, String id) {
        return known.keys.stream().filter(key -> id == null || id.equals(key.getKeyID())).toList();
    }

    private Known current() {
        var seen = known;
        if (seen == null || age(seen).compareTo(Limits.JWKS_LIFE) >= 0) {
            return replace(seen);
        }
        if (age(seen).compareTo(Limits.JWKS_REFRESH_FROM) >= 0 && refreshing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("jwks-refresh").start(() -> {
                try {
                    replace(seen);
                } finally {
                    refreshing.set(false);
                }
            });
        }
        return seen;
    }

    private Duration age(Known seen) {
        return Duration.between(seen.at, clock.instant());
    }

    /// Fetches, unless somebody else just did; falls back to `seen` while that is not too old.
    private Known replace(Known seen) {
        fetching.lock();
        try {
            if (known != seen) {
                return known;
            }
            if (!clock.instant().isBefore(after(lastFailure, seen == null ? Limits.JWKS_FAILED_PAUSE
                    : Limits.JWKS_STALE_PAUSE))) {
                try {
                    known = fetch();
                    return known;
                } catch (IOException e) {
                    lastFailure = clock.instant();
                    log.warn("jwks_unavailable", Map.of("reason", String.valueOf(e.getMessage())));
                }
            }
            if (seen != null && age(seen).compareTo(Limits.JWKS_STALE) < 0) {
                return seen;
            }
            throw Problem.unavailable("identity_provider_unavailable",
                    "The identity provider's signing keys cannot be fetched, so access "
                    + "tokens cannot be checked. Try again in a moment; if it stays, have " + setting + " checked.");
        } finally {
            fetching.unlock();
        }
    }

    private Known refetchForUnknown(Known seen) {
        fetching.lock();
        try {
            var now = clock.instant();
            if (known != seen || now.isBefore(after(lastUnknown, Limits.JWKS_UNKNOWN_KEY_PAUSE))) {
                return known;
            }
            lastUnknown = now;
            known = fetch();
            return known;
        } catch (IOException e) {
            log.warn("jwks_unavailable", Map.of("reason", String.valueOf(e.getMessage())));
            return seen;
        } finally {
            fetching.unlock();
        }
    }

    private static Instant after(Instant start, Duration pause) {
        return start.equals(Instant.MIN) ? start : start.plus(pause);
    }

    private Known fetch() throws IOException {
        if (http == null) {
            http = HttpClient.newBuilder().connectTimeout(Limits.JWKS_TIMEOUT)
                    .followRedirects(HttpClient.Redirect.NEVER).build();
        }
        CompletableFuture<HttpResponse<byte[]>> pending = null;
        try {
            var request = HttpRequest.newBuilder(url).header("Accept", "application/json").build();
            // HttpRequest.timeout would stop counting at the headers; an answer that pauses in its body must end as
            // well.
            var whole = HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), Limits.JWKS_BYTES);
            pending = http.sendAsync(request, whole);
            var answer = pending.get(Limits.JWKS_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() != 200) {
                throw new IOException("the JWKS URL answered " + answer.statusCode());
            }
            var keys = JWKSet.parse(new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8)).getKeys();
            return new Known(keys.stream().limit(Limits.JWKS_KEYS).map(JWK::toPublicJWK).filter(
                    java.util.Objects::nonNull)
                    .toList(), clock.instant());
        } catch (ExecutionException e) {
            throw new IOException("the JWKS document did not arrive, or is larger than " + Limits.JWKS_BYTES
                    + " bytes", e.getCause());
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw new IOException("the JWKS document did not arrive within " + Limits.JWKS_TIMEOUT.toSeconds() + " s",
                    e);
        } catch (ParseException e) {
            throw new IOException("the JWKS document cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
