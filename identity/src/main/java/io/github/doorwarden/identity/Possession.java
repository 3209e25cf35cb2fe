package io.github.doorwarden.identity;

import io.github.doorwarden.http.HttpIn;
import java.net.URI;
import java.util.Optional;

/// What a door asks of whoever sends an access token: the token alone, or a proof that they hold the key which it is
/// bound to (RFC 9449 §7). Asked with every request, whatever is known of the token. Safe for use by many threads.
///
/// @param proofs there unless the mode is off
public record Possession(DpopMode mode, Optional<DpopProofs> proofs) {

    /// Bearer tokens alone.
    public static final Possession NONE = new Possession(DpopMode.OFF, Optional.empty());

    public Possession {
        if (proofs.isEmpty() != (mode == DpopMode.OFF)) {
            throw new IllegalArgumentException("Proofs are verified unless the mode is off.");
        }
    }

    /// @param dpop whether the token came by the scheme DPoP
    /// @throws TokenRefused 401 when it came in the wrong way, or the proof proves nothing
    void require(HttpIn in, URI resource, boolean dpop, String bytes, VerifiedToken token) {
        if (!dpop) {
            requireUnbound(token);
            return;
        }
        var holder = token.boundTo().orElseThrow(() -> new TokenRefused(401, "invalid_token",
                "The access token is bound to no key. Send it as Authorization: Bearer, or get a bound one.",
                "a bearer token by the scheme DPoP", token.tokenId(), true, Optional.empty()));
        try {
            proofs.orElseThrow().ofCall(in, target(in, resource), bytes, holder);
        } catch (DpopRefused refused) {
            throw new TokenRefused(401, refused.error(), refused.getMessage(), refused.detail(), token.tokenId(), true,
                    refused.nonce());
        }
    }

    /// The last segment of a path may have characters that no URI has.
    private static URI target(HttpIn in, URI resource) {
        try {
            return resource.resolve(in.path());
        } catch (IllegalArgumentException odd) {
            throw DpopRefused.invalid("the path of this request is no URI that it could be for");
        }
    }

    /// Of a token that comes without a request to prove anything with.
    void requireUnbound(VerifiedToken token) {
        if (token.boundTo().isPresent()) {
            throw new TokenRefused(401, "invalid_token", "The access token is bound to a key. Send it as "
                    + "Authorization: DPoP with a proof by that key in the DPoP header.",
                    "a bound token without the scheme DPoP", token.tokenId(), true, Optional.empty());
        }
        if (mode == DpopMode.REQUIRED) {
            throw new TokenRefused(401, "invalid_token", "This door takes bound tokens alone. Get one with a DPoP "
                    + "proof and send it as Authorization: DPoP.", "a bearer token where bound ones are required",
                    token.tokenId(), true, Optional.empty());
        }
    }
}
