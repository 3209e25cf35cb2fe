package io.github.doorwarden.upstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Tokens for a backend in the place of the token that a caller came with (RFC 8693). The caller's token goes to the
/// configured token endpoint and nowhere else; the backend sees what that gives in exchange. What was given is kept, by
/// a hash, until 60 s before it expires, or half its life when that is shorter, and is fetched once however many calls
/// wait for it. For five seconds after a round nobody asks again for the same caller, be it that the round failed or
/// that the backend refuses what it gave. Safe for use by many threads.
public final class TokenExchange implements AutoCloseable {

    /// @param clientSecret empty for a client that proves itself by `proof`, or not at all
    /// @param audience     sent as `audience`
    /// @param resource     sent as `resource`
    /// @param scope        separated by spaces
    /// @param proof        the fields that prove who we are, made anew for each request, in the place of the secret
    public record Settings(URI tokenEndpoint, String clientId, Optional<String> clientSecret,
            Optional<String> audience, Optional<String> resource, Optional<String> scope,
            Optional<Supplier<Map<String, String>>> proof) {

        /// Without secrets.
        @Override
        public String toString() {
            return "Settings(" + clientId + " at " + tokenEndpoint + ")";
        }
    }

    private record Token(String value, Instant asked, Instant renewal) {

        private boolean isYoung(Instant now) {
            return now.isBefore(asked.plus(Limits.TOKEN_BACK_OFF));
        }
    }

    /// How a round ended: with a token, or else a failure that stands for a while.
    private record Outcome(Optional<Token> token, Optional<UpstreamFailure> failure, Instant renewal) {

        private static Outcome of(Token token) {
            return new Outcome(Optional.of(token), Optional.empty(), token.renewal);
        }

        private static Outcome of(UpstreamFailure failure, Instant now) {
            return new Outcome(Optional.empty(), Optional.of(failure), now.plus(Limits.TOKEN_BACK_OFF));
        }
    }

    /// What calls of one caller show. Who was refused a token gets another one, unless that was made just now.
    final class Exchanged implements Credentials {

        private final String presented;
        private final String key;

        private Exchanged(String presented) {
            this.presented = presented;
            this.key = hash(presented);
        }

        @Override
        public Optional<String> authorization(Duration within) throws UpstreamFailure, InterruptedException {
            return Optional.of(SCHEME + token(key, presented, within));
        }

        @Override
        public boolean refused(String authorization) {
            return dropped(key, authorization.substring(SCHEME.length()));
        }
    }

    private static final String SCHEME = "Bearer ";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    private static final Set<String> OUR_FAULT = Set.of("invalid_client", "unauthorized_client");

    private final Settings settings;
    private final InstantSource clock;
    private final Wire wire;
    private final Cache<String, CompletableFuture<Outcome>> exchanged;

    public TokenExchange(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.wire = new Wire("The token endpoint", settings.tokenEndpoint, Limits.TOKEN_ENDPOINT);
        this.exchanged = Caffeine.newBuilder().maximumSize(Limits.EXCHANGED_TOKENS).build();
    }

    /// What calls of one caller show the backend.
    ///
    /// @param presented the token that the caller came with
    public Credentials of(String presented) {
        return new Exchanged(presented);
    }

    private String token(String key, String presented, Duration within) throws UpstreamFailure, InterruptedException {
        while (true) {
            var known = exchanged.getIfPresent(key);
            if (known != null && known.isDone() && !clock.instant().isBefore(known.join().renewal)) {
                exchanged.asMap().remove(key, known);
                continue;
            }
            return await(known != null ? known : begun(key, presented), within);
        }
    }

    /// @return whether there may be another token than the one that the backend has refused
    private boolean dropped(String key, String refused) {
        var known = exchanged.getIfPresent(key);
        var token = known == null || !known.isDone() ? Optional.<Token>empty()
                : known.join().token.filter(each -> each.value.equals(refused));
        if (token.isEmpty()) {
            return true;                                         // another call has seen to it meanwhile
        }
        if (token.get().isYoung(clock.instant())) {
            return false;
        }
        exchanged.asMap().remove(key, known);
        return true;
    }

    private CompletableFuture<Outcome> begun(String key, String presented) {
        var mine = new CompletableFuture<Outcome>();
        var theirs = exchanged.asMap().putIfAbsent(key, mine);
        if (theirs != null) {
            return theirs;
        }
        // Not on the caller's thread: a caller that goes away must not take the others' token along.
        Thread.ofVirtual().name("upstream exchange").start(() -> {
            try {
                mine.complete(Outcome.of(fetch(presented)));
            } catch (UpstreamFailure | InterruptedException | RuntimeException e) {
                mine.complete(Outcome.of(e instanceof UpstreamFailure known ? known
                        : failure("The token endpoint could not be asked.", e), clock.instant()));
            }
        });
        return mine;
    }

