package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.doorwarden.authserver.AgentSettings.TrustedIssuer;
import io.github.doorwarden.authserver.AgentSettings.Workload;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an issuer elsewhere says of a person or a program, and what of it counts.
class JwtBearerTest {

    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final String IDP = "https://idp.example";
    private static final String CLOUD = "https://cloud.example/";
    private static final String SECRET = "an agent's secret, thirty-two characters";
    private static final Signer AT_IDP = new Signer();
    private static final Signer AT_CLOUD = new Signer();

    @TempDir
    Path folder;
    private Door door;

    @BeforeEach
    void open() {
        door = Door.open(folder, Door.with(trusting(true), false));
        door.clients.add(agent("agent"));
        door.clients.add(agent("other-agent"));
    }

    @AfterEach
    void close() {
        door.close();
    }

    private static NewClient agent(String id) {
        return new NewClient(Optional.of(id), "Agent", List.of(), AuthMethod.SECRET, Set.of(GRANT),
                Set.of("mcp:write"), Optional.of(SECRET));
    }

    private static AgentSettings trusting(boolean once) {
        var idp = new TrustedIssuer("idp", IDP, TrustedIssuer.Kind.ID_JAG, Optional.empty(),
                Optional.of(AT_IDP.jwks()),
                TrustedIssuer.Audience.ISSUER, true, Set.of("example.org"), Set.of(), Set.of(), List.of());
        var cloud = new TrustedIssuer("cloud", CLOUD, TrustedIssuer.Kind.WORKLOAD, Optional.empty(),
                Optional.of(AT_CLOUD.jwks()), TrustedIssuer.Audience.EITHER, once, Set.of(), Set.of(), Set.of(),
                List.of(
                new Workload("nightly", "ns:reports:nightly", Map.of("env", "prod"), Set.of(), Set.of("mcp:read")),
                new Workload("builds", "repo:acme/*", Map.of(), Set.of(Door.API), Set.of("mcp:read", "mcp:write"))));
        var usual = AgentSettings.STANDARD;
        return new AgentSettings(usual.grants(), usual.pushed(), Set.of(), List.of(idp, cloud), List.of());
    }

    private Map<String, Object> jag(Consumer<Map<String, Object>> change) {
        var claims = Signer.claims(IDP, "U-17", Door.ISSUER, door.clock.instant());
        claims.put("client_id", "agent");
        claims.put("resource", Door.MCP);
        claims.put("email", "ada@example.org");
        claims.put("scope", "mcp:read");
        return Signer.changed(claims, change);
    }

    private String signedJag(Consumer<Map<String, Object>> change) {
        return AT_IDP.sign(JWSAlgorithm.ES256, "oauth-id-jag+jwt", jag(change));
    }

    private Door.Answer bring(Door at, String client, String assertion, String... more) {
        return at.send(Door.post("/token", Door.form("grant_type", GRANT, "assertion", assertion)
                + (more.length == 0 ? "" : "&" + Door.form(more)), "Authorization", Door.basic(client, SECRET)));
    }

    private Door.Answer bring(String assertion, String... more) {
        return bring(door, "agent", assertion, more);
    }

    private Map<String, Object> workload(Consumer<Map<String, Object>> change) {
        var claims = Signer.claims(CLOUD, "ns:reports:nightly", Door.ISSUER, door.clock.instant());
        claims.put("env", "prod");
        return Signer.changed(claims, change);
    }

    private Door.Answer alone(String assertion, String... more) {
        return door.send(Door.post("/token", Door.form("grant_type", GRANT, "assertion", assertion)
                + (more.length == 0 ? "" : "&" + Door.form(more))));
    }

    private static JWTClaimsSet claims(Door.Answer answer) {
        try {
            return SignedJWT.parse(answer.text("access_token")).getJWTClaimsSet();
        } catch (ParseException e) {
            throw new AssertionError(answer.json().toString(), e);
        }
    }

    private static void refused(String error, String what, Door.Answer answer) {
        assertEquals(error, answer.error(), what + ": " + answer.json());
        assertTrue(answer.text("error_description").endsWith("."), what);
    }

