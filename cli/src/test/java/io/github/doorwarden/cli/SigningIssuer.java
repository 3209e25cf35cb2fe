package io.github.doorwarden.cli;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.function.UnaryOperator;

/// An OpenID provider such as Auth0, as far as a server of resources sees it: discovery, a key set, and access tokens
/// of the type `JWT`, which the test signs as it likes. Its identifier ends in a slash, as Auth0's do.
final class SigningIssuer implements AutoCloseable {

    private final HttpServer server;
    private final RSAKey key;
    final String issuer;

    SigningIssuer() {
        try {
            key = new RSAKeyGenerator(2048).keyID("k1").generate();
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        issuer = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        serve("/.well-known/openid-configuration", Web.JSON.createObjectNode().put("issuer", issuer)
                .put("authorization_endpoint", issuer + "authorize").put("token_endpoint", issuer + "oauth/token")
                .put("jwks_uri", issuer + ".well-known/jwks.json").toString());
        serve("/.well-known/jwks.json", new JWKSet(key.toPublicJWK()).toString());
        server.start();
    }

    private void serve(String path, String body) {
        server.createContext(path, exchange -> {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    /// A token for an hour, for this subject and audience.
    ///
    /// @param more what else it says, or says otherwise
    String token(String subject, String audience, UnaryOperator<JWTClaimsSet.Builder> more) {
        var now = Instant.now();
        var claims = more.apply(new JWTClaimsSet.Builder().issuer(issuer).subject(subject).audience(audience)
                .issueTime(Date.from(now)).expirationTime(Date.from(now.plusSeconds(3600))).claim("azp", "client-1")
                .claim("scope", "openid profile email").claim("email", subject + "@research.example")
                .claim("email_verified", true)).build();
        var jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").type(JOSEObjectType.JWT).build(),
                claims);
        try {
            jwt.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return jwt.serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
