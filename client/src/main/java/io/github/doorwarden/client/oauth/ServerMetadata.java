package io.github.doorwarden.client.oauth;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What an authorization server says about itself (RFC 8414 §2), as far as a client needs it. Every address in it may
/// be asked.
///
/// @param issuer      byte for byte as it was found
/// @param authMethods of the token endpoint; absent means `client_secret_basic` (RFC 8414 §2)
/// @param issIsSaid   every answer of the authorization endpoint names the issuer (RFC 9207 §3)
/// @param documents   client ids may be addresses of documents
record ServerMetadata(String issuer, Optional<URI> authorization, URI token, Optional<URI> registration,
        Optional<URI> revocation, Optional<List<String>> scopes, Optional<List<String>> authMethods,
        List<String> challengeMethods, boolean issIsSaid, boolean documents, List<String> proofAlgorithms) {

    /// @return empty when something in it must not be used
    static Optional<ServerMetadata> read(ObjectNode document) {
        var issuer = Documents.text(document, "issuer");
        var token = address(document, "token_endpoint");
        if (issuer.isEmpty() || token.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ServerMetadata(issuer.get(), address(document, "authorization_endpoint"), token.get(),
                address(document, "registration_endpoint"), address(document, "revocation_endpoint"),
                Documents.texts(document, "scopes_supported"),
                Documents.texts(document, "token_endpoint_auth_methods_supported"),
                Documents.texts(document, "code_challenge_methods_supported").orElse(List.of()),
                Documents.flag(document, "authorization_response_iss_parameter_supported"),
                Documents.flag(document, "client_id_metadata_document_supported"),
                Documents.texts(document, "dpop_signing_alg_values_supported").orElse(List.of())));
    }

    /// Of a server of revision 2025-03-26 that says nothing about itself: it has its endpoints at these paths.
    static ServerMetadata assumed(String origin) {
        return new ServerMetadata(origin, Optional.of(URI.create(origin + "/authorize")),
                URI.create(origin + "/token"), Optional.of(URI.create(origin + "/register")), Optional.empty(),
                Optional.empty(), Optional.of(List.of("none", "client_secret_basic")), List.of("S256"), false, false,
                List.of());
    }

    /// Of a server of which nothing is known but where it gives out tokens.
    static ServerMetadata at(String issuer, URI token) {
        return new ServerMetadata(issuer, Optional.empty(), token, Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), List.of(), false, false, List.of());
    }

    private static Optional<URI> address(ObjectNode document, String name) {
        return Documents.text(document, name).flatMap(Origin::safe);
    }

    /// Whether codes are protected as we do it (MCP 2026-07-28, Authorization Code Protection).
    boolean hasS256() {
        return challengeMethods.contains("S256");
    }

    boolean takes(String method) {
        return authMethods.map(all -> all.contains(method)).orElse(method.equals("client_secret_basic"));
    }
}
