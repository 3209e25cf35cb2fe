package io.github.doorwarden.cli.systems;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/// Holds the key with which a front door signs, so that one thing of a token can be wrong and its signature is right;
/// and makes what somebody without that key can make.
final class Forger {

    private final ECKey key;
    private final String issuer;
    private final String audience;

    /// @param state folder of the deployment
    Forger(Path state, String issuer, String audience) {
        this.issuer = issuer;
        this.audience = audience;
        var master = Base64.getUrlDecoder().decode(Copilot.text(state.resolve("secrets").resolve("master-key"))
                .strip());
        try (var database = Database.open(state.resolve("doorwarden.db"))) {
            key = database.first("SELECT kid, sealed_jwk FROM signing_key", row -> parsed(new Seal(master,
                    "signing keys").open(row.getBytes(2), row.getString(1).getBytes(StandardCharsets.UTF_8))
                    .orElseThrow())).orElseThrow();
        }
    }

    private static ECKey parsed(byte[] jwk) {
        try {
            return ECKey.parse(new String(jwk, StandardCharsets.UTF_8));
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private JWTClaimsSet claims(Map<String, Object> other) {
        var now = Instant.now();
        var all = new JWTClaimsSet.Builder().issuer(issuer).subject("person_forged").audience(audience)
                .issueTime(Date.from(now)).expirationTime(Date.from(now.plusSeconds(300)))
                .jwtID(UUID.randomUUID().toString()).claim("client_id", "forger").claim("scope", "mcp:read")
                .claim("email", Copilot.ADMIN);
        other.forEach((name, value) -> all.claim(name, value.equals("") ? null : value));
        return all.build();
    }

    private static Instant in(long seconds) {
        return Instant.now().plusSeconds(seconds);
    }

    /// @param other claims in the place of the right ones; empty: left out
    String signed(Map<String, Object> other) {
        return signed(header -> header, other, key);
    }

    private String signed(UnaryOperator<JWSHeader.Builder> header, Map<String, Object> other, ECKey by) {
        var jwt = new SignedJWT(header.apply(new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType(
                "at+jwt")).keyID(key.getKeyID())).build(), claims(other));
        try {
            jwt.sign(new ECDSASigner(by));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return jwt.serialize();
    }

    /// The token of this name, each wrong in one way.
    String token(String kind) throws JOSEException {
        var mine = new ECKeyGenerator(Curve.P_256).keyID("mine").generate();
        return switch (kind) {
            case "signed by somebody else" -> signed(header -> header, Map.of(), mine);
            case "signed by the key in its own header" -> signed(header -> header.jwk(mine.toPublicJWK()), Map.of(),
                    mine);
            case "of a key that is not published" -> signed(header -> header.keyID("mine"), Map.of(), mine);
            case "without a key id" -> signed(header -> header.keyID(null), Map.of(), key);
            case "alg none" -> new PlainJWT(claims(Map.of())).serialize();
            case "signed with the public key as secret" -> byPublicKey();
            case "an ID token's type" -> signed(header -> header.type(JOSEObjectType.JWT), Map.of(), key);
            case "no type" -> signed(header -> header.type(null), Map.of(), key);
            case "a critical header" -> signed(header -> header.criticalParams(Set.of("exp")), Map.of(), key);
            case "expired a minute ago" -> signed(Map.of("exp", in(-60).getEpochSecond()));
            case "expired now" -> signed(Map.of("exp", in(0).getEpochSecond()));
            case "good in an hour" -> signed(Map.of("nbf", in(3600).getEpochSecond()));
            case "without an end" -> signed(Map.of("exp", ""));
            case "of another issuer" -> signed(Map.of("iss", "https://login.evil.example"));
            case "of the issuer with a slash" -> signed(Map.of("iss", issuer + "/"));
            case "for another audience" -> signed(Map.of("aud", "https://api.instainstru.example"));
            case "for the origin" -> signed(Map.of("aud", issuer));
            case "for the endpoint with a slash" -> signed(Map.of("aud", audience + "/"));
            case "for nobody" -> signed(Map.of("aud", ""));
            case "of nobody" -> signed(Map.of("sub", ""));
            case "of no client" -> signed(Map.of("client_id", ""));
            case "without an id" -> signed(Map.of("jti", ""));
            case "bound to a key" -> signed(Map.of("cnf", Map.of("jkt", "x".repeat(43))));
            case "bound in an unknown way" -> signed(Map.of("cnf", Map.of("x5t#S256", "x".repeat(43))));
            case "with scopes as a list" -> signed(Map.of("scope", java.util.List.of("mcp:read")));
            case "with another payload" -> swapped();
            case "cut short" -> signed(Map.of()).replaceFirst("..$", "");
            case "spelled another way" -> signed(Map.of()) + "=";
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private String byPublicKey() throws JOSEException {
        var jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType("at+jwt"))
                .keyID(key.getKeyID()).build(), claims(Map.of()));
        jwt.sign(new MACSigner(key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
        return jwt.serialize();
    }

    private String swapped() {
        var parts = signed(Map.of()).split("\\.");
        var more = signed(Map.of("scope", "mcp:read mcp:write")).split("\\.");
        return parts[0] + "." + more[1] + "." + parts[2];
    }
}
