package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ch.qos.logback.classic.Level;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.cli.Web.Answer;
import io.github.doorwarden.tidy.Covers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Agents without a human, over sockets, from the configuration to a tool that they call: a client with a key, a
/// workload whose platform says who it is, a server that acts for a person.
class AgentGrantTest {

    private static final String BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String SECRET = "canary-exchanging-secret-4711-4711-4711";

    private static final String WATCH = "watch: {subject: \"ns:watch\", "
            + "scopes: [\"house:admin:read\"]}";

    @TempDir
    Path folder;
    private final AtomicInteger keySets = new AtomicInteger();
    private ECKey key;
    private HttpServer platform;
    private String issuer;
    private Door door;

    @BeforeEach
    void open() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        platform = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        issuer = "http://127.0.0.1:" + platform.getAddress().getPort();
        serve("/.well-known/openid-configuration", "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + issuer
                + "/keys\"}", new AtomicInteger());
        serve("/keys", keySet(), keySets);
        platform.start();
        Files.writeString(folder.resolve("robot.json"), keySet());
        door = Door.open(folder,
                "- {id: robot, secret: ", "- {id: keyed, jwks_file: robot.json, grants: [client_credentials],"
                        + " scopes: [notes:read]}\n    - {id: tools, secret: " + SECRET + ", grants: [\"" + EXCHANGE
                        + "\"]}\n    - {id: robot, secret: ",
                "demo_people:", "trusted_issuers: {platform: {issuer: \"" + issuer + "\", kind: workload, workloads: "
                        + "{nightly: {subject: \"ns:reports:*\", resources: [/notes], scopes: [notes:read]}, "
                        + WATCH + "}}}\n"
                        + "  exchanges: [{client: tools, from: /memo, to: /notes, scopes: [notes:read]}]\n"
                        + "  demo_people:",
                "limits: {calls", "admin: {scope: \"house:admin\", second_factor: false}\nlimits: {calls");
    }

    private void serve(String path, String body, AtomicInteger count) {
        platform.createContext(path, exchange -> {
            count.incrementAndGet();
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private String keySet() {
        return new JWKSet(key.toPublicJWK()).toString();
    }

    @AfterEach
    void close() {
        door.close();
        platform.stop(0);
    }

    private String assertion(String by, String subject) throws JOSEException {
        var now = Instant.now();
        var jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").build(),
                new JWTClaimsSet.Builder().issuer(by).subject(subject).audience(door.origin)
                .jwtID(UUID.randomUUID().toString()).issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(120))).build());
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private Answer token(String origin, Map<String, String> form) {
        return door.web.form(origin + "/token", form);
    }

    private static String access(Answer answer) {
        return answer.expect(200).json().path("access_token").asString();
    }

    private Answer list(String access) {
        return new Agent(door.web, door.origin, door.notes, "any", "http://127.0.0.1:9/callback")
                .call(access, "notes_list", "{}");
    }

    private Map<String, String> keyed(String assertion) {
        return Map.of("grant_type", "client_credentials", "resource", door.notes, "client_assertion", assertion,
                "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    }

    @Test
    @Covers({"AS-31a", "T15", "T19"})
    void aClientWithAKeyCallsAToolAndNothingOfItsProofIsLogged() throws Exception {
        try (var log = new LogCatcher(Level.TRACE)) {
            var assertion = assertion("keyed", "keyed");
            list(access(token(door.origin, keyed(assertion)))).expect(200);
            token(door.origin, keyed(assertion)).expect(401);
            for (var line : log.lines) {
                assertFalse(line.contains(assertion), line);
            }
        }
    }

    @Test
    @Covers({"AS-36", "RS-11"})
    void aWorkloadCallsAToolByWhatItsPlatformSays() throws Exception {
        for (var i = 0; i < 3; i++) {
            var answer = token(door.origin, Map.of("grant_type", BEARER, "resource", door.notes, "assertion",
                    assertion(issuer, "ns:reports:job-" + i)));
            list(access(answer)).expect(200);
        }
        assertEquals(1, keySets.get(), "its keys are fetched once, from where its discovery document says");
        var elsewhere = token(door.origin, Map.of("grant_type", BEARER, "resource", door.memo, "assertion",
                assertion(issuer, "ns:reports:job")));
        assertEquals("invalid_target", elsewhere.expect(400).json().path("error").asString());
    }

    /// What its token says is not asked again; what the configuration says, is.
    @Test
    void aWorkloadThatTheConfigurationHasNoMoreAdministersNoMore() throws Exception {
        var access = access(token(door.origin, Map.of("grant_type", BEARER, "resource", door.origin + "/admin",
                "assertion", assertion(issuer, "ns:watch"))));
        door.web.get(door.origin + "/admin/clients", "Authorization", "Bearer " + access).expect(200);
        var file = folder.resolve(ConfigFile.NAME);
        Files.writeString(file, Files.readString(file).replace(", " + WATCH, ""));
        try (var node = door.secondNode()) {
            door.web.get(node.origin() + "/admin/clients", "Authorization", "Bearer " + access).expect(403);
        }
    }

    @Test
    @Covers("AS-37")
    void aServerActsForThePersonWhoCalledIt() {
        var agent = door.agent();
        var memo = new Agent(door.web, door.origin, door.memo, agent.clientId, agent.redirect)
                .tokens(door.signedIn(), Door.READ);
        var form = new HashMap<>(Map.of("grant_type", EXCHANGE, "client_id", "tools", "client_secret", SECRET,
                "subject_token", memo.access(), "subject_token_type",
                "urn:ietf:params:oauth:token-type:access_token"));
        list(memo.access()).expect(401);
        list(access(token(door.origin, form))).expect(200);
        form.put("resource", door.memo);
        assertEquals("invalid_target", token(door.origin, form).expect(400).json().path("error").asString());
    }
}
