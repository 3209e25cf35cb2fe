package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.Changes;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `subscriptions/listen` over real sockets.
@Timeout(120)
final class ListeningTest extends SocketFixture {

    private static final String EVERYTHING = "{\"toolsListChanged\":true,\"promptsListChanged\":true,"
            + "\"resourcesListChanged\":true,\"resourceSubscriptions\":[\"lesson://algebra\",\"lesson://exam\","
            + "\"lesson://by-id/7\"]}";

    private void changed(Changes.Kind kind) {
        door.fullDispatch.changes().publish(new Changes.Change.OfList(kind, "/full"));
    }

    private void changed(String uri) {
        door.fullDispatch.changes().publish(new Changes.Change.OfResource(uri));
    }

    private static String id(tools.jackson.databind.JsonNode message) {
        return message.path("params").path("_meta").path("io.modelcontextprotocol/subscriptionId").toString();
    }

    @Test
    @Covers({"AK-21", "AK-22", "MT-55"})
    void theAcknowledgmentComesFirst_WhateverRains() throws Exception {
        var raining = new AtomicBoolean(true);
        var rain = Thread.ofVirtual().start(() -> {
            while (raining.get()) {
                changed(Changes.Kind.TOOLS);
                changed("lesson://algebra");
                Thread.yield();
            }
        });
        for (var id : List.of("1", "\"1\"", "\"ü\"")) {
            try (var events = listen(id, EVERYTHING)) {
                assertEquals("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":"
                        + "{\"notifications\":{\"toolsListChanged\":true,\"promptsListChanged\":true,"
                        + "\"resourcesListChanged\":true,\"resourceSubscriptions\":[\"lesson://algebra\","
                        + "\"lesson://by-id/7\"]},\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":" + id + "}}}",
                        events.next().toString());
                for (var i = 0; i < 10; i++) {
                    assertEquals(id, id(events.next()));
                }
            }
        }
        raining.set(false);
        rain.join();
    }

    @Test
    @Covers({"AK-20", "AK-23", "AK-26", "MT-55"})
    void eachSubscriptionHearsItsOwn() throws Exception {
        try (var tools = listen("1", "{\"toolsListChanged\":true}");
                var exam = listen("2", "{\"resourceSubscriptions\":[\"lesson://algebra\",\"lesson://exam\"]}")) {
            tools.next();
            exam.next();
            for (var kind : Changes.Kind.values()) {
                changed(kind);
            }
            changed("lesson://exam");
            changed("lesson://algebra");
            assertEquals("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{\"_meta\":"
                    + "{\"io.modelcontextprotocol/subscriptionId\":1}}}", tools.next().toString());
            assertEquals("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":"
                    + "\"lesson://algebra\",\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":2}}}",
                    exam.next().toString());
            tools.close();
            changed("lesson://algebra");
            assertEquals("2", id(exam.next()), "the other goes on");
        }
    }

    @Test
    @Covers({"SV-5", "SV-43", "SV-63"})
    void newThingsAreAnnouncedToThoseWhoListen() throws Exception {
        try (var events = listen("1", EVERYTHING)) {
            events.next();
            var things = door.things.all();
            door.fullDispatch.replace(door.full.with(new Things(things.tools().subList(1, 3), things.resources()
                    .subList(0, 1), things.templates(), things.prompts().subList(0, 1), List.of())));
            var heard = List.of(events.next(), events.next(), events.next());
            assertEquals(List.of("notifications/tools/list_changed", "notifications/prompts/list_changed",
                    "notifications/resources/list_changed"), heard.stream().map(each -> each.path("method").asString())
                    .toList());
            heard.forEach(each -> assertEquals("1", id(each)));
        }
    }

    @Test
    @Covers({"AK-24", "MT-38", "MT-55"})
    void aServerThatStopsSaysSoFirst() throws Exception {
        try (var events = listen("\"s\"", EVERYTHING)) {
            events.next();
            var stopping = Thread.ofVirtual().start(server::close);
            assertEquals("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"s\","
                    + "\"reason\":\"The server ends this subscription.\",\"_meta\":"
                    + "{\"io.modelcontextprotocol/subscriptionId\":\"s\"}}}", events.next().toString());
            var last = events.next();
            assertEquals("s", last.path("id").asString());
            assertEquals("complete", last.path("result").path("resultType").asString());
            assertEquals("s", last.path("result").path("_meta").path("io.modelcontextprotocol/subscriptionId")
                    .asString());
            assertNull(events.next());
            stopping.join();
        }
    }

    @Test
    @Covers({"AK-24", "MT-38"})
    void aCallerWhoseGrantWasRevokedHearsNothingMore() throws Exception {
        try (var events = listen("1", EVERYTHING)) {
            events.next();
            changed(Changes.Kind.TOOLS);
            assertEquals("notifications/tools/list_changed", events.next().path("method").asString());
            door.mayStay.set(false);
            changed(Changes.Kind.TOOLS);
            assertEquals("notifications/cancelled", events.next().path("method").asString());
            assertTrue(events.next().has("result"));
            assertNull(events.next());
        }
        assertEquals(0, door.fullDispatch.changes().listeners());
    }

    @Test
    @Covers("AK-25")
    void aClientThatLeavesIsGone() throws Exception {
        for (var i = 0; i < 100; i++) {
            try (var events = listen("1", EVERYTHING)) {
                events.next();
            }
        }
        while (door.fullDispatch.changes().listeners() > 0) {
            Polling.pause();
        }
        changed(Changes.Kind.TOOLS);
    }

    @Test
    @Covers("AK-28")
    void everyEndpointTakesASubscription_AlsoForNothing() throws Exception {
        try (var events = listen("1", "{}")) {
            assertEquals("{\"notifications\":{},\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":1}}",
                    events.next().path("params").toString());
            changed(Changes.Kind.TOOLS);
            var reply = send(call("2", "quick", ""));
            assertEquals(200, reply.statusCode());
        }
        for (var params : List.of("", "\"notifications\":7", "\"notifications\":{\"toolsListChanged\":1}")) {
            var reply = send(post("subscriptions/listen", "", message("1", "subscriptions/listen", params, "")));
            assertEquals(400, reply.statusCode());
            assertEquals(-32602, json(reply.body()).path("error").path("code").asInt());
        }
    }

    @Test
    @Covers("AK-23")
    void moreThanTheBoundIsRefused() throws Exception {
        var open = new java.util.ArrayList<Events>();
        try {
            for (var i = 0; i < 32; i++) {
                var events = listen(Integer.toString(i), "{}");
                events.next();
                open.add(events);
            }
            var reply = send(post("subscriptions/listen", "", message("1", "subscriptions/listen",
                    "\"notifications\":{}", "")));
            assertEquals(429, reply.statusCode());
            assertTrue(reply.headers().firstValue("Retry-After").isPresent());
        } finally {
            open.forEach(Events::close);
        }
    }

    @Test
    @Covers({"MT-84", "SV-94"})
    void whatBelongsToACallStaysOnItsOwnStream() throws Exception {
        try (var events = listen("1", EVERYTHING)) {
            events.next();
            try (var call = new Events(open(call("2", "count", ",\"progressToken\":1,"
                    + "\"io.modelcontextprotocol/logLevel\":\"debug\"")).body())) {
                var all = call.rest();
                assertEquals(List.of("notifications/progress", "notifications/message", "notifications/progress", ""),
                        all.stream().map(each -> each.path("method").asString("")).toList());
            }
            changed(Changes.Kind.TOOLS);
            assertEquals("notifications/tools/list_changed", events.next().path("method").asString(),
                    "nothing of the call came before it");
        }
    }

    /// A client that does not read fills its socket; the one who publishes and the other listener notice nothing.
    @Test
    void aClientThatDoesNotReadHurtsNobody() throws Exception {
        try (var slow = listen("1", "{\"toolsListChanged\":true}"); var quick = listen("2",
                "{\"promptsListChanged\":true}")) {
            quick.next();
            for (var i = 0; i < 50_000; i++) {
                changed(Changes.Kind.TOOLS);
            }
            changed(Changes.Kind.PROMPTS);
            assertEquals("notifications/prompts/list_changed", quick.next().path("method").asString());
            assertTrue(slow.next().has("params"));
        }
    }
}