    @Test
    @Covers("AS-35")
    void anIdJagBecomesATokenOfThePersonForTheClientAtTheResource() throws Exception {
        var answer = bring(signedJag(c -> { }));
        assertEquals(200, answer.status(), answer.json().toString());
        assertFalse(answer.json().has("refresh_token"));
        assertEquals("mcp:read", answer.text("scope"));
        var claims = claims(answer);
        assertEquals("p_ada", claims.getSubject());
        assertEquals("agent", claims.getStringClaim("client_id"));
        assertEquals(List.of(Door.MCP), claims.getAudience());
        assertFalse(claims.getClaims().containsKey("auth_time"), "we did not see them sign in");

        assertEquals(200, bring(signedJag(c -> c.remove("email"))).status(), "bound to the person from now on");
        assertEquals(1, door.grants.ofClient("agent").size(), "one grant, so that it can be ended");
        assertEquals(200, bring(signedJag(c -> c.put("aud", List.of(Door.ISSUER)))).status());
    }

    @Test
    @Covers("AS-35")
    void itsScopesAreWhatAllBoundsLeave() {
        assertEquals("mcp:read", bring(signedJag(c -> { }), "scope", "mcp:read mcp:write").text("scope"));
        refused("invalid_scope", "beyond", bring(signedJag(c -> { }), "scope", "mcp:write"));
        assertEquals("mcp:write", bring(signedJag(c -> c.put("scope", "mcp:write"))).text("scope"));
        assertEquals("mcp:read", bring(signedJag(c -> c.remove("scope"))).text("scope"), "the baseline");
        refused("invalid_scope", "of nobody", bring(signedJag(c -> c.put("scope", "unheard-of"))));
    }

    @Test
    @Covers({"AS-35", "T15", "T28"})
    void anIdJagForSomebodyElseOpensNothing() {
        refused("invalid_grant", "another client", bring(signedJag(c -> c.put("client_id", "other-agent"))));
        refused("invalid_grant", "brought by another", bring(door, "other-agent", signedJag(c -> { })));
        refused("invalid_grant", "no client", bring(signedJag(c -> c.remove("client_id"))));
        refused("invalid_grant", "two servers", bring(signedJag(c -> c.put("aud", List.of(Door.ISSUER, IDP)))));
        refused("invalid_grant", "the token endpoint", bring(signedJag(c -> c.put("aud", Door.ISSUER + "/token"))));
        refused("invalid_grant", "another resource",
                bring(signedJag(c -> c.put("resource", "https://other.example/mcp"))));
        refused("invalid_grant", "no resource", bring(signedJag(c -> c.remove("resource"))));
        refused("invalid_grant", "two resources",
                bring(signedJag(c -> c.put("resource", List.of(Door.MCP, Door.API)))));
        refused("invalid_grant", "not for people", bring(signedJag(c -> c.put("resource", Door.API))));
        refused("invalid_target", "asks for another", bring(signedJag(c -> { }), "resource", Door.API));
        refused("invalid_grant", "an unknown person", bring(signedJag(c -> {
            c.put("sub", "U-18");
            c.remove("email");
        })));
        refused("invalid_grant", "an address that the issuer does not speak for", bring(signedJag(c -> {
            c.put("sub", "U-19");
            c.put("email", "bob@elsewhere.example");
        })));
        refused("invalid_grant", "an address that is not verified", bring(signedJag(c -> {
            c.put("sub", "U-20");
            c.put("email_verified", false);
        })));
        refused("invalid_grant", "an address that is not verified, as text", bring(signedJag(c -> {
            c.put("sub", "U-20");
            c.put("email_verified", "false");
        })));
        refused("invalid_grant", "bound to a key", bring(signedJag(c -> c.put("cnf", Map.of("jkt", "x")))));
    }

    @Test
    @Covers("AS-35")
    void aPersonOfTheIssuersDomainIsMadeOnce() {
        var first = bring(signedJag(c -> {
            c.put("sub", "U-21");
            c.put("email", "Grace@example.org");
            c.put("name", "Grace Hopper");
        }));
        refused("invalid_grant", "made, and known to the front door alone by its people", first);
        var made = door.database.first("SELECT id FROM person WHERE email = 'grace@example.org'", row ->
                row.getString(1)).orElseThrow();
        door.people.put(made, new PersonClaims("grace@example.org", "Grace Hopper"));
        var second = bring(signedJag(c -> {
            c.put("sub", "U-21");
            c.put("email", "renamed@example.org");
        }));
        assertEquals(made, claims(second).getSubject());
    }

    @Test
    @Covers({"AS-35", "AS-36", "T15"})
    void anAssertionIsGoodOnceAtAllNodesTogether() {
        try (var second = new Door(folder.resolve("door.db"), door.clock, door.settings)) {
            var jag = signedJag(c -> { });
            refused("invalid_scope", "spends nothing", bring(jag, "scope", "mcp:write"));
            assertEquals(200, bring(jag).status());
            refused("invalid_grant", "again", bring(jag));
            refused("invalid_grant", "elsewhere", bring(second, "agent", jag));

            var token = AT_CLOUD.sign(workload(c -> { }));
            assertEquals(200, alone(token, "resource", Door.MCP).status());
            refused("invalid_grant", "again", alone(token, "resource", Door.MCP));
        }
    }

