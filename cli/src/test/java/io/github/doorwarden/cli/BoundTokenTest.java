package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.cli.Web.Answer;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A client with a key signs its person in, and calls two nodes of one deployment; both forms of access tokens.
class BoundTokenTest {

    private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{}}";

    @TempDir
    Path folder;
    private ECKey key;
    private Door door;

    @BeforeEach
    void makeKey() throws JOSEException {
        key = new ECKeyGenerator(Curve.P_256).generate();
    }

    @AfterEach
    void close() {
        door.close();
    }

    private String proof(String uri, String token) throws JOSEException {
        var claims = new JWTClaimsSet.Builder().jwtID(UUID.randomUUID().toString()).claim("htm", "POST")
                .claim("htu", uri).issueTime(Date.from(Instant.now()));
        if (!token.isEmpty()) {
            claims.claim("ath", Agent.challenge(token));
        }
        var jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK()).build(), claims.build());
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private Answer list(String url, String authorization, String proof) {
        return door.web.post(url, "application/json", LIST, "Accept", "application/json, text/event-stream",
                "MCP-Protocol-Version", Agent.LEGACY, "Authorization", authorization, "DPoP", proof);
    }

    @Test
    void administrationTakesABoundTokenWithItsProofAlone() throws JOSEException {
        door = Door.open(folder, "limits: {calls", "admin: {scope: house:admin}\nlimits: {calls",
                "client_credentials],\n       scopes: [notes:read]}",
                "client_credentials],\n       scopes: [\"house:admin\"]}");
        var admin = door.origin + "/admin";
        var token = door.web.form(door.origin + "/token", Map.of("grant_type", "client_credentials", "client_id",
                "robot", "client_secret", "canary-robot-secret-4711-4711-4711-4711", "resource", admin, "scope",
                "house:admin"), "DPoP", proof(door.origin + "/token", "")).expect(200).json().path("access_token")
                .asString();
        var rotate = admin + "/keys/rotate";
        var proof = proof(rotate, token);
        door.web.post(rotate, "application/json", "{}", "Authorization", "Bearer " + token).expect(401);
        door.web.post(rotate, "application/json", "{}", "Authorization", "DPoP " + token).expect(401);
        door.web.post(rotate, "application/json", "{}", "Authorization", "DPoP " + token, "DPoP",
                proof(admin + "/users/delete", token)).expect(401);
        door.web.post(rotate, "application/json", "{}", "Authorization", "DPoP " + token, "DPoP", proof).expect(200);
        var again = door.web.post(rotate, "application/json", "{}", "Authorization", "DPoP " + token, "DPoP", proof)
                .expect(401);
        assertTrue(again.headers().allValues("WWW-Authenticate").toString().contains("invalid_dpop_proof"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jwt", "opaque"})
    @Covers({"RS-10", "T25", "AS-18a", "AS-46"})
    void aStolenTokenOpensNothingAndItsProofOpensOnce(String form) throws JOSEException {
        door = Door.open(folder, "authorization:\n", "authorization:\n  access_tokens: " + form + "\n");
        var agent = door.agent();
        var ada = door.signedIn();
        var asked = agent.authorization("");
        asked.put("dpop_jkt", key.computeThumbprint().toString());
        var page = ada.get(door.origin + "/authorize?" + Web.encode(asked)).expect(200);
        var code = Web.query(ada.decide(page, "allow").expect(303).location()).get("code");
        assertEquals("invalid_grant", agent.redeem(code).expect(400).json().path("error").asString());
        var tokens = door.web.form(door.origin + "/token", agent.redemption(code), "DPoP",
                proof(door.origin + "/token", "")).expect(200).json();
        assertEquals("DPoP", tokens.path("token_type").asString());
        var token = tokens.path("access_token").asString();
        assertEquals(form.equals("jwt"), token.contains("."));
        var proof = proof(door.notes, token);
        list(door.notes, "DPoP " + token, proof).expect(200);
        var again = list(door.notes, "DPoP " + token, proof).expect(401);
        var challenges = again.headers().allValues("WWW-Authenticate");
        assertTrue(challenges.get(0).startsWith("Bearer resource_metadata="), again::toString);
        assertTrue(challenges.get(1).startsWith("DPoP ") && challenges.get(1).contains("invalid_dpop_proof"),
                again::toString);
        list(door.notes, "Bearer " + token, proof(door.notes, token)).expect(401);
        list(door.memo, "DPoP " + token, proof(door.memo, token)).expect(401);
        try (var second = door.secondNode()) {
            list(second.origin() + "/notes", "DPoP " + token, proof).expect(401);
            list(second.origin() + "/notes", "DPoP " + token, proof(door.notes, token)).expect(200);
            list(second.origin() + "/notes", "DPoP " + token, proof(second.origin() + "/notes", token)).expect(401);
        }
        assertEquals("invalid_grant", agent.refresh(tokens.path("refresh_token").asString()).expect(400).json()
                .path("error").asString());
        try (var administration = door.administration()) {
            var told = administration.explain(token).findings().toString();
            assertTrue(told.contains("bound to the key " + key.computeThumbprint()), told);
            assertTrue(told.contains("The grant behind it holds"), told);
        }
        agent.revoke(token).expect(200);
        list(door.notes, "DPoP " + token, proof(door.notes, token)).expect(401);
        var metadata = door.web.get(door.origin + "/.well-known/oauth-protected-resource/notes").expect(200).json();
        assertEquals(4, metadata.path("dpop_signing_alg_values_supported").size());
        assertFalse(metadata.has("dpop_bound_access_tokens_required"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jwt", "opaque"})
    @Covers("AS-48a")
    void aServerAsksWhatATokenMeans(String form) {
        door = Door.open(folder, "authorization:\n", "authorization:\n  access_tokens: " + form + "\n"
                + "  resources: {api: {identifier: 'urn:api', clients: [robot]}}\n");
        var secret = "canary-robot-secret-4711-4711-4711-4711";
        var credentials = new java.util.LinkedHashMap<>(java.util.Map.of("client_id", "robot", "client_secret", secret,
                "grant_type", "client_credentials", "resource", "urn:api"));
        var token = door.web.form(door.origin + "/token", credentials).expect(200).json().path("access_token")
                .asString();
        credentials.put("token", token);
        var answer = door.web.form(door.origin + "/introspect", credentials).expect(200).json();
        assertEquals("urn:api", answer.path("aud").asString());
        assertEquals("robot", answer.path("client_id").asString());
    }
}
