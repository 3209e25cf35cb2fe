package io.github.doorwarden.identity;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The public keys of one issuer or client elsewhere, by its `jwks_uri` (RFC 7517 §5). Safe for use by many threads.
///
/// What holds: nothing is fetched before the first need; one fetch serves all who wait. A key that was taken out of the
/// document is not used for longer than [Limits#KEYS_KEPT], or [Limits#KEYS_STALE] while the document cannot be had.
/// However many unknown key ids arrive, they cause one fetch per [Limits#KEYS_UNKNOWN_WINDOW]. Keys of a type that
/// nobody here understands, symmetric keys, keys for encryption and RSA keys of less than 2048 bits are passed over;
/// of private keys the public part alone is kept.
public final class RemoteKeys {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteKeys.class);

    /// How the document is got. Blocks for a bounded time, takes no more than [Limits#KEYS_BYTES], follows no redirect.
    @FunctionalInterface
    public interface Fetch {

        /// @throws IOException with a sentence when there is no document to be had
        byte[] get(URI uri) throws IOException;
    }

    /// There are no keys to check a signature with, and it may be otherwise in a moment: a 503, not a wrong signature.
    public static final class Unavailable extends RuntimeException {

        private static final long serialVersionUID = 1;

        Unavailable(URI uri) {
            super("The keys at " + uri + " cannot be fetched, so nothing signed with them can be checked. Try again "
                    + "in a moment; if it stays, have that address checked.");
        }
    }

    private record Known(JWKSet keys, Instant at) {}

    private final URI uri;
    private final Fetch fetch;
    private final InstantSource clock;
    private final ReentrantLock fetching = new ReentrantLock();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile Known known;
    private volatile Instant nextAttempt = Instant.MIN;
    private volatile Instant nextForUnknown = Instant.MIN;

    public RemoteKeys(URI uri, Fetch fetch, InstantSource clock) {
        this.uri = uri;
        this.fetch = fetch;
        this.clock = clock;
    }

    /// The keys as of now; the same object as long as they are the same keys. Fetches when those at hand are too old.
    ///
    /// @throws Unavailable when there are none and none can be had
    public JWKSet current() {
        return fresh().keys;
    }

    /// The key of that id. One that is not known may have been published a moment ago, so the document is fetched
    /// again, at most once per [Limits#KEYS_UNKNOWN_WINDOW].
    ///
    /// @throws Unavailable as [#current]
    public Optional<JWK> key(String kid) {
        var seen = fresh();
        var found = Optional.ofNullable(seen.keys.getKeyByKeyId(kid));
        return found.isPresent() ? found : Optional.ofNullable(afterUnknown(seen).keys.getKeyByKeyId(kid));
    }

    private Known fresh() {
        var seen = known;
        if (seen == null || age(seen).compareTo(Limits.KEYS_KEPT) >= 0) {
            return replaced(seen);
        }
        if (age(seen).compareTo(Limits.KEYS_REFRESHED_FROM) >= 0 && !clock.instant().isBefore(nextAttempt)
                && refreshing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("jwks-refresh").start(() -> {
                try {
                    replaced(seen);
                } finally {
                    refreshing.set(false);
                }
            });
        }
        return seen;
    }

    /// What a fetch brings, unless somebody else just did it; else what was seen, while that is not too old.
    private Known replaced(Known seen) {
        fetching.lock();
        try {
            if (known != seen) {
                return known;
            }
            if (!clock.instant().isBefore(nextAttempt) && fetchNow()) {
                return known;
            }
            if (seen == null || age(seen).compareTo(Limits.KEYS_STALE) >= 0) {
                throw new Unavailable(uri);
            }
            return seen;
        } finally {
            fetching.unlock();
        }
    }

    private Known afterUnknown(Known seen) {
        if (clock.instant().isBefore(nextForUnknown)) {
            return known;
        }
        fetching.lock();
        try {
            if (known == seen && !clock.instant().isBefore(nextForUnknown)) {
                nextForUnknown = clock.instant().plus(Limits.KEYS_UNKNOWN_WINDOW);
                fetchNow();
            }
            return known;
        } finally {
            fetching.unlock();
        }
    }

    /// Whether it succeeded. Only under the lock.
    private boolean fetchNow() {
        try {
            var keys = parse(fetch.get(uri));
            var same = known != null && known.keys.getKeys().equals(keys);
            known = new Known(same ? known.keys : new JWKSet(keys), clock.instant());
            return true;
        } catch (IOException e) {
            nextAttempt = clock.instant().plus(Limits.KEYS_RETRIED_AFTER);
            LOG.atWarn().addKeyValue("event", "jwks_unavailable").addKeyValue("uri", uri)
                    .addKeyValue("reason", e.getMessage()).log("A key set could not be fetched.");
            return false;
        }
    }

    private Duration age(Known seen) {
        return Duration.between(seen.at, clock.instant());
    }

    private static List<JWK> parse(byte[] body) throws IOException {
        if (body.length > Limits.KEYS_BYTES) {
            throw new IOException("the document has more than " + Limits.KEYS_BYTES + " bytes");
        }
        try {
            return usable(JSONObjectUtils.parse(new String(body, StandardCharsets.UTF_8)));
        } catch (ParseException | RuntimeException e) {
            throw new IOException("the document is no JSON object", e);
        }
    }

    /// Those keys of a key set that a signature can be checked with; of a key set that is written down as well as of
    /// one that was fetched.
    ///
    /// @param set a JSON object with the member `keys`
    /// @throws IOException when it is none
    public static List<JWK> usable(Map<String, Object> set) throws IOException {
        if (!(set.get("keys") instanceof List<?> listed)) {
            throw new IOException("the document has no list of keys");
        }
        var keys = new ArrayList<JWK>();
        for (var entry : listed) {
            if (keys.size() < Limits.KEYS_AT_MOST && entry instanceof Map<?, ?>) {
                one(entry).ifPresent(keys::add);
            }
        }
        return List.copyOf(keys);
    }

    /// A strange exponent or a huge modulus makes each check a hundred times as expensive, for us.
    private static boolean usable(RSAKey key) {
        return key.size() >= Limits.RSA_BITS && key.size() <= Limits.RSA_MOST_BITS
                && key.getPublicExponent().decodeToBigInteger().bitLength() <= Limits.RSA_EXPONENT_BITS;
    }

    @SuppressWarnings("unchecked")
    private static Optional<JWK> one(Object entry) {
        try {
            return Optional.ofNullable(JWK.parse((Map<String, Object>) entry).toPublicJWK())
                    .filter(key -> key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
                    .filter(key -> !(key instanceof RSAKey rsa) || usable(rsa));
        } catch (ParseException | RuntimeException notForUs) {
            return Optional.empty();
        }
    }
}
