package io.github.doorwarden.authserver;

import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.authserver.AgentSettings.Exchange;
import io.github.doorwarden.authserver.Granted.Acting;
import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.identity.TokenVerifier;
import io.github.doorwarden.identity.VerifiedToken;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The grant `urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693): a server that was called with a person's
/// token gets one of its own for the next server, which says who acts for whom. Safe for use by many threads.
///
/// Only as configured: this client, with a token for that resource, for that other one. The new token has no scope that
/// the old one lacks, does not outlive it, and dies with the grant that the person gave.
final class TokenExchange {

    static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    private static final List<String> TYPES = List.of(ACCESS_TOKEN, "urn:ietf:params:oauth:token-type:jwt");

    private final AuthServerSettings settings;
    private final TokenVerifier verifier;
    private final Grants grants;
    private final InstantSource clock;

    TokenExchange(AuthServerSettings settings, TokenVerifier verifier, Grants grants, InstantSource clock) {
        this.settings = settings;
        this.verifier = verifier;
        this.grants = grants;
        this.clock = clock;
    }

    /// @param client that has authenticated
    /// @throws OAuthRefused `invalid_request` (also for a token that is not good, §2.2.2), `invalid_target`,
    /// `invalid_scope`, `unauthorized_client`
    Granted redeem(Client client, Params params) {
        if (client.authMethods().contains(AuthMethod.NONE)) {
            throw refused("unauthorized_client",
                    "Only a client that authenticates by a secret or by a key may exchange "
                    + "tokens.");
        }
        requireWhatThereIs(params);                                         // invalid_request   RFC 8693 §2.1
        var subject = TokenEndpoint.required(params, "subject_token");
        var token = verified(subject);                                      // invalid_request   §2.2.2
        var grant = grant(token);
        var rule = rule(client, token, params);                             // invalid_target    §2.2.2
        var resource = settings.resource(rule.to()).orElseThrow();
        var scopes = scopes(token, rule, resource, params.one("scope"));    // invalid_scope
        return new Granted(grant, scopes, Optional.of(new Acting(client.id(), resource.identifier().toString(),
                act(client, subject), token.expiresAt())));
    }

    private static void requireWhatThereIs(Params params) {
        if (!TYPES.contains(TokenEndpoint.required(params, "subject_token_type"))) {
            throw refused("invalid_request", "The subject_token_type has to be " + ACCESS_TOKEN
                    + ": access tokens of this server are exchanged.");
        }
        if (params.one("requested_token_type").filter(type -> !TYPES.contains(type)).isPresent()) {
            throw refused("invalid_request", "This server issues access tokens alone. Leave requested_token_type out.");
        }
        if (params.one("actor_token").isPresent() || params.one("actor_token_type").isPresent()) {
            throw refused("invalid_request", "Who acts is the client that asks. Leave actor_token out.");
        }
    }

    private VerifiedToken verified(String subject) {
        try {
            return verifier.verify(subject);
        } catch (TokenRefused refused) {
            throw refused("invalid_request", "The subject_token is none that this server would take.");
        }
    }

    private Grant grant(VerifiedToken token) {
        var grant = token.grantId().flatMap(grants::find).filter(one -> one.alive(clock.instant()))
                .orElseThrow(() -> refused("invalid_request",
                        "What the person granted has been revoked or has ended."));
        if (token.service() || grant.personId().isEmpty()) {
            throw refused("invalid_request", "The subject_token is of no person. Services get tokens of their own.");
        }
        return grant;
    }

    private Exchange rule(Client client, VerifiedToken token, Params params) {
        var named = new LinkedHashSet<>(params.all("resource"));
        params.one("audience").ifPresent(named::add);
        var targets = named.stream().map(name -> settings.resource(name).map(known -> known.identifier().toString())
                .orElse("")).distinct().toList();
        var rules = new ArrayList<Exchange>();
        for (var rule : settings.agents().exchanges()) {
            if (rule.client().equals(client.id()) && token.audiences().contains(rule.from())
                    && (targets.isEmpty() || targets.equals(List.of(rule.to())))) {
                rules.add(rule);
            }
        }
        if (rules.size() != 1) {
            throw refused("invalid_target",
                    "This client may not exchange that token for a token of that resource. Name "
                    + "one in resource or audience that the operator has configured.");
        }
        return rules.getFirst();
    }

    private static Set<String> scopes(VerifiedToken token, Exchange rule, ProtectedResource resource,
            Optional<String> requested) {
        var known = resource.scopes();
        var most = new LinkedHashSet<>(token.scopes());
        most.retainAll(rule.scopes().isEmpty() ? most : known.closure(rule.scopes()));
        var wanted = TokenScopes.opening(requested.map(Rows::words).orElse(Set.of()));
        if (wanted.isEmpty()) {
            most.removeIf(name -> !known.knows(name));
            return most;
        }
        if (!known.closure(most).containsAll(wanted) || !wanted.stream().allMatch(known::knows)) {
            throw refused("invalid_scope", "The scope goes beyond the subject_token, or beyond what was configured for "
                    + "this exchange. Leave scope out, or ask for less.");
        }
        return wanted;
    }

    /// RFC 8693 §4.1: the newest outside.
    private static ObjectNode act(Client client, String subject) {
        var act = Json.object().put("sub", client.id());
        var before = before(subject);
        before.ifPresent(inner -> act.set("act", inner));
        var depth = 0;
        for (var one = act.path("act"); !one.isMissingNode(); one = one.path("act")) {
            if (++depth >= Limits.ACTORS) {
                throw refused("invalid_request", "The token was exchanged " + Limits.ACTORS
                        + " times already, which is as often as may be.");
            }
        }
        return act;
    }

    /// The signature was checked before.
    private static Optional<ObjectNode> before(String subject) {
        try {
            return Json.parse(SignedJWT.parse(subject).getPayload().toBytes()).map(claims -> claims.get("act"))
                    .filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast);
        } catch (ParseException noJwt) {
            return Optional.empty();
        }
    }

    private static OAuthRefused refused(String error, String description) {
        return new OAuthRefused(new OAuthRefusal.Json(400, error, description, error));
    }
}
