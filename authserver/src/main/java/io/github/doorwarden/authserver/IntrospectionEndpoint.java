package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.TokenFacts.Holder;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.StoreOutage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// `POST /introspect` (RFC 7662): a resource server asks what a token means. Only clients with credentials may ask, and
/// only of their own tokens and of access tokens for a resource that the configuration says is theirs; of all others
/// they learn nothing but `active: false` (§4).
final class IntrospectionEndpoint {

    private final AuthServerSettings settings;
    private final ClientAuthentication authentication;
    private final RefreshTokens refreshTokens;
    private final AccessTokens accessTokens;
    private final Grants grants;
    private final Function<String, Optional<PersonClaims>> people;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;

    IntrospectionEndpoint(AuthServerSettings settings, ClientAuthentication authentication, RefreshTokens refreshTokens,
            AccessTokens accessTokens, Grants grants, Function<String, Optional<PersonClaims>> people,
            InstantSource clock, Consumer<AuditEvent> audit) {
        this.settings = settings;
        this.authentication = authentication;
        this.refreshTokens = refreshTokens;
        this.accessTokens = accessTokens;
        this.grants = grants;
        this.people = people;
        this.clock = clock;
        this.audit = audit;
    }

    Reply handle(HttpIn in) {
        var trail = new Trail(in, "introspect", clock, audit);
        try {
            TokenEndpoint.requireNothingInUrl(in);                             // invalid_request      OAuth 2.1 §2.4.1
            var params = Gate.form(in);                                        // invalid_request      RFC 7662 §2.1
            var token = TokenEndpoint.required(params, "token");               // the hint is no use   RFC 7662 §2.1
            var client = authentication.client(in, params, trail, id -> false); // invalid_client, 401  RFC 7662 §2.1
            requireCredentials(client);                                        // invalid_client, 401  RFC 7662 §4
            var answer = access(token, client, trail)
                    .or(() -> refresh(token, client, trail))
                    .orElseGet(() -> Json.object().put("active", false));      //                      RFC 7662 §2.2
            return trail.allowed(Trail.noStore(Reply.json(200, Json.bytes(answer))));
        } catch (OAuthRefused refused) {
            return trail.refused(refused.why());
        } catch (StoreOutage outage) {
            return trail.failed(outage);
        }
    }

    private static void requireCredentials(Client client) {
        if (client.authMethods().contains(AuthMethod.NONE)) {
            throw new OAuthRefused(new OAuthRefusal.Json(401, "invalid_client",
                    "Only a client with credentials may ask what a token means. Register a confidential one.",
                    "introspection by a public client"));
        }
    }

    private Optional<ObjectNode> access(String token, Client client, Trail trail) {
        var facts = accessTokens.read(token);
        var grant = facts.flatMap(known -> alive(known.grantId())).filter(known -> mayAsk(client,
                facts.get().holder().orElse(new Holder(known.clientId(), known.resource()))));
        if (grant.isEmpty() || !clock.instant().isBefore(facts.get().expiresAt())) {
            return Optional.empty();
        }
        trail.token(facts.get().id());
        var json = answer(grant.get(), facts.get().scopes(), facts.get().issuedAt(), facts.get().expiresAt());
        json.put("jti", facts.get().id()).put("token_type", facts.get().boundTo().isPresent() ? "DPoP" : "Bearer");
        facts.get().holder().ifPresent(other -> json.put("client_id", other.clientId()).put("aud", other.resource()));
        facts.get().boundTo().ifPresent(key -> json.putObject("cnf").put("jkt", key));
        return Optional.of(json);
    }

    /// Of a refresh token nobody learns but the client that it was issued to.
    private Optional<ObjectNode> refresh(String token, Client client, Trail trail) {
        return refreshTokens.living(token).flatMap(living -> alive(living.grantId())
                .filter(grant -> grant.clientId().equals(client.id())).map(grant -> {
                    trail.about("grant " + grant.id());
                    return answer(grant, grant.scopes(), living.issuedAt(), living.expiresAt());
                }));
    }

    private ObjectNode answer(Grant grant, Set<String> scopes, Instant issuedAt, Instant expiresAt) {
        var json = Json.object().put("active", true).put("scope", Rows.words(scopes))
                .put("client_id", grant.clientId()).put("sub", grant.personId().orElse(grant.clientId()))
                .put("aud", grant.resource()).put("iss", settings.issuer().toString())
                .put("iat", issuedAt.getEpochSecond()).put("exp", expiresAt.getEpochSecond());
        grant.signedInAt().ifPresent(at -> json.put("auth_time", at.getEpochSecond())
                .put("acr", Factors.acr(grant.amr())));                        //                      RFC 9470 §6.2
        grant.personId().flatMap(people).ifPresent(person -> json.put("username", person.email())
                .put("email", person.email()).put("email_verified", true));   // as in a signed token
        return json;
    }

    private boolean mayAsk(Client client, Holder of) {
        return of.clientId().equals(client.id()) || settings.resource(of.resource())
                .filter(resource -> resource.clients().contains(client.id())).isPresent();
    }

    /// Not one of somebody who may no longer sign in.
    private Optional<Grant> alive(String grantId) {
        return grants.find(grantId).filter(grant -> grant.alive(clock.instant()))
                .filter(grant -> grant.personId().isEmpty() || grant.personId().flatMap(people).isPresent());
    }
}
