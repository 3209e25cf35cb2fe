package io.github.doorwarden.authserver;

import io.github.doorwarden.authserver.AgentSettings.Pushed;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.identity.DpopMode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The checks of an authorization request, one method each, in the order in which [AuthorizeEndpoint] makes them. None
/// of them knows who the person is. Until the redirect URI has been matched they refuse with a page; from then on with
/// a redirect.
final class AuthorizeSteps {

    private static final Pattern S256 = Pattern.compile("[A-Za-z0-9_-]{43}");

    /// OpenID Connect scopes that clients ask for out of habit ([Quirk#NEEDLESS_SCOPES]). They mean nothing here and do
    /// no harm.
    private static final Set<String> HARMLESS =
            Set.of("offline_access", "openid", "profile", "email", "address", "phone");

    private final AuthServerSettings settings;
    private final Clients clients;
    private final PushedRequests pushed;

    AuthorizeSteps(AuthServerSettings settings, Clients clients, PushedRequests pushed) {
        this.settings = settings;
        this.clients = clients;
        this.pushed = pushed;
    }

    /// @throws OAuthRefused as a page: an oversized, ambiguous or broken query names no redirect URI that could be
    /// trusted
    Params params(HttpIn in) {
        var query = Gate.query(in);
        return settings.agents().pushed() == Pushed.OFF ? query : pushed.opened(query);
    }

    /// @throws OAuthRefused as a page
    String clientId(Params params) {
        return params.one("client_id").orElseThrow(() -> page("invalid_request",
                "The application did not say which it is: client_id is missing. The fault is its own.",
                ""));
    }

    /// Empty when nothing is known of this id but that it is the URL of a document, which is fetched only for people
    /// who have signed in (CIMD draft-02 §8.6).
    ///
    /// @throws OAuthRefused as a page
    Optional<Client> client(String id, boolean signedIn) {
        var client = signedIn ? clients.resolve(id) : clients.known(id);
        if (client.isEmpty() && (signedIn || !MetadataDocuments.isUrl(id)
                || !settings.registration().metadataDocuments())) {
            throw page("invalid_client",
                    "This server does not know the application that sent you here. It may have registered long ago: "
                    + "remove the connection in the application and add it again.", "unknown client_id");
        }
        return client;
    }

    /// @throws OAuthRefused as a page, never as a redirect (OAuth 2.1 §4.1.2.1)
    RegisteredRedirect redirect(Client client, Params params) {
        var presented = params.one("redirect_uri").orElseThrow(() -> page("invalid_request",
                "The application did not say where to send you back: redirect_uri is missing. The fault is its own.",
                ""));
        var alias = settings.quirks().on(Quirk.LOOPBACK_HOST, client);
        return RedirectUris.match(client.redirectUris(), presented, alias).orElseThrow(() -> page("invalid_request",
                "The application wants you sent to an address that it has not registered here, so you stay here. "
                        + "Somebody may be trying to trick you; or the application "
                        + "changed its address and has to register again.",
                "redirect_uri matches none of the registered"));
    }

    /// The request as a whole.
    ///
    /// @throws OAuthRefused as a redirect
    AuthorizeRequest read(Params params, Client client, RegisteredRedirect to) {
        mayAskPeople(client, to);                            // unauthorized_client         OAuth 2.1 §4.1.2.1
        pushedWhereNeeded(params, client, to);               // invalid_request             RFC 9126 §6
        notRequestObjects(params, to);                       // request_not_supported       OpenID Connect Core §6
        codeByQuery(params, to);                             // unsupported_response_type   OAuth 2.1 §4.1.1
        var challenge = challenge(params, to);               // invalid_request             OAuth 2.1 §4.1.1, §7.5.1
        var resource = resource(params, to);                 // invalid_target              RFC 8707 §2
        var scopes = scopes(params, client, resource, to);   // invalid_scope               OAuth 2.1 §1.4.1
        var prompts = Set.copyOf(List.of(params.one("prompt").orElse("").split(" +")));
        return new AuthorizeRequest(client, to, resource, scopes, challenge, params.one("state"), prompts,
                key(params, to),                             // invalid_request             RFC 9449 §10
                OpenIdRequest.of(params, client, settings, to));   // invalid_request       OpenID Connect Core §3.1.2.1
    }

    static boolean silent(Params params) {
        return params.one("prompt").equals(Optional.of("none"));
    }

    private void mayAskPeople(Client client, RegisteredRedirect to) {
        if (!settings.agents().offers(GrantType.CODE)) {
            throw redirect(to, "unauthorized_client", "This server is for programs without people: its operator has "
                    + "switched the grant type authorization_code off.");
        }
        if (!client.grantTypes().contains(GrantType.CODE)) {
            throw redirect(to, "unauthorized_client",
                    "This client is not registered for the grant type authorization_code.");
        }
    }

    private void pushedWhereNeeded(Params params, Client client, RegisteredRedirect to) {
        if (!params.pushed() && (client.pushes() || settings.agents().pushed() == Pushed.REQUIRED)) {
            throw redirect(to, "invalid_request", client.pushes()
                    ? "This client is registered to push its requests. Push this one, and send its request_uri."
                    : "This server takes pushed requests alone. Push this one, and send its request_uri.");
        }
    }

