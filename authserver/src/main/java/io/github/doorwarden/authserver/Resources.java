package io.github.doorwarden.authserver;

import java.util.List;
import java.util.Optional;

/// Which resource a token is for (RFC 8707 §2). Pure.
final class Resources {

    private Resources() {}

    /// At `/token` a client may name the resource again, but no other: nobody consented to another.
    ///
    /// @throws OAuthRefused `invalid_target`
    static void requireOnly(AuthServerSettings settings, String granted, List<String> presented) {
        for (var identifier : presented) {
            var named = settings.resource(identifier);
            if (named.isEmpty() || !named.equals(settings.resource(granted))) {
                throw invalidTarget("The resource is not the one that was granted. Name that one or none.");
            }
        }
    }

    /// For a grant without a consent: the resource named, or the only one there is.
    ///
    /// @throws OAuthRefused `invalid_target`
    static ProtectedResource choose(AuthServerSettings settings, List<String> presented) {
        if (presented.size() > 1) {
            throw invalidTarget("An access token is for one resource. Ask for one at a time.");
        }
        if (presented.isEmpty()) {
            return Optional.of(settings.resources().stream().filter(one -> !one.kept()).toList())
                    .filter(all -> all.size() == 1).map(List::getFirst)
                    .orElseThrow(() -> invalidTarget(
                    "This server guards several resources. Say which by the parameter resource."));
        }
        return settings.resource(presented.getFirst())
                .orElseThrow(() -> invalidTarget(
                "This server guards no such resource. Send the resource of its metadata document."));
    }

    private static OAuthRefused invalidTarget(String description) {
        return new OAuthRefused(new OAuthRefusal.Json(400, "invalid_target", description, "resource"));
    }
}
