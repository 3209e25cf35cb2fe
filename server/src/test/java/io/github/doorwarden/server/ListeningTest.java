package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.tidy.Covers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who hears what: [Dispatch#listen] and [Subscription].
@Timeout(60)
final class ListeningTest extends ThingsFixture {

    private static final String EVERYTHING = "{\"toolsListChanged\":true,\"promptsListChanged\":true,"
            + "\"resourcesListChanged\":true,\"resourceSubscriptions\":[\"test://b\",\"test://secret\",\"test://none\","
            + "\"test://t/7\",\"test://a\"],\"somethingNew\":true}";

    private void offer() {
        tool("t", call -> ToolResult.text("x"));
        resource("test://a", call -> List.of());
        resource("test://b", call -> List.of());
        resource("test://secret", call -> List.of(), "write");
        template("test://t/{id}", call -> List.of());
        prompt("p", List.of(), call -> List.of());
    }

    private static Dispatch.Listening listen(Client client, String filter) {
        return client.node().listen(client.exchange(), JSON.readTree(filter));
    }

    /// What has been heard so far.
    private static List<String> heard(Subscription subscription) throws InterruptedException {
        var all = new ArrayList<String>();
        for (var next = subscription.next(0); next.isPresent(); next = subscription.next(0)) {
            all.add(next.get().method() + next.get().params());
        }
        return all;
    }

    private static void everythingChanges(Dispatch node) {
        for (var kind : Changes.Kind.values()) {
            node.changes().publish(new Changes.Change.OfList(kind, "/mcp"));
        }
        for (var uri : List.of("test://a", "test://b", "test://secret", "test://t/7", "test://t/8")) {
            node.changes().publish(new Changes.Change.OfResource(uri));
        }
    }

    @Test
    @Covers("AK-22")
    void whatIsHonouredIsSaid_AndNothingElse() throws Exception {
        offer();
        var full = listen(client(), EVERYTHING);
        assertEquals("{\"toolsListChanged\":true,\"promptsListChanged\":true,\"resourcesListChanged\":true,"
                + "\"resourceSubscriptions\":[\"test://b\",\"test://t/7\",\"test://a\"]}", full.honoured().toString());
        var writer = listen(client().as(WRITER), "{\"resourceSubscriptions\":[\"test://secret\"]}");
        assertEquals("{\"resourceSubscriptions\":[\"test://secret\"]}", writer.honoured().toString());
        resources.clear();
        templates.clear();
        prompts.clear();
        assertEquals("{\"toolsListChanged\":true}", listen(client(), EVERYTHING).honoured().toString());
    }

    @Test
    @Covers({"AK-20", "SV-5", "SV-43", "SV-63"})
    void onlyWhatTheFilterNamesIsHeard() throws Exception {
        offer();
        var client = client();
        var filters = List.of("{}", "{\"toolsListChanged\":true}", "{\"promptsListChanged\":true}",
                "{\"resourcesListChanged\":true,\"toolsListChanged\":false}",
                "{\"resourceSubscriptions\":[\"test://a\"]}");
        var listening = filters.stream().map(filter -> listen(client, filter).subscription()).toList();
        everythingChanges(client.node());
        assertEquals(List.of(), heard(listening.get(0)));
        assertEquals(List.of("notifications/tools/list_changed{}"), heard(listening.get(1)));
        assertEquals(List.of("notifications/prompts/list_changed{}"), heard(listening.get(2)));
        assertEquals(List.of("notifications/resources/list_changed{}"), heard(listening.get(3)));
        assertEquals(List.of("notifications/resources/updated{\"uri\":\"test://a\"}"), heard(listening.get(4)));
    }

    @Test
    @Covers("AK-26")
    void aResourceThatMayNotBeReadIsNotHeardOf_NorOneThatMayNoLonger() throws Exception {
        offer();
        var client = client();
        var subscription = listen(client, "{\"resourceSubscriptions\":[\"test://a\",\"test://secret\"]}")
                .subscription();
        everythingChanges(client.node());
        assertEquals(List.of("notifications/resources/updated{\"uri\":\"test://a\"}"), heard(subscription));
        resources.removeIf(each -> each.spec().uri().equals("test://a"));
        resource("test://a", call -> List.of(), "write");
        client.node().replace(endpoint("/mcp"));
        everythingChanges(client.node());
        assertEquals(List.of(), heard(subscription));
    }

    @Test
    void anotherEndpointsListIsNotHeardOf() throws Exception {
        offer();
        var client = client();
        var subscription = listen(client.at("/other"), "{\"toolsListChanged\":true}").subscription();
        everythingChanges(client.node());
        assertEquals(List.of(), heard(subscription));
        client.node().changes().publish(new Changes.Change.OfList(Changes.Kind.TOOLS, ""));
        assertEquals(1, heard(subscription).size(), "a change of all endpoints");
    }

    @Test
    @Covers({"SV-5", "SV-43", "SV-63"})
    void whatIsReplacedIsAnnounced_IfItReadsOtherwise() throws Exception {
        offer();
        var client = client();
        var subscription = listen(client, EVERYTHING).subscription();
        client.node().replace(endpoint("/mcp"));
        assertEquals(List.of(), heard(subscription), "the same things again");
        tool("new", call -> ToolResult.text("x"));
        client.node().replace(endpoint("/mcp"));
        assertEquals(List.of("notifications/tools/list_changed{}"), heard(subscription));
        template("test://u/{id}", call -> List.of());
        prompt("q", List.of(), call -> List.of());
        client.node().replace(endpoint("/mcp"));
        assertEquals(List.of("notifications/prompts/list_changed{}", "notifications/resources/list_changed{}"),
                heard(subscription));
        assertEquals("new", client.send("tools/list", "{}").path("tools").path(1).path("name").asString());
    }

    @Test
    void aReplacementThatCannotBeChangesNothing() {
        offer();
        var client = client();
        tool("t", call -> ToolResult.text("x"));
        assertThrows(IllegalArgumentException.class, () -> client.node().replace(endpoint("/mcp")));
        tools.removeLast();
        assertThrows(IllegalArgumentException.class, () -> client.node().replace(endpoint("/nowhere")));
        assertEquals(1, client.send("tools/list", "{}").path("tools").size());
    }

    @Test
    void aHandlerMaySayWhatItChanged() throws Exception {
        offer();
        tool("touch", call -> {
            call.resourceChanged("test://a");
            call.listChanged(Changes.Kind.PROMPTS);
            return ToolResult.text("x");
        });
        var client = client();
        var subscription = listen(client, EVERYTHING).subscription();
        client.call("touch");
        assertEquals(List.of("notifications/resources/updated{\"uri\":\"test://a\"}",
                "notifications/prompts/list_changed{}"), heard(subscription));
    }

    @Test
    void whatIsToldTwiceBeforeItWasHeardIsHeardOnce() throws Exception {
        offer();
        var client = client();
        var subscription = listen(client, EVERYTHING).subscription();
        for (var i = 0; i < 1_000; i++) {
            everythingChanges(client.node());
        }
        assertEquals(6, heard(subscription).size());
        assertTrue(subscription.isOpen());
    }

    @Test
    void whoFallsTooFarBehindIsLetGo_AndHurtsNobody() throws Exception {
        template("test://t/{id}", call -> List.of());
        var client = client();
        var filter = object("{}");
        var uris = filter.putArray("resourceSubscriptions");
        for (var i = 0; i <= Limits.PENDING_NOTICES; i++) {
            uris.add("test://t/" + i);
        }
        var slow = listen(client, filter.toString()).subscription();
        var quick = listen(client, "{\"resourceSubscriptions\":[\"test://t/0\"]}").subscription();
        for (var i = 0; i <= Limits.PENDING_NOTICES; i++) {
            client.node().changes().publish(new Changes.Change.OfResource("test://t/" + i));
        }
        assertFalse(slow.isOpen());
        assertTrue(slow.next().isEmpty());
        assertEquals(1, heard(quick).size());
        assertTrue(quick.isOpen());
    }

    @Test
    @Covers("AK-25")
    void whoLeavesIsGone() throws Exception {
        offer();
        var client = client();
        for (var i = 0; i < 1_000; i++) {
            listen(client, EVERYTHING).subscription().close();
        }
        assertEquals(0, client.node().changes().listeners());
        everythingChanges(client.node());
    }

    @Test
    @Covers("AK-23")
    void severalStandBesideEachOther_UpToABound() throws Exception {
        offer();
        var client = client(node(new CallLimits(10, 10, 10, 2)));
        var one = listen(client, "{\"toolsListChanged\":true}").subscription();
        var two = listen(client, "{\"promptsListChanged\":true}").subscription();
        refused(Refusal.TooMany.class, () -> listen(client, "{}"));
        listen(client.as(BOB), "{}").subscription().close();
        everythingChanges(client.node());
        assertEquals(List.of("notifications/tools/list_changed{}"), heard(one));
        one.close();
        one.close();
        assertEquals(List.of("notifications/prompts/list_changed{}"), heard(two));
        listen(client, "{}");
        refused(Refusal.TooMany.class, () -> listen(client, "{}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "[]", "null", "\"x\"", "{\"toolsListChanged\":1}", "{\"promptsListChanged\":null}",
        "{\"resourcesListChanged\":\"true\"}", "{\"resourceSubscriptions\":\"test://a\"}",
        "{\"resourceSubscriptions\":{}}", "{\"resourceSubscriptions\":[7]}"})
    @Covers("AK-28")
    void aFilterOfAnotherFormIsRefused(String filter) {
        offer();
        var client = client();
        assertEquals(-32602, refused(Refusal.BadParams.class, () -> listen(client, filter)).code());
        assertEquals(0, client.node().changes().listeners());
    }

    @Test
    void aSubscriptionNamesABoundedNumberOfResources() {
        offer();
        var uris = object("{}");
        for (var i = 0; i <= Limits.SUBSCRIBED_RESOURCES; i++) {
            uris.withArray("resourceSubscriptions").add("test://a");
        }
        refused(Refusal.BadParams.class, () -> listen(client(), uris.toString()));
    }

    @Test
    void aLegacyClientHearsOfEveryList_AndOfTheResourcesThatItAdds() throws Exception {
        offer();
        var client = client();
        var subscription = client.node().listenToLists(client.exchange());
        everythingChanges(client.node());
        assertEquals(3, heard(subscription).size());
        assertTrue(subscription.add("test://a"));
        everythingChanges(client.node());
        assertEquals(4, heard(subscription).size());
        subscription.remove("test://a");
        everythingChanges(client.node());
        assertEquals(3, heard(subscription).size());
        for (var i = 0; i < Limits.SUBSCRIBED_RESOURCES; i++) {
            assertTrue(subscription.add("test://t/" + i));
        }
        assertFalse(subscription.add("test://t/more"));
        assertTrue(subscription.add("test://t/0"), "what it has already");
    }
}