    private static String await(CompletableFuture<Outcome> flight, Duration within)
            throws UpstreamFailure, InterruptedException {
        try {
            var outcome = flight.get(Math.max(0, within.toNanos()), TimeUnit.NANOSECONDS);
            if (outcome.failure.isPresent()) {
                throw outcome.failure.get();
            }
            return outcome.token.orElseThrow().value;
        } catch (TimeoutException e) {
            throw failure("The token endpoint did not answer in time.", e);
        } catch (ExecutionException e) {
            throw failure("The token endpoint failed.", e);
        }
    }

    /// RFC 8693 §2.1.
    private Token fetch(String presented) throws UpstreamFailure, InterruptedException {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", GRANT);
        form.put("subject_token", presented);
        form.put("subject_token_type", ACCESS_TOKEN);
        form.put("requested_token_type", ACCESS_TOKEN);
        settings.audience.ifPresent(value -> form.put("audience", value));
        settings.resource.ifPresent(value -> form.put("resource", value));
        settings.scope.ifPresent(value -> form.put("scope", value));
        if (settings.proof.isPresent()) {
            form.putAll(settings.proof.get().get());
        } else if (settings.clientSecret.isEmpty()) {
            form.put("client_id", settings.clientId);
        }
        var request = HttpRequest.newBuilder(settings.tokenEndpoint)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json").header("Accept-Encoding", "identity")
                .POST(HttpRequest.BodyPublishers.ofString(form.entrySet().stream()
                        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                        .collect(Collectors.joining("&"))));
        if (settings.proof.isEmpty() && settings.clientSecret.isPresent()) {
            var pair = encoded(settings.clientId) + ":" + encoded(settings.clientSecret.get()); // RFC 6749 §2.3.1
            request.header("Authorization", "Basic " + Base64.getEncoder()
                    .encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        var asked = clock.instant();
        return read(wire.send(request.build(), Limits.TOKEN_ANSWER_BYTES, Limits.TOKEN_ENDPOINT), asked);
    }

    /// RFC 8693 §2.2.
    private static Token read(UpstreamAnswer answer, Instant asked) throws UpstreamFailure {
        var error = error(answer);
        if (answer.status() >= 400 && answer.status() < 500 && answer.status() != 401 && answer.status() != 429
                && !OUR_FAULT.contains(error)) {
            throw new UpstreamFailure(Kind.CREDENTIALS, "The backend was not called: its authorization server gives no "
                    + "token for you" + inBrackets(error) + ". Ask whoever runs the backend whether you may use it.",
                    null);
        }
        if (answer.status() != 200) {
            throw failure("The token endpoint answered " + answer.status() + inBrackets(error) + ".", null);
        }
        try {
            var json = JsonMapper.shared().readTree(answer.body());
            var value = json.path("access_token").asString("");
            if (!value.matches("[!-~]+") || !"bearer".equalsIgnoreCase(json.path("token_type").asString(""))) {
                throw failure("The token endpoint answered without a bearer token (RFC 8693 §2.2.1).", null);
            }
            var seconds = json.path("expires_in").asLong(Limits.UNSTATED_TOKEN_LIFE.toSeconds());
            var life = Duration.ofSeconds(Math.clamp(seconds, 0, Duration.ofDays(1).toSeconds()));
            var margin = life.dividedBy(2).compareTo(Limits.TOKEN_MARGIN) < 0 ? life.dividedBy(2) : Limits.TOKEN_MARGIN;
            return new Token(value, asked, asked.plus(life).minus(margin));
        } catch (JacksonException e) {
            throw failure("The token endpoint did not answer in JSON (RFC 8693 §2.2).", e);
        }
    }

    /// The error's code, which is one of a specification's words; never its description, which may be anything. Empty
    /// for none.
    private static String error(UpstreamAnswer answer) {
        try {
            var code = JsonMapper.shared().readTree(answer.body()).path("error").asString("");
            return code.matches("[a-z_]{1,64}") ? code : "";
        } catch (JacksonException e) {
            return "";
        }
    }

    private static String inBrackets(String error) {
        return error.isEmpty() ? "" : " (" + error + ")";
    }

    private static UpstreamFailure failure(String what, Throwable cause) {
        return new UpstreamFailure(Kind.CREDENTIALS, "The gateway could not get a token for you at the backend. " + what
                + " Try again in a minute; if that does not help, tell the administrator.", cause);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String hash(String token) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        wire.close();
    }
}
