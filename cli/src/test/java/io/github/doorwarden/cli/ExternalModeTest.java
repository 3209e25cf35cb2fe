package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Administration;
import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.cli.Agent.Tokens;
import io.github.doorwarden.identity.Entitlement;
import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.identity.TokenVerifier;
import io.github.doorwarden.identity.VerifiedToken;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mode `external`: an MCP server in one deployment, the authorization server alone in another, on ports of their own.
class ExternalModeTest {

    private static final String ISSUING = """
            name: Identity
            development: true
            server: {port: 0}
            authorization:
              scopes: {"notes:read": {text: read notes, baseline: true}}
              resources: {tools: {name: Tools, identifier: "http://127.0.0.1:%d/mcp", for_people: true},
                other: {name: Other, identifier: "http://127.0.0.1:%d/other", for_people: true}}
              demo_people: [{email: ada@example.org, name: Ada Lovelace, password: canary-password-4711}]
            """;

    private static final String TOOLS = """
            name: Tools
            server: {port: "${env:PORT}", public_origin: "${env:RESOURCE_SERVER_URL:-}"}
            authorization:
              mode: external
              scopes: {"notes:read": {text: read notes, baseline: true}}
              issuers: {door: {issuer: "${env:AUTH0_ISSUER}", audiences: "${env:JWT_AUDIENCES:-}"}}
            endpoints: {/mcp: {sources: [builtin]}, /other: {sources: [builtin]}}
            """;

    @TempDir
    private Path folder;
    private final Web web = new Web();

    /// Refuses one person by their address.
    public static final class NotBob implements Entitlement {
        @Override
        public Optional<String> refusal(Subject subject) {
            return subject.email().equals(Optional.of("bob@example.org")) ? Optional.of("Bob has left.")
                    : Optional.empty();
        }
    }

