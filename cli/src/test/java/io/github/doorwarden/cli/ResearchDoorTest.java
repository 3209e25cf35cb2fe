package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.identity.Entitlement;
import io.github.doorwarden.identity.TokenRefused;
import io.github.doorwarden.identity.TokenVerifier;
import io.github.doorwarden.identity.VerifiedToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The research system as it is delivered, its environment set as for a provider elsewhere: whose tokens open the door,
/// and whose do not.
class ResearchDoorTest {

    static final Path FOLDER = Path.of("..", "systems", "research");
    private static final Duration READ_WITHIN = Duration.ofSeconds(90);
    private static final String AUDIENCE = "https://research.example/api";

    @TempDir
    private Path state;
    private final Web web = new Web();
    private final SigningIssuer provider = new SigningIssuer();
    private Deployment deployment;
    private String endpoint;
    /// For a class that is made by its name alone.
    private static volatile String here;

    /// What somebody's contract says of who may read.
    public static final class WithoutMallory implements Entitlement {
        @Override
        public Optional<String> refusal(Subject subject) {
            return subject.subject().equals("mallory") ? Optional.of("Your seat has ended. Ask the research desk.")
                    : Optional.empty();
        }
    }

    /// Believes what begins with `letter-`.
    public static final class Letters implements TokenVerifier {
        @Override
        public VerifiedToken verify(String token) {
            if (!token.startsWith("letter-")) {
                throw TokenRefused.invalid("it is no letter", "letter");
            }
            return new VerifiedToken(token.substring(7), "post", false, Optional.empty(), Set.of(), Set.of(here),
                    Optional.empty(), token, Instant.now().plusSeconds(60));
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private void start(Map<String, String> more) throws IOException {
        var port = freePort();
        var environment = new HashMap<>(Map.of("PORT", "" + port, "AUTH0_ISSUER", provider.issuer, "JWT_AUDIENCES",
                AUDIENCE + ", https://other.example/api", "RESOURCE_SERVER_URL", "http://127.0.0.1:" + port));
        environment.putAll(more);
        deployment = Deployment.start(ConfigFile.read(FOLDER, Map.of("state", state.toAbsolutePath().toString()),
                environment::get), line -> { });
        endpoint = "http://127.0.0.1:" + port + "/mcp";
        here = endpoint;
    }

    /// Documents are read in the background. The one PDF takes longest.
    static void read(java.util.function.BooleanSupplier found) {
        var until = System.nanoTime() + READ_WITHIN.toNanos();
        while (!found.getAsBoolean()) {
            assertTrue(System.nanoTime() < until, "not read yet");
        }
    }

    @AfterEach
    void stop() {
        deployment.close();
        provider.close();
    }

    private Web.Answer call(String token, String tool, String arguments) {
        return new Agent(web, "", endpoint, "c", "").call(token, tool, arguments);
    }

    private JsonNode answer(String token, String tool, String arguments) {
        var result = Agent.result(call(token, tool, arguments));
        assertFalse(result.path("isError").asBoolean(false), result::toString);
        return result.path("structuredContent");
    }

    @Test
    void tokensOfTheProviderOpenTheDoorAndOthersDoNot() throws IOException {
        start(Map.of("ENTITLEMENT", WithoutMallory.class.getName()));
        var ana = provider.token("ana", AUDIENCE, claims -> claims);
        read(() -> answer(ana, "search", "{\"query\":\"fares file\"}").path("results").size() > 5);
        var id = answer(ana, "search", "{\"query\":\"handlers strike Copenhagen cost\"}").path("results").path(0)
                .path("id").asString();
        assertTrue(answer(ana, "fetch", "{\"id\":\"" + id + "\"}").path("text").asString().contains("million"));
        var strike = answer(ana, "airfare_trend_insights", "{\"from_airport\":\"CPH\",\"measure\":\"sum_passengers\","
                + "\"from\":\"2025-09\",\"to\":\"2025-11\"}").path("points");
        assertTrue(strike.path(1).path("change_percent").asDouble() < -35, strike::toString);
        assertEquals(200, call(provider.token("ana", "https://other.example/api", claims -> claims), "search",
                "{\"query\":\"\"}").status(), "one of several audiences");

        refused(provider.token("ana", "https://somebody-else.example", claims -> claims), "aud");
        refused(provider.token("ana", AUDIENCE, claims -> claims.expirationTime(Date.from(Instant.now()
                .minusSeconds(600)))), "expired");
        refused(provider.token("ana", AUDIENCE, claims -> claims.issuer("https://evil.example/")), "");
        refused("opaque-4711-4711-4711", "");
        refused(ana.substring(0, ana.length() - 12) + "AAAAAAAAAAAA", "");
        var mallory = call(provider.token("mallory", AUDIENCE, claims -> claims), "search", "{\"query\":\"fuel\"}")
                .expect(403);
        assertTrue(mallory.body().contains("Your seat has ended."), mallory::toString);
    }

    /// 401 and where to sign in.
    private void refused(String token, String word) {
        var answer = call(token, "search", "{\"query\":\"fuel\"}").expect(401);
        var challenge = answer.header("WWW-Authenticate").orElseThrow();
        assertTrue(challenge.contains("invalid_token") && challenge.contains("resource_metadata=\""
                + endpoint.replace("/mcp", "/.well-known/oauth-protected-resource/mcp")), challenge);
        assertTrue((challenge + answer.body()).contains(word), answer::toString);
    }

    @Test
    void aVerifierOfTheUsersOwnJudgesInTheirPlace() throws IOException {
        start(Map.of("TOKEN_VERIFIER", Letters.class.getName(), "ENTITLEMENT", WithoutMallory.class.getName()));
        read(() -> answer("letter-ana", "search", "{\"query\":\"economy\"}").path("results").size() > 5);
        assertTrue(answer("letter-ana", "search", "{\"query\":\"premium economy\"}").path("results")
                .size() > 3);
        assertEquals(401, call(provider.token("ana", AUDIENCE, claims -> claims), "search", "{}").status());
        assertEquals(provider.issuer, web.get(endpoint.replace("/mcp", "/.well-known/oauth-protected-resource/mcp"))
                .json().path("authorization_servers").path(0).asString(), "where clients send people");
    }

    @Test
    void behindATunnelItIsWhatItsConfigurationSays_WhateverHostSays() throws IOException {
        start(Map.of("RESOURCE_SERVER_URL", "https://research.tunnel.example", "JWT_AUDIENCES", ""));
        var metadata = "/.well-known/oauth-protected-resource/mcp";
        var through = asked(metadata, "research.tunnel.example");
        assertTrue(through.startsWith("HTTP/1.1 200"), through);
        assertTrue(through.contains("\"resource\":\"https://research.tunnel.example/mcp\""), through);
        for (var host : new String[] {"evil.example", "research.tunnel.example.evil.example", "127.0.0.1:1"}) {
            for (var path : new String[] {metadata, "/mcp"}) {
                var answer = asked(path, host);
                assertFalse(answer.contains("evil.example"), answer);
                assertFalse(answer.startsWith("HTTP/1.1 401") && !answer.contains("https://research.tunnel.example"),
                        answer);
            }
        }
        var challenge = asked("/mcp", "research.tunnel.example");
        assertTrue(challenge.startsWith("HTTP/1.1 401") && challenge.contains(
                "resource_metadata=\"https://research.tunnel.example" + metadata + "\""), challenge);
        // Without audiences, a token is for the address that clients know and for no other.
        assertTrue(asked("/mcp", "research.tunnel.example", provider.token("ana",
                "https://research.tunnel.example/mcp", claims -> claims)).startsWith("HTTP/1.1 200"));
        assertTrue(asked("/mcp", "research.tunnel.example", provider.token("ana", endpoint, claims -> claims))
                .startsWith("HTTP/1.1 401"));
    }

    private String asked(String path, String host, String... token) throws IOException {
        var at = URI.create(endpoint);
        var body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{}}";
        var request = (path.equals("/mcp") ? "POST " : "GET ") + path + " HTTP/1.1\r\nHost: " + host
                + "\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n" + (token.length == 0 ? ""
                : "Authorization: Bearer " + token[0] + "\r\n")
                + (path.equals("/mcp") ? "Content-Type: application/json"
                + "\r\nAccept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-06-18\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body : "\r\n");
        try (var socket = new Socket(at.getHost(), at.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
