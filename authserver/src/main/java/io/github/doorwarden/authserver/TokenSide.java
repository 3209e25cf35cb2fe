package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.identity.JwtVerifier;
import io.github.doorwarden.identity.Possession;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Spent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// The half of the authorization server that clients talk to by themselves: metadata, keys, registration, tokens,
/// revocation. The other half is what a person sees in a browser.
public final class TokenSide {

    private final AuthServerSettings settings;
    private final Database database;
    private final Clients clients;
    private final Codes codes;
    private final Grants grants;
    private final Keys keys;
    private final RefreshTokens refreshTokens;
    private final OpaqueTokens opaque;
    private final Possession possession;
    private final DeviceCodes devices;
    private final DeviceAuthorizationEndpoint device;
    private final TokenEndpoint token;
    private final RegistrationEndpoint registration;
    private final ManageEndpoint management;
    private final RevocationEndpoint revocation;
    private final PushedRequests pushed;
    private final PushEndpoint push;
    private final UserInfoEndpoint userInfo;
    private final IntrospectionEndpoint introspection;

    /// @param people what a token says of a person, by their id; empty for one who may no longer sign in
    public TokenSide(AuthServerSettings settings, Database database, Clients clients, Codes codes, Grants grants,
            Keys keys,
            Function<String, Optional<PersonClaims>> people, InstantSource clock, Consumer<AuditEvent> audit) {
        this.settings = settings;
        this.database = database;
        this.clients = clients;
        this.codes = codes;
        this.grants = grants;
        this.keys = keys;
        this.refreshTokens = new RefreshTokens(database, settings, clock, grants);
        this.opaque = new OpaqueTokens(database, grants, people, clock);
        this.possession = TokenBinding.possession(settings, database, keys.secretFor("DPoP nonces"), clock);
        var kept = new KeptResources(settings, clients);
        var accessTokens = new AccessTokens(keys, opaque, settings, kept, clock);
        var turns = Verifications.usual();
        var authentication = new ClientAuthentication(clients,
                new ClientAssertions(settings, clients.outsideKeys(), turns, new Spent(database), clock), clock);
        var verifier = new OwnTokens(new JwtVerifier(settings.issuer().toString(), keys::published,
                io.github.doorwarden.identity.Limits.STANDARD, clock), opaque);
        this.pushed = new PushedRequests(database, clock);
        var binding = new TokenBinding(settings, possession);
        this.push = new PushEndpoint(settings, clients, authentication, pushed, binding, clock, audit);
        this.devices = new DeviceCodes(database, clock, grants);
        this.device = new DeviceAuthorizationEndpoint(settings, authentication, devices, clock, audit);
        this.token = new TokenEndpoint(settings, clients, authentication, codes, refreshTokens, grants, devices,
                accessTokens, new IdTokens(keys, settings, clock),
                new JwtBearer(settings, database, clients, grants, kept, people, turns, clock),
                new TokenExchange(settings, verifier, grants, clock), binding, people, clock, audit);
        var registrations = new RegistrationTokens(database);
        this.registration = new RegistrationEndpoint(settings, clients, registrations, clock, audit);
        this.management = new ManageEndpoint(registration, clients, registrations, grants, clock, audit);
        this.userInfo = new UserInfoEndpoint(verifier, grants::isRevoked, people, clock, audit);
        this.revocation = new RevocationEndpoint(authentication, refreshTokens, accessTokens, grants, clock, audit);
        this.introspection = new IntrospectionEndpoint(settings, authentication, refreshTokens, accessTokens, grants,
                people, clock, audit);
    }

    /// One request to the token endpoint.
    Reply token(HttpIn in) {
        return token.handle(in);
    }

    /// What the resources behind this server ask of those who send bound tokens.
    public Possession possession() {
        return possession;
    }

    /// Everything that clients call may be called from a page of any origin, without credentials (OAuth 2.1 §3.1
    /// forbids it for the authorization endpoint alone); servers of resources are no pages.
    public List<Route> routes() {
        var routes = new ArrayList<>(new MetadataEndpoint(settings).routes());
        routes.add(Route.get(MetadataEndpoint.JWKS, Route.Cors.OPEN, in -> keySet()));
        routes.add(Route.post(MetadataEndpoint.TOKEN, Limits.FORM_BYTES, Route.Cors.OPEN, token::handle));
        routes.add(Route.get(UserInfoEndpoint.PATH, Route.Cors.OPEN, userInfo::handle));
        routes.add(Route.post(MetadataEndpoint.REVOKE, Limits.FORM_BYTES, Route.Cors.OPEN, revocation::handle));
        routes.add(Route.post(MetadataEndpoint.INTROSPECT, Limits.FORM_BYTES, Route.Cors.NONE, introspection::handle));
        if (settings.pushes()) {
            routes.add(Route.post(MetadataEndpoint.PUSH, Limits.FORM_BYTES, Route.Cors.OPEN, push::handle));
        }
        if (settings.agents().offers(GrantType.DEVICE)) {
            routes.add(Route.post(MetadataEndpoint.DEVICE, Limits.FORM_BYTES, Route.Cors.OPEN, device::handle));
        }
        if (settings.registers()) {
            routes.add(Route.post(MetadataEndpoint.REGISTER, Limits.REGISTRATION_BYTES, Route.Cors.OPEN,
                    registration::handle));
            for (var method : List.of("GET", "PUT", "DELETE")) {
                routes.add(new Route(method, MetadataEndpoint.REGISTER + "/{client}", Limits.REGISTRATION_BYTES,
                        Route.Cors.OPEN, true, management::handle));
            }
        }
        return List.copyOf(routes);
    }

    private Reply keySet() {
        return MetadataEndpoint.kept(Reply.json(200, keys.published().toString(true)));
    }

    /// Takes in what other processes on the same database did, and deletes what is dead. Called every minute or so.
    public void sweep(Instant now) {
        codes.sweep(now);
        refreshTokens.sweep(now);
        opaque.sweep(now);
        grants.sweep(now);
        clients.sweep(now);
        keys.sweep(now);
        pushed.sweep(now);
        keys.rotateWhenDue();
        devices.sweep(now);
        database.update("DELETE FROM spent WHERE expires_at < ?", now);
    }
}