    /// Believes tokens that begin with `letter-`.
    public static final class Letters implements TokenVerifier {
        @Override
        public VerifiedToken verify(String token) {
            if (!token.startsWith("letter-")) {
                throw TokenRefused.invalid("it is no letter", "letter");
            }
            return new VerifiedToken(token.substring(7), "post", false, Optional.empty(), Set.of("notes:read"),
                    Set.of("http://127.0.0.1:8460/mcp"), Optional.empty(), "letter", Instant.now().plusSeconds(60));
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Deployment start(String name, String yaml, Map<String, String> environment) throws IOException {
        var place = Files.createDirectories(folder.resolve(name));
        Files.writeString(place.resolve(ConfigFile.NAME), yaml);
        return Deployment.start(ConfigFile.read(place, Map.of(), environment::get), line -> { });
    }

    private static Map<String, String> environment(int port, String issuer) {
        return Map.of("PORT", Integer.toString(port), "AUTH0_ISSUER", issuer, "JWT_AUDIENCES", "",
                "RESOURCE_SERVER_URL", "http://127.0.0.1:" + port + "/");
    }

    @Test
    @Covers({"RS-11a", "RS-1", "T28"})
    void tokensOfAnAuthorizationServerInAnotherProcessOpenTheDoor() throws IOException {
        var port = freePort();
        Door.stateAt(Files.createDirectories(folder.resolve("issuing")).resolve("state"));
        try (var issuing = start("issuing", ISSUING.formatted(port, port), Map.of());
                var tools = start("tools", TOOLS, environment(port, issuing.address().toString()))) {
            var issuer = issuing.address().toString();
            assertEquals(200, web.get(issuer + "/health").status());
            var endpoint = tools.address().toString();
            var refused = web.post(endpoint, "application/json",
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}").expect(401);
            var metadata = refused.header("WWW-Authenticate").orElseThrow().split("resource_metadata=\"")[1]
                    .split("\"")[0];
            var resource = web.get(metadata).expect(200).json();
            assertEquals(endpoint, resource.path("resource").asString());
            assertEquals(issuer, resource.path("authorization_servers").get(0).asString());
            assertEquals(404, web.get(endpoint.replace("/mcp", "/authorize")).status(), "nothing is issued here");

            var agent = Agent.registered(web, issuer, endpoint, "Stranger", "http://127.0.0.1:9/callback");
            var browser = new Browser(web, issuer);
            var tokens = agent.tokens(browser, "notes:read");
            var who = Agent.result(agent.call(tokens.access(), "doorwarden_whoami", "{}"));
            assertTrue(who.toString().contains("ada@example.org"), who.toString());
            assertEquals(401, agent.rpc(endpoint.replace("/mcp", "/other"), tokens.access(), Agent.LEGACY,
                    "tools/list", "{}").status(), "a token for one endpoint is refused at another");
            assertEquals(401, agent.call(tokens.refresh(), "doorwarden_whoami", "{}").status());
            try (var administration = Administration.open(ConfigFile.read(folder.resolve("tools"), Map.of(),
                    environment(port, issuer)::get))) {
                var told = administration.explain(tokens.access()).findings().toString();
                assertTrue(told.contains("issuer, type and times are in order"), told);
                assertTrue(told.contains("It is for " + endpoint) && told.contains("ada@example.org"), told);
                assertFalse(told.contains("verdict=NO, text=It was issued"), told);
                var foreign = administration.explain(
                        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUiLCJhdWQi"
                        + "OiJ4In0.").findings().toString();
                assertTrue(foreign.contains("taken are those of " + issuer), foreign);
                assertTrue(foreign.contains("authorization.issuers"), foreign);
            }
            assertEquals(200, web.get(endpoint.replace("/mcp", "/health")).status());
        }
    }

    @Test
    @Covers("RS-11a")
    void theHookAndTheListRefuseWithAWordToThePerson() throws IOException {
        var port = freePort();
        Door.stateAt(Files.createDirectories(folder.resolve("issuing")).resolve("state"));
        var yaml = TOOLS.replace("mode: external", "mode: external\n  entitlement: " + NotBob.class.getName()
                + "\n  allowed_emails: \"${env:PEOPLE}\"");
        var environment = new java.util.HashMap<String, String>();
        try (var issuing = start("issuing", ISSUING.formatted(port, port).replace("demo_people: [",
                "demo_people: [{email: bob@example.org, name: Bob, password: canary-password-4712}, "
                + "{email: eve@evil.example, name: Eve, password: canary-password-4713}, "), Map.of())) {
            environment.putAll(environment(port, issuing.address().toString()));
            environment.put("PEOPLE", "@example.org, carol@example.com");
            try (var tools = start("tools", yaml, environment)) {
                assertEquals(200, called(issuing, tools, Door.EMAIL, Door.PASSWORD).status());
                var bob = called(issuing, tools, "bob@example.org", "canary-password-4712").expect(403);
                assertTrue(bob.body().contains("Bob has left."), bob.toString());
                assertTrue(bob.header("WWW-Authenticate").orElseThrow().contains("access_denied"));
                var eve = called(issuing, tools, "eve@evil.example", "canary-password-4713").expect(403);
                assertTrue(eve.body().contains("not on this server's list"), eve.toString());
            }
        }
    }

    @Test
    @Covers("RS-11a")
    void theListGoesByTheClaimOfATokenThatTheProviderCallsVerified() throws IOException {
        var yaml = TOOLS.replace("mode: external", "mode: external\n  allowed_emails: [\"@research.example\"]")
                .replace("issuers: {door: {", "issuers: {door: {plain_jwt: true, ");
        try (var provider = new SigningIssuer();
                var tools = start("tools", yaml, environment(freePort(), provider.issuer))) {
            var endpoint = tools.address().toString();
            var agent = new Agent(web, "", endpoint, "c", "");
            assertEquals(200, agent.call(provider.token("ada", endpoint, all -> all), "doorwarden_whoami", "{}")
                    .status());
            for (var verified : java.util.Arrays.asList(false, "false", null)) {
                var refused = agent.call(provider.token("eve", endpoint, all -> all.claim("email_verified", verified)),
                        "doorwarden_whoami", "{}").expect(403);
                assertTrue(refused.body().contains("has not verified it"), refused.toString());
            }
            var foreign = agent.call(provider.token("eve", endpoint, all -> all.claim("email", "eve@evil.example")),
                    "doorwarden_whoami", "{}").expect(403);
            assertTrue(foreign.body().contains("not on this server's list"), foreign.toString());
        }
    }

    private Web.Answer called(Deployment issuing, Deployment tools, String email, String password) {
        var issuer = issuing.address().toString();
        var agent = Agent.registered(web, issuer, tools.address().toString(), "Stranger",
                "http://127.0.0.1:9/callback");
        var browser = new Browser(web, issuer);
        browser.signIn(browser.get("/login"), email, password).expect(303);
        return agent.call(Tokens.of(agent.redeem(agent.code(browser, ""))).access(), "doorwarden_whoami", "{}");
    }

    @Test
    @Covers("RS-11a")
    void aProviderThatIsDownStopsNoStartAndOpensNoDoor() throws IOException {
        var port = freePort();
        try (var tools = start("tools", TOOLS, environment(port, "http://127.0.0.1:" + freePort()))) {
            var agent = new Agent(web, "", tools.address().toString(), "c", "");
            assertEquals(401, agent.call("x.y.z", "doorwarden_whoami", "{}").status(), "of no issuer at all");
            var token = "e30." + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(
                    ("{\"iss\":\"" + web.get(tools.address().resolve("/.well-known/oauth-protected-resource/mcp")
                    .toString()).json().path("authorization_servers").get(0).asString() + "\"}").getBytes()) + ".e30";
            var down = agent.call("eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ" + token.substring(3), "doorwarden_whoami",
                    "{}").expect(503);
            assertTrue(down.body().contains("try again"), down.toString());
            assertFalse(down.header("WWW-Authenticate").isPresent(), "nobody is sent to sign in for it");
            var health = web.get(tools.address().resolve("/health").toString()).expect(503);
            assertEquals("down", health.json().path("components").path("issuer").asString());
        }
    }

    @Test
    @Covers("RS-11a")
    void aVerifierOfTheUsersOwnJudgesTokens() throws IOException {
        var yaml = "server: {port: 0, public_origin: \"http://127.0.0.1:8460\"}\nauthorization: {mode: external, "
                + "verifier: " + Letters.class.getName() + "}\nendpoints: {/mcp: {sources: [builtin]}}\n";
        var place = Files.createDirectories(folder.resolve("own"));
        Files.writeString(place.resolve(ConfigFile.NAME), yaml);
        var port = freePort();
        try (var own = Deployment.start(ConfigFile.read(place, Map.of("server.port", Integer.toString(port)),
                name -> null), line -> { })) {
            var at = "http://127.0.0.1:" + port + "/mcp";
            var host = new Agent(web, "", at, "c", "");
            assertTrue(host.rpc(at, "letter-ada", Agent.LEGACY, "tools/call",
                    "{\"name\":\"doorwarden_whoami\",\"arguments\":{}}").expect(200).body().contains("ada"));
            assertEquals(401, host.call("no-letter", "doorwarden_whoami", "{}").status());
            assertEquals(own.address().getPath(), "/mcp");
        }
    }
}
