package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.named;
import static io.github.doorwarden.app.config.Key.number;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.texts;
import static io.github.doorwarden.app.config.Key.time;

import io.github.doorwarden.identity.Limits;
import io.github.doorwarden.identity.ServiceToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What the configuration says of tokens at the door itself, whoever issued them: the static ones, and how long a
/// verified one is believed.
///
/// @param serviceTokens each by its hash
/// @param believed      how long a verified token is not looked at again
/// @param remembered    how many of them at most
public record DoorConfig(List<ServiceToken> serviceTokens, Duration believed, int remembered) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int MOST = 100_000;

    public DoorConfig {
        serviceTokens = List.copyOf(serviceTokens);
    }

    /// The rows of [Keys].
    static List<Key> keys() {
        var token = "authorization.service_tokens.<name>.";
        var cache = "authorization.token_cache.";
        var usual = Limits.STANDARD;
        return List.of(
                named("authorization.service_tokens", "name", "Static tokens of programs that can do no better: "
                        + "whoever sends one as bearer token is a service called `service-token:<name>`. They never "
                        + "end: take `clients` with `client_credentials` where the program can."),
                secret(token + "token", "The token, at least 32 characters, from the environment or a file. Without "
                        + "one, as when its variable is not set, nobody comes in by it."),
                texts(token + "scopes", "What it may do. Without any, only what needs no scope."),
                texts(token + "endpoints", "Paths of the endpoints that it opens; without any, all of them."),
                group("authorization.token_cache", "Verified tokens are believed for a while without being looked at "
                        + "again, by their hash. A revocation counts at once all the same."),
                time(cache + "for", usual.cachedFor(), SHORTEST, LONGEST, "How long, but never beyond a token's own "
                        + "end. With introspection, at most its `cached_for`."),
                number(cache + "entries", usual.cachedTokens(), 1, MOST, "How many at most."));
    }

    /// @param in the section `authorization`
    static DoorConfig read(Section in) {
        var tokens = new ArrayList<ServiceToken>();
        in.named("service_tokens").forEach((name, one) -> {
            if (!name.matches("[a-z0-9-]{1,40}")) {
                in.mistake("service_tokens", "has the name " + name + ". A name has a-z, 0-9 and -, at most 40.");
            }
            var scopes = Set.copyOf(one.texts("scopes"));
            var endpoints = Set.copyOf(one.texts("endpoints"));
            one.secret("token").filter(token -> !token.reveal().isEmpty()).ifPresent(token -> {
                try {
                    tokens.add(ServiceToken.of(name, token.reveal(), scopes, endpoints));
                } catch (IllegalArgumentException e) {
                    one.mistake("token", e.getMessage());
                }
            });
            one.end();
        });
        var cache = in.section("token_cache");
        var read = new DoorConfig(tokens, cache.duration("for"), cache.number("entries"));
        cache.end();
        return read;
    }

    /// The bounds of token verification with these.
    public Limits limits() {
        return Limits.STANDARD.remembering(remembered, believed);
    }

    /// Scopes and endpoints that are not declared would open nothing, or less than the operator thinks.
    static void checkTogether(Config config, Section top) {
        var in = top.section("authorization");
        for (var token : config.authorization().door().serviceTokens) {
            token.scopes().stream().filter(scope -> !config.authorization().scopes().knows(scope)).forEach(scope ->
                    in.mistake("service_tokens", "has " + token.name() + " with the scope " + scope
                            + ", which is not declared under authorization.scopes."));
            token.endpoints().stream().filter(path -> config.endpoints().stream()
                    .noneMatch(endpoint -> endpoint.path().equals(path))).forEach(path ->
                    in.mistake("service_tokens", "has " + token.name() + " with the endpoint " + path
                            + ", which is not declared under endpoints."));
        }
        if (config.authorization().mode() == Config.Mode.OFF && !config.authorization().door()
                .serviceTokens.isEmpty()) {
            in.mistake("service_tokens", "mean nothing with mode: off, where nobody is asked who they are.");
        }
    }
}
