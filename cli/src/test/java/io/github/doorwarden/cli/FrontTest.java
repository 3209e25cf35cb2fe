package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.app.config.ConfigMistakes;
import io.github.doorwarden.tidy.Covers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One public origin on three ports: the authorization server, the MCP server, and a front that leads to both.
@Timeout(60)
class FrontTest {

    private static final String ISSUING = """
            name: Identity
            development: true
            server: {port: "${env:AS}", public_origin: "http://127.0.0.1:${env:FRONT}", trusted_proxies: [127.0.0.1]}
            authorization:
              scopes: {"notes:read": {text: read notes, baseline: true}}
              resources: {tools: {name: Tools, identifier: "http://127.0.0.1:${env:FRONT}/mcp", for_people: true}}
              demo_people: [{email: ada@example.org, name: Ada Lovelace, password: canary-password-4711}]
            """;

    private static final String TOOLS = """
            name: Tools
            server: {port: "${env:TOOLS}", public_origin: "http://127.0.0.1:${env:FRONT}", trusted_proxies: [127.0.0.1]}
            authorization:
              mode: external
              scopes: {"notes:read": {text: read notes, baseline: true}}
              issuers: {door: {issuer: "http://127.0.0.1:${env:FRONT}"}}
            endpoints: {/mcp: {sources: [builtin]}}
            """;

    private static final String FRONT = """
            name: Front
            server: {port: "${env:FRONT}"}
            front:
              /: "http://127.0.0.1:${env:AS}"
              /mcp: "http://127.0.0.1:${env:TOOLS}"
              /.well-known/oauth-protected-resource: "http://127.0.0.1:${env:TOOLS}"
            """;

    @TempDir
    private Path folder;
    private final Web web = new Web();
    private Map<String, String> ports;
    private Deployment issuing;
    private Deployment tools;
    private Deployment front;
    private String origin;

    private static String freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    private Deployment start(String name, String yaml) throws IOException {
        var place = Files.createDirectories(folder.resolve(name));
        Files.writeString(place.resolve(ConfigFile.NAME), yaml);
        return Deployment.start(ConfigFile.read(place, Map.of(), ports::get), line -> { });
    }

    @BeforeEach
    void open() throws IOException {
        ports = Map.of("AS", freePort(), "TOOLS", freePort(), "FRONT", freePort());
        origin = "http://127.0.0.1:" + ports.get("FRONT");
        Door.stateAt(Files.createDirectories(folder.resolve("issuing")).resolve("state"));
        front = start("front", FRONT);
        issuing = start("issuing", ISSUING);
        tools = start("tools", TOOLS);
    }

    @AfterEach
    void close() {
        tools.close();
        issuing.close();
        front.close();
    }

    @Test
    @Covers({"RS-11a", "T29"})
    void aClientKnowsOneOriginAlone() {
        var refused = web.post(origin + "/mcp", "application/json",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}").expect(401);
        var metadata = refused.header("WWW-Authenticate").orElseThrow().split("resource_metadata=\"")[1].split("\"")[0];
        assertTrue(metadata.startsWith(origin), metadata);
        assertEquals(origin, web.get(metadata).expect(200).json().path("authorization_servers").get(0).asString());
        assertEquals(origin, web.get(origin + "/.well-known/oauth-authorization-server").expect(200).json()
                .path("issuer").asString());
        var agent = Agent.registered(web, origin, origin + "/mcp", "Stranger", "http://127.0.0.1:9/callback");
        var tokens = agent.tokens(new Browser(web, origin), "notes:read");
        assertTrue(Agent.result(agent.call(tokens.access(), "doorwarden_whoami", "{}")).toString()
                .contains("ada@example.org"));
        assertEquals(200, agent.refresh(tokens.refresh()).status());
    }

