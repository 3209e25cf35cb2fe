package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.StoreOutage;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// `POST /token`: a proof goes in, tokens come out (OAuth 2.1 §3.2, §4). Nothing is spent before every check has
/// passed.
final class TokenEndpoint {

    /// @param refreshToken empty when this client gets none
    /// @param acting       when a client acts for the person of another client's grant
    /// @param openId       when an ID token comes along
    private record Earned(Grant grant, Set<String> scopes, Optional<PersonClaims> person,
            Optional<String> refreshToken, Optional<Granted.Acting> acting, Optional<OpenIdRequest> openId) {

        Earned(Grant grant, Set<String> scopes, Optional<PersonClaims> person, Optional<String> refreshToken) {
            this(grant, scopes, person, refreshToken, Optional.empty(), Optional.empty());
        }
    }

    private final AuthServerSettings settings;
    private final Clients clients;
    private final ClientAuthentication authentication;
    private final Codes codes;
    private final RefreshTokens refreshTokens;
    private final Grants grants;
    private final DeviceCodes devices;
    private final AccessTokens accessTokens;
    private final IdTokens idTokens;
    private final JwtBearer jwtBearer;
    private final TokenExchange exchange;
    private final TokenBinding binding;
    private final Function<String, Optional<PersonClaims>> people;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;

    TokenEndpoint(AuthServerSettings settings, Clients clients, ClientAuthentication authentication, Codes codes,
            RefreshTokens refreshTokens, Grants grants, DeviceCodes devices, AccessTokens accessTokens,
            IdTokens idTokens,
            JwtBearer jwtBearer, TokenExchange exchange, TokenBinding binding,
            Function<String, Optional<PersonClaims>> people, InstantSource clock, Consumer<AuditEvent> audit) {
        this.settings = settings;
        this.clients = clients;
        this.authentication = authentication;
        this.codes = codes;
        this.refreshTokens = refreshTokens;
        this.grants = grants;
        this.devices = devices;
        this.accessTokens = accessTokens;
        this.idTokens = idTokens;
        this.jwtBearer = jwtBearer;
        this.exchange = exchange;
        this.binding = binding;
        this.people = people;
        this.clock = clock;
        this.audit = audit;
    }

    /// One request to the token endpoint, from its form to its tokens. Read this file second.
    Reply handle(HttpIn in) {
        var trail = new Trail(in, "token", clock, audit);
        try {
            requireNothingInUrl(in);                                           // invalid_request      OAuth 2.1 §2.4.1
            var params = Gate.form(in);                                        // invalid_request      OAuth 2.1 §3.2
            var grantType = required(params, "grant_type");                    // invalid_request      OAuth 2.1 §3.2.2
            trail.about(grantType);
            requireOffered(grantType);                                         // unsupported_grant… OAuth 2.1 §3.2.4
            if (JwtBearer.isByWorkload(in, grantType, params)) {               // invalid_grant      SEP-1933
                var key = binding.of(in, false, () ->                          // invalid_dpop_proof RFC 9449 §5
                        jwtBearer.isOfWorkload(params));
                return binding.marked(trail.allowed(tokens(byWorkload(params, trail), key, trail)));
            }
            var client = authentication.client(in, params, trail,              // invalid_client, 401  OAuth 2.1 §2.4
                    id -> isExpected(params, id));
            var key = binding.of(in, client.dpopBound(), () ->                 // invalid_dpop_proof RFC 9449 §5, §5.2
                    promising(in, grantType, params, client));
            var earned = switch (grantType) {
                case GrantType.CODE -> byCode(client, params, key);            // invalid_grant, …     OAuth 2.1 §4.1.3
                case GrantType.REFRESH -> byRefreshToken(client, params, key); // invalid_grant, …     OAuth 2.1 §4.3
                case GrantType.CLIENT_CREDENTIALS -> byItself(client, params); // unauthorized_client  OAuth 2.1 §4.2
                case GrantType.DEVICE -> byDevice(client, params, key);        // invalid_grant, …     RFC 8628 §3.5
                case GrantType.JWT_BEARER -> byIdJag(client, in, params);      // invalid_grant, …     MCP EMA §5.1
                case GrantType.TOKEN_EXCHANGE -> byExchange(client, params);   // invalid_target, …    RFC 8693 §2
                default -> throw notOffered();
            };
            clients.touch(client);
            return binding.marked(trail.allowed(tokens(earned, key, trail)));  //                      RFC 9068 §2
        } catch (OAuthRefused refused) {
            return binding.marked(trail.refused(refused.why()));               // + DPoP-Nonce         RFC 9449 §8
        } catch (StoreOutage outage) {
            return trail.failed(outage);
        }
    }