    private static void notRequestObjects(Params params, RegisteredRedirect to) {
        if (params.one("request").isPresent()) {
            throw redirect(to, "request_not_supported",
                    "Request objects are not supported. Send the parameters in the query.");
        }
        if (params.one("request_uri").isPresent()) {
            throw redirect(to, "request_uri_not_supported",
                    "There is no pushed request of that name. Push the request, or send the parameters in the query.");
        }
    }

    private static void codeByQuery(Params params, RegisteredRedirect to) {
        var type = params.one("response_type").orElseThrow(() -> redirect(to, "invalid_request",
                "response_type is missing. Send code."));
        if (!type.equals("code")) {
            throw redirect(to, "unsupported_response_type", "Only response_type=code is supported.");
        }
        if (!params.one("response_mode").orElse("query").equals("query")) {
            throw redirect(to, "invalid_request", "Only response_mode=query is supported.");
        }
    }

    private static String challenge(Params params, RegisteredRedirect to) {
        var challenge = params.one("code_challenge").orElseThrow(() -> redirect(to, "invalid_request",
                "code_challenge is missing. Every client has to use PKCE with S256."));
        if (!params.one("code_challenge_method").equals(Optional.of("S256"))) {
            throw redirect(to, "invalid_request",
                    "code_challenge_method has to be S256; without it plain is meant, which is not supported.");
        }
        if (!S256.matcher(challenge).matches()) {
            throw redirect(to, "invalid_request",
                    "code_challenge is not the base64url of a SHA-256 hash: 43 characters without padding.");
        }
        return challenge;
    }

    /// A server that knows nothing of DPoP ignores it; so does this one while that is off.
    private Optional<String> key(Params params, RegisteredRedirect to) {
        var thumbprint = params.one("dpop_jkt").filter(any -> settings.tokens().dpop() != DpopMode.OFF);
        if (thumbprint.filter(text -> !S256.matcher(text).matches()).isPresent()) {
            throw redirect(to, "invalid_request",
                    "dpop_jkt is not the SHA-256 thumbprint of a key: 43 characters of base64url without padding.");
        }
        return thumbprint;
    }

    /// Without a `resource` (clients of MCP 2025-03-26 send none) there must be no doubt which one is meant.
    private ProtectedResource resource(Params params, RegisteredRedirect to) {
        var asked = params.all("resource");
        if (asked.isEmpty()) {
            var candidates = settings.resources().stream().filter(ProtectedResource::unasked).toList();
            var chosen = candidates.size() == 1 ? candidates
                    : candidates.stream().filter(r -> !r.scopes().baseline().isEmpty()).toList();
            if (chosen.size() != 1) {
                throw redirect(to, "invalid_target",
                        "This server guards several resources. Say in resource which one you want.");
            }
            return chosen.getFirst();
        }
        var found = asked.stream().map(settings::resource).distinct().toList();
        if (found.size() != 1 || found.getFirst().filter(ProtectedResource::forPeople).isEmpty()) {
            throw redirect(to, "invalid_target", found.size() > 1 ? "Ask for one resource at a time."
                    : "This server issues no tokens for that resource. Its metadata has its identifier.");
        }
        return found.getFirst().get();
    }

    /// A client that asks for more than it may have gets what it may have (RFC 6749 §3.3); one that would get nothing
    /// is refused.
    private Set<String> scopes(Params params, Client client, ProtectedResource resource, RegisteredRedirect to) {
        var scopes = resource.scopes();
        var asked = new LinkedHashSet<>(List.of(params.one("scope").orElse("").split(" ")));
        asked.remove("");
        if (settings.quirks().on(Quirk.NEEDLESS_SCOPES, client)) {
            asked.removeIf(name -> HARMLESS.contains(name) && !scopes.knows(name));
        }
        if (OpenIdRequest.mayBy(client, settings)) {
            asked.removeIf(name -> OpenIdRequest.SCOPES.contains(name) && !scopes.knows(name));
        }
        if (asked.stream().anyMatch(name -> !scopes.knows(name))) {
            throw redirect(to, "invalid_scope",
                    "The resource has no such scope. Its metadata lists those that it has.");
        }
        var wanted = DeclaredScopes.wanted(client, scopes, asked);
        wanted.retainAll(settings.registration().unvouched().of(client, scopes, wanted));
        if (wanted.isEmpty() && !scopes.all().isEmpty()) {
            throw redirect(to, "invalid_scope", asked.isEmpty()
                    ? "Say in scope what you want: the resource has no scopes that are given unasked."
                    : "This client may have none of the scopes that it asked for.");
        }
        return wanted;
    }

    private static OAuthRefused page(String error, String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Page(400, error, description, detail));
    }

    static OAuthRefused redirect(RegisteredRedirect to, String error, String description) {
        return new OAuthRefused(new OAuthRefusal.Redirect(to, error, description, ""));
    }
}
