package io.github.doorwarden.identity;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An identity provider elsewhere, by the metadata that it publishes (OpenID Connect Discovery §4, RFC 8414 §3). Asked
/// for at the first need, not before: a provider that is down stops no start. What was read is kept for
/// [Limits#METADATA_KEPT] and, while the provider is down, for as long as the process lives: endpoints move rarely, and
/// what is trusted are the keys, which have a bound of their own ([RemoteKeys]). Safe for use by many threads.
public final class Provider {

    private static final Logger LOG = LoggerFactory.getLogger(Provider.class);
    private static final Pattern FIELD = Pattern.compile("[!-~]+");
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /// What an answer has.
    public record Answer(int status, byte[] body) {

        /// @throws IOException with a sentence when it is not 200 and one JSON object
        public JsonNode json() throws IOException {
            if (status != 200) {
                throw new IOException("the provider answered " + status);
            }
            try {
                var json = JSON.readTree(new String(body, StandardCharsets.UTF_8));
                if (json.isObject()) {
                    return json;
                }
            } catch (JacksonException notJson) {
                throw new IOException("the provider did not answer in JSON", notJson);
            }
            throw new IOException("the provider answered with something else than a JSON object");
        }
    }

    /// How a provider is reached; `upstream` has the live one. Blocks for a bounded time, takes a bounded answer,
    /// follows no redirect. Safe for use by many threads.
    public interface Calls {

        /// @throws IOException with a sentence when there is no whole answer
        Answer get(URI uri, Optional<String> authorization) throws IOException;

        /// @throws IOException with a sentence when there is no whole answer
        Answer post(URI uri, Map<String, String> form, Optional<String> authorization) throws IOException;
    }

    private record Known(JsonNode metadata, Instant at) {}

    private final String issuer;
    private final Calls calls;
    private final InstantSource clock;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile Known known;
    private volatile RemoteKeys keys;
    private volatile Instant nextAttempt = Instant.MIN;
    private volatile String lastFailure = "";
    private final AtomicReference<FutureTask<Boolean>> looking = new AtomicReference<>();
    private volatile boolean answered;

    /// @param issuer byte for byte as the provider itself writes it
    public Provider(String issuer, Calls calls, InstantSource clock) {
        this.issuer = issuer;
        this.calls = calls;
        this.clock = clock;
    }

    public String issuer() {
        return issuer;
    }

    public Calls calls() {
        return calls;
    }

    /// The provider's metadata document.
    ///
    /// @throws ProviderOutage when it was never had and cannot be had now
    public JsonNode metadata() {
        var seen = known;
        if (seen != null && clock.instant().isBefore(seen.at.plus(Limits.METADATA_KEPT))) {
            return seen.metadata;
        }
        if (seen == null) {
            asking.lock();
        } else if (!asking.tryLock()) {
            return seen.metadata;                                     // somebody is looking; the old one will do
        }
        try {
            if (known == seen && !clock.instant().isBefore(nextAttempt)) {
                discover();
            }
            if (known == null) {
                throw ProviderOutage.of(issuer, lastFailure);
            }
            return known.metadata;
        } finally {
            asking.unlock();
        }
    }

    /// An endpoint that the metadata names.
    ///
    /// @throws ProviderOutage also when it names none
    public URI endpoint(String member) {
        return optionalEndpoint(member).orElseThrow(() ->
                ProviderOutage.of(issuer, "its metadata has no usable " + member));
    }

    /// @throws ProviderOutage when there is no metadata
    public Optional<URI> optionalEndpoint(String member) {
        var text = metadata().path(member).asString("");
        try {
            return text.isEmpty() ? Optional.empty()
                    : Optional.of(URI.create(text)).filter(uri -> uri.isAbsolute() && uri.getHost() != null);
        } catch (IllegalArgumentException notAUri) {
            return Optional.empty();
        }
    }

    /// The keys at the metadata's `jwks_uri`.
    ///
    /// @throws ProviderOutage when there is no metadata
    public RemoteKeys keys() {
        metadata();
        return keys;
    }

    /// Whether the provider can be used, as far as is known: for health. Looks, and takes the last look's word for it
    /// when this one takes longer than [Limits#HEALTH_LOOK].
    public boolean answers() {
        var looked = new FutureTask<>(this::look);
        var mine = looked;
        if (looking.compareAndSet(null, looked)) {
            Thread.ofVirtual().name("provider-look").start(looked);
        } else {
            mine = looking.get();
        }
        try {
            answered = mine == null ? answered : mine.get(Limits.HEALTH_LOOK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException stillLooking) {
            return answered;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return answered;
    }

    private boolean look() {
        try {
            return !keys().current().getKeys().isEmpty();
        } catch (ProviderOutage | RemoteKeys.Unavailable down) {
            return false;
        } finally {
            looking.set(null);
        }
    }

    /// Only under the lock.
    private void discover() {
        nextAttempt = clock.instant().plus(Limits.METADATA_RETRIED_AFTER);
        var failures = new ArrayList<String>();
        for (var url : urls()) {
            try {
                var metadata = calls.get(url, Optional.empty()).json();
                take(metadata);
                return;
            } catch (IOException e) {
                failures.add(url + ": " + e.getMessage());
            }
        }
        lastFailure = String.join("; ", failures);
        LOG.atWarn().addKeyValue("event", "provider_unavailable").addKeyValue("issuer", issuer)
                .addKeyValue("reason", lastFailure).log("The metadata of an identity provider could not be read.");
    }

    private void take(JsonNode metadata) throws IOException {
        var said = metadata.path("issuer").asString("");
        if (!said.equals(issuer)) {                                   // RFC 8414 §3.3: as strings, nothing normalised
            throw new IOException(said.isEmpty() || !FIELD.matcher(said).matches() || said.length() > 300
                    ? "its metadata has no issuer" : "its metadata says that the issuer is " + said + ", and " + issuer
                    + " is configured. Write it as the provider does, slash at the end included");
        }
        var uri = metadata.path("jwks_uri").asString("");
        if (uri.isEmpty()) {
            throw new IOException("its metadata has no jwks_uri");
        }
        if (known == null || !known.metadata.path("jwks_uri").asString("").equals(uri)) {
            keys = new RemoteKeys(uri(uri), this::document, clock);
        }
        known = new Known(metadata, clock.instant());
        nextAttempt = Instant.MIN;
    }

    private static URI uri(String text) throws IOException {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("its jwks_uri is no URL", e);
        }
    }

    private byte[] document(URI uri) throws IOException {
        var answer = calls.get(uri, Optional.empty());
        if (answer.status != 200) {
            throw new IOException("the provider answered " + answer.status);
        }
        return answer.body;
    }

    /// HTTP Basic, both parts form-encoded first (OAuth 2.1 §2.4.1).
    public static String basic(String id, String secret) {
        var pair = URLEncoder.encode(id, StandardCharsets.UTF_8) + ":"
                + URLEncoder.encode(secret, StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    }

    /// Where the document may be: behind the issuer (OpenID Connect), or between its host and its path (RFC 8414).
    private List<URI> urls() {
        var bare = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        var path = URI.create(bare).getRawPath();
        var origin = bare.substring(0, bare.length() - path.length());
        var all = new ArrayList<>(List.of(URI.create(bare + "/.well-known/openid-configuration")));
        all.add(URI.create(origin + "/.well-known/oauth-authorization-server" + path));
        return all;
    }
}
