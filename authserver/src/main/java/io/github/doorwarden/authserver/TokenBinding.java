package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.identity.DpopNonces;
import io.github.doorwarden.identity.DpopProofs;
import io.github.doorwarden.identity.DpopRefused;
import io.github.doorwarden.identity.Limits;
import io.github.doorwarden.identity.Possession;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Spent;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The key that the tokens of a request will be bound to: the one by which its DPoP proof is signed (RFC 9449 §5). Safe
/// for use by many threads.
final class TokenBinding {

    private static final String SPENT = "dpop";

    private final AuthServerSettings settings;
    private final Possession possession;

    TokenBinding(AuthServerSettings settings, Possession possession) {
        this.settings = settings;
        this.possession = possession;
    }

    /// What both the authorization server and its resources ask for, as the settings say. Proofs are remembered in the
    /// database, so that one is good once on all nodes together.
    static Possession possession(AuthServerSettings settings, Database database, byte[] masterKey,
            InstantSource clock) {
        var tokens = settings.tokens();
        if (tokens.dpop() == DpopMode.OFF) {
            return Possession.NONE;
        }
        var spent = new Spent(database);
        var nonces = tokens.nonces() ? Optional.of(new DpopNonces(masterKey, clock)) : Optional.<DpopNonces>empty();
        return new Possession(tokens.dpop(), Optional.of(new DpopProofs((id, end) ->
                spent.take(SPENT, id, end, clock.instant()), nonces, Limits.STANDARD, clock)));
    }

    /// Empty for a bearer token.
    ///
    /// @param demanded  whether the client has said that it never takes a token that is bound to nothing (RFC 9449
    /// §5.2)
    /// @param promising whether tokens may come of the request: otherwise its proof is neither judged nor remembered
    /// @throws OAuthRefused `invalid_dpop_proof`, `use_dpop_nonce`
    Optional<String> of(HttpIn in, boolean demanded, BooleanSupplier promising) {
        if (DpopProofs.sent(in) && !promising.getAsBoolean()) {
            return Optional.empty();
        }
        try {
            var target = URI.create(settings.issuer() + in.path());
            var key = possession.proofs().flatMap(proofs -> proofs.ofTokenRequest(in, target));
            if (key.isEmpty() && possession.mode() == DpopMode.REQUIRED) {
                throw refused(DpopRefused.INVALID, "This server issues tokens that are bound to a key alone. Send a "
                        + "proof in the DPoP header (RFC 9449).", "no DPoP proof");
            }
            if (key.isEmpty() && demanded) {
                throw refused(DpopRefused.INVALID, "This client is registered for tokens that are bound to a key alone "
                        + "(dpop_bound_access_tokens). " + (possession.mode() == DpopMode.OFF
                        ? "This server issues none any more. Ask its operator."
                        : "Send a proof in the DPoP header (RFC 9449)."), "no DPoP proof of a client that demands it");
            }
            return key;
        } catch (DpopRefused why) {
            throw refused(why.error(), why.getMessage(), why.detail());
        }
    }

    /// The key that whoever pushes an authorization request proves (RFC 9449 §10.1); empty when they prove none, which
    /// is left to the token request.
    ///
    /// @param named thumbprint in `dpop_jkt`
    /// @throws OAuthRefused `invalid_dpop_proof`, also when the two are not the same, `use_dpop_nonce`
    Optional<String> ofPushed(HttpIn in, Optional<String> named) {
        try {
            var target = URI.create(settings.issuer() + in.path());
            var key = possession.proofs().flatMap(proofs -> proofs.ofTokenRequest(in, target));
            if (key.isPresent() && named.isPresent() && !named.equals(key)) {
                throw refused(DpopRefused.INVALID, "The proof in the DPoP header is by another key than the one that "
                        + "dpop_jkt names. Leave dpop_jkt out.", "dpop_jkt differs from the proof");
            }
            return key;
        } catch (DpopRefused why) {
            throw refused(why.error(), why.getMessage(), why.detail());
        }
    }

    /// The answer with the nonce that the next proof must have, when there are nonces.
    Reply marked(Reply reply) {
        return possession.proofs().flatMap(DpopProofs::nonces).map(nonces ->
                reply.with("DPoP-Nonce", nonces.current())).orElse(reply);
    }

    private static OAuthRefused refused(String error, String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Json(400, error, description, detail));
    }
}
