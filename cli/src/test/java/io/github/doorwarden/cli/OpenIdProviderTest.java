package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A deployment that is an OpenID provider for clients that its operator registered: ID tokens for them and for nobody
/// else, and none of them opens a door.
class OpenIdProviderTest {

    @TempDir
    static Path folder;
    private static Door door;

    @BeforeAll
    static void open() {
        door = Door.open(folder, "authorization:\n", "authorization:\n  openid_provider: true\n");
    }

    @AfterAll
    static void close() {
        door.close();
    }

    private static Agent vouched() {
        return new Agent(door.web, door.origin, door.notes, Door.VOUCHED, Door.VOUCHED_REDIRECT);
    }

    private static JsonNode tokens(Agent agent, String scope, String nonce) {
        var browser = door.browser();
        agent.verifier = Agent.newVerifier();
        var asked = agent.authorization(scope);
        if (!nonce.isEmpty()) {
            asked.put("nonce", nonce);
        }
        var page = browser.get(door.origin + "/authorize?" + Web.encode(asked));
        if (Browser.has(page, "/login")) {
            page = browser.get(browser.signIn(page, Door.EMAIL, Door.PASSWORD).expect(303).location(),
                    "Sec-Fetch-Site", "same-origin");
        }
        if (page.status() == 303) {
            return agent.redeem(Web.query(page.location()).get("code")).json();
        }
        assertEquals(page.body().contains("know who you are"), scope.contains("openid")
                && agent.clientId.equals(Door.VOUCHED), page::toString);
        return agent.redeem(Web.query(browser.decide(page, "allow").expect(303).location()).get("code")).expect(200)
                .json();
    }

    @Test
    void aRegisteredClientLearnsWhoSomebodyIs() throws Exception {
        var json = tokens(vouched(), "openid email profile notes:read", "n-0S6_WzA2Mj");
        assertEquals(Door.READ, json.path("scope").asString(), "scopes of people are not scopes of tools");
        var token = SignedJWT.parse(json.path("id_token").asString());
        var keys = JWKSet.parse(door.web.get(door.origin + "/.well-known/jwks.json").expect(200).body());
        assertTrue(token.verify(new RSASSAVerifier(keys.getKeyByKeyId(token.getHeader().getKeyID()).toRSAKey())));
        var claims = token.getJWTClaimsSet();
        assertEquals(door.origin, claims.getIssuer());
        assertEquals(List.of(Door.VOUCHED), claims.getAudience());
        assertEquals("n-0S6_WzA2Mj", claims.getStringClaim("nonce"));
        assertTrue(claims.getLongClaim("auth_time") > 0);
        var who = door.web.get(door.origin + "/userinfo", "Authorization", "Bearer "
                + json.path("access_token").asString()).expect(200).json();
        assertEquals(claims.getSubject(), who.path("sub").asString());
        assertEquals(Door.EMAIL, who.path("email").asString());
        assertFalse(tokens(vouched(), "openid", "").path("id_token").asString("").isEmpty(), "a nonce is not required");
    }

    @Test
    void anIdTokenOpensNothing() {
        var token = tokens(vouched(), "openid", "x").path("id_token").asString();
        var agent = vouched();
        agent.call(token, "notes_list", "{}").expect(401);
        door.web.get(door.origin + "/userinfo", "Authorization", "Bearer " + token).expect(401);
        assertEquals("invalid_grant", door.web.form(door.origin + "/token", Map.of("grant_type", "refresh_token",
                "refresh_token", token, "client_id", Door.VOUCHED)).expect(400).json().path("error").asString());
    }

    @Test
    void nobodyElseGetsOne() {
        var stranger = Agent.registered(door.web, door.origin, door.notes, "Stranger", "http://127.0.0.1:9/callback");
        assertFalse(tokens(stranger, "openid notes:read", "x").has("id_token"), "who registered itself");
        assertFalse(tokens(vouched(), "notes:read", "x").has("id_token"), "who did not ask");
    }

    @Test
    void aNonceWithoutEndIsRefused() {
        var asked = vouched().authorization("openid");
        asked.put("nonce", "n".repeat(256));
        var browser = door.browser();
        var page = browser.get(door.origin + "/authorize?" + Web.encode(asked));
        var next = browser.signIn(page, Door.EMAIL, Door.PASSWORD).expect(303).location();
        var back = browser.get(next, "Sec-Fetch-Site", "same-origin");
        assertTrue((back.header("Location").orElse("") + back.body()).contains("nonce"), back::toString);
    }

    @Test
    void itsMetadataSayWhatItIs() {
        var json = door.web.get(door.origin + "/.well-known/openid-configuration").expect(200).json();
        assertTrue(json.path("scopes_supported").toString().contains("\"openid\""), json::toString);
        assertTrue(json.path("claims_supported").toString().contains("\"email\""), json::toString);
        assertFalse(door.web.get(door.origin + "/.well-known/oauth-authorization-server").expect(200).json()
                .path("scopes_supported").toString().contains("openid"), "MCP clients would ask for all of them");
    }
}