    @Test
    @Covers({"AS-35", "AS-36", "T15"})
    void oneKindNeverStandsInForAnother() {
        refused("invalid_grant", "a workload's type", bring(AT_IDP.sign(jag(c -> { }))));
        refused("invalid_grant", "an ID-JAG from a platform", bring(AT_CLOUD.sign(JWSAlgorithm.ES256,
                "oauth-id-jag+jwt", jag(c -> c.put("iss", CLOUD)))));
        refused("invalid_grant", "a workload of the identity provider", alone(AT_IDP.sign(workload(c ->
                c.put("iss", IDP))), "resource", Door.MCP));
        refused("invalid_client", "an ID-JAG without its client", alone(signedJag(c -> { })));
        refused("unauthorized_client", "an ID-JAG by a public client", publicAgent(signedJag(c ->
                c.put("client_id", "public"))));
        refused("invalid_grant", "a workload beside a client", bring(AT_CLOUD.sign(workload(c -> { }))));
        for (var type : List.of("at+jwt", "dpop+jwt", "client-authentication+jwt")) {
            refused("invalid_grant", type, alone(AT_CLOUD.sign(JWSAlgorithm.ES256, type, workload(c -> { })),
                    "resource", Door.MCP));
        }
        refused("invalid_client", "an ID-JAG in the place of a client assertion", door.token("grant_type",
                "client_credentials", "client_assertion_type", ClientAssertions.TYPE, "client_assertion",
                signedJag(c -> c.put("sub", "agent"))));
        var desktop = door.desktop();
        refused("invalid_grant", "an access token", alone(door.redeem(desktop, door.code(desktop))
                .text("access_token")));
    }

    private Door.Answer publicAgent(String assertion) {
        door.clients.add(new NewClient(Optional.of("public"), "P", List.of(), Set.of("none"), Set.of(GRANT), Set.of(),
                Optional.empty()));
        return door.token("grant_type", GRANT, "client_id", "public", "assertion", assertion);
    }

    @Test
    @Covers({"AS-36", "T15"})
    void aSignatureOfNobodyTrustedProvesNothing() {
        refused("invalid_grant", "another signer", bring(AT_CLOUD.sign(JWSAlgorithm.ES256, "oauth-id-jag+jwt",
                jag(c -> { }))));
        refused("invalid_grant", "an issuer with another spelling", alone(AT_CLOUD.sign(workload(c ->
                c.put("iss", "https://cloud.example"))), "resource", Door.MCP));
        var now = door.clock.instant().getEpochSecond();
        for (var change : List.<Consumer<Map<String, Object>>>of(c -> c.remove("iat"), c -> c.remove("exp"),
                c -> c.remove("jti"), c -> c.remove("sub"), c -> c.remove("iss"), c -> c.remove("aud"),
                c -> c.put("exp", now - 60), c -> c.put("exp", now + 900_000), c -> c.put("nbf", now + 600),
                c -> c.put("iat", now + 600), c -> c.put("aud", "https://other.example"))) {
            refused("invalid_grant", "a workload", alone(AT_CLOUD.sign(workload(change)), "resource", Door.MCP));
            refused("invalid_grant", "an ID-JAG", bring(signedJag(change)));
        }
        refused("invalid_grant", "nothing", alone("x"));
        refused("invalid_request", "not there", door.token("grant_type", GRANT));
    }

