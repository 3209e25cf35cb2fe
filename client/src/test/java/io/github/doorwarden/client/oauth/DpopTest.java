package io.github.doorwarden.client.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Tokens that are bound to a key of ours (RFC 9449).
@Covers("CL-12")
class DpopTest {

    private static final StubSite.Reply RS_NONCE = StubSite.Reply.nothing(401).with("WWW-Authenticate",
            "DPoP error=\"use_dpop_nonce\"").with("DPoP-Nonce", "rs-nonce");
    private static final StubSite.Reply AS_NONCE = StubSite.Reply.json(400, Map.of("error", "use_dpop_nonce"))
            .with("DPoP-Nonce", "as-nonce");

    @TempDir
    Path folder;

    /// By access token, the thumbprint of the key it is bound to.
    private final Map<String, String> bound = new ConcurrentHashMap<>();

    private static JWTClaimsSet proof(StubSite.Seen asked, String thumbprint) {
        try {
            var jwt = SignedJWT.parse(asked.header("DPoP"));
            var key = jwt.getHeader().getJWK().toECKey();
            assertEquals("dpop+jwt ES256", jwt.getHeader().getType() + " " + jwt.getHeader().getAlgorithm());
            assertFalse(key.isPrivate());
            assertTrue(jwt.verify(new ECDSAVerifier(key)));
            assertEquals(asked.method(), jwt.getJWTClaimsSet().getStringClaim("htm"));
            assertTrue(thumbprint == null || thumbprint.equals(key.computeThumbprint().toString()), "another key");
            return jwt.getJWTClaimsSet();
        } catch (ParseException | JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private SignedIn site(boolean nonces, OAuthSettings.Bound mode) {
        var site = new SignedIn(folder);
        site.settings = site.settings.with(mode);
        site.authority.metadata = document -> document.putArray("dpop_signing_alg_values_supported").add("ES256");
        var token = site.authority.token;
        site.authority.token = asked -> {
            var claims = proof(asked, null);
            if (nonces && !"as-nonce".equals(claims.getClaim("nonce"))) {
                return AS_NONCE;
            }
            assertEquals(site.authority.origin() + "/token", claims.getClaim("htu"));
            assertNull(claims.getClaim("ath"));
            var answer = (ObjectNode) Documents.JSON.readTree(token.apply(asked).body());
            bound.put(answer.get("access_token").stringValue(), thumbprint(asked));
            return StubSite.Reply.json(200, answer.put("token_type", "DPoP"));
        };
        site.resource.metadata = document -> document.putArray("dpop_signing_alg_values_supported").add("ES256");
        site.resource.door = asked -> {
            var field = asked.header("Authorization");
            if (field.isEmpty()) {
                return null;
            }
            assertTrue(field.startsWith("DPoP "), field);
            var access = field.substring(5);
            var claims = proof(asked, bound.get(access));
            assertEquals(Dpop.hash(access), claims.getClaim("ath"));
            assertEquals(site.resource.address().toString(), claims.getClaim("htu"));
            return nonces && !"rs-nonce".equals(claims.getClaim("nonce")) ? RS_NONCE : null;
        };
        return site;
    }

    private static String thumbprint(StubSite.Seen asked) {
        try {
            return SignedJWT.parse(asked.header("DPoP")).getHeader().getJWK().computeThumbprint().toString();
        } catch (ParseException | JOSEException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aProofGoesWithEachRequest() throws Exception {
        try (var site = site(false, OAuthSettings.Bound.WHEN_KNOWN)) {
            var authorization = site.open();
            assertEquals(200, site.resource.call(authorization));
            assertEquals(200, site.resource.call(authorization));
            site.authority.forgetAccess();
            assertEquals(200, site.call(), "the key is kept with the tokens, and renews them");
            assertEquals(1, site.browser.tabs.size());
            var ids = new HashSet<String>();
            for (var asked : site.resource.calls().stream().filter(one -> !one.header("DPoP").isEmpty()).toList()) {
                assertTrue(ids.add(proof(asked, null).getJWTID()), "each proof is good once");
            }
            assertTrue(authorization.session().orElseThrow().bound());
        }
    }

    @Test
    void bothNonces() throws Exception {
        try (var site = site(true, OAuthSettings.Bound.WHEN_KNOWN)) {
            assertEquals(200, site.call());
            assertEquals(2, site.authority.seen("/token").size());
            assertEquals(1, site.browser.tabs.size());
        }
    }

    @Test
    void whoWantsBoundTokensTakesNoOthers() throws Exception {
        try (var site = new SignedIn(folder)) {
            site.settings = site.settings.with(OAuthSettings.Bound.ALWAYS);
            assertTrue(assertThrows(ClientFailure.class, site::call).getMessage().contains("DPoP"));
            assertNotNull(proof(site.authority.seen("/token").getFirst(), null));
        }
    }

    @Test
    void whereNobodyKnowsThemThereAreNone() throws Exception {
        try (var site = new SignedIn(folder)) {
            assertEquals(200, site.call());
            assertEquals("", site.authority.seen("/token").getFirst().header("DPoP"));
        }
        try (var site = site(false, OAuthSettings.Bound.NEVER)) {
            site.authority.token = site.authority::token;
            site.resource.door = _ -> null;
            assertEquals(200, site.call());
            assertEquals("", site.authority.seen("/token").getFirst().header("DPoP"));
        }
    }
}
