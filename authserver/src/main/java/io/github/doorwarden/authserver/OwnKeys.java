package io.github.doorwarden.authserver;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a client says of its own keys, in its document or at its registration (RFC 7591 §2). Pure.
final class OwnKeys {

    /// Members of a JWK that are private or symmetric (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
    private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    private OwnKeys() {}

    /// Whether a key set gives away what nobody but its owner may know.
    static boolean arePrivate(JsonNode jwks) {
        for (var key : jwks.path("keys")) {
            if (PRIVATE_MEMBERS.stream().anyMatch(key::has)) {
                return true;
            }
        }
        return false;
    }

    /// `https` with a host; empty for anything else, which counts as not said.
    ///
    /// @param development also `http` to this machine
    static Optional<URI> uri(String text, boolean development) {
        try {
            return Optional.of(new URI(text)).filter(url -> url.getHost() != null && url.getRawUserInfo() == null
                    && ("https".equals(url.getScheme()) || development && RedirectUris.isLoopback(text)));
        } catch (URISyntaxException none) {
            return Optional.empty();
        }
    }

    static boolean usable(Optional<String> jwks, Optional<URI> jwksUri) {
        return jwksUri.isPresent() || jwks.filter(OutsideKeys::isUsable).isPresent();
    }

    /// @throws Json.WrongType when `jwks` is there and no key set
    static NewClient.PublicKeys of(ObjectNode json, boolean development) {
        var jwks = json.path("jwks");
        if (json.hasNonNull("jwks") && !jwks.path("keys").isArray()) {
            throw new Json.WrongType("jwks");
        }
        return new NewClient.PublicKeys(json.hasNonNull("jwks") ? Optional.of(jwks.toString()) : Optional.empty(),
                Json.text(json, "jwks_uri").flatMap(uri -> uri(uri, development)));
    }

    /// RFC 9449 §5.2.
    static boolean dpopBound(ObjectNode json) {
        return json.path("dpop_bound_access_tokens").asBoolean(false);
    }

    /// RFC 9126 §6.
    static boolean pushes(ObjectNode json) {
        return json.path("require_pushed_authorization_requests").asBoolean(false);
    }
}
