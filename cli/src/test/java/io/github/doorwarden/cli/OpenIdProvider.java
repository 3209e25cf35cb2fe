package io.github.doorwarden.cli;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/// An OpenID provider on a port of its own, where one person is signed in and has agreed to everything, as at real ones
/// on the second visit. What it says of them is in the ID token alone: it has no user information.
public final class OpenIdProvider implements AutoCloseable {

    public static final String CLIENT = "door";
    public static final String SECRET = "canary-secret-at-the-provider-4711";

    private record Begun(String nonce, String challenge) {}

    private final HttpServer server;
    private final ECKey key;
    private final Map<String, Begun> codes = new ConcurrentHashMap<>();
    public final String issuer;
    /// What it says of the person, beside who they are to it.
    public final Map<String, Object> claims =
            new ConcurrentHashMap<>(Map.of("email", Door.EMAIL, "email_verified", true,
            "name", "Ada Lovelace"));
    /// Who they are to it.
    public volatile String subject = "u1";

    public OpenIdProvider() {
        try {
            key = new ECKeyGenerator(Curve.P_256).keyID("p1").generate();
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/.well-known/openid-configuration", exchange -> answer(exchange, 200, metadata()));
        server.createContext("/keys", exchange -> answer(exchange, 200, new JWKSet(key).toString()));
        server.createContext("/auth", this::authorize);
        server.createContext("/token", this::token);
        server.start();
    }

    private String metadata() {
        return object().put("issuer", issuer).put("authorization_endpoint", issuer + "/auth")
                .put("token_endpoint", issuer + "/token").put("jwks_uri", issuer + "/keys")
                .put("authorization_response_iss_parameter_supported", true).toString();
    }

    /// Straight back, with a code.
    private void authorize(HttpExchange exchange) throws IOException {
        var asked = Web.query(exchange.getRequestURI().toString());
        var code = "code-" + codes.size();
        codes.put(code, new Begun(asked.get("nonce"), asked.get("code_challenge")));
        exchange.getResponseHeaders().add("Location", asked.get("redirect_uri") + "?" + Web.encode(Map.of("code", code,
                "state", asked.get("state"), "iss", issuer)));
        answer(exchange, 302, "");
    }

    private void token(HttpExchange exchange) throws IOException {
        var form = Web.query("/?" + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        var begun = codes.remove(form.get("code"));
        var basic = "Basic " + Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET)
                .getBytes(StandardCharsets.US_ASCII));
        if (begun == null || !basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                || !Agent.challenge(form.get("code_verifier")).equals(begun.challenge)) {
            answer(exchange, 400, object().put("error", "invalid_grant").toString());
            return;
        }
        answer(exchange, 200, object().put("access_token", "canary-token-of-the-provider")
                .put("token_type", "Bearer").put("id_token", idToken(begun.nonce)).toString());
    }

    private String idToken(String nonce) {
        var now = Instant.now();
        var says = new JWTClaimsSet.Builder().issuer(issuer).subject(subject).audience(CLIENT).claim("nonce", nonce)
                .issueTime(Date.from(now)).expirationTime(Date.from(now.plusSeconds(60)));
        claims.forEach(says::claim);
        var jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("p1").type(JOSEObjectType.JWT).build(),
                says.build());
        try {
            jwt.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return jwt.serialize();
    }

    private static ObjectNode object() {
        return Web.JSON.createObjectNode();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
