package io.github.doorwarden.authserver;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.authserver.Granted.Acting;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Access tokens as signed JWTs (RFC 9068): `typ` `at+jwt`, RS256, one audience. Safe for use by many threads.
///
/// Beside the claims of RFC 9068 §2.2: `email` and `name` of a person, and `gid`, the id of the [Grant] that it was
/// issued under.
public final class AccessTokens {

    /// The claim with the id of the grant; [Grants#isRevoked] says whether it is dead.
    public static final String GRANT_CLAIM = "gid";

    static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");

    /// @param value what the client gets; never logged
    /// @param id    `jti`, for the audit log
    record Issued(String value, String id, Duration lifetime) {
        @Override
        public String toString() {
            return "Issued[" + id + "]";
        }
    }

    /// What a token of ours says, for revocation.
    record Named(String clientId, String grantId, String id) {}

    private final Keys keys;
    private final AuthServerSettings settings;
    private final InstantSource clock;

    AccessTokens(Keys keys, AuthServerSettings settings, InstantSource clock) {
        this.keys = keys;
        this.settings = settings;
        this.clock = clock;
    }

    /// @param scopes what this token is for: the grant's or fewer
    /// @param person empty for a service
    Issued issue(Grant grant, Set<String> scopes, Optional<PersonClaims> person) {
        return issue(grant, scopes, person, Optional.empty());
    }

    /// @param acting when the token goes to somebody who acts for the person
    Issued issue(Grant grant, Set<String> scopes, Optional<PersonClaims> person, Optional<Acting> acting) {
        // Whole seconds, because that is what a JWT can say.
        var now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        var last = acting.map(Acting::end).orElse(grant.expiresAt());
        var end = earlier(now.plus(settings.lifetimes().accessToken()), earlier(last, grant.expiresAt()));
        var id = Hashes.id();
        var claims = new JWTClaimsSet.Builder().issuer(settings.issuer().toString())
                .subject(grant.personId().orElse(grant.clientId()))
                .audience(acting.map(Acting::resource).orElse(grant.resource()))
                .issueTime(Date.from(now)).expirationTime(Date.from(end)).jwtID(id)
                .claim("client_id", acting.map(Acting::clientId).orElse(grant.clientId()))
                .claim("scope", Rows.words(scopes)).claim(GRANT_CLAIM, grant.id());
        acting.ifPresent(by -> claims.claim("act", Json.map(by.act())));
        grant.signedInAt().ifPresent(at -> claims.claim("auth_time", at.getEpochSecond()));
        grant.signedInAt().ifPresent(at -> claims.claim("acr", Factors.acr(grant.amr())));
        if (!grant.amr().isEmpty()) {
            claims.claim("amr", List.copyOf(new TreeSet<>(grant.amr())));
        }
        person.ifPresent(known -> claims.claim("email", known.email()).claim("name", known.name()));
        return new Issued(sign(claims.build()), id, Duration.between(now, end));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private String sign(JWTClaimsSet claims) {
        var key = keys.signing();
        var jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).type(TYPE).keyID(key.kid()).build(), claims);
        try {
            jwt.sign(key.signer());
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
        return jwt.serialize();
    }

    /// The token that these bytes are, when we signed it; its end does not matter.
    Optional<Named> read(String presented) {
        try {
            var jwt = SignedJWT.parse(presented);
            var header = jwt.getHeader();
            var key = keys.published().getKeyByKeyId(header.getKeyID());
            if (key == null || !TYPE.equals(header.getType()) || !JWSAlgorithm.RS256.equals(header.getAlgorithm())
                    || !jwt.verify(new RSASSAVerifier(key.toRSAKey()))) {
                return Optional.empty();
            }
            var claims = jwt.getJWTClaimsSet();
            return settings.issuer().toString().equals(claims.getIssuer())
                    ? Optional.of(new Named(claims.getStringClaim("client_id"), claims.getStringClaim(GRANT_CLAIM),
                    claims.getJWTID()))
                    : Optional.empty();
        } catch (ParseException | JOSEException notOurs) {
            return Optional.empty();
        }
    }
}
