package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Agent.Tokens;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The way of a stranger who knows nothing but the URL of an endpoint, over real sockets.
class SignInTest {

    @TempDir
    static Path folder;
    private static Door door;

    @BeforeAll
    static void open() {
        // A refresh token that was used is dead at once: the grace for racing clients is proven elsewhere.
        door = Door.open(folder, "authorization:\n", "authorization:\n  lifetimes: {refresh_grace: 0s}\n");
    }

    @AfterAll
    static void close() {
        door.close();
    }

    private static String parameter(String challenge, String name) {
        var found = Pattern.compile("[ ,]" + name + "=\"([^\"]*)\"").matcher(challenge);
        return found.find() ? found.group(1) : "";
    }

    private static JsonNode ok(String url) {
        return door.web.get(url).expect(200).json();
    }

    /// 401, protected resource metadata, authorization server metadata, registration: all from the URL alone.
    private static Agent discover(String endpoint) {
        var refused = door.web.post(endpoint, "application/json",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}").expect(401);
        var challenge = refused.header("WWW-Authenticate").orElseThrow();
        assertTrue(challenge.startsWith("Bearer "), challenge);
        assertEquals("", parameter(challenge, "error"), "no token was sent, so none was wrong");
        assertEquals(Door.READ, parameter(challenge, "scope"));
        var resource = ok(parameter(challenge, "resource_metadata"));
        assertEquals(endpoint, resource.path("resource").asString());
        var issuer = resource.path("authorization_servers").get(0).asString();
        var server = ok(issuer + "/.well-known/oauth-authorization-server");
        assertEquals(issuer, server.path("issuer").asString());
        var client = door.web.post(server.path("registration_endpoint").asString(), "application/json", """
                {"client_name": "Stranger", "redirect_uris": ["http://127.0.0.1:53111/callback"],
                 "token_endpoint_auth_method": "none"}""").expect(201).json();
        return new Agent(door.web, issuer, endpoint, client.path("client_id").asString(),
                "http://127.0.0.1:61001/callback");
    }

    @Test
    @Covers({"RS-1", "RS-2", "RS-4", "AS-2", "T1"})
    void aStrangerComesFromTheUrlToACallThenStepsUp() {
        var agent = discover(door.notes);
        var browser = door.browser();
        var back = agent.approve(browser, Door.READ).location();
        assertTrue(back.startsWith("http://127.0.0.1:61001/callback?code="), back);
        assertEquals(agent.state, Web.query(back).get("state"));
        assertEquals(agent.origin, Web.query(back).get("iss"));
        var reader = Tokens.of(agent.redeem(Web.query(back).get("code")));
        assertEquals(Door.READ, reader.scope());

        var listed = Agent.result(agent.rpc(door.notes, reader.access(), Agent.LEGACY, "tools/list", "{}"));
        assertTrue(listed.toString().contains("notes_list"), listed.toString());
        assertTrue(agent.call(reader.access(), "notes_list", "{}").expect(200).body().contains("buy milk"));

        var lacking = agent.call(reader.access(), "notes_add", "{\"text\":\"x\"}").expect(403);
        var challenge = lacking.header("WWW-Authenticate").orElseThrow();
        assertEquals("insufficient_scope", parameter(challenge, "error"));
        assertEquals(Door.WRITE, parameter(challenge, "scope"), "the scopes of this very tool");
        var writer = agent.tokens(browser, Door.READ + " " + Door.WRITE);
        assertFalse(Agent.result(agent.call(writer.access(), "notes_add", "{\"text\":\"x\"}")).path("isError")
                .asBoolean());
    }

    @Test
    void whoLosesChallengesIsToldInTheResultWhatIsMissing() {
        var agent = Agent.registered(door.web, door.origin, door.notes, "Claude Code (notes)",
                "http://localhost:61002/callback");
        var reader = agent.tokens(door.browser(), Door.READ);
        var told = Agent.result(agent.call(reader.access(), "notes_add", "{\"text\":\"x\"}"));
        assertTrue(told.path("isError").asBoolean(false), told.toString());
        assertTrue(told.toString().contains(Door.WRITE), told.toString());
        door.agent().rpc(door.notes, null, Agent.LEGACY, "tools/call", "{\"name\":\"notes_add\"}").expect(401);
    }

