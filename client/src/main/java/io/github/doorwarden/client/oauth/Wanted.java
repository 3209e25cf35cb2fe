package io.github.doorwarden.client.oauth;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// Decides what is asked for. Pure.
final class Wanted {

    private static final String OFFLINE = "offline_access";

    private Wanted() {}

    /// Scopes of the challenge, else all that the server publishes, else none; what there was before stays (MCP
    /// 2026-07-28, Scope Selection Strategy and Step-Up Authorization Flow).
    ///
    /// @param before tokens of the same issuer for the same resource
    /// @param extra  that the caller wants
    static List<String> scopes(Discovery.Found found, List<Challenge> challenges, Optional<Tokens> before,
            List<String> extra, boolean person) {
        var all = new LinkedHashSet<String>();
        before.ifPresent(tokens -> all.addAll(tokens.scopes()));
        all.addAll(challenged(challenges).or(found::scopes).orElse(List.of()));
        all.addAll(extra);
        all.remove(OFFLINE);
        var known = found.server().scopes().orElse(List.of()).contains(OFFLINE);
        if (person && known && !all.isEmpty()) {                  // alone, it would leave out what comes by default
            all.add(OFFLINE);
        }
        return all.stream().limit(Limits.SCOPES).toList();
    }

    static Optional<List<String>> challenged(List<Challenge> challenges) {
        return Challenge.first(challenges, "scope").map(TokenClient::words);
    }

    /// A key that tokens shall be bound to, where both sides know such tokens.
    static Optional<Dpop> key(OAuthSettings settings, Discovery.Found found, List<Challenge> challenges) {
        var known = found.resourceOf().map(ResourceMetadata::takesProofs).orElse(false)
                || challenges.stream().anyMatch(one -> one.scheme().equals("dpop"));
        return switch (settings.bound()) {
            case NEVER -> Optional.empty();
            case ALWAYS -> Optional.of(Dpop.generate());
            case WHEN_KNOWN -> known && found.server().proofAlgorithms().contains(Dpop.ALGORITHM)
                    ? Optional.of(Dpop.generate()) : Optional.empty();
        };
    }

    static boolean mustBind(OAuthSettings settings, Discovery.Found found) {
        return settings.bound() == OAuthSettings.Bound.ALWAYS || settings.bound() == OAuthSettings.Bound.WHEN_KNOWN
                && found.resourceOf().map(ResourceMetadata::needsProofs).orElse(false);
    }
}
