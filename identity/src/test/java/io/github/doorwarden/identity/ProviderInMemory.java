package io.github.doorwarden.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// An identity provider that answers without a network: metadata, keys, introspection; and signs what it is told.
final class ProviderInMemory implements Provider.Calls {

    static final String ISSUER = "https://login.example/";
    static final RSAKey KEY = rsa("k1");
    static final JsonMapper JSON = JsonMapper.shared();

    final ObjectNode metadata = JSON.createObjectNode().put("issuer", ISSUER)
            .put("jwks_uri", "https://login.example/keys")
            .put("introspection_endpoint", "https://login.example/introspect");
    final Map<String, String> opaque = new TreeMap<>();
    final List<String> asked = new ArrayList<>();
    List<JWK> published = List.of(KEY);
    Optional<String> shown = Optional.empty();
    Map<String, String> form = Map.of();
    boolean down;

    static RSAKey rsa(String kid) {
        try {
            return new RSAKeyGenerator(2048).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Provider.Answer get(URI uri, Optional<String> authorization) throws IOException {
        asked.add(uri.getPath());
        if (down) {
            throw new IOException("it is down");
        }
        return switch (uri.getPath()) {
            case "/.well-known/openid-configuration" -> answer(metadata.toString());
            case "/keys" -> answer(new JWKSet(published).toString(true));
            default -> new Provider.Answer(404, new byte[0]);
        };
    }

    @Override
    public Provider.Answer post(URI uri, Map<String, String> sent, Optional<String> authorization)
            throws IOException {
        asked.add(uri.getPath());
        if (down) {
            throw new IOException("it is down");
        }
        shown = authorization;
        form = sent;
        return answer(opaque.getOrDefault(sent.get("token"), "{\"active\": false}"));
    }

    private static Provider.Answer answer(String json) {
        return new Provider.Answer(200, json.getBytes(StandardCharsets.UTF_8));
    }

    /// A token as this provider would sign it; `json` is all of its claims.
    static String signed(String type, String json) {
        return signed(type, json, KEY, JWSAlgorithm.RS256, new DefaultJWSSignerFactory());
    }

    static String signed(String type, String json, JWK key, JWSAlgorithm algorithm, DefaultJWSSignerFactory signers) {
        try {
            JWSSigner signer = signers.createJWSSigner(key, algorithm);
            var header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID());
            if (!type.isEmpty()) {
                header.type(new JOSEObjectType(type));
            }
            var jws = new JWSObject(header.build(), new Payload(json));
            jws.sign(signer);
            return jws.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Claims that are in order at that time, with changes: `null` takes one away.
    static String claims(Instant now, String... changes) {
        var json = JSON.createObjectNode().put("iss", ISSUER).put("sub", "u1").put("client_id", "c1")
                .put("aud", "https://tools.example/mcp").put("scope", "a b").put("jti", "t1")
                .put("iat", now.getEpochSecond()).put("exp", now.getEpochSecond() + 300);
        for (var i = 0; i < changes.length; i += 2) {
            if (changes[i + 1] == null) {
                json.remove(changes[i]);
            } else {
                json.set(changes[i], JSON.readTree(changes[i + 1]));
            }
        }
        return json.toString();
    }
}
