package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.StoreOutage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// `POST /register` (RFC 7591): a client introduces itself. Nobody vouches for it, so it gets little: a place in a
/// bounded table until it is unused for too long, and only grants that need a person. What it asks for and cannot have
/// is dropped and the answer says what it got (§3.2.1); refused is only what leaves nothing to work with.
final class RegistrationEndpoint {

    private static final String METADATA = "invalid_client_metadata";

    private final AuthServerSettings settings;
    private final Clients clients;
    private final RegistrationTokens tokens;
    private final InstantSource clock;
    private final Consumer<AuditEvent> audit;
    private final Budget perPeer;

    RegistrationEndpoint(AuthServerSettings settings, Clients clients, RegistrationTokens tokens,
            InstantSource clock, Consumer<AuditEvent> audit) {
        this.tokens = tokens;
        this.settings = settings;
        this.clients = clients;
        this.clock = clock;
        this.audit = audit;
        this.perPeer = new Budget(clock, settings.registration().perHourPerPeer(), Duration.ofHours(1));
    }

    Reply handle(HttpIn in) {
        var trail = new Trail(in, "register", clock, audit);
        try {
            requireBudget(in);                                           // 429
            var metadata = parse(in);                                    // invalid_client_metadata  RFC 7591 §2
            trail.about(Json.text(metadata, "client_name").orElse(""));
            var wanted = wanted(metadata);                               // invalid_redirect_uri     §3.2.2
            var made = clients.register(wanted)                          // 429
                    .orElseThrow(() -> refused(429, "temporarily_unavailable",
                    "Too many clients are registered here. Try again later.",
                            "the table of dynamic registrations is full"));
            trail.client(made.client().id());
            return trail.allowed(answer(201, made, metadata,             // §3.2.1
                    tokens.issue(made.client().id())));                  //                          RFC 7592 §3
        } catch (Json.WrongType wrong) {
            return trail.refused(new OAuthRefusal.Json(400, METADATA, wrong.getMessage(), wrong.getMessage()));
        } catch (OAuthRefused refused) {
            return trail.refused(refused.why());
        } catch (StoreOutage outage) {
            return trail.failed(outage);
        }
    }

    private void requireBudget(HttpIn in) {
        if (!perPeer.take(Budget.peer(in.peer()))) {
            throw refused(429, "temporarily_unavailable",
                    "Too many registrations from this address. Keep the client_id you got and use it "
                    + "again, or try later.", "more registrations than one address may make in an hour");
        }
    }

    static ObjectNode parse(HttpIn in) {
        if (!in.mediaType().equals("application/json") || in.body().length > Limits.REGISTRATION_BYTES) {
            throw refused(400, METADATA, "Send a JSON object of at most " + Limits.REGISTRATION_BYTES
                    + " bytes with Content-Type application/json.", "content type or size");
        }
        return Json.parse(in.body()).orElseThrow(() ->
                refused(400, METADATA, "The body is not one JSON object.", "not a JSON object"));
    }

    /// What a client gets of what it asks for.
    NewClient wanted(ObjectNode json) {
        if (json.hasNonNull("jwks") && json.hasNonNull("jwks_uri")) {
            throw refused(400, METADATA, "A client may have jwks or jwks_uri, not both.", "jwks and jwks_uri");
        }
        if (OwnKeys.arePrivate(json.path("jwks"))) {
            throw refused(400, METADATA, "The jwks has a private key. Send public ones, and replace that key at once.",
                    "private key in jwks");
        }
        var grants = new LinkedHashSet<>(Json.texts(json, "grant_types").orElse(List.of(GrantType.CODE)));
        grants.retainAll(settings.agents().grantsOf(Client.Kind.DYNAMIC));
        var byCode = grants.contains(GrantType.CODE);
        if (!byCode && !grants.contains(GrantType.JWT_BEARER)) {
            throw refused(400, METADATA, "Clients that register themselves need the grant type authorization_code.",
                    "no authorization_code");
        }
        if (byCode && Json.texts(json, "response_types").filter(types -> !types.contains("code")).isPresent()) {
            throw refused(400, METADATA, "This server has the response type code alone.", "no response type code");
        }
        var keys = OwnKeys.of(json, settings.development());
        return new NewClient(Optional.empty(), Json.text(json, "client_name").orElse(""),
                byCode ? redirectUris(json) : List.of(),
                methods(json, keys), grants,
                DeclaredScopes.of(Json.text(json, "scope"), settings), Optional.empty(), keys, OwnKeys.pushes(json),
                OwnKeys.dpopBound(json) && settings.tokens().dpop() != DpopMode.OFF);
    }

