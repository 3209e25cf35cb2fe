package io.github.doorwarden.authserver;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.authserver.Granted.Acting;
import io.github.doorwarden.identity.JwtVerifier;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Access tokens: signed JWTs (RFC 9068), `typ` `at+jwt`, one audience; or references, when the settings say so
/// ([OpaqueTokens]). Safe for use by many threads.
///
/// Beside the claims of RFC 9068 §2.2: `email` and `name` of a person, and `gid`, the id of the [Grant] that it was
/// issued under; `cnf` when it is bound to a key (RFC 9449 §6); `tenant` when it is for one organisation.
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

    private final Keys keys;
    private final OpaqueTokens opaque;
    private final AuthServerSettings settings;
    private final KeptResources kept;
    private final InstantSource clock;

    AccessTokens(Keys keys, OpaqueTokens opaque, AuthServerSettings settings, KeptResources kept,
            InstantSource clock) {
        this.keys = keys;
        this.opaque = opaque;
        this.settings = settings;
        this.kept = kept;
        this.clock = clock;
    }

    /// For whoever must know before something is spent whether a token can be made.
    ///
    /// @throws OAuthRefused as [#issue] would
    void requireIssuable(Grant grant, Set<String> scopes, Optional<PersonClaims> person) {
        kept.require(grant, scopes, person, Optional.empty());
    }

    /// @param scopes what this token is for: the grant's or fewer
    /// @param person empty for a service
    /// @param acting when the token goes to somebody who acts for the person; it is a JWT then, whatever others are:
    ///               whoever it is for can read it
    /// @param key    thumbprint of the key that it is bound to
    /// @throws OAuthRefused when its resource is kept for others
    Issued issue(Grant grant, Set<String> scopes, Optional<PersonClaims> person, Optional<Acting> acting,
            Optional<String> key) {
        kept.require(grant, scopes, person, acting);
        // Whole seconds, because that is what a JWT can say.
        var now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        var last = acting.map(Acting::end).orElse(grant.expiresAt());
        var end = earlier(now.plus(settings.lifetimes().accessToken()), earlier(last, grant.expiresAt()));
        var facts = new TokenFacts(Hashes.id(), grant.id(), scopes, now, end, key);
        return new Issued(settings.tokens().opaque() && acting.isEmpty() ? opaque.keep(facts)
                : sign(claims(grant, facts, person, acting)), facts.id(), Duration.between(now, end));
    }

    private JWTClaimsSet claims(Grant grant, TokenFacts facts, Optional<PersonClaims> person,
            Optional<Acting> acting) {
        var claims = new JWTClaimsSet.Builder().issuer(settings.issuer().toString())
                .subject(grant.personId().orElse(grant.clientId()))
                .audience(acting.map(Acting::resource).orElse(grant.resource()))
                .issueTime(Date.from(facts.issuedAt()))
                .expirationTime(Date.from(facts.expiresAt())).jwtID(facts.id())
                .claim("client_id", acting.map(Acting::clientId).orElse(grant.clientId()))
                .claim("scope", Rows.words(facts.scopes())).claim(GRANT_CLAIM, grant.id());
        acting.ifPresent(by -> claims.claim("act", Json.map(by.act())));
        grant.signedInAt().ifPresent(at -> claims.claim("auth_time", at.getEpochSecond()));
        grant.signedInAt().ifPresent(at -> claims.claim("acr", Factors.acr(grant.amr())));
        if (!grant.amr().isEmpty()) {
            claims.claim("amr", List.copyOf(new TreeSet<>(grant.amr())));
        }
        // Whoever brought an address in here stood for it: an operator, or a provider that had checked it.
        person.ifPresent(known -> claims.claim("email", known.email()).claim("email_verified", true)
                .claim("name", known.name()));
        grant.tenant().ifPresent(name -> claims.claim(JwtVerifier.TENANT_CLAIM, name));
        facts.boundTo().ifPresent(thumbprint -> claims.claim("cnf", Map.of("jkt", thumbprint)));
        return claims.build();
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private String sign(JWTClaimsSet claims) {
        var key = keys.signing();
        var jwt = new SignedJWT(new JWSHeader.Builder(key.algorithm().jws()).type(TYPE).keyID(key.kid()).build(),
                claims);
        try {
            jwt.sign(key.signer());
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
        return jwt.serialize();
    }

    /// The token that these bytes are, in either form, when we issued it; its end does not matter.
    Optional<TokenFacts> read(String presented) {
        return read(presented, keys, opaque, settings);
    }

    static Optional<TokenFacts> read(String presented, Keys keys, OpaqueTokens opaque, AuthServerSettings settings) {
        return OpaqueTokens.isOne(presented) ? opaque.find(presented) : readJwt(presented, keys, settings);
    }

    private static Optional<TokenFacts> readJwt(String presented, Keys keys, AuthServerSettings settings) {
        try {
            var jwt = SignedJWT.parse(presented);
            var header = jwt.getHeader();
            var key = header.getKeyID() == null ? null : keys.published().getKeyByKeyId(header.getKeyID());
            if (key == null || !TYPE.equals(header.getType())
                    || !SigningAlgorithm.of(key).jws().equals(header.getAlgorithm())
                    || !jwt.verify(SigningAlgorithm.verifier(key))) {
                return Optional.empty();
            }
            var claims = jwt.getJWTClaimsSet();
            return settings.issuer().toString().equals(claims.getIssuer()) ? Optional.of(facts(claims))
                    : Optional.empty();
        } catch (ParseException | JOSEException notOurs) {
            return Optional.empty();
        }
    }

    private static TokenFacts facts(JWTClaimsSet claims) throws ParseException {
        var confirmation = claims.getJSONObjectClaim("cnf");
        return new TokenFacts(claims.getJWTID(), claims.getStringClaim(GRANT_CLAIM),
                Rows.words(claims.getStringClaim("scope")), claims.getIssueTime().toInstant(),
                claims.getExpirationTime().toInstant(),
                Optional.ofNullable(confirmation).map(cnf -> (String) cnf.get("jkt")), claims.getClaim("act") == null
                ? Optional.empty() : Optional.of(new TokenFacts.Holder(claims.getStringClaim("client_id"),
                claims.getAudience().getFirst())));
    }
}
