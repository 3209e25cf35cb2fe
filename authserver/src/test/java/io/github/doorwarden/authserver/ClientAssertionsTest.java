package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.tidy.Covers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// `private_key_jwt`: what proves a client, and what does not.
class ClientAssertionsTest {

    private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final Signer BOT = new Signer();
    private static final Signer STRANGER = new Signer();

    @TempDir
    Path folder;
    private Door door;

    @BeforeEach
    void open() {
        door = Door.open(folder);
        door.clients.add(bot("bot"));
    }

    @AfterEach
    void close() {
        door.close();
    }

    private static NewClient bot(String id) {
        return new NewClient(Optional.of(id), "Bot", List.of(), Set.of(AuthMethod.PRIVATE_KEY_JWT),
                Set.of(GrantType.CLIENT_CREDENTIALS), Set.of("mcp:read"), Optional.empty(),
                new NewClient.PublicKeys(Optional.of(BOT.jwks()), Optional.empty()), false);
    }

    private Map<String, Object> claims() {
        return Signer.claims("bot", "bot", Door.ISSUER, door.clock.instant());
    }

    private Map<String, Object> claims(Consumer<Map<String, Object>> change) {
        return Signer.changed(claims(), change);
    }

    private static Door.Answer present(Door at, String assertion, String... more) {
        return at.send(Door.post("/token", Door.form("grant_type", "client_credentials", "resource", Door.MCP,
                "client_assertion_type", TYPE, "client_assertion", assertion)
                + (more.length == 0 ? "" : "&" + Door.form(more))));
    }

    private Door.Answer present(String assertion, String... more) {
        return present(door, assertion, more);
    }

    private void refused(String what, String assertion) {
        var answer = present(assertion);
        assertEquals(401, answer.status(), what + ": " + answer.json());
        assertEquals("invalid_client", answer.error(), what);
        assertTrue(answer.text("error_description").endsWith("."), what);
        door.clock.pass(Duration.ofMinutes(2));                    // past the throttle of wrong secrets
    }

    @Test
    @Covers({"AS-31a", "AS-34"})
    void aClientWithKeysActsForItself() {
        for (var algorithm : List.of(JWSAlgorithm.ES256, JWSAlgorithm.RS256, JWSAlgorithm.PS256)) {
            for (var type : List.of("", "JWT", "client-authentication+jwt", "application/jwt")) {
                var answer = present(BOT.sign(algorithm, type, claims()));
                assertEquals(200, answer.status(), algorithm + " " + type + " " + answer.json());
                assertEquals("mcp:read", answer.text("scope"));
                assertFalse(answer.json().has("refresh_token"));
            }
        }
        assertEquals(200, present(BOT.sign(claims()), "client_id", "bot").status(), "client_id may be sent as well");
        assertEquals(200, present(BOT.sign(claims(c -> c.put("aud", List.of(Door.ISSUER))))).status());
        assertEquals(200, present(BOT.sign(claims(c -> c.put("aud", Door.ISSUER + "/")))).status(),
                "some URL libraries add a slash");
        assertEquals("service", door.lastAudit().callerKind());
    }

    @Test
    @Covers({"AS-31a", "T15"})
    void theAudienceIsTheIssuerAlone() {
        refused("token endpoint", BOT.sign(claims(c -> c.put("aud", Door.ISSUER + "/token"))));
        refused("two", BOT.sign(claims(c -> c.put("aud", List.of(Door.ISSUER, Door.ISSUER + "/token")))));
        refused("two of another", BOT.sign(claims(c -> c.put("aud", List.of(Door.ISSUER, "https://other.example")))));
        refused("none", BOT.sign(claims(c -> c.remove("aud"))));
        refused("empty", BOT.sign(claims(c -> c.put("aud", List.of()))));
        refused("a number", BOT.sign(claims(c -> c.put("aud", 7))));
        refused("an object", BOT.sign(claims(c -> c.put("aud", Map.of("a", Door.ISSUER)))));
        refused("the resource", BOT.sign(claims(c -> c.put("aud", Door.MCP))));
        refused("another case", BOT.sign(claims(c -> c.put("aud", Door.ISSUER.toUpperCase(java.util.Locale.ROOT)))));
    }

