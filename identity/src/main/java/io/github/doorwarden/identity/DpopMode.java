package io.github.doorwarden.identity;

import tools.jackson.databind.node.ObjectNode;

/// Whether access tokens are bound to a key of the client (RFC 9449), so that a stolen one opens nothing.
public enum DpopMode {

    /// No proofs are looked at, and no bound token opens a door.
    OFF,
    /// Who sends a proof gets a bound token; who sends none gets a bearer token.
    OPTIONAL,
    /// Every token is bound.
    REQUIRED;

    /// What a metadata document says of it: which algorithms proofs may have (RFC 9449 §5.1, RFC 9728 §2); nothing
    /// when it is off.
    ///
    /// @param resource whether it is the document of a resource, which also says that nothing else will do
    public void announce(ObjectNode document, boolean resource) {
        if (this == OFF) {
            return;
        }
        var algorithms = document.putArray("dpop_signing_alg_values_supported");
        DpopProofs.ALGORITHMS.forEach(algorithms::add);
        if (resource && this == REQUIRED) {
            document.put("dpop_bound_access_tokens_required", true);
        }
    }
}
