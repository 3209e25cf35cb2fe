package io.github.doorwarden.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Signing keys of tenants that the backend's administration gives out: one request per tenant, whose answer is kept
/// for minutes and fetched once however many calls wait for it. When it is old, calls go on with it while the next one
/// is fetched, so that a rotation with an overlap is never noticed; when the backend refuses a call, the key is fetched
/// anew at once, at most every five seconds. An administration that is down does not take the keys with it for as long
/// as [Limits#KEYS_OUTLIVE] times what they are kept for. No key is ever logged. Safe for use by many threads.
public final class ProvisionedKeys implements TenantKeys {

    /// @param url    with `{tenant}` in its path; https, or http as the backend itself
    /// @param token  our credential there
    /// @param keyId  where the answer has the key's id: names with dots between them
    /// @param secret where the answer has the key, as text
    /// @param keep   how long an answer is good
    public record Settings(String url, String token, String keyId, String secret, Duration keep) {

        public Settings {
            if (!url.contains("{tenant}") || !url.matches("https?://[^/?#@]+/.*")) {
                throw new IllegalArgumentException("The address of tenants' keys must be an http or https URL with "
                        + "{tenant} in its path.");
            }
        }

        /// Without secrets.
        @Override
        public String toString() {
            return "Settings(" + url + ")";
        }
    }

    /// How a round ended: with a key, without one for this tenant, or with a failure.
    private record Outcome(Optional<SigningKey> key, Optional<UpstreamFailure> failure, Instant asked, Instant renewal,
            Instant end) {

        private boolean isYoung(Instant now) {
            return now.isBefore(asked.plus(Limits.TOKEN_BACK_OFF));
        }
    }

    private static final Set<String> DOTS = Set.of(".", "..");

    private final Settings settings;
    private final InstantSource clock;
    private final Wire wire;
    private final Cache<String, CompletableFuture<Outcome>> keys =
            Caffeine.newBuilder().maximumSize(Limits.TENANT_KEYS).build();
    private final Cache<String, Boolean> renewing =
            Caffeine.newBuilder().maximumSize(Limits.TENANT_KEYS).build();

    public ProvisionedKeys(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.wire = new Wire("The administration of signing keys",
                URI.create(settings.url.replace("{tenant}", "x")), Limits.TOKEN_ENDPOINT);
    }

    @Override
    public Optional<SigningKey> of(String tenant, Duration within) throws UpstreamFailure, InterruptedException {
        while (true) {
            var known = keys.getIfPresent(tenant);
            var now = clock.instant();
            if (known != null && known.isDone() && !now.isBefore(known.join().end)) {
                keys.asMap().remove(tenant, known);
                continue;
            }
            if (known != null && known.isDone() && !now.isBefore(known.join().renewal)) {
                renew(tenant, known);
            }
            return await(known != null ? known : begun(tenant), within);
        }
    }

    @Override
    public boolean refused(String tenant) {
        var known = keys.getIfPresent(tenant);
        if (known == null || !known.isDone()) {
            return true;                                         // somebody asks already
        }
        if (known.join().isYoung(clock.instant())) {
            return false;
        }
        keys.asMap().remove(tenant, known);
        return true;
    }

    private CompletableFuture<Outcome> begun(String tenant) {
        var mine = new CompletableFuture<Outcome>();
        var theirs = keys.asMap().putIfAbsent(tenant, mine);
        if (theirs != null) {
            return theirs;
        }
        // Not on the caller's thread: a caller that goes away must not take the others' key along.
        Thread.ofVirtual().name("upstream key").start(() -> mine.complete(asked(tenant)));
        return mine;
    }

    /// Behind the back of calls, which go on with what is known.
    private void renew(String tenant, CompletableFuture<Outcome> known) {
        if (renewing.asMap().putIfAbsent(tenant, true) != null) {
            return;
        }
        Thread.ofVirtual().name("upstream key").start(() -> {
            try {
                if (keys.getIfPresent(tenant) != known) {
                    return;                                      // somebody was faster
                }
                var fresh = asked(tenant);
                var old = known.join();
                var kept = fresh.failure.isPresent() ? new Outcome(old.key, old.failure, old.asked,
                        clock.instant().plus(Limits.TOKEN_BACK_OFF), old.end) : fresh;
                keys.asMap().replace(tenant, known, CompletableFuture.completedFuture(kept));
            } finally {
                renewing.invalidate(tenant);
            }
        });
    }

    private Outcome asked(String tenant) {
        var asked = clock.instant();
        try {
            var key = fetch(tenant);
            return new Outcome(key, Optional.empty(), asked, key.isPresent() ? asked.plus(settings.keep)
                    : asked.plus(Limits.TOKEN_BACK_OFF), key.isPresent()
                    ? asked.plus(settings.keep.multipliedBy(Limits.KEYS_OUTLIVE)) : asked.plus(Limits.TOKEN_BACK_OFF));
        } catch (UpstreamFailure | InterruptedException | RuntimeException e) {
            var end = asked.plus(Limits.TOKEN_BACK_OFF);
            return new Outcome(Optional.empty(), Optional.of(e instanceof UpstreamFailure known ? known
                    : failure("It could not be asked.", e)), asked, end, end);
        }
    }

    private static Optional<SigningKey> await(CompletableFuture<Outcome> flight, Duration within)
            throws UpstreamFailure, InterruptedException {
        try {
            var outcome = flight.get(Math.max(0, within.toNanos()), TimeUnit.NANOSECONDS);
            if (outcome.failure.isPresent()) {
                throw outcome.failure.get();
            }
            return outcome.key;
        } catch (TimeoutException e) {
            throw failure("It did not answer in time.", e);
        } catch (ExecutionException e) {
            throw failure("It failed.", e);
        }
    }

    private Optional<SigningKey> fetch(String tenant) throws UpstreamFailure, InterruptedException {
        if (DOTS.contains(tenant)) {                             // would be another path (RFC 3986 §5.2.4)
            return Optional.empty();
        }
        var uri = URI.create(settings.url.replace("{tenant}", URLEncoder.encode(tenant, StandardCharsets.UTF_8)
                .replace("+", "%20")));
        var request = HttpRequest.newBuilder(uri).header("Accept", "application/json")
                .header("Accept-Encoding", "identity").header("Authorization", "Bearer " + settings.token).build();
        var answer = wire.send(request, Limits.TOKEN_ANSWER_BYTES, Limits.TOKEN_ENDPOINT);
        if (answer.status() == 404) {
            return Optional.empty();
        }
        if (answer.status() != 200) {
            throw failure("It answered " + answer.status() + ".", null);
        }
        try {
            var json = JsonMapper.shared().readTree(answer.body());
            return Optional.of(SigningKey.of(at(json, settings.keyId), at(json, settings.secret)));
        } catch (JacksonException e) {
            throw failure("It did not answer in JSON.", null);   // the cause could quote the key
        } catch (IllegalArgumentException e) {
            throw failure("Its answer has no key that can be used at " + settings.keyId + " and " + settings.secret
                    + ".", null);
        }
    }

    private static String at(JsonNode json, String path) {
        var node = json;
        for (var part : path.split("\\.")) {
            node = node.path(part);
        }
        return node.asString("");
    }

    private static UpstreamFailure failure(String what, Throwable cause) {
        return new UpstreamFailure(Kind.CREDENTIALS,
                "The gateway could not get the key that calls of your organisation "
                + "are signed with, from the administration of the backend. " + what
                + " Try again in a minute; if that does not help, tell the administrator.", cause);
    }

    @Override
    public void close() {
        wire.close();
    }
}
