package io.github.doorwarden.upstream;

import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Tokens of the client credentials grant (RFC 6749 §4.4), by `client_secret_basic` or `private_key_jwt`. A token is
/// kept until 60 s before it expires, or half its life when that is shorter; it is fetched once however many calls wait
/// for it. When none can be had, the fallback token is used, if there is one, and whoever listens is told.
public final class ClientCredentials implements Credentials {

    /// @param audience sent as `audience`, as several identity providers want it
    /// @param resource sent as `resource` (RFC 8707)
    /// @param scope    separated by spaces
    /// @param fallback a static bearer token for when the token endpoint gives none
    /// @param proof    the fields that prove who we are, made anew for each request, in the place of the secret
    public record Settings(URI tokenEndpoint, String clientId, String clientSecret, Optional<String> audience,
            Optional<String> resource, Optional<String> scope, Optional<String> fallback,
            Optional<Supplier<Map<String, String>>> proof) {

        /// With a secret.
        public Settings(URI tokenEndpoint, String clientId, String clientSecret, Optional<String> audience,
                Optional<String> resource, Optional<String> scope, Optional<String> fallback) {
            this(tokenEndpoint, clientId, clientSecret, audience, resource, scope, fallback, Optional.empty());
        }

        /// Without secrets.
        @Override
        public String toString() {
            return "Settings(" + clientId + " at " + tokenEndpoint + ")";
        }
    }

    /// The static token is in use because the token endpoint gave none. Told at most once per failed round.
    public record FellBack(String clientId, String why) {}

    private record Token(String authorization, Instant fetched, Instant renewal) {}

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Settings settings;
    private final InstantSource clock;
    private final Consumer<FellBack> onFallback;
    private final Optional<StaticToken> fallback;
    private final Wire wire;

    private Token token;
    private CompletableFuture<Token> flight;
    private Instant quietUntil = Instant.MIN;
    private UpstreamFailure lastFailure;

    public ClientCredentials(Settings settings, InstantSource clock, Consumer<FellBack> onFallback) {
        this.settings = settings;
        this.clock = clock;
        this.onFallback = onFallback;
        this.fallback = settings.fallback.map(StaticToken::new);
        this.wire = new Wire("The token endpoint", settings.tokenEndpoint, Limits.TOKEN_ENDPOINT);
    }

    @Override
    public Optional<String> authorization(Duration within) throws UpstreamFailure, InterruptedException {
        try {
            return Optional.of(await(current(), within).authorization);
        } catch (UpstreamFailure e) {
            if (fallback.isPresent()) {
                return fallback.get().authorization(within);
            }
            throw e;
        }
    }

    @Override
    public synchronized boolean refused(String authorization) {
        if (fallback.isPresent() && fallback.get().authorization(Duration.ZERO).orElseThrow().equals(authorization)) {
            return false;
        }
        if (token == null || !token.authorization.equals(authorization)) {
            return true; // another call has renewed it meanwhile
        }
        if (clock.instant().isBefore(token.fetched.plus(Limits.TOKEN_BACK_OFF))) {
            return false;
        }
        token = null;
        return true;
    }

    /// The token, the round that is under way, or a new one.
    private synchronized CompletableFuture<Token> current() throws UpstreamFailure {
        var now = clock.instant();
        if (token != null && now.isBefore(token.renewal)) {
            return CompletableFuture.completedFuture(token);
        }
        if (flight != null) {
            return flight;
        }
        if (now.isBefore(quietUntil)) {
            throw lastFailure;
        }
        var started = new CompletableFuture<Token>();
        flight = started;
        // Not on the caller's thread: a caller that goes away must not take the others' token along.
        Thread.ofVirtual().name("upstream token").start(() -> land(started));
        return started;
    }

    private void land(CompletableFuture<Token> started) {
        try {
            var fresh = fetch();
            synchronized (this) {
                token = fresh;
                flight = null;
            }
            started.complete(fresh);
        } catch (UpstreamFailure | InterruptedException | RuntimeException e) {
            var failure = e instanceof UpstreamFailure known ? known
                    : failure("The token endpoint could not be asked.", e);
            synchronized (this) {
                lastFailure = failure;
                quietUntil = clock.instant().plus(Limits.TOKEN_BACK_OFF);
                flight = null;
            }
            try {
                if (fallback.isPresent()) {
                    onFallback.accept(new FellBack(settings.clientId, failure.getMessage()));
                }
            } finally {
                started.completeExceptionally(failure);
            }
        }
    }

    private static Token await(CompletableFuture<Token> flight, Duration within)
            throws UpstreamFailure, InterruptedException {
        try {
            return flight.get(Math.max(0, within.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw failure("The token endpoint did not answer in time.", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UpstreamFailure known ? known : failure("The token endpoint failed.", e);
        }
    }

    private Token fetch() throws UpstreamFailure, InterruptedException {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "client_credentials");
        settings.audience.ifPresent(value -> form.put("audience", value));
        settings.resource.ifPresent(value -> form.put("resource", value));
        settings.scope.ifPresent(value -> form.put("scope", value));
        settings.proof.ifPresent(fields -> form.putAll(fields.get()));
        var body = form.entrySet().stream().map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        var request = HttpRequest.newBuilder(settings.tokenEndpoint)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .header("Accept-Encoding", "identity")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (settings.proof.isEmpty()) {
            request.header("Authorization", basic());
        }
        var asked = clock.instant();
        UpstreamAnswer answer;
        try {
            answer = wire.send(request.build(), Limits.TOKEN_ANSWER_BYTES, Limits.TOKEN_ENDPOINT);
        } catch (UpstreamFailure e) {
            throw failure(e.getMessage(), e);
        }
        return read(answer, asked);
    }

    /// RFC 6749 §2.3.1: both parts are encoded first.
    private String basic() {
        var pair = encoded(settings.clientId) + ":" + encoded(settings.clientSecret);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static Token read(UpstreamAnswer answer, Instant asked) throws UpstreamFailure {
        if (answer.status() != 200) {
            throw failure("The token endpoint answered " + answer.status() + ".", null);
        }
        try {
            var json = JSON.readTree(answer.body());
            var value = json.path("access_token").asString("");
            if (!value.matches("[!-~]+") || !"bearer".equalsIgnoreCase(json.path("token_type").asString("bearer"))) {
                throw failure("The token endpoint answered without a bearer token (RFC 6749 §5.1).", null);
            }
            var seconds = json.path("expires_in").asLong(Limits.UNSTATED_TOKEN_LIFE.toSeconds());
            var life = Duration.ofSeconds(Math.clamp(seconds, 0, Duration.ofDays(1).toSeconds()));
            var margin = life.dividedBy(2).compareTo(Limits.TOKEN_MARGIN) < 0 ? life.dividedBy(2) : Limits.TOKEN_MARGIN;
            return new Token("Bearer " + value, asked, asked.plus(life).minus(margin));
        } catch (JacksonException e) {
            throw failure("The token endpoint did not answer in JSON (RFC 6749 §5.1).", e);
        }
    }

    private static UpstreamFailure failure(String what, Throwable cause) {
        return new UpstreamFailure(Kind.CREDENTIALS, "The gateway could not get its own credentials for the backend. "
                + what
                + " Signing in again will not help: tell the administrator.", cause);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        wire.close();
    }
}