    @Test
    @Covers({"RS-1", "AS-2", "AS-3", "AS-5"})
    void metadataStandsWhereverRealClientsLook() {
        var known = door.origin + "/.well-known/";
        for (var path : List.of("/notes", "/memo")) {
            assertEquals(door.origin + path, ok(known + "oauth-protected-resource" + path).path("resource").asString());
        }
        assertEquals(door.origin, ok(known + "oauth-protected-resource").path("resource").asString());
        for (var url : List.of(known + "oauth-authorization-server", known + "oauth-authorization-server/notes",
                door.notes + "/.well-known/oauth-authorization-server", known + "openid-configuration",
                known + "openid-configuration/notes", door.notes + "/.well-known/openid-configuration")) {
            var document = ok(url);
            assertEquals(door.origin, document.path("issuer").asString(), url);
            assertEquals("[\"S256\"]", document.path("code_challenge_methods_supported").toString(), url);
            assertTrue(document.path("client_id_metadata_document_supported").asBoolean(), url);
            assertTrue(document.path("token_endpoint_auth_methods_supported").toString().contains("\"none\""), url);
            assertTrue(document.path("authorization_response_iss_parameter_supported").asBoolean(), url);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    void everyOldEraIsServed(String version) {
        var agent = door.agent();
        var token = agent.tokens(door.browser(), "").access();
        var hello = agent.rpc(door.notes, token, version, "initialize", "{\"protocolVersion\":\"" + version
                + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"old\",\"version\":\"1\"}}");
        assertEquals(version, Agent.result(hello).path("protocolVersion").asString());
        door.web.post(door.notes, "application/json", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
                "Authorization", "Bearer " + token, "MCP-Protocol-Version", version).expect(202);
        assertEquals(3, Agent.result(agent.rpc(door.notes, token, version, "tools/list", "{}")).path("tools").size());
        var called = Agent.result(agent.rpc(door.notes, token, version, "tools/call", "{\"name\":\"notes_list\"}"));
        assertTrue(called.path("content").get(0).path("text").asString().contains("buy milk"), called.toString());
        assertFalse(called.has("resultType"), "a word of 2026-07-28");
    }

    @Test
    void theModernEraIsServed() {
        var agent = door.agent();
        var token = agent.tokens(door.browser(), "").access();
        var about = Agent.result(agent.modern(token, "server/discover", "", "{}"));
        assertTrue(about.path("supportedVersions").toString().contains(Agent.MODERN), about.toString());
        assertEquals(3, Agent.result(agent.modern(token, "tools/list", "", "{}")).path("tools").size());
        var called = Agent.result(agent.modern(token, "tools/call", "notes_list",
                "{\"name\":\"notes_list\",\"arguments\":{}}"));
        assertTrue(called.path("content").get(0).path("text").asString().contains("buy milk"), called.toString());
    }

    @Test
    void aDoorWithOpenMethodsShowsItsToolsToStrangersAndNoMore() {
        var agent = new Agent(door.web, door.origin, door.memo, "", "");
        assertEquals(3, Agent.result(agent.rpc(door.memo, null, Agent.LEGACY, "tools/list", "{}")).path("tools")
                .size());
        var refused = agent.call(null, "memo", "{\"text\":\"x\"}").expect(401);
        assertEquals(door.origin + "/.well-known/oauth-protected-resource/memo",
                parameter(refused.header("WWW-Authenticate").orElseThrow(), "resource_metadata"));
        agent.rpc(door.memo, null, Agent.LEGACY, "resources/list", "{}").expect(401);
    }

    @Test
    @Covers({"AS-33", "T13"})
    void aRefreshTokenWorksOnceAndASecondUseEndsTheFamily() {
        var agent = door.agent();
        var first = agent.tokens(door.browser(), "");
        var second = Tokens.of(agent.refresh(first.refresh()));
        assertNotEquals(first.refresh(), second.refresh());
        agent.call(second.access(), "notes_list", "{}").expect(200);

        assertEquals("invalid_grant", agent.refresh(first.refresh()).expect(400).json().path("error").asString());
        assertEquals("invalid_grant", agent.refresh(second.refresh()).expect(400).json().path("error").asString());
        var dead = agent.call(second.access(), "notes_list", "{}").expect(401);
        assertEquals("invalid_token", parameter(dead.header("WWW-Authenticate").orElseThrow(), "error"));
    }

    @Test
    @Covers({"AS-48", "T27"})
    void whatIsGivenBackIsDeadAtOnce() {
        var agent = door.agent();
        var tokens = agent.tokens(door.browser(), "");
        agent.call(tokens.access(), "notes_list", "{}").expect(200);
        agent.revoke(tokens.refresh()).expect(200);
        agent.call(tokens.access(), "notes_list", "{}").expect(401);
        agent.refresh(tokens.refresh()).expect(400);
        agent.revoke("no token of ours").expect(200);
    }

    @Test
    @Covers("AS-15")
    void whoSaysNoGivesNothingAndIsSentNowhere() {
        var agent = door.agent();
        var answer = door.signedIn();
        var page = answer.decide(answer.get(agent.authorizeUrl("")), "deny").expect(200);
        assertTrue(page.header("Location").isEmpty());
        assertTrue(page.body().contains("error=access_denied"), page.body());
    }
}
