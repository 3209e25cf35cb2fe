package io.github.doorwarden.cli;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.UUID;

/// The key with which a deployment signs, in the hands of a test: so that one claim of a token can be wrong and its
/// signature is right.
final class StolenKey {

    private final RSAKey key;
    private final String issuer;

    /// @param owner whose state has the key
    StolenKey(Door owner) {
        issuer = owner.origin;
        var master = Base64.getUrlDecoder().decode(owner.config.variables().resolve("${generated:master-key}"));
        try (var database = Database.open(owner.folder.resolve("state").resolve("doorwarden.db"))) {
            key = database.first("SELECT kid, sealed_jwk FROM signing_key", row -> open(new Seal(master, "signing keys")
                    .open(row.getBytes(2), row.getString(1).getBytes(StandardCharsets.UTF_8)).orElseThrow()))
                    .orElseThrow();
        }
    }

    private StolenKey(RSAKey key, String issuer) {
        this.key = key;
        this.issuer = issuer;
    }

    private static RSAKey open(byte[] jwk) {
        try {
            return RSAKey.parse(new String(jwk, StandardCharsets.UTF_8));
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The same under a name that nobody has published.
    StolenKey unpublished() {
        return new StolenKey(new RSAKey.Builder(key).keyID("of-somebody-else").build(), issuer);
    }

    /// An access token of a person for five minutes.
    ///
    /// @param claims in the place of the right ones
    String token(String audience, Map<String, Object> claims) {
        return token("at+jwt", audience, claims);
    }

    String token(String type, String audience, Map<String, Object> claims) {
        var now = Instant.now();
        var all = new JWTClaimsSet.Builder().issuer(issuer).subject("person_forged").audience(audience)
                .issueTime(Date.from(now)).expirationTime(Date.from(now.plusSeconds(300)))
                .jwtID(UUID.randomUUID().toString()).claim("client_id", "forger").claim("scope", Door.READ);
        claims.forEach(all::claim);
        var jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).type(new JOSEObjectType(type))
                .keyID(key.getKeyID()).build(), all.build());
        try {
            jwt.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return jwt.serialize();
    }
}
