package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.Admission;
import io.github.doorwarden.identity.Provider;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where people may sign in beside our own page, or in its place.
///
/// @param only      mode `proxied`: the one provider is the only way in, and consent comes before it
/// @param calls     how providers are reached
/// @param admission who of those whom they vouch for may come in
public record SignInElsewhere(List<UpstreamProvider> providers, boolean only, Provider.Calls calls,
        Admission admission) {

    /// Nowhere.
    public static final SignInElsewhere NONE = new SignInElsewhere(List.of(), false, new Provider.Calls() {
        @Override
        public Provider.Answer get(URI uri, Optional<String> authorization) {
            throw new IllegalStateException("no provider is configured");
        }

        @Override
        public Provider.Answer post(URI uri, Map<String, String> form, Optional<String> authorization) {
            throw new IllegalStateException("no provider is configured");
        }
    }, Admission.OPEN);

    public SignInElsewhere {
        providers = List.copyOf(providers);
        if (only && providers.size() != 1) {
            throw new IllegalArgumentException("In mode proxied there is exactly one provider, not "
                    + providers.size() + ".");
        }
    }
}