    private Earned byCode(Client client, Params params, Optional<String> key) {
        permit(client, GrantType.CODE);
        var grant = codes.redeem(new Codes.Redemption(required(params, "code"), client.id(), params.one("redirect_uri"),
                params.one("code_verifier"), params.all("resource"), key, isPublic(client)));
        var earned = ofPerson(client, grant);
        return new Earned(grant, earned.scopes, earned.person, earned.refreshToken, earned.acting,
                OpenIdRequest.mayBy(client, settings) ? codes.openId(required(params, "code")) : Optional.empty());
    }

    private Earned byDevice(Client client, Params params, Optional<String> key) {
        permit(client, GrantType.DEVICE);
        return ofPerson(client, devices.redeem(required(params, "device_code"), client.id(),
                isPublic(client) ? key : Optional.empty()));
    }

    private Earned ofPerson(Client client, Grant grant) {
        var person = person(grant);
        var refresh = client.grantTypes().contains(GrantType.REFRESH) || grant.scopes().contains(TokenScopes.OFFLINE);
        return new Earned(grant, TokenScopes.opening(grant.scopes()), person,
                refresh && settings.agents().offers(GrantType.REFRESH) ? Optional.of(refreshTokens.first(grant))
                : Optional.empty());
    }

    private Earned byRefreshToken(Client client, Params params, Optional<String> key) {
        var presented = refreshTokens.look(required(params, "refresh_token"), client.id(), key);
        Resources.requireOnly(settings, presented.grant().resource(), params.all("resource"));
        var scopes = TokenScopes.narrowed(presented.grant(), client, params.one("scope"), settings);
        var person = person(presented.grant());
        accessTokens.requireIssuable(presented.grant(), scopes, person);
        return new Earned(presented.grant(), scopes, person, Optional.of(refreshTokens.rotate(presented,
                isPublic(client) ? key : Optional.empty())));
    }

    /// Who has credentials is known by them; of anybody else a stolen refresh token would do (RFC 9449 §5).
    private static boolean isPublic(Client client) {
        return client.authMethods().contains(AuthMethod.NONE);
    }

    private Earned byItself(Client client, Params params) {
        permit(client, GrantType.CLIENT_CREDENTIALS);
        if (client.kind() != Client.Kind.PRE_REGISTERED || client.authMethods().contains(AuthMethod.NONE)) {
            throw refused("unauthorized_client",
                    "Only a client with a secret or with keys that the operator registered may act for itself.",
                    "client credentials of a client that nobody vouched for");
        }
        var resource = Resources.choose(settings, params.all("resource"));
        var scopes = TokenScopes.ofService(client, resource, params.one("scope"));
        return new Earned(grants.ofService(client.id(), resource.identifier().toString(), scopes), scopes,
                Optional.empty(), Optional.empty());
    }

    private Earned byWorkload(Params params, Trail trail) {
        var granted = jwtBearer.byWorkload(params);
        trail.client(granted.grant().clientId());
        return new Earned(granted.grant(), granted.scopes(), Optional.empty(), Optional.empty());
    }

    private Earned byIdJag(Client client, HttpIn in, Params params) {
        permit(client, GrantType.JWT_BEARER);
        var granted = jwtBearer.byIdJag(client, ClientAuthentication.proves(in, params), params);
        return new Earned(granted.grant(), granted.scopes(), person(granted.grant()), Optional.empty());
    }

