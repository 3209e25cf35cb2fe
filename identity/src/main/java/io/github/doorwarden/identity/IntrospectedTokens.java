package io.github.doorwarden.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.doorwarden.identity.TrustedIssuer.Introspection;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Asks the issuer of an opaque token what it stands for (RFC 7662), as a client with credentials of our own. Bounded:
/// so many questions at a time, and a token that was called inactive is not asked for again at once. Safe for use by
/// many threads.
final class IntrospectedTokens {

    private final Provider provider;
    private final Introspection settings;
    private final InstantSource clock;
    private final Semaphore turns = new Semaphore(Limits.INTROSPECTIONS_AT_ONCE, true);
    private final Cache<TokenId, Instant> inactive =
            Caffeine.newBuilder().maximumSize(Limits.INACTIVE_TOKENS).build();

    IntrospectedTokens(Provider provider, Introspection settings, InstantSource clock) {
        this.provider = provider;
        this.settings = settings;
        this.clock = clock;
    }

    /// What the issuer says of an active token.
    ///
    /// @throws TokenRefused   when it is not active
    /// @throws ProviderOutage when the issuer cannot be asked
    Claims active(String token) {
        var key = TokenId.hash(token);
        var until = inactive.getIfPresent(key);
        if (until != null && clock.instant().isBefore(until)) {
            throw refused(token);
        }
        var answer = ask(token);
        if (!answer.path("active").asBoolean(false)) {
            inactive.put(key, clock.instant().plus(Limits.INACTIVE_KEPT));
            throw refused(token);
        }
        // §2.2: the issuer may leave itself out, being the one who was asked.
        if (!answer.has("iss") && answer instanceof ObjectNode object) {
            object.put("iss", provider.issuer());
        }
        return Claims.of(answer);
    }

    private static TokenRefused refused(String token) {
        return TokenRefused.invalid("its issuer says that it is not active", TokenId.of(token));
    }

    private JsonNode ask(String token) {
        turn();
        try {
            var endpoint = settings.endpoint().orElseGet(() -> provider.endpoint("introspection_endpoint"));
            return provider.calls().post(endpoint, form(token), basic()).json();
        } catch (IOException e) {
            throw ProviderOutage.of(provider.issuer(), "introspection failed: " + e.getMessage());
        } finally {
            turns.release();
        }
    }

    private void turn() {
        try {
            if (!turns.tryAcquire(Limits.INTROSPECTION_TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw ProviderOutage.of(provider.issuer(), "too many tokens wait for its introspection endpoint");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProviderOutage.of(provider.issuer(), "interrupted");
        }
    }

    private Map<String, String> form(String token) {
        var form = new LinkedHashMap<String, String>();
        form.put("token", token);
        form.put("token_type_hint", "access_token");
        if (settings.inBody()) {
            form.put("client_id", settings.clientId());
            form.put("client_secret", settings.clientSecret());
        }
        return form;
    }

    private Optional<String> basic() {
        return settings.inBody() ? Optional.empty()
                : Optional.of(Provider.basic(settings.clientId(), settings.clientSecret()));
    }
}