    @Test
    @Covers("AS-31a")
    void theTokenEndpointIsAnAudienceWhereTheOperatorSaysSo() throws Exception {
        var usual = AgentSettings.STANDARD;
        var legacy = new AgentSettings(usual.grants(), usual.pushed(), Set.of("bot"), List.of(), List.of());
        try (var other = new Door(folder.resolve("door.db"), door.clock, Door.with(legacy, false))) {
            assertEquals(200, present(other, BOT.sign(claims(c -> c.put("aud", Door.ISSUER + "/token")))).status());
            assertEquals(401, present(other, BOT.sign(claims(c -> c.put("aud",
                    List.of(Door.ISSUER, Door.ISSUER + "/token"))))).status(), "never two");
        }
    }

    @Test
    @Covers({"AS-31a", "T15"})
    void anAssertionIsGoodOnceAtAllNodesTogether() {
        var assertion = BOT.sign(claims());
        try (var second = door.second(folder)) {
            assertEquals(200, present(assertion).status());
            assertEquals(401, present(assertion).status());
            var answer = present(second, assertion);
            assertEquals(401, answer.status());
            assertTrue(answer.text("error_description").contains("used before"));
        }
    }

    @Test
    @Covers({"AS-31a", "T15"})
    void timesAreShortAndTrue() {
        var now = door.clock.instant().getEpochSecond();
        refused("no exp", BOT.sign(claims(c -> c.remove("exp"))));
        refused("too long", BOT.sign(claims(c -> c.put("exp", now + 3_600))));
        refused("expired", BOT.sign(claims(c -> c.put("exp", now - 600))));
        refused("not yet", BOT.sign(claims(c -> c.put("nbf", door.clock.instant().getEpochSecond() + 200))));
        refused("from the future", BOT.sign(claims(c -> c.put("iat", door.clock.instant().getEpochSecond() + 200))));
        refused("no jti", BOT.sign(claims(c -> c.remove("jti"))));
        refused("empty jti", BOT.sign(claims(c -> c.put("jti", ""))));
        refused("a number for jti", BOT.sign(claims(c -> c.put("jti", 7))));
        for (var huge : List.of("1e400", "1e18", "-1", "99999999999999999999999999999999", "\"soon\"", "true", "[]",
                "9".repeat(900))) {
            refused("exp " + huge, Signer.sign(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build(), BOT.ec,
                    new Payload("{\"iss\":\"bot\",\"sub\":\"bot\",\"aud\":\"" + Door.ISSUER
                    + "\",\"jti\":\"h\",\"exp\":"
                            + huge + "}")));
        }
    }

