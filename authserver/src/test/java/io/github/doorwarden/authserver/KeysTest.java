package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.identity.JwtVerifier;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {

    @TempDir
    Path folder;
    private Door door;

    @BeforeEach
    void open() {
        door = Door.open(folder);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private JWKSet keySet() throws Exception {
        var answer = door.send(Door.in("GET", "/.well-known/jwks.json", "", "", "192.0.2.1", Headers.NONE));
        assertEquals("public, max-age=300", answer.headers().first("Cache-Control").orElse(""));
        return JWKSet.parse(answer.json().toString());
    }

    private Set<String> kids() throws Exception {
        return keySet().getKeys().stream().map(key -> key.getKeyID()).collect(Collectors.toSet());
    }

    private SignedJWT token() throws Exception {
        return SignedJWT.parse(door.redeem(door.desktop(), door.code(door.desktop())).text("access_token"));
    }

    @Test
    @Covers("AS-45")
    void aTokenIsWhatRfc9068Says() throws Exception {
        door.clock.pass(Duration.ofMillis(1_250));
        var jwt = token();
        assertEquals("at+jwt", jwt.getHeader().getType().toString());
        assertEquals("RS256", jwt.getHeader().getAlgorithm().getName());
        var key = keySet().getKeyByKeyId(jwt.getHeader().getKeyID()).toRSAKey();
        assertTrue(jwt.verify(new RSASSAVerifier(key)));
        assertEquals(3072, key.size());
        var claims = jwt.getJWTClaimsSet();
        assertEquals(Set.of("iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "gid", "auth_time", "acr",
                "email", "email_verified", "name"),
                claims.getClaims().keySet());
        assertEquals(Door.ISSUER, claims.getIssuer());
        assertEquals("desktop", claims.getStringClaim("client_id"));
        assertEquals("mcp:read mcp:write", claims.getStringClaim("scope"));
        assertEquals(300_000, claims.getExpirationTime().getTime() - claims.getIssueTime().getTime());
        assertEquals(22, claims.getJWTID().length());
    }

    @Test
    @Covers("AS-45")
    void noTokenOutlivesItsGrant() throws Exception {
        var client = door.desktop();
        var token = door.redeem(client, door.code(client)).text("refresh_token");
        for (var day = 0; day < 84; day += 12) {
            door.clock.pass(Duration.ofDays(12));
            token = door.refresh(client, token).text("refresh_token");
        }
        door.clock.pass(Duration.ofDays(6).minusSeconds(100));
        var last = door.refresh(client, token);
        assertEquals(100, last.json().get("expires_in").asInt());
    }

    @Test
    @Covers("AS-47")
    void aNewKeyIsPublishedBeforeItSignsAndTheOldOneUntilItsLastTokenIsDead() throws Exception {
        var before = token();
        var old = before.getHeader().getKeyID();
        var next = door.keys.rotate();
        assertNotEquals(old, next);
        assertEquals(Set.of(old, next), kids());
        assertEquals(old, token().getHeader().getKeyID(), "readers may not have seen the new one yet");
        door.clock.pass(Duration.ofMinutes(10).minusMillis(1));
        var last = token();
        assertEquals(old, last.getHeader().getKeyID());
        door.clock.pass(Duration.ofMillis(1));
        assertEquals(next, token().getHeader().getKeyID());
        door.clock.pass(Duration.ofMinutes(5));
        assertEquals(Set.of(old, next), kids(), "the last token that it signed has just died; clocks may differ");
        assertTrue(last.getJWTClaimsSet().getExpirationTime().toInstant().compareTo(door.clock.instant()) <= 0);
        door.clock.pass(Duration.ofMinutes(1));
        assertEquals(Set.of(next), kids());
        door.side.sweep(door.clock.instant().plusMillis(1));
        assertEquals(1, door.database.query("SELECT 1 FROM signing_key", row -> 1).size());
    }

    @Test
    void whatIsPublishedIsTheSameObjectUntilTheKeysChange() {
        var first = door.keys.published();
        door.keys.refresh();
        assertSame(first, door.keys.published(), "readers would verify every token again");
        door.keys.rotate();
        var both = door.keys.published();
        assertEquals(2, both.size());
        assertSame(both, door.keys.published());
        door.clock.pass(Duration.ofMinutes(17));
        assertEquals(1, door.keys.published().size());
        assertSame(door.keys.published(), door.keys.published());
    }

    @Test
    @Covers("AS-47")
    void anotherProcessSignsWithTheSameKeys() throws Exception {
        try (var second = door.second(folder)) {
            var next = door.keys.rotate();
            second.keys.refresh();
            door.clock.pass(Duration.ofMinutes(10));
            assertEquals(next, second.keys.signing().kid());
        }
    }

    @Test
    @Covers("AS-47")
    void privatePartsAreSealedAndNeverPublished() throws Exception {
        assertFalse(keySet().getKeys().stream().anyMatch(key -> key.isPrivate()));
        var stored = door.database.first("SELECT sealed_jwk || public_jwk FROM signing_key", row -> row.getString(1))
                .orElseThrow();
        assertFalse(stored.contains("\"d\":") || stored.contains("\"p\":"));
        var other = "another master key, 32 bytes too".getBytes(StandardCharsets.US_ASCII);
        var refused = assertThrows(IllegalStateException.class, () ->
                new Keys(door.database, other, door.settings, door.clock));
        assertTrue(refused.getMessage().contains("Restore the master key"));
        assertThrows(IllegalArgumentException.class, () ->
                new Keys(door.database, new byte[31], door.settings, door.clock));
    }

    @Test
    @Covers("AS-47")
    void theNameOfAKeyIsItsThumbprint() throws Exception {
        var key = keySet().getKeys().getFirst();
        assertEquals(key.computeThumbprint().toString(), key.getKeyID());
    }

    @Test
    @Covers("AS-47")
    void aKeyThatHasSignedForLongEnoughIsReplacedByOneOfAllNodes() throws Exception {
        var old = token().getHeader().getKeyID();
        door.side.sweep(door.clock.instant());
        assertEquals(Set.of(old), kids());
        door.clock.pass(Duration.ofDays(90).minus(Duration.ofMinutes(10)));
        try (var second = door.second(folder)) {
            door.side.sweep(door.clock.instant());
            second.side.sweep(door.clock.instant());
            assertEquals(2, kids().size(), "the second node found it made");
            second.keys.refresh();
            assertEquals(2, second.keys.list().size());
        }
        assertEquals(old, token().getHeader().getKeyID());
        door.clock.pass(Duration.ofMinutes(10));
        assertNotEquals(old, token().getHeader().getKeyID());
        var states = door.keys.list().stream().map(key -> key.state(door.clock.instant())).toList();
        assertEquals(List.of("retired", "signing"), states);
    }

    @Test
    @Covers("AS-47")
    void anotherAlgorithmComesByTheSameWay() throws Exception {
        for (var algorithm : List.of(SigningAlgorithm.ES256, SigningAlgorithm.PS256)) {
            var before = token();
            try (var changed = new Door(folder.resolve("door.db"), door.clock,
                    Door.tokens(false, algorithm, DpopMode.OFF, false))) {
                assertEquals(before.getHeader().getKeyID(), changed.keys.signing().kid());
                changed.keys.rotateWhenDue();
                changed.keys.rotateWhenDue();
                door.clock.pass(Duration.ofMinutes(10));
                var text = changed.redeem(changed.desktop(), changed.code(changed.desktop())).text("access_token");
                assertEquals(algorithm.name(), SignedJWT.parse(text).getHeader().getAlgorithm().getName());
                var tokens = new JwtVerifier(Door.ISSUER, changed.keys::published,
                        io.github.doorwarden.identity.Limits.STANDARD, door.clock);
                assertEquals("p_ada", tokens.verify(text).subject());
                var published = changed.keys.published().getKeys().getLast();
                assertEquals(algorithm.name(), published.getAlgorithm().getName());
                assertFalse(published.isPrivate());
                door.keys.refresh();
            }
            door.clock.pass(Duration.ofMinutes(1));
        }
    }

    @Test
    void sealedForOnePurposeIsNotOpenedForAnother() {
        var secret = "secret".getBytes(StandardCharsets.US_ASCII);
        var context = new byte[] {1};
        var sealed = new Seal(secret, "a").seal(new byte[] {1, 2, 3}, context);
        assertTrue(new Seal(secret, "a").open(sealed, context).isPresent());
        assertTrue(new Seal(secret, "b").open(sealed, context).isEmpty());
        assertTrue(new Seal(secret, "a").open(sealed, new byte[] {2}).isEmpty());
        assertTrue(new Seal(secret, "a").open(new byte[5], context).isEmpty());
        sealed[sealed.length - 1] ^= 1;
        assertTrue(new Seal(secret, "a").open(sealed, context).isEmpty());
    }
}