    private Earned byExchange(Client client, Params params) {
        permit(client, GrantType.TOKEN_EXCHANGE);
        var granted = exchange.redeem(client, params);
        return new Earned(granted.grant(), granted.scopes(), person(granted.grant()), Optional.empty(),
                granted.acting(), Optional.empty());
    }

    private void requireOffered(String grantType) {
        if (!settings.grantTypes().contains(grantType)) {
            throw notOffered();
        }
    }

    private OAuthRefused notOffered() {
        return refused("unsupported_grant_type", "This server has the grant types "
                + String.join(", ", settings.grantTypes()) + ". The operator may switch on others.",
                "grant type not offered");
    }

    private static void permit(Client client, String grantType) {
        if (!client.grantTypes().contains(grantType)) {
            throw refused("unauthorized_client", "This client is not registered for the grant type " + grantType + ".",
                    "grant type not registered");
        }
    }

    /// Who may no longer sign in gets no token for what they granted before.
    private Optional<PersonClaims> person(Grant grant) {
        var person = grant.personId().flatMap(people);
        if (person.isEmpty()) {
            throw refused("invalid_grant", "The person who granted this may no longer sign in.",
                    "person is disabled or gone");
        }
        return person;
    }

    private Reply tokens(Earned earned, Optional<String> key, Trail trail) {
        var token = accessTokens.issue(earned.grant, earned.scopes, earned.person, earned.acting, key);
        trail.grant(earned.grant);
        trail.token(token.id());
        var json = Json.object().put("access_token", token.value())
                .put("token_type", key.isPresent() ? "DPoP" : "Bearer")
                .put("expires_in", token.lifetime().toSeconds()).put("scope", Rows.words(earned.scopes));
        earned.acting.ifPresent(acting -> json.put("issued_token_type", TokenExchange.ACCESS_TOKEN));
        earned.refreshToken.ifPresent(refresh -> json.put("refresh_token", refresh));
        earned.openId.ifPresent(asked -> json.put("id_token", idTokens.issue(earned.grant, asked, token.value())));
        return Trail.noStore(Reply.json(200, Json.bytes(json)));
    }

    /// What was never this client's, and what no public client gets, ends in a refusal whatever is proven: so a
    /// stranger, who can say that they are any public client, cannot make us write.
    private boolean promising(HttpIn in, String grantType, Params params, Client client) {
        return switch (grantType) {
            case GrantType.CODE, GrantType.REFRESH -> holdsOurs(params, client.id());
            case GrantType.DEVICE -> params.one("device_code").filter(code -> devices.issuedTo(code, client.id()))
                    .isPresent();
            case GrantType.JWT_BEARER -> ClientAuthentication.proves(in, params)
                    || jwtBearer.isForClient(params, client.id(), client.kind(), false);
            default -> !isPublic(client);
        };
    }

    private boolean holdsOurs(Params params, String clientId) {
        return params.one("code").filter(code -> codes.issuedTo(code, clientId)).isPresent()
                || params.one("refresh_token").filter(token -> refreshTokens.issuedTo(token, clientId)).isPresent();
    }

    /// Only then the document of a client is fetched here, because nobody has signed in on this leg.
    private boolean isExpected(Params params, String clientId) {
        return holdsOurs(params, clientId)
                || jwtBearer.isForClient(params, clientId, Client.Kind.METADATA_DOCUMENT, true);
    }

    static void requireNothingInUrl(HttpIn in) {
        if (!in.query().isEmpty()) {
            throw refused("invalid_request",
                    "Parameters belong in the body, not in the URL, where logs would keep them.", "query on a POST");
        }
    }

    static String required(Params params, String name) {
        return params.one(name).orElseThrow(() ->
                refused("invalid_request", "The parameter " + name + " is missing.", "no " + name));
    }

    private static OAuthRefused refused(String error, String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Json(400, error, description, detail));
    }
}