    @Test
    @Covers("T15")
    void aSignatureOfSomebodyElseOrOfNoneProvesNothing() throws Exception {
        refused("another's key of the same name", STRANGER.sign(claims()));
        refused("unknown kid", Signer.sign(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("other").build(), BOT.ec,
                new Payload(claims())));
        var json = JsonMapper.shared().writeValueAsString(claims());
        refused("none", Signer.raw("{\"alg\":\"none\"}", json, new byte[0]));
        refused("None", Signer.raw("{\"alg\":\"None\",\"kid\":\"ec\"}", json, new byte[0]));
        refused("no signature", Signer.raw("{\"alg\":\"ES256\",\"kid\":\"ec\"}", json, new byte[0]));
        refused("r = s = 0", Signer.raw("{\"alg\":\"ES256\",\"kid\":\"ec\"}", json, new byte[64]));
        for (var secret : List.of(BOT.rsa.toRSAPublicKey().getEncoded(),
                BOT.rsa.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8),
                BOT.ec.toECPublicKey().getEncoded())) {
            for (var kid : List.of("rsa", "ec")) {
                var mac = new JWSObject(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid).build(),
                        new Payload(claims()));
                mac.sign(new MACSigner(secret));
                refused("HS256 with the public key", mac.serialize());
            }
        }
        var signed = BOT.sign(claims());
        refused("another payload", signed.substring(0, signed.indexOf('.')) + "."
                + com.nimbusds.jose.util.Base64URL.encode(JsonMapper.shared().writeValueAsString(claims())) + "."
                + signed.substring(signed.lastIndexOf('.') + 1));
    }

    @Test
    @Covers("T15")
    void whatTheHeaderSaysOfKeysIsNotLookedAt() {
        for (var header : List.of(new JWSHeader.Builder(JWSAlgorithm.ES256).jwk(STRANGER.ec.toPublicJWK()).build(),
                new JWSHeader.Builder(JWSAlgorithm.ES256).jwkURL(URI.create("http://127.0.0.1:1/jwks")).build(),
                new JWSHeader.Builder(JWSAlgorithm.ES256).x509CertURL(URI.create("http://127.0.0.1:1/")).build(),
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").jwk(STRANGER.ec.toPublicJWK()).build())) {
            refused(header.toString(), Signer.sign(header, STRANGER.ec, new Payload(claims())));
        }
        refused("crit", Signer.sign(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").criticalParams(Set.of("exp"))
                .customParam("exp", 1).build(), BOT.ec, new Payload(claims())));
        refused("b64", Signer.sign(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").base64URLEncodePayload(false)
                .criticalParams(Set.of("b64")).build(), BOT.ec, new Payload("x")));
    }

    @Test
    @Covers("T15")
    void whatWasMadeForAnotherUseProvesNoClient() throws Exception {
        for (var type : List.of("oauth-id-jag+jwt", "at+jwt", "application/at+jwt", "dpop+jwt", "logout+jwt",
                "secevent+jwt")) {
            refused(type, BOT.sign(JWSAlgorithm.ES256, type, claims()));
        }
        var desktop = door.desktop();
        refused("an access token of ours", door.redeem(desktop, door.code(desktop)).text("access_token"));
        refused("a JWT inside a JWT", Signer.sign(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec")
                .type(JOSEObjectType.JWT).contentType("JWT").build(), BOT.ec, new Payload(BOT.sign(claims()))));
        refused("claims that are a list", Signer.sign(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build(),
                BOT.ec, new Payload("[1]")));
        refused("a member twice", Signer.sign(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build(), BOT.ec,
                new Payload(JsonMapper.shared().writeValueAsString(claims()).replace("{", "{\"sub\":\"bot\","))));
        refused("five parts", "a.b.c.d.e");
        refused("nothing", "x");
        refused("another issuer", BOT.sign(claims(c -> c.put("iss", "https://idp.example"))));
        door.clients.add(bot("twin"));
        refused("another client's", BOT.sign(claims(c -> c.put("sub", "twin"))));
    }

    @Test
    @Covers({"AS-30", "AS-31a"})
    void oneProofAtATime() {
        assertEquals("invalid_request", present(BOT.sign(claims()), "client_secret", "x").error());
        assertEquals(401, present(BOT.sign(claims()), "client_id", "desktop").status());
        assertEquals(401, door.token("grant_type", "client_credentials", "client_id", "bot", "resource", Door.MCP)
                .status(), "silence of a client with keys");
        assertEquals(401, door.token("grant_type", "client_credentials", "client_id", "bot", "client_secret", "secret",
                "resource", Door.MCP).status());
        var wrongType = door.send(Door.post("/token", Door.form("grant_type", "client_credentials",
                "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
                "client_assertion", BOT.sign(claims()))));
        assertEquals("invalid_client", wrongType.error());
        assertThrows(IllegalArgumentException.class, () -> door.clients.add(new NewClient(Optional.of("keyless"), "K",
                List.of(), Set.of(AuthMethod.PRIVATE_KEY_JWT), Set.of(GrantType.CLIENT_CREDENTIALS), Set.of(),
                Optional.empty())));
    }

    @Test
    @Covers({"AS-31a", "T17"})
    void wrongAssertionsAreThrottledAsWrongSecretsAre() {
        for (var i = 0; i < Limits.WRONG_SECRETS_PER_MINUTE; i++) {
            assertEquals(401, present(STRANGER.sign(claims())).status());
        }
        assertEquals(429, present(BOT.sign(claims())).status());
        door.clock.pass(Duration.ofMinutes(1));
        assertEquals(200, present(BOT.sign(claims())).status());
    }

    @Test
    @Covers({"AS-31a", "AS-57a", "AS-58", "T16"})
    void aDocumentWithKeysAloneIsHeldToThemOnEveryLeg() throws Exception {
        var fetches = new AtomicInteger();
        var methods = new AtomicReference<>("\"private_key_jwt\"");
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        var home = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/", exchange -> {
            var keys = exchange.getRequestURI().getPath().equals("/jwks");
            fetches.addAndGet(keys ? 1 : 0);
            var body = (keys ? BOT.jwks() : "{\"client_id\":\"" + home + exchange.getRequestURI()
                    + "\",\"redirect_uris\":[\"http://127.0.0.1/callback\"],\"grant_types\":[\"authorization_code\","
                    + "\"refresh_token\"],\"token_endpoint_auth_methods_supported\":[" + methods.get()
                    + "],\"jwks_uri\":\"" + home + "/jwks\"}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try (var dev = new Door(folder.resolve("door.db"), door.clock, Door.development())) {
            var held = dev.clients.resolve(home + "/held").orElseThrow();
            var tokens = asserted(dev, held, "authorization_code", "code", dev.code(held), "code_verifier",
                    Door.VERIFIER);
            assertEquals(200, tokens.status(), tokens.json().toString());
            assertEquals(401, dev.refresh(held, tokens.text("refresh_token")).status(), "silence on the refresh leg");
            assertEquals(401, dev.redeem(held, dev.code(held)).status());
            assertEquals(401, dev.send(Door.post("/revoke", Door.form("client_id", held.id(), "token",
                    tokens.text("refresh_token")))).status());
            assertEquals(200, asserted(dev, held, "refresh_token", "refresh_token", tokens.text("refresh_token"))
                    .status());
            assertEquals(1, fetches.get(), "the keys are kept");
            assertEquals(401, asserted(dev, held, STRANGER, "refresh_token", "refresh_token", "x").status());

            methods.set("\"private_key_jwt\",\"none\"");
            var either = dev.clients.resolve(home + "/either").orElseThrow();
            assertEquals(200, dev.redeem(either, dev.code(either)).status());
            assertEquals(200, asserted(dev, either, "authorization_code", "code", dev.code(either), "code_verifier",
                    Door.VERIFIER).status());
            assertEquals(401, asserted(dev, either, STRANGER, "authorization_code", "code", dev.code(either),
                    "code_verifier", Door.VERIFIER).status(), "a wrong assertion is not silence");
        } finally {
            server.stop(0);
        }
    }

    private static Door.Answer asserted(Door at, Client client, String grantType, String... more) {
        return asserted(at, client, BOT, grantType, more);
    }

    private static Door.Answer asserted(Door at, Client client, Signer by, String grantType, String... more) {
        return at.send(Door.post("/token", Door.form("grant_type", grantType, "client_assertion_type", TYPE,
                "client_assertion", by.sign(Signer.claims(client.id(), client.id(), Door.ISSUER, at.clock.instant())))
                + "&" + Door.form(more)));
    }

    @Test
    @Covers({"AS-65", "AS-31a"})
    void aClientMayRegisterItselfWithKeys() {
        var registered = door.send(Door.json("/register", "{\"redirect_uris\":[\"http://127.0.0.1/callback\"],"
                + "\"token_endpoint_auth_method\":\"private_key_jwt\",\"jwks\":" + BOT.jwks() + "}", "192.0.2.9"));
        assertEquals(201, registered.status(), registered.json().toString());
        assertEquals("private_key_jwt", registered.text("token_endpoint_auth_method"));
        assertFalse(registered.json().has("client_secret"));
        assertEquals(2, registered.json().get("jwks").get("keys").size());
        var client = door.clients.known(registered.text("client_id")).orElseThrow();
        assertEquals(401, door.redeem(client, door.code(client)).status());
        assertEquals(200, asserted(door, client, "authorization_code", "code", door.code(client), "code_verifier",
                Door.VERIFIER).status());
    }

    @Test
    @Covers("AS-5a")
    void metadataAnnouncesTheMethodAndItsAlgorithms() {
        var json = door.send(Door.in("GET", "/.well-known/oauth-authorization-server", "", "", "192.0.2.1",
                io.github.doorwarden.http.Headers.NONE)).json();
        for (var endpoint : List.of("token_endpoint", "revocation_endpoint")) {
            assertTrue(json.get(endpoint + "_auth_methods_supported").toString().contains("\"private_key_jwt\""));
            assertEquals("[\"RS256\",\"PS256\",\"ES256\",\"ES384\"]",
                    json.get(endpoint + "_auth_signing_alg_values_supported").toString());
        }
    }
}
