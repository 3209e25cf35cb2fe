package io.github.doorwarden.authserver;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/// A client as a row: what it says of itself is one JSON column, because only this server reads it and only as a whole.
final class ClientRows {

    private ClientRows() {}

    static String metadata(Client client) {
        var json = Json.object();
        json.put("name", client.name());
        put(json, "redirect_uris", client.redirectUris());
        put(json, "auth_methods", new TreeSet<>(client.authMethods()));
        put(json, "grant_types", new TreeSet<>(client.grantTypes()));
        put(json, "scopes", new TreeSet<>(client.scopes()));
        client.jwks().ifPresent(jwks -> json.put("jwks", jwks));
        client.jwksUri().ifPresent(uri -> json.put("jwks_uri", uri.toString()));
        if (client.pushes()) {
            json.put("pushes", true);
        }
        if (client.dpopBound()) {
            json.put("dpop_bound", true);
        }
        return json.toString();
    }

    private static void put(ObjectNode json, String member, Collection<String> texts) {
        var array = json.putArray(member);
        texts.forEach(array::add);
    }

    static Client read(ResultSet row) throws SQLException {
        var json = Json.own(row.getString("metadata"));
        return client(row.getString("id"), Client.Kind.valueOf(row.getString("kind")), Json.text(json, "name")
                .orElse(""),
                texts(json, "redirect_uris"), Set.copyOf(texts(json, "auth_methods")),
                Optional.ofNullable(row.getBytes("secret_hash")),
                Json.text(json, "jwks"), Json.text(json, "jwks_uri").map(URI::create),
                Set.copyOf(texts(json, "grant_types")),
                Set.copyOf(texts(json, "scopes")), json.path("pushes").asBoolean(false),
                json.path("dpop_bound").asBoolean(false));
    }

    private static List<String> texts(ObjectNode json, String member) {
        return Json.texts(json, member).orElse(List.of());
    }

    /// A client with the digest that belongs to it.
    static Client client(String id, Client.Kind kind, String name, List<String> redirectUris, Set<String> authMethods,
            Optional<byte[]> secretHash, Optional<String> jwks, Optional<URI> jwksUri, Set<String> grantTypes,
            Set<String> scopes, boolean pushes, boolean dpopBound) {
        var bound = String.join("\n", new TreeSet<>(redirectUris)) + "\n\n"
                + String.join("\n", new TreeSet<>(authMethods)) + "\n\n"
                + jwks.orElse("") + "\n\n" + jwksUri.map(URI::toString).orElse("");
        return new Client(id, kind, name, redirectUris, authMethods, secretHash, jwks, jwksUri, grantTypes, scopes,
                pushes, dpopBound, Hashes.sha256Base64Url(bound));
    }
}
