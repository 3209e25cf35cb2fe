package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.systems.Copilot.Tokens;
import io.github.doorwarden.cli.systems.Knock.Answer;
import io.github.doorwarden.store.Database;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The doors of the admin copilot as it is delivered, its identity provider and its marketplace beside it: everything
/// that must open them, and much that must not.
class AdminCopilotDoorsTest {

    @TempDir
    static Path work;
    private static Copilot copilot;
    private static Knock door;
    private static Tokens admin;
    private static Forger forger;
    private static Person ada;

    @BeforeAll
    static void start() throws IOException {
        copilot = new Copilot(work, Map.of("INSTAINSTRU_MCP_SERVICE_TOKEN", Copilot.SERVICE_TOKEN));
        door = copilot.door;
        ada = Person.of(Copilot.ADMIN, Copilot.PASSWORD);
        admin = copilot.signIn(ada, "mcp:read");
        forger = new Forger(copilot.system.state(), copilot.system.origin(), copilot.resource());
    }

    @AfterAll
    static void end() {
        copilot.close();
    }

    private static Answer asks(String token) {
        return door.rpc(token, "tools/call", "{\"name\":\"doorwarden_whoami\",\"arguments\":{}}");
    }

    private static void refused(Answer answer) {
        var challenge = answer.expect(401).header("WWW-Authenticate");
        assertTrue(challenge.startsWith("Bearer ") && challenge.contains("resource_metadata=\""
                + copilot.system.origin() + "/.well-known/oauth-protected-resource/mcp\""), challenge);
        assertFalse(answer.body().contains("\"result\""), answer.body());
    }

