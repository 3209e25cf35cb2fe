package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The four lists.
final class ListsTest extends ThingsFixture {

    private static final int MANY = 2 * Limits.PAGE + 1;
    private static final Map<String, String> MEMBERS = Map.of("tools/list", "tools", "resources/list", "resources",
            "resources/templates/list", "resourceTemplates", "prompts/list", "prompts");

    @BeforeEach
    void offer() {
        IntStream.range(0, MANY).forEach(i -> {
            tool("n" + i, call -> ToolResult.text("x"));
            resource("test://n" + i, call -> List.of(), i % 2 == 0 ? new String[0] : new String[] {"write"});
            template("test://n" + i + "/{x}", call -> List.of());
            prompt("n" + i, List.of(), call -> List.of());
        });
    }

    private static String key(String method) {
        return method.equals("resources/list") ? "uri" : method.equals("resources/templates/list") ? "uriTemplate"
                : "name";
    }

    private List<String> follow(Client client, String method) {
        var names = new ArrayList<String>();
        var params = "{}";
        while (params != null) {
            var page = client.send(method, params);
            page.path(MEMBERS.get(method)).forEach(each -> names.add(each.path(key(method)).asString()));
            assertFalse(page.has("nextCursor") && page.path("nextCursor").asString("").isEmpty());
            params = page.has("nextCursor") ? "{\"cursor\":" + page.get("nextCursor") + "}" : null;
        }
        return names;
    }

    private String cursor(Client client, String method) {
        return client.send(method, "{}").path("nextCursor").asString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools/list", "resources/list", "resources/templates/list", "prompts/list"})
    @Covers({"SV-100", "SV-101"})
    void followingTheCursorBringsEachThingOnce_AtAnyNode(String method) {
        var names = follow(client(), method);
        assertEquals(MANY, names.size());
        assertEquals(MANY, names.stream().distinct().count());
        assertEquals(names, follow(client(node()).in(Revision.V2024_11_05), method), "after a restart");
        var cursor = "{\"cursor\":\"" + cursor(client(), method) + "\"}";
        var page = client().send(method, cursor);
        assertEquals(page, client().send(method, cursor));
        assertEquals(page, client(node()).send(method, cursor), "another node");
    }

    @Test
    @Covers("SV-101")
    void whatComesAndGoesBetweenPagesMakesNobodyMissAnything() {
        var client = client();
        var cursor = cursor(client, "tools/list");
        tools.removeIf(tool -> List.of("n3", "n250").contains(tool.spec().name()));
        tools.addFirst(new MadeTool(spec("new", "{}"), call -> ToolResult.text("x")));
        client.node().replace(endpoint("/mcp"));
        assertEquals("n" + Limits.PAGE, client.send("tools/list", "{\"cursor\":\"" + cursor + "\"}").path("tools")
                .path(0)
                .path("name").asString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools/list", "resources/list", "resources/templates/list", "prompts/list"})
    @Covers("SV-102")
    void aCursorThatIsNotOfThisListIsRefused(String method) {
        var client = client();
        var good = cursor(client, method);
        var wrong = new ArrayList<>(List.of("\"\"", "7", "{}", "[]", "\"%%\"", "\"" + good.substring(0, good.length()
                / 2) + "\"", "\"" + good + "A\"", "\"" + "a".repeat(100_000) + "\"", "\"bjE\""));
        MEMBERS.keySet().stream().filter(other -> !other.equals(method)).forEach(other -> wrong.add("\""
                + cursor(client, other) + "\""));
        wrong.add("\"" + cursor(client.at("/other"), method) + "\"");
        for (var cursor : wrong) {
            var why = refused(Refusal.BadParams.class, () -> client.send(method, "{\"cursor\":" + cursor + "}"));
            assertEquals(-32602, why.code(), cursor);
        }
    }

    @Test
    void theLongestUriStillMakesACursorThatIsTaken() {
        resources.clear();
        IntStream.range(0, Limits.PAGE + 1).forEach(i -> resource("test://" + "x".repeat(Limits.URI_CHARS - 11)
                + String.format(java.util.Locale.ROOT, "%04d", i), call -> List.of()));
        assertEquals(Limits.PAGE + 1, follow(client(), "resources/list").size());
    }

    @Test
    @Covers("SV-3")
    void theOrderIsAlwaysTheSame() {
        var client = client();
        var first = client.send("tools/list", "{}").toString();
        for (var i = 0; i < 100; i++) {
            assertEquals(first, client.send("tools/list", "{}").toString());
        }
        assertEquals(first, client(node()).send("tools/list", "{}").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools/list", "resources/list", "resources/templates/list", "prompts/list"})
    @Covers({"SV-2", "SV-41", "SV-61"})
    void aListIsTheCallersAndNotTheConnections(String method) {
        var client = client();
        var before = client.send(method, "{}").toString();
        client.call("n1");
        client.as(WRITER).send(method, "{}");
        assertEquals(before, client.send(method, "{}").toString());
        assertEquals(before, client(node()).send(method, "{}").toString());
        assertThrows(Challenged.class, () -> client.as(Caller.anonymous()).send(method, "{}"));
    }

    @Test
    @Covers("SV-2")
    void anEmptyEndpointHasAnEmptyList() {
        tools.clear();
        assertEquals("{\"tools\":[]}", client().send("tools/list", "{}").toString());
    }

    @Test
    @Covers("SV-7")
    void namesAreUniqueAndTheirCaseCounts() {
        for (var wrong : List.of("", "get user", "名前", "a".repeat(129), "a/b")) {
            assertThrows(IllegalArgumentException.class, () -> spec(wrong, "{}"), wrong);
        }
        refused(Refusal.NoSuchTool.class, () -> client().call("N1"));
        tool("N1", call -> ToolResult.text("upper"));
        assertEquals("upper", text(client().call("N1")));
        tool("n1", call -> ToolResult.text("again"));
        assertTrue(assertThrows(IllegalArgumentException.class, this::node).getMessage()
                .contains("two tools named n1"));
        tools.removeLast();
        resource("test://n1", call -> List.of());
        assertTrue(assertThrows(IllegalArgumentException.class, this::node).getMessage().contains("two resources"));
    }
}
