package io.github.doorwarden.app;

import io.github.doorwarden.authserver.AgentSettings;
import io.github.doorwarden.authserver.NewClient;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A client as an operator asks for it.
///
/// @param grants       names of grant types
/// @param confidential whether it has a secret; one that acts for itself has in any case, unless it has keys
/// @param scopes       that it may ask for; empty: any that is not kept for some
public record ClientWish(String name, List<String> redirectUris, Set<String> grants, boolean confidential,
        Set<String> scopes, NewClient.PublicKeys keys) {

    public static final Set<String> FOR_PEOPLE = Set.of("authorization_code", "refresh_token");
    public static final Set<String> SERVICE = Set.of("client_credentials");
    public static final Set<String> DEVICE =
            Set.of("urn:ietf:params:oauth:grant-type:device_code", "refresh_token");

    private static final Set<String> NEED_CREDENTIALS = Set.of("client_credentials",
            "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange");

    public ClientWish {
        redirectUris = List.copyOf(redirectUris);
        grants = Set.copyOf(grants);
        scopes = Set.copyOf(scopes);
    }

    /// @throws IllegalArgumentException with a sentence
    NewClient checked() {
        if (name.isBlank()) {
            throw new IllegalArgumentException("The client needs a name: people see it on the consent page.");
        }
        if (grants.isEmpty()) {
            throw new IllegalArgumentException("Say what the client is for: give a redirect URI for one that signs "
                    + "people in, or say that it is a service or a device, or name its grant types.");
        }
        grants.stream().filter(grant -> !AgentSettings.GRANT_TYPES.contains(grant)).findFirst().ifPresent(unknown -> {
            throw new IllegalArgumentException("There is no grant type " + unknown + ". There are: "
                    + String.join(", ", AgentSettings.GRANT_TYPES) + ".");
        });
        if (!redirectUris.isEmpty() && !grants.contains("authorization_code")) {
            throw new IllegalArgumentException("Only a client with the grant type authorization_code has redirect "
                    + "URIs. Leave them out, or name that grant type too.");
        }
        return new NewClient(Optional.empty(), name, redirectUris, methods(), grants, scopes, Optional.empty(), keys,
                false);
    }

    private Set<String> methods() {
        var methods = new HashSet<String>();
        if (!keys.equals(NewClient.PublicKeys.NONE)) {
            methods.add("private_key_jwt");
        }
        if (confidential || methods.isEmpty() && grants.stream().anyMatch(NEED_CREDENTIALS::contains)) {
            methods.addAll(Set.of("client_secret_basic", "client_secret_post"));
        }
        return methods.isEmpty() ? Set.of("none") : methods;
    }
}
