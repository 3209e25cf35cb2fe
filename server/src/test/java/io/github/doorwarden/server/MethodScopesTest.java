package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.identity.Tiers;
import io.github.doorwarden.protocol.Methods;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Scopes of methods, as the policy decides by them and as every method of the catalogue keeps to that.
final class MethodScopesTest extends ThingsFixture {

    private static final MethodScopes SCOPES = new MethodScopes(MethodScopes.METHODS.stream()
            .collect(Collectors.toMap(method -> method, method -> Set.of(scope(method)))));

    /// One request of every method that takes a scope, with the scope that it needs.
    private static final List<List<String>> REQUESTS = List.of(
            List.of("tools/list", "{}", "tools/list"),
            List.of("tools/call", "{'name':'plain'}", "tools/call"),
            List.of("resources/list", "{}", "resources/list"),
            List.of("resources/templates/list", "{}", "resources/list"),
            List.of("resources/read", "{'uri':'test://one'}", "resources/read"),
            List.of("resources/read", "{'uri':'test://of/1'}", "resources/read"),
            List.of("prompts/list", "{}", "prompts/list"),
            List.of("prompts/get", "{'name':'say'}", "prompts/get"),
            List.of("completion/complete", "{'ref':{'type':'ref/prompt','name':'say'},"
                    + "'argument':{'name':'word','value':''}}", "prompts/get"),
            List.of("completion/complete", "{'ref':{'type':'ref/resource','uri':'test://of/{id}'},"
                    + "'argument':{'name':'id','value':''}}", "resources/read"));

    private Client client;

    private static String scope(String method) {
        return "mcp:" + method.replace('/', ':');
    }

    @BeforeEach
    void offer() {
        tool("plain", call -> ToolResult.text("done"));
        tools.add(new MadeTool(spec("careful", "{}", "write"), call -> ToolResult.text("written")));
        resource("test://one", call -> List.of(object("{\"uri\":\"test://one\",\"text\":\"1\"}")));
        template("test://of/{id}", call -> List.of(object("{\"uri\":\"test://of/1\",\"text\":\"2\"}")));
        prompt("say", List.of(argument("word", false)), call -> List.of());
        client = client(node());
    }

    @Override
    Endpoint endpoint(String path) {
        var open = super.endpoint(path);
        return new Endpoint(path, open.resource(), open.things(), Set.of(), SCOPES, "");
    }

    private Client with(String... scopes) {
        return client.as(TestCallers.user("ada", scopes));
    }

    @Test
    void everyMethodAsksForItsOwnScopeAndForNoOther() {
        for (var request : REQUESTS) {
            var params = request.get(1).replace('\'', '"');
            var needed = scope(request.get(2));
            var others = MethodScopes.METHODS.stream().map(MethodScopesTest::scope).filter(each -> !each.equals(needed))
                    .toArray(String[]::new);
            var refused = assertThrows(Challenged.class, () -> with(others).send(request.getFirst(), params),
                    request.getFirst());
            assertEquals(new Decision.NeedsScope(List.of(needed)), refused.decision(), request.getFirst());
            assertFalse(with(needed).send(request.getFirst(), params).isEmpty(), request.getFirst());
        }
    }

    @Test
    void whatOpensTheConversationNeedsNone() {
        var policy = new Policy(new Scopes(List.of()));
        for (var method : List.of("initialize", "notifications/initialized", "ping", "server/discover",
                "logging/setLevel", "completion/complete", "subscriptions/listen", "notifications/cancelled")) {
            assertEquals(new Decision.Allowed(), policy.decide(TestCallers.user("ada"), endpoint("/mcp"), method));
        }
    }

    @Test
    void everyMethodOfTheCatalogueIsFreeOrFollowsOneOfTheSix() {
        var free = Set.of("initialize", "ping", "server/discover", "logging/setLevel", "completion/complete",
                "subscriptions/listen");
        for (var method : Methods.values()) {
            var name = method.wireName();
            assertEquals(free.contains(name) || name.startsWith("notifications/"), SCOPES.of(name).isEmpty(), name);
        }
    }

    @Test
    void whoStepsUpForAToolIsToldBothScopesAtOnce() {
        var call = "{\"name\":\"careful\"}";
        var refused = assertThrows(Challenged.class, () -> with("mcp:tools:call").send("tools/call", call));
        assertEquals(Set.of("mcp:tools:call", "write"),
                Set.copyOf(assertInstanceOf(Decision.NeedsScope.class, refused.decision()).scopes()));
        assertTrue(with("mcp:tools:call", "write").send("tools/call", call).toString().contains("written"));
        assertEquals(new Decision.NeedsScope(List.of("mcp:tools:call", "write")), new Policy(new Scopes(List.of()))
                .decide(TestCallers.user("ada", "write"), endpoint("/mcp"), tools.getLast()));
    }

    @Test
    void whoComesWithoutATokenIsToldTheBaselineAndWhatTheMethodNeeds() {
        var policy = new Policy(new Scopes(List.of(new Scopes.Scope("see", "", Set.of(), true),
                new Scopes.Scope("mcp:tools:call", "", Set.of(), false))));
        assertEquals(new Decision.NeedsLogin(List.of("see", "mcp:tools:call")),
                policy.decide(Caller.anonymous(), endpoint("/mcp"), "tools/call"));
        assertEquals(new Decision.NeedsLogin(List.of("see")),
                policy.decide(Caller.anonymous(), endpoint("/mcp"), "initialize"));
    }

    /// Clients that lose a challenge for more scopes read of the method's scope in the result of the tool.
    @Test
    void whoLosesChallengesReachesTheToolsOwnDecision() {
        var policy = new Policy(new Scopes(List.of()), Tiers.NONE, () -> Instant.MAX).tellingInResults(who -> true);
        var caller = TestCallers.user("ada");
        assertEquals(new Decision.Allowed(), policy.decide(caller, endpoint("/mcp"), "tools/call"));
        assertEquals(new Decision.NeedsScope(List.of("mcp:tools:call")),
                policy.decide(caller, endpoint("/mcp"), tools.getFirst()));
        assertEquals(new Decision.NeedsScope(List.of("mcp:tools:list")),
                policy.decide(caller, endpoint("/mcp"), "tools/list"));
    }

    @Test
    void whoMayNotSeeAListDoesNotHearOfIt_AndWhoMayNotReadDoesNotHearOfAResource() {
        var all = object("{\"toolsListChanged\":true,\"promptsListChanged\":true,\"resourcesListChanged\":true,"
                + "\"resourceSubscriptions\":[\"test://one\"]}");
        var nothing = listen(with(), all);
        assertEquals("{\"resourceSubscriptions\":[]}", nothing.toString());
        assertEquals(all, listen(with("mcp:tools:list", "mcp:prompts:list", "mcp:resources:list",
                "mcp:resources:read"), all));
    }

    private static ObjectNode listen(Client client,
            ObjectNode wanted) {
        var listening = client.node().listen(client.exchange(), wanted);
        listening.subscription().close();
        return listening.honoured();
    }

    @Test
    void aMethodCannotBeOpenAndNeedScopes_AndOnlySixCanHaveThem() {
        assertThrows(IllegalArgumentException.class, () -> new Endpoint("/mcp", URI.create("https://e.example/mcp"),
                Things.of(List.of()), Set.of("tools/list"), SCOPES, ""));
        var mistake = assertThrows(IllegalArgumentException.class,
                () -> new MethodScopes(Map.of("ping", Set.of("see"))));
        assertTrue(Arrays.asList(mistake.getMessage().split(" ")).contains("ping"), mistake.getMessage());
    }
}
