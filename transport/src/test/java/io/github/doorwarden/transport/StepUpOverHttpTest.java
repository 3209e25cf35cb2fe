package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.EventStream;
import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.identity.BearerTokens;
import io.github.doorwarden.identity.Limits;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.SignIn;
import io.github.doorwarden.identity.Tiers;
import io.github.doorwarden.identity.VerifiedToken;
import io.github.doorwarden.server.CallLimits;
import io.github.doorwarden.server.Conditions;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.server.RecordTool;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.transport.legacy.Sessions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// In the middle of a conversation, a tool that needs more of the sign-in than the token has.
final class StepUpOverHttpTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);

    @TempDir
    Path folder;
    private Database database;
    private AuditLog audit;
    private final List<Route> rows = new ArrayList<>();

    private record Nothing() {}

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("test.db"));
        audit = new AuditLog(database);
        var tools = List.<Tool>of(RecordTool.named("look", "Looks.").readOnly().of(Nothing.class,
                (none, call) -> ToolResult.text("seen")), RecordTool.named("pay", "Pays.").scopes("pay")
                .conditions(new Conditions(true, Optional.of(Duration.ofMinutes(5)), Set.of()))
                .of(Nothing.class, (none, call) -> ToolResult.text("paid")),
                RecordTool.named("audit", "Shows all.").conditions(new Conditions(false, Optional.empty(),
                Set.of("ADMIN"))).of(Nothing.class, (none, call) -> ToolResult.text("all")));
        var endpoint = new Endpoint("/mcp", URI.create("https://tools.example.com/mcp"), tools, Set.of(), "");
        var policy = new Policy(new Scopes(List.of(new Scopes.Scope("pay", "spend money", Set.of(), true))),
                new Tiers(List.of(new Tiers.Tier("ADMIN", Set.of("root@example.com"), Set.of(), Set.of()))), CLOCK);
        var dispatch = new Dispatch(List.of(endpoint), new Dispatch.Ground(policy, audit, new Spent(database),
                Seal.forThisProcess("a"), Seal.forThisProcess("b"), CallLimits.USUAL, CLOCK));
        var tokens = new BearerTokens(token -> new VerifiedToken(token, "client-1", false,
                Optional.of(token + "@example.com"), Set.of("pay"), Set.of(endpoint.resource().toString()),
                Optional.empty(), "jti-" + token, NOW.plus(Duration.ofDays(1)), signIn(token)), grant -> false,
                Limits.STANDARD, CLOCK);
        rows.addAll(McpRoutes.of(List.of(endpoint), new About("door", "", "1.2.3", Duration.ZERO), tokens::verify,
                policy, dispatch, new Sessions(Seal.forThisProcess("session"), new Spent(database), CLOCK,
                path -> true), audit, CLOCK));
        rows.addAll(RestRoutes.of(List.of(endpoint), tokens::verify, policy, dispatch, audit, CLOCK));
    }

    private static SignIn signIn(String token) {
        var strong = token.equals("weak") ? Set.of("pwd") : Set.of("pwd", "otp", "mfa");
        return new SignIn(Optional.of(NOW.minusSeconds(token.equals("old") ? 301 : 10)), Optional.empty(), strong);
    }

    @AfterEach
    void close() {
        audit.close();
        database.close();
    }

    private Reply mcp(String token, String method, String name) throws Exception {
        var body = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":{"
                + (name.isEmpty() ? "" : "\"name\":\"" + name + "\",")
                + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
        var headers = Headers.NONE.with("Authorization", "Bearer " + token).with("MCP-Protocol-Version", "2026-07-28")
                .with("Mcp-Method", method);
        return send("/mcp", name.isEmpty() ? headers : headers.with("Mcp-Name", name), body);
    }

    private Reply send(String path, Headers headers, String body) throws Exception {
        var in = new HttpIn("POST", path, "", headers, body.getBytes(StandardCharsets.UTF_8), "127.0.0.1", "r-1");
        return rows.stream().filter(row -> row.method().equals("POST") && row.path().equals("/mcp")).findFirst()
                .orElseThrow().answer(in, new EventStream.Recording().stream());
    }

    @Test
    @Covers("RS-13")
    void aToolThatNeedsASecondFactorSaysSoToTheClientAndToThePerson() throws Exception {
        assertEquals(200, mcp("weak", "tools/call", "look").status());
        for (var token : List.of("weak", "old")) {
            var refused = mcp(token, "tools/call", "pay");
            assertEquals(401, refused.status());
            var challenge = refused.headers().first("WWW-Authenticate").orElseThrow();
            assertTrue(challenge.endsWith("scope=\"pay\", error=\"insufficient_user_authentication\", "
                    + "error_description=\"This needs a sign-in with a second factor.\", "
                    + "acr_values=\"urn:doorwarden:acr:two-factors\", max_age=300"), challenge);
            var text = TestDoor.json(refused).path("error").path("message").asString();
            for (var said : List.of("The tool pay needs you to sign in with a second factor, at most 5 minutes before",
                    "Connect this server again", "https://tools.example.com/account")) {
                assertTrue(text.contains(said), text);
            }
        }
        var paid = mcp("strong", "tools/call", "pay");
        assertEquals("paid", TestDoor.json(paid).path("result").path("content").get(0).path("text").asString());
        assertTrue(TestDoor.json(mcp("weak", "tools/list", "")).toString().contains("\"pay\""), "it can be had");
    }

    @Test
    void aTierFiltersTheListAndGuardsTheCall() throws Exception {
        assertTrue(TestDoor.json(mcp("root", "tools/list", "")).toString().contains("\"audit\""));
        assertEquals(200, mcp("root", "tools/call", "audit").status());
        assertFalse(TestDoor.json(mcp("strong", "tools/list", "")).toString().contains("\"audit\""));
        var unknown = TestDoor.json(mcp("strong", "tools/call", "audit")).path("error");
        assertTrue(unknown.path("message").asString().startsWith("Unknown tool: audit"), unknown.toString());
    }
}