    @Test
    @Covers("AS-36")
    void aWorkloadGetsWhatItsRuleSaysUnderTheNameOfTheRule() throws Exception {
        var answer = alone(AT_CLOUD.sign(workload(c -> { })), "resource", Door.MCP);
        assertEquals(200, answer.status(), answer.json().toString());
        assertEquals("mcp:read", answer.text("scope"));
        assertFalse(answer.json().has("refresh_token"));
        var claims = claims(answer);
        assertEquals("nightly", claims.getSubject());
        assertEquals("nightly", claims.getStringClaim("client_id"));
        assertFalse(claims.getClaims().containsKey("env"), "no claim of the assertion is handed on");
        assertEquals("service", door.lastAudit().callerKind());
        assertEquals("nightly", door.lastAudit().clientId());

        assertEquals(200, alone(AT_CLOUD.sign(workload(c -> c.put("aud", Door.ISSUER + "/token"))), "resource",
                Door.MCP, "client_id", "nightly").status());
        refused("invalid_grant", "another name", alone(AT_CLOUD.sign(workload(c -> { })), "resource", Door.MCP,
                "client_id", "builds"));
        refused("invalid_scope", "more than its rule has", alone(AT_CLOUD.sign(workload(c -> { })), "resource",
                Door.MCP, "scope", "mcp:write"));
        refused("invalid_grant", "another claim", alone(AT_CLOUD.sign(workload(c -> c.put("env", "test"))), "resource",
                Door.MCP));
        refused("invalid_grant", "another subject", alone(AT_CLOUD.sign(workload(c ->
                c.put("sub", "ns:reports:nightly2"))), "resource", Door.MCP));
        var build = workload(c -> c.put("sub", "repo:acme/site:ref:main"));
        assertEquals("builds", claims(alone(AT_CLOUD.sign(build), "resource", Door.API)).getSubject());
        refused("invalid_target", "a resource outside its rule", alone(AT_CLOUD.sign(workload(c ->
                c.put("sub", "repo:acme/site"))), "resource", Door.MCP));
        refused("invalid_grant", "a subject that only looks so", alone(AT_CLOUD.sign(workload(c ->
                c.put("sub", "xrepo:acme/site"))), "resource", Door.API));
    }

    @Test
    @Covers("AS-36")
    void aPlatformThatReissuesSeldomMayHaveItsTokensUsedAgain() {
        try (var lenient = new Door(folder.resolve("door.db"), door.clock, Door.with(trusting(false), false))) {
            var token = AT_CLOUD.sign(workload(c -> c.remove("jti")));
            for (var i = 0; i < 2; i++) {
                assertEquals(200, lenient.token("grant_type", GRANT, "assertion", token, "resource", Door.MCP)
                        .status());
            }
        }
        assertThrows(IllegalArgumentException.class, () -> new TrustedIssuer("idp", IDP, TrustedIssuer.Kind.ID_JAG,
                Optional.empty(), Optional.empty(), TrustedIssuer.Audience.ISSUER, false, Set.of(), Set.of(), Set.of(),
                List.of()), "an ID-JAG is used once");
        assertThrows(IllegalArgumentException.class, () ->
                new Workload("anybody", "*", Map.of(), Set.of(), Set.of()));
    }

    @Test
    @Covers("AS-36")
    void aWorkloadIsCalledLikeNoClient() {
        door.clients.add(NewClient.service("nightly", "Nightly", Set.of(), Optional.of(SECRET)));
        var taken = assertThrows(IllegalArgumentException.class, () ->
                new Door(folder.resolve("door.db"), door.clock, door.settings));
        assertTrue(taken.getMessage().contains("nightly"));
    }

    @Test
    @Covers({"AS-35", "AS-27"})
    void whatTheGrantGaveEndsWithIt() {
        bring(signedJag(c -> { }));
        var grant = door.grants.ofClient("agent").getFirst();
        assertTrue(door.grants.revoke(grant.id(), "by the operator"));
        door.clock.pass(Duration.ofSeconds(1));
        bring(signedJag(c -> { }));
        assertNotEquals(grant.id(), door.grants.ofClient("agent").getFirst().id());
        var ada = door.people.remove("p_ada");
        var jag = signedJag(c -> { });
        refused("invalid_grant", "who may no longer sign in", bring(jag));
        door.people.put("p_ada", ada);
        assertEquals(200, bring(jag).status(), "what was refused for the person's sake was not used up");
        refused("invalid_grant", "what was used is", bring(jag));
    }

    @Test
    @Covers("AS-6a")
    void metadataNamesTheGrantWhenSomebodyIsTrusted() {
        try (var plain = new Door(folder.resolve("door.db"), door.clock,
                Door.settings(AuthServerSettings.Registration.STANDARD))) {
            assertFalse(metadata(plain).contains("jwt-bearer") || metadata(plain).contains("id-jag"));
            refused("unsupported_grant_type", "off", plain.token("grant_type", GRANT, "assertion",
                    AT_CLOUD.sign(workload(c -> { }))));
        }
        assertTrue(metadata(door).contains(GRANT));
        assertTrue(metadata(door).contains("\"authorization_grant_profiles_supported\":"
                + "[\"urn:ietf:params:oauth:grant-profile:id-jag\"]"));
        assertFalse(metadata(door).contains(IDP), "not whom");
    }

    private static String metadata(Door at) {
        return at.send(Door.in("GET", "/.well-known/oauth-authorization-server", "", "", "192.0.2.1",
                io.github.doorwarden.http.Headers.NONE)).json().toString();
    }
}
