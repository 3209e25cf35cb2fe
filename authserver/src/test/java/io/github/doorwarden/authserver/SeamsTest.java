package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Attacks where two parts of the token side meet: each part holds by itself.
class SeamsTest {

    private static final Map<String, Object> PUSHED = Map.of("htu", Door.ISSUER + "/par");

    @TempDir
    Path folder;
    private Door door;

    @AfterEach
    void close() {
        door.close();
    }

    private int remembered() {
        return door.database.first("SELECT COUNT(*) FROM spent", row -> row.getInt(1)).orElseThrow();
    }

    private Door.Answer with(String proof, String path, String... pairs) {
        return door.send(Door.post(path, Door.form(pairs), "DPoP", proof));
    }

    @Test
    @Covers({"T25", "T23"})
    void noStrangerMakesUsRememberProofsWhateverGrantTheyName() throws Exception {
        door = Door.open(folder, Door.with(new AgentSettings(GrantType.ALL, AgentSettings.Pushed.OFFERED, Set.of(),
                List.of(new AgentSettings.TrustedIssuer("cloud", "https://cloud.example",
                        AgentSettings.TrustedIssuer.Kind.WORKLOAD, Optional.empty(),
                        Optional.of("{\"keys\":[" + new ECKeyGenerator(Curve.P_256).keyID("ec").generate()
                                .toPublicJWK() + "]}"), AgentSettings.TrustedIssuer.Audience.EITHER, true, Set.of(),
                        Set.of(), Set.of(), List.of(new AgentSettings.Workload("job", "ns:job", Map.of(), Set.of(),
                        Set.of("mcp:read"))))),
                List.of(new AgentSettings.Exchange("desktop", Door.MCP, Door.API, Set.of()))), false));
        var client = door.desktop().id();
        var thief = new Holder(door.clock);
        var forged = new Signer().sign(Signer.claims("https://cloud.example", "ns:job", Door.ISSUER,
                door.clock.instant()));
        for (var grant : GrantType.IN_ORDER) {
            var answer = with(thief.proof(), "/token", "grant_type", grant, "client_id", client, "code", "guess",
                    "refresh_token", "guess", "device_code", "guess", "assertion", forged, "subject_token", "guess",
                    "subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
            assertTrue(answer.status() >= 400, grant);
        }
        assertEquals("invalid_grant", with(thief.proof(), "/token", "grant_type", GrantType.JWT_BEARER, "assertion",
                forged).error());
        assertEquals(0, remembered(), "a row for whoever asks");
    }

    @Test
    @Covers({"AS-18a", "AS-21"})
    void aProofBesideAPushedRequestBindsTheCodeAsDpopJktDoes() {
        door = Door.open(folder);
        door.desktop();
        var ada = new Holder(door.clock);
        var pushed = with(ada.proof(PUSHED), "/par", request());
        assertEquals(201, pushed.status(), pushed.json().toString());
        assertEquals(Optional.of(ada.thumbprint()), opened(pushed).one("dpop_jkt"));
        assertEquals(201, with(ada.proof(PUSHED), "/par", request("dpop_jkt", ada.thumbprint())).status());
        var other = new Holder(door.clock);
        assertEquals("invalid_dpop_proof", with(other.proof(PUSHED), "/par", request("dpop_jkt", ada.thumbprint()))
                .error());
        assertEquals("invalid_dpop_proof", with(ada.proof(), "/par", request()).error(), "made for /token");
        var proof = ada.proof(PUSHED);
        assertEquals(201, with(proof, "/par", request()).status());
        assertEquals("invalid_dpop_proof", with(proof, "/par", request()).error(), "once");
    }

    @Test
    @Covers({"AS-39a", "AS-21"})
    void aPushedRequestIsToldTheNonceToo() {
        door = Door.open(folder, Door.tokens(false, SigningAlgorithm.RS256, DpopMode.OPTIONAL, true));
        door.desktop();
        var ada = new Holder(door.clock);
        var first = with(ada.proof(PUSHED), "/par", request());
        assertEquals("use_dpop_nonce", first.error());
        var nonce = first.headers().first("DPoP-Nonce").orElseThrow();
        assertEquals(201, with(ada.proof(Map.of("htu", Door.ISSUER + "/par", "nonce", nonce)), "/par", request())
                .status());
    }

    private Params opened(Door.Answer pushed) {
        return new PushedRequests(door.database, door.clock).opened(Gate.parse("client_id=desktop&request_uri="
                + pushed.text("request_uri")));
    }

    private static String[] request(String... more) {
        var usual = List.of("client_id", "desktop", "response_type", "code", "redirect_uri", Door.CALLBACK,
                "code_challenge", Door.CHALLENGE, "code_challenge_method", "S256", "resource", Door.MCP);
        return java.util.stream.Stream.concat(usual.stream(), java.util.Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    @Covers({"AS-67", "AS-31a"})
    void aClientWithKeysReplacesItsRegistrationAndKeepsToItsKeys() throws Exception {
        door = Door.open(folder);
        var key = new ECKeyGenerator(Curve.P_256).keyID("a").generate().toPublicJWK();
        var metadata = "\"redirect_uris\":[\"https://app.example/cb\"],\"token_endpoint_auth_method\":"
                + "\"private_key_jwt\",\"require_pushed_authorization_requests\":true,\"jwks\":{\"keys\":[" + key
                        + "]}";
        var made = door.send(Door.json("/register", "{" + metadata + "}", "192.0.2.1"));
        assertEquals(201, made.status());
        var id = made.text("client_id");
        var changed = manage("PUT", id, made.text("registration_access_token"),
                "{\"client_id\":\"" + id + "\"," + metadata + "}");
        assertEquals(200, changed.status());
        var client = door.clients.known(id).orElseThrow();
        assertTrue(client.pushes() && client.jwks().orElse("").contains(key.toECKey().getX().toString()));
        assertEquals(Set.of("private_key_jwt"), client.authMethods());
    }

    @Test
    @Covers({"AS-67", "AS-66"})
    void aRegistrationThatHasEndedCannotBeReplaced() {
        door = Door.open(folder);
        var made = door.send(Door.json("/register", "{\"redirect_uris\":[\"https://app.example/cb\"]}", "192.0.2.1"));
        door.clock.pass(Duration.ofDays(31));
        var id = made.text("client_id");
        for (var method : List.of("GET", "PUT", "DELETE")) {
            assertEquals(401, manage(method, id, made.text("registration_access_token"), "{\"client_id\":\"" + id
                    + "\",\"redirect_uris\":[\"https://app.example/cb\"]}").status(), method);
        }
    }

    private Door.Answer manage(String method, String id, String token, String body) {
        var headers = Headers.NONE.with("Content-Type", "application/json").with("Authorization", "Bearer " + token);
        try {
            return Door.answer(door.side.routes().stream().filter(row -> row.path().equals("/register/{client}")
                    && row.method().equals(method)).findFirst().orElseThrow().answer(new HttpIn(method, "/register/"
                    + id, id, "", headers, body.getBytes(StandardCharsets.UTF_8), "192.0.2.1", "r"), null));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Covers("AS-6a")
    void aServerForProgramsAloneOpensNoDoorThatLeadsToPeople() {
        door = Door.open(folder, Door.with(new AgentSettings(Set.of(GrantType.CLIENT_CREDENTIALS),
                AgentSettings.Pushed.OFFERED, Set.of(), List.of(), List.of()), false));
        for (var path : List.of("/register", "/register/{client}", "/par", "/device_authorization")) {
            assertTrue(door.route(path).isEmpty(), path);
        }
        var metadata = door.send(Door.in("GET", "/.well-known/oauth-authorization-server", "", "", "192.0.2.1",
                Headers.NONE)).json();
        for (var member : List.of("registration_endpoint", "pushed_authorization_request_endpoint",
                "device_authorization_endpoint")) {
            assertFalse(metadata.has(member), member);
        }
        assertFalse(metadata.path("client_id_metadata_document_supported").asBoolean(true));
        var browser = new BrowserSide(door.settings, new BrowserSide.Ground(door.database, door.clients, door.codes,
                door.grants, Door.MASTER_KEY), Optional.empty(), door.audit::add, door.clock);
        assertTrue(browser.routes().stream().noneMatch(route -> route.path().startsWith("/device")));
    }

    @Test
    @Covers({"AS-27", "T27"})
    void whoLosesEverythingLosesAlsoWhatNoListShows() {
        door = Door.open(folder);
        var client = door.desktop();
        door.database.transaction(tx -> {
            for (var i = 0; i < Limits.LISTED + 5; i++) {
                door.grants.createIn(tx, new Codes.Approved(client.id(), "p_ada", "", "", Door.MCP, Set.of("mcp:read"),
                        door.clock.instant()), Optional.empty());
            }
            return null;
        });
        assertEquals(Limits.LISTED + 5, door.grants.revokeOfPerson("p_ada", "disabled"));
        assertTrue(door.grants.ofPerson("p_ada").isEmpty());
    }

    @Test
    @Covers({"T12", "AS-58"})
    void aStrangerWhoPushesHasFewDocumentsFetched() {
        door = Door.open(folder, Door.with(new AgentSettings(GrantType.ALL, AgentSettings.Pushed.REQUIRED, Set.of(),
                List.of(), List.of()), false));
        var statuses = new java.util.ArrayList<Integer>();
        for (var i = 0; i <= BrowserLimits.UNKNOWN_CLIENTS_PER_PEER_PER_MINUTE; i++) {
            statuses.add(with("", "/par", "client_id", "https://10.0.0." + i + "/client.json").status());
        }
        assertEquals(429, statuses.removeLast());
        assertEquals(Set.of(401), Set.copyOf(statuses));
    }

    @Test
    @Covers({"T23", "AS-38"})
    void devicesThatAskTogetherFillNoTable() {
        door = Door.open(folder);
        var terminal = door.clients.declare(new NewClient(Optional.of("terminal"), "Terminal", List.of(),
                Set.of(AuthMethod.NONE), Set.of(GrantType.DEVICE), Set.of(), Optional.empty()));
        door.database.transaction(tx -> tx.update("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                + "WHERE i < ?) INSERT INTO device_code (code_hash, user_hash, client_id, resource, scopes, state, "
                + "interval_s, expires_at) SELECT i, i, ?, '', '', 'waiting', 5, ? FROM n", Limits.DEVICE_CODES_AT_MOST,
                terminal.id(), door.clock.instant().plusSeconds(600)));
        assertEquals(429, door.send(Door.post("/device_authorization", Door.form("client_id", terminal.id())))
                .status());
    }

    @Test
    @Covers({"AS-45a", "AS-46"})
    void aBoundReferenceIsWorthNothingAtTheUserInformation() {
        door = Door.open(folder, Door.tokens(true, SigningAlgorithm.RS256, DpopMode.OPTIONAL, false));
        var client = door.desktop();
        var ada = new Holder(door.clock);
        var tokens = with(ada.proof(), "/token", "grant_type", "authorization_code", "client_id", client.id(), "code",
                door.code(client), "code_verifier", Door.VERIFIER);
        assertEquals(200, tokens.status());
        assertEquals(401, door.send(Door.in("GET", "/userinfo", "", "", "192.0.2.1", Headers.NONE.with(
                "Authorization", "Bearer " + tokens.text("access_token")))).status());
    }
}
