package io.github.doorwarden.systems.backend;

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
public class IdentityProvider implements AutoCloseable {

    public static final String ISSUER = "https://idp.example/";
    public static final String AUDIENCE = "https://api.example";
    public static final RSAKey RSA = rsa("key-1", 2048);
    public static final RSAKey ROTATED = rsa("key-2", 2048);
    public static final ECKey EC = ec();

    public final AtomicInteger fetches = new AtomicInteger();
    public volatile List<JWK> keys = List.of(RSA, EC);
    public volatile int status = 200;
    private final HttpServer server;
    private final InstantSource clock;

    public IdentityProvider(InstantSource clock) throws IOException {
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

    public URI jwks() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
    }

    public Provider provider() {
        return new Provider(jwks(), ISSUER, AUDIENCE);
    }

    /// A token from here for [#AUDIENCE], good for five minutes, changed as the test wants.
    ///
    /// @param type of the header; null for none
    public String sign(JWK key, JWSAlgorithm algorithm, String type, Consumer<JWTClaimsSet.Builder> change) {
        var now = clock.instant();
        var claims = new JWTClaimsSet.Builder().issuer(ISSUER).audience(AUDIENCE).issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
        change.accept(claims);
        try {
            var header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).type(type == null ? null
                    : new JOSEObjectType(type)).build();
            var jwt = new SignedJWT(header, claims.build());
            jwt.sign(switch (key) {
                // true: also with keys that are too short
                case RSAKey rsa -> new RSASSASigner(rsa, true);
                case ECKey ec -> new ECDSASigner(ec);
                default -> new MACSigner(key.toOctetSequenceKey());
            });
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public static RSAKey rsa(String id, int bits) {
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
