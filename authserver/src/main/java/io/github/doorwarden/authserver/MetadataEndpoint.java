package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.AgentSettings.Pushed;
import io.github.doorwarden.authserver.AgentSettings.TrustedIssuer;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.identity.SignIn;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The authorization server's metadata document (RFC 8414) and the same for clients that look for an OpenID provider,
/// at every path where real clients look for it. The documents are made once, from the configuration alone: no header
/// of a request changes them.
final class MetadataEndpoint {

    static final String AUTHORIZE = "/authorize";
    static final String TOKEN = "/token";
    static final String REGISTER = "/register";
    static final String REVOKE = "/revoke";
    static final String PUSH = "/par";
    static final String INTROSPECT = "/introspect";
    static final String DEVICE = "/device_authorization";
    static final String JWKS = "/.well-known/jwks.json";

    private static final String OAUTH = "/.well-known/oauth-authorization-server";
    private static final String OPENID = "/.well-known/openid-configuration";
    private static final String KEPT = "public, max-age=" + Limits.METADATA_KEPT.toSeconds();

    private final AuthServerSettings settings;
    private final Reply oauth;
    private final Reply openId;

    MetadataEndpoint(AuthServerSettings settings) {
        this.settings = settings;
        this.oauth = kept(Reply.json(200, Json.bytes(document())));
        this.openId = kept(Reply.json(200, Json.bytes(openIdDocument())));
    }

    /// May be kept by anybody for a few minutes (AS-7).
    static Reply kept(Reply reply) {
        return reply.with("Cache-Control", KEPT);
    }

    /// The issuer is at the root of its origin; still some clients insert the path of the resource, before or after the
    /// well-known part.
    List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (var path : paths()) {
            routes.add(Route.get(path, Route.Cors.OPEN, in -> path.contains(OPENID) ? openId : oauth));
        }
        return routes;
    }

    Set<String> paths() {
        var paths = new LinkedHashSet<>(List.of(OAUTH, OPENID));
        for (var resource : settings.resources()) {
            var path = trimmed(resource.identifier());
            if (!path.isEmpty() && Objects.equals(resource.identifier().getRawAuthority(), settings.issuer()
                    .getRawAuthority())) {
                paths.addAll(List.of(OAUTH + path, path + OAUTH, OPENID + path, path + OPENID));
            }
        }
        return paths;
    }

    private static String trimmed(URI resource) {
        var path = resource.getRawPath() == null ? "" : resource.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private ObjectNode document() {
        var issuer = settings.issuer().toString();
        var json = Json.object().put("issuer", issuer).put("authorization_endpoint", issuer + AUTHORIZE)
                .put("token_endpoint", issuer + TOKEN).put("revocation_endpoint", issuer + REVOKE)
                .put("introspection_endpoint", issuer + INTROSPECT).put("jwks_uri", issuer + JWKS);
        if (settings.agents().offers(GrantType.DEVICE)) {
            json.put("device_authorization_endpoint", issuer + DEVICE);
        }
        if (settings.registers()) {
            json.put("registration_endpoint", issuer + REGISTER);
        }
        var baseline = settings.resources().stream().flatMap(resource -> resource.scopes().baseline().stream())
                .distinct().toList();
        list(json, "scopes_supported", baseline);
        list(json, "response_types_supported", List.of("code"));
        list(json, "response_modes_supported", List.of("query"));
        list(json, "grant_types_supported", settings.grantTypes());
        if (settings.agents().hasIssuers(TrustedIssuer.Kind.ID_JAG)) {
            list(json, "authorization_grant_profiles_supported", List.of("urn:ietf:params:oauth:grant-profile:id-jag"));
        }
        for (var endpoint : List.of("token_endpoint", "revocation_endpoint")) {
            // Clients choose their metadata document only where they see `none`.
            list(json, endpoint + "_auth_methods_supported", AuthMethod.IN_ORDER);
            list(json, endpoint + "_auth_signing_alg_values_supported", Assertion.ALGORITHMS);
        }
        pushed(json, issuer);
        list(json, "acr_values_supported", List.of(SignIn.ONE_FACTOR, SignIn.TWO_FACTORS));
        list(json, "introspection_endpoint_auth_methods_supported", AuthMethod.IN_ORDER.stream()
                .filter(method -> !method.equals(AuthMethod.NONE)).toList());
        list(json, "introspection_endpoint_auth_signing_alg_values_supported", Assertion.ALGORITHMS);
        settings.tokens().dpop().announce(json, false);
        list(json, "code_challenge_methods_supported", List.of("S256"));
        if (settings.issInAnswers().isPresent()) {
            json.put("authorization_response_iss_parameter_supported", true);
        }
        json.put("client_id_metadata_document_supported", settings.registration().metadataDocuments()
                && settings.agents().offers(GrantType.CODE));
        list(json, "protected_resources", settings.resources().stream().filter(ProtectedResource::unasked)
                .map(resource -> resource.identifier().toString()).toList());
        return json;
    }

    /// RFC 9126 §5.
    private void pushed(ObjectNode json, String issuer) {
        if (settings.pushes()) {
            json.put("pushed_authorization_request_endpoint", issuer + PUSH);
            json.put("require_pushed_authorization_requests", settings.agents().pushed() == Pushed.REQUIRED);
        }
    }

    /// Members that OpenID Connect Discovery §3 requires: several clients refuse a document without them. ID tokens are
    /// for clients that the operator registered, when the server is an OpenID provider at all.
    private ObjectNode openIdDocument() {
        var json = document().put("userinfo_endpoint", settings.issuer() + UserInfoEndpoint.PATH);
        list(json, "subject_types_supported", List.of("public"));
        list(json, "id_token_signing_alg_values_supported", openId() ? List.copyOf(new java.util.TreeSet<>(List.of(
                "RS256", settings.tokens().algorithm().name()))) : List.of("RS256"));
        if (openId()) {
            var scopes = json.withArray("scopes_supported");
            OpenIdRequest.SCOPES.stream().sorted().forEach(scopes::add);
            list(json, "claims_supported", List.of("sub", "auth_time", "acr", "amr", "email", "email_verified",
                    "name"));
        }
        return json;
    }

    private boolean openId() {
        return settings.tokens().openId();
    }

    private static void list(ObjectNode json, String member, List<String> texts) {
        var array = json.putArray(member);
        texts.forEach(array::add);
    }
}
