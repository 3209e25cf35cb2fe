package io.github.doorwarden.systems.toolbridge;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// An issuer of real tokens with its keys served on loopback; counts the fetches.
final class IdentityProvider implements AutoCloseable {

    static final String ISSUER = "https://idp.example/";
    static final String AUDIENCE = "https://toolbridge.example";
    static final RSAKey RSA = rsa("key-1", 2048);
    static final RSAKey ROTATED = rsa("key-2", 2048);
    static final ECKey EC = ec();

    final AtomicInteger fetches = new AtomicInteger();
    volatile List<JWK> keys = List.of(RSA, EC);
    volatile int status = 200;
    private final HttpServer server;
    private final InstantSource clock;

    IdentityProvider(InstantSource clock) throws IOException {
        this.clock = clock;
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/jwks", http -> {
            fetches.incrementAndGet();
            var body = new JWKSet(keys).toString().getBytes(StandardCharsets.UTF_8);
            http.sendResponseHeaders(status, body.length);
            try (http) {
                http.getResponseBody().write(body);
            }
        });
        server.start();
    }

    URI jwks() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
    }

    Settings.Provider settings() {
        return new Settings.Provider(jwks(), ISSUER, AUDIENCE);
    }

    /// A good token of a person whose subject is the address, and whose address is verified.
    String token(String email) {
        return token(email, claims -> {});
    }

    String token(String email, Consumer<JWTClaimsSet.Builder> change) {
        return sign(RSA, JWSAlgorithm.RS256, "at+jwt", claims -> {
            claims.subject("sub-" + email).claim("email", email).claim("email_verified", true);
            change.accept(claims);
        });
    }

    String sign(JWK key, JWSAlgorithm algorithm, String type, Consumer<JWTClaimsSet.Builder> change) {
        var now = clock.instant();
        var claims = new JWTClaimsSet.Builder().issuer(ISSUER).audience(AUDIENCE).issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
        change.accept(claims);
        try {
            var header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).type(type == null ? null
                    : new JOSEObjectType(type)).build();
            var jwt = new SignedJWT(header, claims.build());
            jwt.sign(switch (key) {
                case RSAKey rsa -> new RSASSASigner(rsa);
                case ECKey ec -> new ECDSASigner(ec);
                default -> new MACSigner(key.toOctetSequenceKey());
            });
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static RSAKey rsa(String id, int bits) {
        try {
            return new RSAKeyGenerator(bits, true).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey ec() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("key-ec").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