    @Test
    @Covers("T29")
    void whatAClientSaysOfItsAddressDoesNotGetThrough_AndNeitherDoesAnotherName() throws IOException {
        var issuer = URI.create(origin);
        try (var socket = new Socket("127.0.0.1", issuer.getPort())) {
            socket.getOutputStream().write(("POST /token HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n"
                    + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 403") && answer.contains("host_not_allowed"), answer);
        }
        try (var socket = new Socket("127.0.0.1", issuer.getPort())) {
            socket.getOutputStream().write(("POST /token HTTP/1.1\r\nHost: " + issuer.getAuthority()
                    + "\r\nContent-Type: application/x-www-form-urlencoded\r\nX-Forwarded-For: 203.0.113.9\r\n"
                    + "Forwarded: for=203.0.113.9\r\nX-Forwarded-Host: evil.example\r\nContent-Length: 16\r\n"
                    + "Connection: close\r\n\r\ngrant_type=wrong").getBytes(StandardCharsets.US_ASCII));
            assertTrue(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .startsWith("HTTP/1.1 400"));
        }
        issuing.close();                                         // writes what is pending
        try (var administration = io.github.doorwarden.app.Administration.open(
                ConfigFile.read(folder.resolve("issuing"),
                Map.of(), ports::get))) {
            var lines = administration.audit().newest(20).stream().map(line -> line.event())
                    .filter(event -> event.event().equals("token")).toList();
            assertEquals("127.0.0.1", lines.getFirst().peer(), lines::toString);
        }
    }

    @Test
    void aStreamComesAsItIsSent_AndAServerThatIsAwayIsSaidToBe() throws Exception {
        var agent = Agent.registered(web, origin, origin + "/mcp", "Stranger", "http://127.0.0.1:9/callback");
        var access = agent.tokens(new Browser(web, origin), "notes:read").access();
        var listen = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":{"
                + "\"toolsListChanged\":true},\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"t\",\"version\":\"1\"},"
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
        try (var http = HttpClient.newHttpClient()) {
            var stream = http.send(HttpRequest.newBuilder(URI.create(origin + "/mcp")).timeout(Duration.ofSeconds(20))
                    .header("Authorization", "Bearer " + access).header("Content-Type", "application/json")
                    .header("Accept", "application/json, text/event-stream").header("MCP-Protocol-Version",
                    "2026-07-28").header("Mcp-Method", "subscriptions/listen")
                    .POST(HttpRequest.BodyPublishers.ofString(listen)).build(), BodyHandlers.ofInputStream());
            assertEquals(200, stream.statusCode());
            assertEquals("text/event-stream", stream.headers().firstValue("Content-Type").orElse(""));
            var lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
            var first = lines.readLine();
            while (first.isEmpty() || first.startsWith(":")) {
                first = lines.readLine();
            }
            assertTrue(first.startsWith("data:") || first.startsWith("event:") || first.startsWith("id:"), first);
            stream.body().close();
        }
        tools.close();
        var away = agent.call(access, "doorwarden_whoami", "{}");
        assertEquals(502, away.status());
        assertTrue(away.body().contains("does not answer"), away::body);
        assertEquals(200, web.get(origin + "/.well-known/oauth-authorization-server").status());
        assertFalse(away.body().contains("127.0.0.1:" + ports.get("TOOLS")));
    }

    @Test
    void mistakesAreNamed() throws IOException {
        for (var wrong : new String[] {"/mcp: ftp://x", "mcp: http://x", "/a/../b: http://x", "/mcp: http://x/path"}) {
            var place = Files.createDirectories(folder.resolve("wrong"));
            Files.writeString(place.resolve(ConfigFile.NAME), "name: F\nfront: {\"" + wrong.replace(": ", "\": \"")
                    + "\"}\n");
            assertThrows(ConfigMistakes.class, () -> ConfigFile.read(place, Map.of(), name -> null), wrong);
        }
        var place = Files.createDirectories(folder.resolve("both"));
        Files.writeString(place.resolve(ConfigFile.NAME),
                "name: F\nfront: {/: \"http://127.0.0.1:1\"}\nendpoints: {/mcp: "
                + "{sources: [builtin]}}\n");
        var both = assertThrows(ConfigMistakes.class, () -> ConfigFile.read(place, Map.of(), name -> null));
        assertTrue(both.getMessage().contains("stands beside endpoints"), both.getMessage());
    }
}
