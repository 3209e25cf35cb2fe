package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.DoorConfig;
import io.github.doorwarden.app.config.ElsewhereConfig;
import io.github.doorwarden.authserver.SignInElsewhere;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.identity.Admission;
import io.github.doorwarden.identity.Entitlement;
import io.github.doorwarden.identity.Limits;
import io.github.doorwarden.identity.Organizations;
import io.github.doorwarden.identity.Provider;
import io.github.doorwarden.identity.TokenVerifier;
import io.github.doorwarden.identity.TrustedIssuer;
import io.github.doorwarden.identity.TrustedIssuers;
import io.github.doorwarden.upstream.ProviderCalls;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// What is made of the identity providers elsewhere that the configuration names: how they are reached, who of theirs
/// may come in, how their tokens are judged. Nothing is asked of a provider before the first need. Safe for use by many
/// threads.
final class Elsewhere implements AutoCloseable {

    /// Introspection has turns of its own, and so has the computing of signatures: whoever waits for the one must not
    /// keep tokens from the other.
    private static final int MOST_AT_ONCE = 10_000;

    private final ElsewhereConfig config;
    private final DoorConfig door;
    private final OwnClasses classes;
    private final ProviderCalls http = new ProviderCalls();
    private final Map<String, BooleanSupplier> health = new LinkedHashMap<>();

    /// How providers are reached.
    final Provider.Calls calls = calls(http);

    /// How providers are reached over this.
    static Provider.Calls calls(ProviderCalls http) {
        return new Provider.Calls() {
            @Override
            public Provider.Answer get(URI uri, Optional<String> authorization) throws IOException {
                var answer = http.get(uri, authorization);
                return new Provider.Answer(answer.status(), answer.body());
            }

            @Override
            public Provider.Answer post(URI uri, Map<String, String> form, Optional<String> authorization)
                    throws IOException {
                var answer = http.post(uri, form, authorization);
                return new Provider.Answer(answer.status(), answer.body());
            }
        };
    }

    /// Who of those whom a provider vouches for may come in.
    final Admission admission;

    /// @throws StartFailure when a class of the configuration cannot be used
    Elsewhere(Config config) {
        this.config = config.authorization().elsewhere();
        this.door = config.authorization().door();
        this.classes = new OwnClasses(config.plugins());
        this.admission = new Admission(this.config.allowedEmails(), this.config.entitlement()
                .map(name -> classes.make(Entitlement.class, name, "authorization.entitlement"))
                .orElse(subject -> Optional.empty()));
    }

    /// Makes what the configuration names by class, and lets it go.
    ///
    /// @throws StartFailure when a class cannot be used
    static void check(Config config) {
        try (var elsewhere = new Elsewhere(config)) {
            if (config.authorization().mode() == Config.Mode.EXTERNAL) {
                elsewhere.verifier(List.of(), InstantSource.system());
            }
        }
    }

    /// The judge of foreign access tokens.
    TokenVerifier verifier(List<URI> resources, InstantSource clock) {
        if (config.verifier().isPresent()) {
            return admission.after(classes.make(TokenVerifier.class, config.verifier().get(),
                    "authorization.verifier"));
        }
        var issuers = new TrustedIssuers(config.issuers(), resources, admission, calls, limits(), clock);
        issuers.providers().forEach(provider -> health.put(config.issuers().size() == 1 ? "issuer"
                : "issuer-" + health.size(), provider::answers));
        return issuers;
    }

    /// What a token is believed for is the shortest time that any introspecting issuer is configured with.
    Limits limits() {
        var usual = door.limits();
        var kept = config.issuers().stream().flatMap(issuer -> issuer.introspection().stream())
                .map(TrustedIssuer.Introspection::cachedFor).min(Duration::compareTo).orElse(usual.cachedFor());
        return new Limits(usual.tokenChars(), usual.cachedTokens(), kept.compareTo(usual.cachedFor()) < 0 ? kept
                : usual.cachedFor(), MOST_AT_ONCE, usual.clockSkew());
    }

    /// Who says to which organisations people belong; empty: the lists of the configuration alone.
    Optional<Organizations> organizations(Config config, InstantSource clock) {
        return config.authorization().organizations().map(in -> new Organizations(new Organizations.Settings(
                () -> URI.create(config.variables().resolve(in.url())), in.key().reveal(), in.by(), in.keep()), calls,
                clock));
    }

    /// Where people sign in, when the authorization server is here.
    SignInElsewhere signIn(Config.Mode mode) {
        return new SignInElsewhere(config.providers(), mode == Config.Mode.PROXIED, calls, admission);
    }

    /// Names the providers as the authorization servers of this deployment.
    List<Route> resourceMetadata(Config whole, URI origin) {
        return ResourceDocuments.routes(whole, origin,
                config.issuers().stream().map(issuer -> URI.create(issuer.issuer())).toList());
    }

    /// What can be told of the providers: up as soon as one has answered.
    Map<String, BooleanSupplier> health() {
        return health;
    }

    @Override
    public void close() {
        http.close();
        classes.close();
    }
}
