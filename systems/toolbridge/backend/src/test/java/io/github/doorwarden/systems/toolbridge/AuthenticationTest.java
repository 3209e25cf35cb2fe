package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.github.doorwarden.systems.backend.IdentityProvider;
import io.github.doorwarden.upstream.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who gets in, and who does not: tokens, signatures, tenants, sessions.
class AuthenticationTest {

    private Bed bed;

    @BeforeEach
    void start() throws IOException {
        bed = new Bed(Dialect.SQLITE);
        bed.tenant("acme", true, "ada@acme.example", "sam@both.example");
        bed.tenant("globex", false, "eve@globex.example", "sam@both.example", "pat@two.example");
        bed.tenant("initech", false, "pat@two.example");
    }

    @AfterEach
    void stop() throws IOException {
        bed.close();
    }

    private Bed.Answer with(String token) {
        return bed.call("POST", "/v1/sync/sessions", null, Map.of("Authorization", token));
    }

    private String bearer(java.util.function.Consumer<com.nimbusds.jwt.JWTClaimsSet.Builder> change) {
        return "Bearer " + bed.idp.token("eve@globex.example", change);
    }

    @Test
    void tokensThatDoNotHoldAreRefused() {
        assertEquals(201, with(bearer(claims -> {})).status());
        var now = bed.clock.instant();
        var secret = new OctetSequenceKey.Builder(IdentityProvider.RSA.toPublicJWK().toString().getBytes(
                StandardCharsets.UTF_8)).keyID("key-1").build();
        var unsigned = Base64.getUrlEncoder().withoutPadding().encodeToString(("{\"alg\":\"none\",\"typ\":\"at+jwt\"}")
                .getBytes(StandardCharsets.UTF_8)) + "." + bed.idp.token("eve@globex.example").split("\\.")[1] + ".";
        var good = bed.idp.token("eve@globex.example");
        var bad = new LinkedHashMap<String, String>();
        bad.put("none", "Bearer " + unsigned);
        bad.put("the public key as a secret", "Bearer " + bed.idp.sign(secret, JWSAlgorithm.HS256, "at+jwt", claims ->
                claims.subject("sub-eve@globex.example")));
        bad.put("another algorithm", "Bearer " + bed.idp.sign(IdentityProvider.EC, JWSAlgorithm.ES256, "at+jwt",
                claims -> claims.subject("sub-eve@globex.example")));
        bad.put("an unknown key", "Bearer " + bed.idp.sign(IdentityProvider.ROTATED, JWSAlgorithm.RS256, "at+jwt",
                claims -> claims.subject("sub-eve@globex.example")));
        bad.put("an ID token", "Bearer " + bed.idp.sign(IdentityProvider.RSA, JWSAlgorithm.RS256, "id+jwt",
                claims -> claims.subject("sub-eve@globex.example")));
        bad.put("expired", bearer(claims -> claims.expirationTime(Date.from(now.minusSeconds(60)))));
        bad.put("no end", bearer(claims -> claims.expirationTime(null)));
        bad.put("not yet", bearer(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(120)))));
        bad.put("another issuer", bearer(claims -> claims.issuer("https://evil.example/")));
        bad.put("another audience", bearer(claims -> claims.audience("https://other.example")));
        bad.put("nobody", bearer(claims -> claims.subject(null)));
        bad.put("a subject with a line feed", bearer(claims -> claims.subject("a\nb")));
        bad.put("two tenants", bearer(claims -> claims.claim("tenant", "globex").claim("org_id", "acme")));
        bad.put("a tenant that is no text", bearer(claims -> claims.claim("tenant", List.of("globex"))));
        bad.put("changed", "Bearer " + good.substring(0, good.length() - 6) + "AAAAAA");
        bad.put("no bearer", "Basic " + good);
        bad.put("the admin's", "Bearer " + Bed.ADMIN);
        for (var each : bad.entrySet()) {
            var answer = with(each.getValue());
            assertEquals(401, answer.status(), each.getKey());
            assertEquals("application/problem+json", answer.raw().headers().firstValue("Content-Type").orElse(""));
            assertTrue(answer.raw().headers().firstValue("WWW-Authenticate").orElse("").startsWith("Bearer"));
        }
        assertEquals("no_token", bed.call("GET", "/v1/notes", null, Map.of()).code());
        assertTrue(bed.call("GET", "/metrics", null, Map.of()).raw().body().contains(
                "toolbridge_auth_failures_total{reason=\"invalid_token\"} " + bad.size()));
    }

    @Test
    void aManyTimesRefusedDoorWarns() {
        for (var i = 0; i < Limits.FAILURES_RISING; i++) {
            assertEquals(401, with("Bearer x").status());
        }
        assertEquals(1, bed.events("auth_failures_rising").size());
        assertEquals("warning", bed.call("GET", "/health", null, Map.of()).body().path("status").asString());
        bed.clock.pass(Limits.FAILURES_WINDOW.plusSeconds(1));
        assertEquals("ok", bed.call("GET", "/health", null, Map.of()).body().path("status").asString());
    }

    private Person ada() {
        return bed.person("ada@acme.example").signingFor("acme", bed.secret("acme"));
    }

    @Test
    void signaturesThatDoNotHoldAreRefused() {
        var ada = ada();
        var path = "/v1/notes?limit=5";
        var session = Map.of("X-Sync-Session", ada.session());
        assertEquals(200, ada.bare("GET", path, null, session).status());
        var good = ada.headers("GET", path, null, session);
        assertEquals(200, bed.call("GET", path, null, good).status());
        assertEquals(401, bed.call("GET", path, null, good).status(), "each is taken once");
        assertEquals(401, bed.call("GET", "/v1/notes?limit=6", null, ada.headers("GET", path, null, session)).status());
        assertEquals(401, bed.call("GET", "/v1/tasks?limit=5", null, ada.headers("GET", path, null, session)).status());
        assertEquals(401, bed.call("GET", path + "&sort=oldest", null, ada.headers("GET", path, null, session))
                .status());
        assertEquals(401, bed.call("POST", "/v1/notes", "{\"title\":\"evil\"}", ada.headers("POST", "/v1/notes",
                "{\"title\":\"good\"}", session)).status());
        for (var name : List.of("X-Timestamp", "X-Nonce", "X-Key-Id", "X-Signature", "X-Tenant-Id")) {
            var without = new HashMap<>(ada.headers("GET", path, null, session));
            without.remove(name);
            assertEquals(401, bed.call("GET", path, null, without).status(), "without " + name);
            var changed = new HashMap<>(ada.headers("GET", path, null, session));
            changed.merge(name, "", (old, none) -> (old.charAt(0) == '1' ? "2" : "1") + old.substring(1));
            assertEquals(401, bed.call("GET", path, null, changed).status(), "with another " + name);
        }
        var key = bed.secret("acme");
        var wrong = SigningKey.of(key.id(), "x".repeat(43));
        for (var signed : List.of(Person.signed(new Person.Signing("acme", key), ada.subject(), seconds(-301), "GET",
                path, ""), Person.signed(new Person.Signing("acme", key), ada.subject(), seconds(301), "GET", path, ""),
                Person.signed(new Person.Signing("acme", wrong), ada.subject(), seconds(0), "GET", path, ""),
                Person.signed(new Person.Signing("acme", SigningKey.of("gateway", "y".repeat(43))), ada.subject(),
                seconds(0), "GET", path, ""))) {
            assertEquals("signature_invalid", bed.call("GET", path, null, joined(session, signed)).code());
        }
        var other = bed.call("GET", path, null, joined(session, Person.signed(new Person.Signing("acme", key),
                "sub-sam@both.example", seconds(0), "GET", path, "")));
        assertEquals("user_mismatch", other.code());
        assertEquals(403, other.status());
        assertEquals(200, bed.call("GET", path, null, joined(session, Person.signed(new Person.Signing("acme", key),
                ada.subject(), seconds(-299), "GET", path, ""))).status());
    }

    private long seconds(long after) {
        return bed.clock.instant().getEpochSecond() + after;
    }

    private Map<String, String> joined(Map<String, String> session, Map<String, String> signed) {
        var headers = new HashMap<>(signed);
        headers.putAll(session);
        headers.put("Authorization", "Bearer " + bed.idp.token("ada@acme.example"));
        return headers;
    }

    @Test
    void ofRacersWithOneSignatureOneGetsIn() throws Exception {
        var ada = ada();
        var headers = ada.headers("GET", "/v1/tags", null, Map.of("X-Sync-Session", ada.session()));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> one = () -> bed.call("GET", "/v1/tags", null, headers).status();
            var statuses = threads.invokeAll(java.util.Collections.nCopies(8, one)).stream().map(each -> each
                    .resultNow()).sorted().toList();
            assertEquals(List.of(200, 401, 401, 401, 401, 401, 401, 401), statuses);
        }
    }

    @Test
    void aTakenNonceStaysTakenOverARestart() throws IOException {
        var ada = ada();
        var headers = ada.headers("GET", "/v1/tags", null, Map.of("X-Sync-Session", ada.session()));
        assertEquals(200, bed.call("GET", "/v1/tags", null, headers).status());
        bed.stop();
        bed.start();
        assertEquals("signature_invalid", bed.call("GET", "/v1/tags", null, headers).code());
    }

    @Test
    void anOldSecretIsTakenForAWhile() {
        var old = ada();
        old.get("/v1/notes");
        var admin = Map.of("Authorization", "Bearer " + Bed.ADMIN);
        Bed.require(200, bed.call("POST", "/admin/tenants/acme/secret/rotate", Map.of(), admin));
        assertEquals(200, ada().call("GET", "/v1/notes", null).status());
        bed.clock.pass(Limits.SECRET_OVERLAP.minusSeconds(5));
        assertEquals(201, old.bare("POST", "/v1/sync/sessions", null, Map.of()).status());
        bed.clock.pass(Duration.ofSeconds(10));
        assertEquals("signature_invalid", old.bare("POST", "/v1/sync/sessions", null, Map.of()).code());
        var newer = ada();
        Bed.require(200, bed.call("POST", "/admin/tenants/acme/secret/rotate", Map.of("overlap_seconds", 0), admin));
        assertEquals("signature_invalid", newer.bare("POST", "/v1/sync/sessions", null, Map.of()).code());
    }

    @Test
    void withoutASecretTheTokenAloneDoes() {
        assertEquals("globex", tenant(bed.person("eve@globex.example").bare("POST", "/v1/sync/sessions", null,
                Map.of())));
        var pat = bed.person("pat@two.example");
        var several = pat.bare("POST", "/v1/sync/sessions", null, Map.of());
        assertEquals("tenant_ambiguous", several.code());
        assertEquals("[\"globex\",\"initech\"]", several.body().path("tenants").toString());
        assertEquals("initech", tenant(pat.choosing("initech").bare("POST", "/v1/sync/sessions", null, Map.of())));
        assertEquals("tenant_forbidden", pat.choosing("acme").bare("POST", "/v1/sync/sessions", null, Map.of()).code());
        assertEquals("tenant_forbidden", bed.person("nobody@x.example").bare("POST", "/v1/sync/sessions", null,
                Map.of()).code());
        var claimed = bed.idp.token("pat@two.example", claims -> claims.claim("org_id", "globex"));
        assertEquals("globex", tenant(with("Bearer " + claimed)));
        assertEquals("tenant_forbidden", bed.call("POST", "/v1/sync/sessions", null, Map.of("Authorization", "Bearer "
                + claimed, "X-Tenant-Id", "initech")).code());
        var guest = bed.idp.token("guest@x.example", claims -> claims.claim("tenant", "initech"));
        assertEquals("initech", tenant(with("Bearer " + guest)), "the issuer vouches for its tenant");
        assertEquals("tenant_forbidden", with("Bearer " + bed.idp.token("guest@x.example", claims -> claims.claim(
                "tenant", "nowhere"))).code());
    }

    private static String tenant(Bed.Answer answer) {
        return Bed.require(201, answer).body().path("tenant_id").asString();
    }

    @Test
    void anAddressBindsAPersonOnce() {
        tenant(bed.person("eve@globex.example").bare("POST", "/v1/sync/sessions", null, Map.of()));
        var successor = bed.idp.token("eve@globex.example", claims -> claims.subject("sub-another"));
        assertEquals("tenant_forbidden", with("Bearer " + successor).code());
        var unverified = bed.idp.token("sam@both.example", claims -> claims.claim("email_verified", false));
        assertEquals("tenant_forbidden", with("Bearer " + unverified).code());
    }

    @Test
    void oneKeyMaySignForAllTenantsWithoutTheirOwn() throws IOException {
        try (var other = new Bed(Dialect.SQLITE, environment -> {
            environment.put("TOOLBRIDGE_SIGNING_SECRET", "z".repeat(40));
            return environment;
        })) {
            other.tenant("acme", true, "ada@acme.example");
            other.tenant("globex", false, "eve@globex.example");
            var gateway = SigningKey.of("gateway", "z".repeat(40));
            assertEquals(201, other.person("eve@globex.example").signingFor("globex", gateway).bare("POST",
                    "/v1/sync/sessions", null, Map.of()).status());
            assertEquals("signature_required", other.person("eve@globex.example").bare("POST", "/v1/sync/sessions",
                    null, Map.of()).code());
            assertEquals("signature_invalid", other.person("ada@acme.example").signingFor("acme", gateway).bare("POST",
                    "/v1/sync/sessions", null, Map.of()).code());
        }
    }

    @Test
    void suspendedTenantsAreRefused() {
        var eve = bed.person("eve@globex.example");
        eve.get("/v1/notes");
        var admin = Map.of("Authorization", "Bearer " + Bed.ADMIN);
        Bed.require(200, bed.call("POST", "/admin/tenants/globex/suspend", null, admin));
        assertEquals("tenant_suspended", eve.call("GET", "/v1/notes", null).code());
        Bed.require(200, bed.call("POST", "/admin/tenants/globex/resume", null, admin));
        assertEquals("session_required", eve.call("GET", "/v1/notes", null).code(), "its sessions have ended");
    }

    @Test
    void aHostNameIsForItsOwnTenantAndTellsWhichOneIsMeant() {
        var eve = bed.idp.token("eve@globex.example");
        assertTrue(at("globex.toolbridge.example", eve).startsWith("201 "));
        for (var foreign : List.of("INITECH.toolbridge.example:443", "initech.toolbridge.example.",
                "acme.toolbridge.example")) {
            var refused = at(foreign, eve);
            assertTrue(refused.startsWith("403 ") && refused.contains("\"host_mismatch\"")
                    && refused.contains("is another organisation's"), refused);
        }
        assertTrue(at("localhost", eve).startsWith("201 "));
        assertTrue(at("api.toolbridge.example", eve).startsWith("201 "), "nobody's name");
        var pat = bed.idp.token("pat@two.example");
        assertTrue(at("localhost", pat).contains("\"tenant_ambiguous\""));
        for (var tenant : List.of("globex", "initech")) {
            var own = at(tenant + ".toolbridge.example", pat);
            assertTrue(own.startsWith("201 ") && own.contains("\"tenant_id\":\"" + tenant + "\""), own);
        }
        assertTrue(at("acme.toolbridge.example", pat).contains("\"tenant_ambiguous\""),
                "names of others choose nothing");
        assertTrue(at("acme.toolbridge.example", bed.idp.token("sam@both.example")).contains("\"signature_required\""),
                "and none stands for a signature");
        var forGlobex = bed.idp.token("pat@two.example", claims -> claims.claim("org_id", "globex"));
        assertTrue(at("initech.toolbridge.example", forGlobex).contains("\"host_mismatch\""), "the token decides");
    }

    /// Opens a session at this host name: status and body. The JDK's client sets Host itself, so this speaks HTTP by
    /// hand.
    private String at(String host, String token) {
        try (var socket = new java.net.Socket("127.0.0.1", bed.uri().getPort())) {
            socket.getOutputStream().write(("POST /v1/sync/sessions HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0"
                    + "\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\n\r\n").getBytes(
                    StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.split(" ")[1] + " " + answer.substring(answer.indexOf("\r\n\r\n")).strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void sessionsAreOnesOwnShortAndFew() throws IOException {
        var eve = bed.person("eve@globex.example");
        assertEquals("session_required", eve.bare("GET", "/v1/notes", null, Map.of()).code());
        assertEquals(428, eve.bare("GET", "/v1/notes", null, Map.of("X-Sync-Session", "ss_nothing")).status());
        eve.get("/v1/notes");
        var pat = bed.person("pat@two.example").choosing("globex");
        assertEquals("session_foreign", pat.bare("GET", "/v1/notes", null, Map.of("X-Sync-Session", eve.session()))
                .code(), "of another user of the same tenant");
        assertEquals(404, pat.bare("DELETE", "/v1/sync/sessions/" + eve.session(), null, Map.of()).status());
        var inOther = bed.person("pat@two.example").choosing("initech");
        assertEquals("session_foreign", inOther.bare("GET", "/v1/notes", null, Map.of("X-Sync-Session",
                pat.session())).code(), "of the same user in another tenant");
        assertEquals(204, eve.bare("DELETE", "/v1/sync/sessions/" + eve.session(), null, Map.of()).status());
        assertEquals("session_required", eve.call("GET", "/v1/notes", null).code());
        var late = bed.person("eve@globex.example");
        late.get("/v1/notes");
        bed.clock.pass(Limits.SESSION_LIFE.plusSeconds(1));
        assertEquals("session_required", late.call("GET", "/v1/notes", null).code());
        try (var few = new Bed(Dialect.SQLITE, environment -> {
            environment.put("TOOLBRIDGE_SESSIONS_PER_USER", "3");
            return environment;
        })) {
            few.tenant("acme", false, "ada@acme.example");
            var ada = few.person("ada@acme.example");
            for (var i = 0; i < 3; i++) {
                assertEquals(201, ada.bare("POST", "/v1/sync/sessions", null, Map.of()).status());
            }
            assertEquals(429, ada.bare("POST", "/v1/sync/sessions", null, Map.of()).status());
            few.clock.pass(Limits.SESSION_LIFE.plusSeconds(1));
            assertEquals(201, ada.bare("POST", "/v1/sync/sessions", null, Map.of()).status());
        }
    }

    @Test
    void oneTraceGoesThrough() {
        var eve = bed.person("eve@globex.example");
        var trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var answer = eve.call("GET", "/v1/notes/nothing", null, Map.of("traceparent", "00-" + trace
                + "-00f067aa0ba902b7-01"));
        assertTrue(answer.raw().headers().firstValue("traceparent").orElseThrow().startsWith("00-" + trace + "-"));
        assertEquals(trace, answer.body().path("trace_id").asString());
        // It is written when the answer is out, which is a moment after it is read here.
        var line = bed.awaited("request", each -> each.path("trace_id").asString().equals(trace));
        assertEquals("globex", line.path("tenant").asString());
        assertEquals(eve.subject(), line.path("user").asString());
        assertEquals("/v1/notes/{id}", line.path("route").asString());
        assertEquals(422, line.path("status").asInt());
        assertTrue(line.path("ms").isNumber());
        assertTrue(bed.call("GET", "/metrics", null, Map.of()).raw().body().contains(
                "toolbridge_request_seconds_count{method=\"GET\",route=\"/v1/notes/{id}\",status=\"4xx\"} 1"));
        for (var broken : List.of("00-" + "0".repeat(32) + "-00f067aa0ba902b7-01", "x", "00-" + trace
                + "-00f067aa0ba902b7-01-more")) {
            var anew = eve.call("GET", "/v1/notes", null, Map.of("traceparent", broken)).raw().headers().firstValue(
                    "traceparent").orElseThrow();
            assertTrue(anew.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00") && !anew.contains(trace), anew);
        }
    }
}
