package io.github.doorwarden.transport;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Challenge;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.identity.ResourceMetadata;
import io.github.doorwarden.identity.SignIn;
import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.server.Challenged;
import io.github.doorwarden.server.Decision;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Policy;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The policy's word on whether a caller may send a method to an endpoint at all, and the challenges that follow from
/// it: the same for every transport. Immutable.
record Guard(Endpoint endpoint, Policy policy, DpopMode dpop) {

    private static final Logger LOG = LoggerFactory.getLogger(McpEndpoint.class);

    /// @param method empty: whoever may come in at all
    /// @throws Challenged when the caller must sign in or ask for more; says what happened, not what to do
    /// @throws Refused    when there is no such method for this caller
    void check(Caller caller, String method) {
        switch (policy.decide(caller, endpoint, method)) {
            case Decision.Allowed allowed -> { }
            case Decision.Hidden hidden ->
                throw new Refused(new Refusal.NoSuchMethod("This server has no such method."));
            case Decision.NeedsLogin login -> throw new Challenged(login, "This needs you to sign in.");
            case Decision.NeedsScope scope -> throw new Challenged(scope,
                    "This needs a permission that this client was not given: "
                    + String.join(" ", scope.scopes()) + ".");
            case Decision.NeedsSignIn again -> throw new Challenged(again, "This needs you to sign in again.");
        }
    }

    /// Whether a caller without a token is let in whatever the method.
    boolean admitsAnybody() {
        return policy.decide(Caller.anonymous(), endpoint, "") instanceof Decision.Allowed;
    }

    /// Where it is said which authorization server gives tokens for this endpoint (RFC 9728).
    URI metadata() {
        return ResourceMetadata.url(endpoint.resource());
    }

    Challenge login(Decision.NeedsLogin login) {
        return Challenge.login(metadata(), login.scopes()).offering(dpop);
    }

    Challenge insufficient(Decision.NeedsScope scope) {
        return Challenge.insufficientScope(metadata(), scope.scopes()).offering(dpop);
    }

    Challenge signInAgain(Decision.NeedsSignIn again) {
        return Challenge.insufficientSignIn(metadata(), again.scopes(),
                again.secondFactor() ? Optional.of(SignIn.TWO_FACTORS) : Optional.empty(), again.age())
                .offering(dpop);
    }

    /// What a person can do whose client cannot do it for them.
    String confirmSignIn() {
        return " If your client asks for nothing: open " + endpoint.resource().resolve("/account") + ", choose "
                + "Confirm beside this application, and call again.";
    }

    /// Names what a client would be told without a token.
    Challenge refused(TokenRefused refused) {
        return Challenge.refused(metadata(), refused,
                policy.decide(Caller.anonymous(), endpoint, "") instanceof Decision.NeedsLogin login ? login.scopes()
                        : List.of()).offering(dpop);
    }

    static void logInsufficient(String requestId, Decision.NeedsScope scope) {
        LOG.atInfo().addKeyValue("event", "mcp_scope_insufficient").addKeyValue("request", requestId)
                .addKeyValue("needed", String.join(" ", scope.scopes())).log("A call needs more than was granted.");
    }
}