    private List<String> redirectUris(ObjectNode json) {
        var screened = RedirectUris.screen(Json.texts(json, "redirect_uris").orElse(List.of()), settings.registration()
                .privateSchemes());
        // Who says `web` has a server of its own; who says nothing is taken by what it sends (OpenID Registration §2).
        var web = Json.text(json, "application_type").filter("web"::equals).isPresent();
        var accepted = screened.accepted().stream().filter(uri -> !web || !RedirectUris.isNative(uri)).toList();
        if (accepted.isEmpty()) {
            throw refused(400, "invalid_redirect_uri", screened.refused().stream().findFirst()
                    .orElse(screened.accepted().isEmpty()
                    ? "There is no redirect URI." : "A client of application_type web needs a redirect URI with "
                    + "https."), "no redirect URI left");
        }
        return accepted;
    }

    /// Who names no method is entitled to `client_secret_basic` (§2), but many then post: either is taken. Who names
    /// one is held to it.
    private static Set<String> methods(ObjectNode json, NewClient.PublicKeys keys) {
        var named = Json.text(json, "token_endpoint_auth_method");
        if (named.isEmpty()) {
            return AuthMethod.SECRET;
        }
        if (named.get().equals(AuthMethod.NONE) || AuthMethod.SECRET.contains(named.get())) {
            return Set.of(named.get());
        }
        if (named.get().equals(AuthMethod.PRIVATE_KEY_JWT)) {
            if (!OwnKeys.usable(keys.jwks(), keys.jwksUri())) {
                throw refused(400, METADATA, "A client with private_key_jwt has to send its public keys: jwks with a "
                        + "usable key, or an https jwks_uri.", "private_key_jwt without keys");
            }
            return Set.of(named.get());
        }
        throw refused(400, METADATA, "This server has the authentication methods none, client_secret_basic, "
                + "client_secret_post and private_key_jwt.",
                "authentication method not offered");
    }

    /// @param status 201 for a new client
    /// @param token  its registration access token
    Reply answer(int status, Clients.Registered made, ObjectNode asked, String token) {
        var client = made.client();
        var json = Json.object().put("client_id", client.id());
        if (status == 201) {
            json.put("client_id_issued_at", clock.instant().getEpochSecond());
        }
        json.put("registration_client_uri", settings.issuer() + MetadataEndpoint.REGISTER + "/" + client.id())
                .put("registration_access_token", token);
        made.secret().ifPresent(secret -> json.put("client_secret", secret).put("client_secret_expires_at", 0));
        json.put("client_name", client.name());
        var uris = json.putArray("redirect_uris");
        client.redirectUris().forEach(uris::add);
        var grants = json.putArray("grant_types");
        client.grantTypes().stream().sorted().forEach(grants::add);
        var responses = json.putArray("response_types");
        if (client.grantTypes().contains(GrantType.CODE)) {
            responses.add("code");
        }
        json.put("token_endpoint_auth_method", client.authMethods().size() == 1 ? client.authMethods().iterator()
                .next() : AuthMethod.BASIC);
        client.jwksUri().ifPresent(uri -> json.put("jwks_uri", uri.toString()));
        client.jwks().map(Json::own).ifPresent(jwks -> json.set("jwks", jwks));
        if (client.pushes()) {
            json.put("require_pushed_authorization_requests", true);
        }
        if (client.dpopBound() || asked.has("dpop_bound_access_tokens")) {
            json.put("dpop_bound_access_tokens", client.dpopBound());
        }
        json.put("application_type", Json.text(asked, "application_type")
                .filter(type -> type.equals("web") || type.equals("native"))
                .orElse(client.redirectUris().stream().allMatch(RedirectUris::isNative) ? "native" : "web"));
        if (!client.scopes().isEmpty()) {
            json.put("scope", Rows.words(client.scopes()));
        }
        return Trail.noStore(Reply.json(status, Json.bytes(json)));
    }

    private static OAuthRefused refused(int status, String error, String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Json(status, error, description, detail));
    }
}