    // --- what is open, and what is not -------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"initialize, 200", "notifications/initialized, 202", "tools/list, 200"})
    void openToStrangers(String method, int status) {
        var params = method.equals("initialize") ? "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                + "\"clientInfo\":{\"name\":\"x\",\"version\":\"1\"}}" : "{}";
        var answer = door.rpc(null, method, params).expect(status);
        assertTrue(status == 202 || answer.header("Content-Type").startsWith("application/json"), answer::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server/discover", "tools/list"})
    void openToStrangersInTheModernEra(String method) {
        var answer = door.modern(null, method, "", "").expect(200);
        assertTrue(answer.json().has("result"), answer::toString);
        assertEquals("", answer.header("Mcp-Session-Id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ping", "resources/list", "resources/templates/list", "resources/read", "prompts/list",
        "prompts/get", "tools/call", "completion/complete", "logging/setLevel", "tasks/list", "no/such/method"})
    void closedToStrangers(String method) {
        refused(door.rpc(null, method, "{}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools/call", "resources/list", "prompts/list"})
    void closedToStrangersInTheModernEra(String method) {
        refused(door.modern(null, method, method.equals("tools/call") ? Copilot.READ : "",
                method.equals("tools/call") ? "\"name\":\"" + Copilot.READ + "\",\"arguments\":{}," : ""));
    }

    @Test
    void noSessionIsNeeded() {
        assertTrue(asks(admin.access()).expect(200).json().path("result").toString().contains(Copilot.ADMIN));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSessionIsTheSameWithDashesAndIsDeleted(boolean dashes) {
        var id = door.rpc(admin.access(), "initialize", "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                + "\"clientInfo\":{\"name\":\"x\",\"version\":\"1\"}}").expect(200).header("Mcp-Session-Id");
        var written = dashes ? id.replaceAll("(.{8})(?=.)", "$1-") : id;
        assertEquals(dashes, !written.equals(id));
        var bearer = "Bearer " + admin.access();
        door.rpc(admin.access(), "ping", "{}", "Mcp-Session-Id", written).expect(200);
        var deleted = door.send("DELETE", "/mcp", "", "Authorization", bearer, "Mcp-Session-Id", written).status();
        assertTrue(deleted == 200 || deleted == 204, "" + deleted);
        door.rpc(admin.access(), "ping", "{}", "Mcp-Session-Id", id).expect(404);
    }

    // --- paths
    // ---------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"/mcp, 200", "/mcp/, 200", "/mcp/mcp, 404", "/mcp//, 400", "/MCP, 404", "/mcp/tools, 404",
        "/mcp/../mcp, 400"})
    void theEndpointIsAtItsPathAlone(String path, int status) {
        var body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
        var address = URI.create(copilot.system.origin());
        var came = door.raw(body, "POST " + path + " HTTP/1.1", "Host: " + address.getRawAuthority(),
                "Content-Type: application/json", "Accept: application/json");
        assertTrue(came == status || status == 400 && came == 404, path + " answered " + came);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/mcp", "/mcp/"})
    void bothSpellingsChallengeWithoutARedirect(String path) {
        refused(door.json(path, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"));
    }

    @ParameterizedTest
    @CsvSource({"/oauth2/register, POST", "/oauth2/token, POST", "/oauth2/userinfo, GET"})
    void browsersOfAnyOriginMayUseTheSecondPaths(String path, String method) {
        var preflight = door.send("OPTIONS", path, "", "Origin", "https://inspector.example",
                "Access-Control-Request-Method", method, "Access-Control-Request-Headers", "authorization")
                .expect(204);
        assertEquals("*", preflight.header("Access-Control-Allow-Origin"));
        var answer = door.send(method, path, "", "Origin", "https://inspector.example");
        assertTrue(answer.status() == 400 || answer.status() == 401, answer::toString);
        assertEquals("*", answer.header("Access-Control-Allow-Origin"));
    }

    @Test
    void theSecondPathsDoTheSame() {
        var person = door.get("/oauth2/userinfo", "Authorization", "Bearer " + admin.access()).expect(200).json();
        assertEquals(Copilot.ADMIN, person.path("email").asString());
        assertTrue(door.get("/oauth2/authorize").status() == 400);
        assertEquals("invalid_grant", door.form("/oauth2/token", Map.of("grant_type", "refresh_token", "refresh_token",
                "x", "client_id", admin.client())).expect(400).json().path("error").asString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/health", "/health"})
    void thePlatformAsksForHealth(String path) {
        var components = door.get(path).json().path("components");
        assertEquals("up", components.path("store").asString());
        assertEquals("up", components.path("identity-provider").asString());
        assertEquals("up", components.path("marketplace").asString());
    }

    @Test
    void discoveryLeadsToThisOrigin() {
        var resource = door.get("/.well-known/oauth-protected-resource").expect(200).json();
        assertEquals(copilot.system.origin(), resource.path("authorization_servers").get(0).asString());
        var server = door.get("/.well-known/oauth-authorization-server").expect(200).json();
        assertEquals(copilot.system.origin(), server.path("issuer").asString());
    }

    // --- tokens
    // --------------------------------------------------------------------------------------------------------

    @Test
    void aTokenThatIsRightInEverythingOpens() {
        assertEquals(200, asks(forger.signed(Map.of())).status(), "or the rows below prove nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"signed by somebody else", "signed by the key in its own header",
        "of a key that is not published", "without a key id", "alg none", "signed with the public key as secret",
        "an ID token's type", "no type", "a critical header", "expired a minute ago", "expired now", "good in an hour",
        "without an end", "of another issuer", "of the issuer with a slash", "for another audience", "for the origin",
        "for the endpoint with a slash", "for nobody", "of nobody", "of no client", "without an id", "bound to a key",
        "bound in an unknown way", "with scopes as a list", "with another payload", "cut short",
        "spelled another way"})
    void aTokenThatIsWrongInOneThingDoesNot(String kind) throws Exception {
        refused(asks(forger.token(kind)));
    }

    @ParameterizedTest
    @CsvSource({"admin@instainstru.example, 200", "ADMIN@InstaInstru.Example, 200", "bob+new@instainstru.example, 200",
        "visitor@elsewhere.example, 403", "admin@evil-instainstru.example, 403",
        "admin@instainstru.example.evil.test, 403", "admin@sub.instainstru.example, 403",
        "admin@instainstru.example@evil.test, 403", "@instainstru.example, 403", "admin@instainstru.exampl, 403",
        "'', 403"})
    void whoIsNotOnTheListIsNotLetInByAnyToken(String email, int status) {
        var answer = asks(forger.signed(Map.of("email", email))).expect(status);
        assertEquals(status == 403, answer.body().contains("not on this server's list"), answer::body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"the code", "the refresh token", "the client's id", "a token of the provider for programs",
        "nothing", "the name of a service token"})
    void nothingElseIsAnAccessToken(String what) {
        refused(asks(switch (what) {
            case "the code" -> admin.code();
            case "the refresh token" -> admin.refresh();
            case "the client's id" -> admin.client();
            case "a token of the provider for programs" -> copilot.machineToken();
            case "the name of a service token" -> "service-token.platform";
            default -> "-";
        }));
    }

    // --- the static token
    // ----------------------------------------------------------------------------------------------

    @Test
    void theServiceTokenIsAServiceWithBothScopes() {
        var said = asks(Copilot.SERVICE_TOKEN).expect(200).json().path("result").toString();
        assertTrue(said.contains("service-token:platform"), said);
        assertFalse(door.call(Copilot.SERVICE_TOKEN, Copilot.READ, "{}").expect(200).json().path("result")
                .path("isError").asBoolean());
        assertFalse(door.call(Copilot.SERVICE_TOKEN, "instainstru_invites_preview",
                "{\"emails\":[\"ana@example.com\"]}").expect(200).json().path("result").path("isError").asBoolean());
        assertTrue(copilot.audit().stream().anyMatch(row -> row.startsWith("tools/call allowed service-token:platform "
                + Copilot.READ)), copilot.audit()::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a character less", "a character more", "in capitals", "its beginning", "with a dot",
        "doubled"})
    void nothingLikeTheServiceTokenIs(String how) {
        var token = Copilot.SERVICE_TOKEN;
        refused(asks(switch (how) {
            case "a character less" -> token.substring(0, token.length() - 1);
            case "a character more" -> token + "0";
            case "in capitals" -> token.toUpperCase(Locale.ROOT);
            case "its beginning" -> token.substring(0, 8);
            case "with a dot" -> token + ".";
            default -> token + token;
        }));
    }

    // --- headers
    // -------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"Basic, 401", "Token, 401", "DPoP, 401", "bearer, 200", "BEARER, 200", "Bearer Bearer, 401"})
    void theSchemeIsBearer(String scheme, int status) {
        door.rpc(null, "ping", "{}", "Authorization", scheme + " " + admin.access()).expect(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two headers", "in the query", "in the body", "in a cookie", "in X-Api-Key",
        "in X-Forwarded-Authorization"})
    void aTokenIsReadInOneHeaderAlone(String where) {
        var token = admin.access();
        var body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        var answer = switch (where) {
            case "two headers" -> door.rpc(token, "ping", "{}", "Authorization", "Bearer " + token);
            case "in the query" -> door.json("/mcp?access_token=" + token, body);
            case "in the body" -> door.json("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\","
                    + "\"access_token\":\"" + token + "\"}");
            case "in a cookie" -> door.json("/mcp", body, "Cookie", "access_token=" + token);
            case "in X-Api-Key" -> door.json("/mcp", body, "X-Api-Key", token);
            default -> door.json("/mcp", body, "X-Forwarded-Authorization", "Bearer " + token);
        };
        assertTrue(answer.status() == 401 || answer.status() == 400, answer::toString);
        assertFalse(answer.body().contains("\"result\""), answer::body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "http://localhost.evil.example",
        "http://127.0.0.1.evil.example", "http://127.0.0.1@evil.example", "https://instainstru.example"})
    void pagesOfOthersMayNotCall(String origin) {
        door.rpc(admin.access(), "ping", "{}", "Origin", origin).expect(403);
    }

    @Test
    void ourOwnPagesMayAndThoseOfToolsOnThisMachine() {
        door.rpc(admin.access(), "ping", "{}", "Origin", copilot.system.origin()).expect(200);
        door.rpc(admin.access(), "ping", "{}", "Origin", "http://localhost:6274").expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1", "localhost:1", "instainstru.example:8460"})
    void anotherHostIsNotThisOne(String host) {
        assertEquals(403, door.raw("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", "POST /mcp HTTP/1.1",
                "Host: " + host, "Content-Type: application/json", "Authorization: Bearer " + admin.access()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-Host: evil.example", "Forwarded: host=evil.example;proto=https",
        "X-Original-URL: /health"})
    void whatAStrangerSaysOfProxiesChangesNothing(String header) {
        var field = header.split(": ");
        var answer = door.rpc(null, "ping", "{}", field[0], field[1]);
        refused(answer);
        assertFalse(answer.header("WWW-Authenticate").contains("evil"), answer::toString);
    }

    @Test
    void nobodySpeaksForSomebodyElse() {
        var said = door.call(admin.access(), "instainstru_founding_funnel_summary", "{}").expect(200);
        assertFalse(said.json().path("result").path("isError").asBoolean());
        door.rpc(admin.access(), "tools/call", "{\"name\":\"" + Copilot.READ + "\",\"arguments\":{}}",
                "X-On-Behalf-Of", "visitor@elsewhere.example").expect(200);
        assertFalse(backendAudit().contains("visitor@elsewhere.example"));
    }

    /// Its file is another schema than ours: read by the driver alone.
    private static String backendAudit() {
        return Copilot.marketplaceAudit(copilot.system.state());
    }

    // --- the list of those who may come in
    // ------------------------------------------------------------------------------

    @Test
    void whoIsNotOnTheListIsToldSoAndGetsNoCode() throws IOException {
        var vera = Person.of("visitor@elsewhere.example", "not-on-the-list");
        var page = copilot.arrive(copilot.register(), vera, "");
        assertEquals(403, page.status());
        assertTrue(page.address().getPath().equals("/login/callback"), page::toString);
        assertTrue(page.body().contains("visitor@elsewhere.example") && page.body().contains("not on this server"),
                page::body);
        assertTrue(copilot.audit().stream().anyMatch(row -> row.startsWith("login refused") && row.contains(
                "not admitted")), copilot.audit()::toString);
        assertEquals(0, persons("visitor@elsewhere.example"));
    }

    private static int persons(String email) {
        try (var database = Database.open(copilot.system.state().resolve("doorwarden.db"))) {
            return database.query("SELECT 1 FROM person WHERE email = ?", row -> row.getInt(1), email).size();
        }
    }

    @Test
    void aReaderMayNotInvite() {
        var lacking = door.call(admin.access(), "instainstru_invites_preview", "{\"emails\":[\"a@example.com\"]}")
                .expect(403);
        assertTrue(lacking.header("WWW-Authenticate").contains("scope=\"mcp:write\""), lacking::toString);
    }
}
