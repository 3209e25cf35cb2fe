package io.github.doorwarden.authserver;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.github.doorwarden.identity.Provider;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// An OpenID provider without a network that remembers consent for the one client it knows, as real ones do: whoever is
/// sent there comes straight back with a code. Its answers can be spoiled.
final class OpenIdInMemory implements Provider.Calls {

    static final String ISSUER = "https://login.corp.example";
    static final String SECRET = "the-secret-of-the-door-at-the-provider";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final RSAKey KEY = rsa();

    private record Issued(String nonce, String challenge) {}

    private final InstantSource clock;
    private final Map<String, Issued> codes = new TreeMap<>();
    final List<String> asked = new ArrayList<>();
    /// What this provider gives our server to ask it with.
    static final String ACCESS = "canary-access-token-of-the-provider";

    final ObjectNode metadata = JSON.createObjectNode().put("issuer", ISSUER)
            .put("authorization_endpoint", ISSUER + "/auth").put("token_endpoint", ISSUER + "/token")
            .put("userinfo_endpoint", ISSUER + "/me").put("jwks_uri", ISSUER + "/keys")
            .put("authorization_response_iss_parameter_supported", true);
    /// Who signs in there.
    String subject = "u1";
    /// Of the ID token, beside what every one has; over it, so it can be spoiled.
    ObjectNode spoiled = JSON.createObjectNode();
    ObjectNode userInfo = JSON.createObjectNode().put("sub", "u1").put("email", "grace@corp.example")
            .put("email_verified", true).put("name", "Grace Hopper");
    RSAKey signing = KEY;
    String type = "JWT";
    boolean down;
    /// How our server proves itself; null: by its secret.
    Predicate<Map<String, String>> proof;

    OpenIdInMemory(InstantSource clock) {
        this.clock = clock;
    }

    static RSAKey rsa() {
        try {
            return new RSAKeyGenerator(2048).keyID("p1").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    UpstreamProvider settings(boolean link) {
        return new UpstreamProvider("corp", "Corp", ISSUER, "door", SECRET, false, List.of("openid", "email"), false,
                link, java.util.Set.of("RS256", "ES256"), "email");
    }

    /// A browser that is sent here comes back at once: the address that it is sent back to.
    String visit(String location) {
        var sent = Visitor.answer(location);
        var code = "code-" + codes.size();
        codes.put(code, new Issued(sent.get("nonce"), sent.get("code_challenge")));
        return sent.get("redirect_uri") + "?code=" + code + "&state=" + sent.get("state") + "&iss="
                + Visitor.encode(ISSUER);
    }

    @Override
    public Provider.Answer get(URI uri, Optional<String> authorization) throws IOException {
        up(uri);
        return switch (uri.getPath()) {
            case "/.well-known/openid-configuration" -> json(200, metadata.toString());
            case "/keys" -> json(200, new JWKSet(KEY).toString(true));
            case "/me" -> json(authorization.equals(Optional.of("Bearer " + ACCESS)) ? 200 : 401, userInfo.toString());
            default -> json(404, "{}");
        };
    }

    @Override
    public Provider.Answer post(URI uri, Map<String, String> form, Optional<String> authorization)
            throws IOException {
        up(uri);
        var issued = codes.remove(form.get("code"));
        var proven = proof == null ? authorization.equals(Optional.of(Provider.basic("door", SECRET)))
                : authorization.isEmpty() && proof.test(form);
        if (!proven || issued == null
                || !Hashes.sha256Base64Url(form.get("code_verifier")).equals(issued.challenge)) {
            return json(400, "{\"error\": \"invalid_grant\"}");
        }
        return json(200, JSON.createObjectNode().put("access_token", ACCESS).put("token_type", "Bearer")
                .put("id_token", idToken(issued.nonce)).toString());
    }

    private void up(URI uri) throws IOException {
        asked.add(uri.getPath());
        if (down) {
            throw new IOException("it is down");
        }
    }

    private String idToken(String nonce) {
        var now = clock.instant().getEpochSecond();
        var claims = JSON.createObjectNode().put("iss", ISSUER).put("sub", subject).put("aud", "door")
                .put("nonce", nonce).put("iat", now).put("exp", now + 300);
        claims.setAll(spoiled);
        try {
            var jws = new JWSObject(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("p1")
                    .type(new JOSEObjectType(type)).build(), new Payload(claims.toString()));
            jws.sign(new RSASSASigner(signing));
            return jws.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Provider.Answer json(int status, String json) {
        return new Provider.Answer(status, json.getBytes(StandardCharsets.UTF_8));
    }
}
