package io.github.doorwarden.authserver;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.TreeSet;

/// ID tokens: who somebody is, for one client (OpenID Connect Core §2, §3.1.3.6). Their type and their audience keep
/// them from being taken for access tokens. Address and name are at `/userinfo` (§5.4). Safe for use by many threads.
final class IdTokens {

    private final Keys keys;
    private final AuthServerSettings settings;
    private final InstantSource clock;

    IdTokens(Keys keys, AuthServerSettings settings, InstantSource clock) {
        this.keys = keys;
        this.settings = settings;
        this.clock = clock;
    }

    /// @param grant       of a person
    /// @param accessToken that is issued beside it
    String issue(Grant grant, OpenIdRequest asked, String accessToken) {
        var now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        var claims = new JWTClaimsSet.Builder().issuer(settings.issuer().toString())
                .subject(grant.personId().orElseThrow()).audience(grant.clientId()).issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(settings.lifetimes().accessToken())))
                .claim("at_hash", half(accessToken));
        asked.nonce().ifPresent(nonce -> claims.claim("nonce", nonce));
        grant.signedInAt().ifPresent(at -> claims.claim("auth_time", at.getEpochSecond()));
        grant.signedInAt().ifPresent(at -> claims.claim("acr", Factors.acr(grant.amr())));
        if (!grant.amr().isEmpty()) {
            claims.claim("amr", List.copyOf(new TreeSet<>(grant.amr())));
        }
        var key = keys.signing();
        var jwt = new SignedJWT(new JWSHeader.Builder(key.algorithm().jws()).type(JOSEObjectType.JWT)
                .keyID(key.kid()).build(), claims.build());
        try {
            jwt.sign(key.signer());
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
        return jwt.serialize();
    }

    /// The left half of its hash; all our algorithms use SHA-256.
    private static String half(String accessToken) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(accessToken.getBytes(StandardCharsets.US_ASCII));
            return Base64URL.encode(Arrays.copyOf(hash, hash.length / 2)).toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
