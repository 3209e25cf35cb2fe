package io.github.doorwarden.authserver;

import io.github.doorwarden.identity.DpopMode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads one client metadata document (OAuth Client ID Metadata Document, draft 02, §3, §4, §8.2). Pure.
///
/// Members and grant types that this server does not have are passed over: documents are written for all servers at
/// once.
final class MetadataDocument {

    private static final Pattern PRINTABLE = Pattern.compile("[!-~]+");
    private static final Pattern DOT_SEGMENT =
            Pattern.compile("(?:^|/)(?:\\.|%2e){1,2}(?=/|$)", Pattern.CASE_INSENSITIVE);

    private MetadataDocument() {}

    /// §3: what an id must look like before anything is fetched.
    ///
    /// @param development also `http` to this machine
    static URI url(String id, boolean development) throws DocumentRefused {
        try {
            if (id.length() > Limits.CLIENT_ID_CHARS || !PRINTABLE.matcher(id).matches() || id.contains("\\")) {
                throw new DocumentRefused("The client id is no URL of a metadata document: it is too long or has "
                        + "characters that do not belong in one.");
            }
            var url = new URI(id);
            var secure = "https".equals(url.getScheme()) || development && RedirectUris.isLoopback(id);
            if (!secure || url.getHost() == null) {
                throw new DocumentRefused("The client id is no https URL with a host name.");
            }
            if (url.getRawUserInfo() != null || url.getRawFragment() != null || url.getRawAuthority().endsWith(":")) {
                throw new DocumentRefused("The client id has user information or a fragment, which the URL of a "
                        + "metadata document must not have.");
            }
            if (url.getRawPath().isEmpty() || url.getRawPath().equals("/") || DOT_SEGMENT.matcher(url.getRawPath())
                    .find()) {
                throw new DocumentRefused("The client id needs a path without dot segments.");
            }
            return url;
        } catch (URISyntaxException notAUrl) {
            throw new DocumentRefused("The client id is no valid URL.");
        }
    }

    static Client parse(String id, byte[] body, AuthServerSettings settings) throws DocumentRefused {
        var json = Json.parse(body).orElseThrow(() ->
                new DocumentRefused("The client's metadata document is no JSON object."));
        try {
            return client(id, json, settings);
        } catch (Json.WrongType wrong) {
            throw new DocumentRefused("The client's metadata document is not valid. " + wrong.getMessage());
        }
    }

    private static Client client(String id, ObjectNode json, AuthServerSettings settings) throws DocumentRefused {
        if (!id.equals(Json.text(json, "client_id").orElse(""))) {
            throw new DocumentRefused("The client_id in the client's metadata document is not the URL that it was "
                    + "fetched from.");
        }
        if (json.has("client_secret") || json.has("client_secret_expires_at")) {
            throw new DocumentRefused("The client's metadata document contains a secret, which a public document "
                    + "must not.");
        }
        requirePublicKeys(json);
        if (OwnKeys.dpopBound(json) && settings.tokens().dpop() == DpopMode.OFF) {
            throw new DocumentRefused("The client's metadata document asks for tokens that are bound to a key "
                    + "(dpop_bound_access_tokens), and this server issues none. Ask its operator to switch dpop on.");
        }
        var uris = RedirectUris.screen(Json.texts(json, "redirect_uris").orElse(List.of()), settings.registration()
                .privateSchemes());
        var grants = grants(json, settings);
        if (grants.contains(GrantType.CODE) && uris.accepted().isEmpty()) {
            throw new DocumentRefused("The client's metadata document has no redirect URI that this server accepts. "
                    + uris.refused().stream().findFirst().orElse("It has none at all."));
        }
        var host = URI.create(id).getHost();
        var name = Json.text(json, "client_name").map(text -> Text.clean(text, Limits.CLIENT_NAME_CHARS))
                .filter(text -> !text.isEmpty());
        var jwks = Optional.ofNullable(json.get("jwks")).map(JsonNode::toString);
        var jwksUri = Json.text(json, "jwks_uri").flatMap(uri -> OwnKeys.uri(uri, settings.development()));
        return ClientRows.client(id, Client.Kind.METADATA_DOCUMENT, name.orElse(host), uris.accepted(),
                methods(json, OwnKeys.usable(jwks, jwksUri)), Optional.empty(), jwks, jwksUri, grants,
                DeclaredScopes.of(Json.text(json, "scope"), settings), OwnKeys.pushes(json),
                OwnKeys.dpopBound(json));
    }

    /// Those of its own that this server has for such clients.
    private static Set<String> grants(ObjectNode json, AuthServerSettings settings) throws DocumentRefused {
        var grants = new LinkedHashSet<>(Json.texts(json, "grant_types").orElse(List.of(GrantType.CODE)));
        grants.retainAll(settings.agents().grantsOf(Client.Kind.METADATA_DOCUMENT));
        if (!grants.contains(GrantType.CODE) && !grants.contains(GrantType.JWT_BEARER)) {
            throw new DocumentRefused("The client's metadata document does not list the grant type "
                    + "authorization_code.");
        }
        return grants;
    }

    /// OpenID Connect RP Metadata Choices: the plural member offers several methods, and any of them that this server
    /// has may be used. Who offers `private_key_jwt` alone is held to it (§8.2).
    ///
    /// @param keys whether the document has keys that a signature can be checked with
    private static Set<String> methods(ObjectNode json, boolean keys) throws DocumentRefused {
        var offered = new LinkedHashSet<>(Json.texts(json, "token_endpoint_auth_methods_supported").orElse(List.of()));
        Json.text(json, "token_endpoint_auth_method").ifPresent(offered::add);
        if (offered.isEmpty()) {
            return Set.of(AuthMethod.NONE);
        }
        var none = offered.contains(AuthMethod.NONE);
        offered.removeIf(method -> !(method.equals(AuthMethod.NONE)
                || method.equals(AuthMethod.PRIVATE_KEY_JWT) && (keys || !none)));
        if (offered.contains(AuthMethod.PRIVATE_KEY_JWT) && !keys) {
            throw new DocumentRefused("The client authenticates by private_key_jwt alone, and its metadata document "
                    + "has no usable keys. Let it have jwks or an https jwks_uri, or offer the method none too.");
        }
        if (!offered.isEmpty()) {
            return Set.copyOf(offered);
        }
        throw new DocumentRefused("The client's metadata document asks for authentication by a shared secret, which "
                + "a public document cannot have.");
    }

    private static void requirePublicKeys(ObjectNode json) throws DocumentRefused {
        var jwks = json.get("jwks");
        if (jwks == null) {
            return;
        }
        if (json.has("jwks_uri")) {
            throw new DocumentRefused("The client's metadata document has jwks and jwks_uri; it may have one of them.");
        }
        if (OwnKeys.arePrivate(jwks)) {
            throw new DocumentRefused("The client's metadata document publishes a private key. Its owner must replace "
                    + "that key at once.");
        }
    }
}
