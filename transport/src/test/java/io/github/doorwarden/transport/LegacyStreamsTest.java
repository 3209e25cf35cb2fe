package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.CallLimits;
import io.github.doorwarden.server.Changes;
import io.github.doorwarden.tidy.Covers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Streams of legacy sessions over real sockets: what is told while a request runs, what is asked, and what survives a
/// connection.
@Timeout(60)
class LegacyStreamsTest extends DoorFixture {

    private LegacyClient client(String revision) throws Exception {
        return new LegacyClient(http, server.origin() + "/play", "reader", revision);
    }

    private void waiting(int handlers) throws InterruptedException {
        assertTrue(door.play.waiting.tryAcquire(handlers, 20, TimeUnit.SECONDS), "No tool began to wait.");
    }

    private void interrupted() throws InterruptedException {
        assertTrue(door.play.interrupted.tryAcquire(20, TimeUnit.SECONDS), "No tool was interrupted.");
    }

    private static String answer(String id, String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
    }

    private static String cancel(int id) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" + id
                + ",\"reason\":\"no more\"}}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    @Covers({"AK-60", "LT-58", "LT-59", "LT-6"})
    void aQuestionGoesOutOnTheStreamOfItsCallAndTheCallGoesOnWithTheAnswer(String revision) throws Exception {
        var client = client(revision);
        var other = client(revision);
        var asked = new HashSet<String>();
        for (var id = 1; id <= 3; id++) {
            try (var events = client.call(id, "roots")) {
                var question = events.message().json();
                assertEquals("roots/list", question.path("method").asString());
                var number = question.path("id").toString();
                assertTrue(asked.add(number), "An id was used twice.");
                var answer = answer(number, "{\"roots\":[{\"uri\":\"file:///a\"},{\"uri\":\"file:///b\"}]}");
                assertEquals(400, other.post(answer).statusCode());
                assertEquals(404, client.as("bob").post(answer).statusCode());
                var taken = client.post(answer);
                assertEquals("202 ", taken.statusCode() + " " + taken.body());
                assertEquals(400, client.post(answer).statusCode());
                assertEquals("2 roots", text(events.message()));
                assertNull(events.next());
            }
        }
    }

    private static String text(LegacyClient.Event event) {
        return event.json().path("result").path("content").path(0).path("text").asString("");
    }

    @Test
    void nothingIsAskedThatTheRevisionOrTheClientDoesNotKnow() throws Exception {
        for (var revision : new String[] {"2024-11-05", "2025-03-26"}) {
            var reply = client(revision).post(LegacyClient.callOf(1, "ask"));
            assertTrue(reply.body().contains("needs a client that can be asked"), reply.body());
        }
        try (var events = client("2025-06-18").call(1, "ask")) {
            var question = events.message().json();
            assertEquals("elicitation/create", question.path("method").asString());
            assertFalse(question.path("params").has("mode"));
        }
    }

    @Test
    @Covers({"LT-55", "LT-68", "AK-27", "SV-4", "SV-42", "SV-62"})
    void oneStreamOfASessionCarriesItsNewsAndTheLatestTakesOver() throws Exception {
        var client = client("2025-11-25");
        var neighbour = client("2025-06-18");
        var subscribe = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/subscribe\",\"params\":{\"uri\":"
                + "\"test://note\"}}";
        assertTrue(client.post(subscribe).body().contains("\"result\":{}"));
        try (var first = client.listen(null); var beside = neighbour.listen(null)) {
            assertEquals("text/event-stream", first.response.headers().firstValue("Content-Type").orElse(""));
            try (var second = client.listen(null)) {
                assertNull(first.next(), "The first stream goes on.");
                change(new Changes.Change.OfList(Changes.Kind.TOOLS, "/play"));
                change(new Changes.Change.OfResource("test://note"));
                change(new Changes.Change.OfList(Changes.Kind.PROMPTS, "/play"));
                assertEquals("notifications/tools/list_changed", method(second));
                assertEquals("notifications/resources/updated", method(second));
                assertEquals("notifications/prompts/list_changed", method(second));
                assertEquals("notifications/tools/list_changed", method(beside));
                assertEquals("notifications/prompts/list_changed", method(beside));
                client.post(subscribe.replace("subscribe", "unsubscribe"));
                change(new Changes.Change.OfResource("test://note"));
                change(new Changes.Change.OfList(Changes.Kind.RESOURCES, "/play"));
                assertEquals("notifications/resources/list_changed", method(second));
            }
        }
    }

    private void change(Changes.Change change) {
        door.guarded.changes().publish(change);
    }

    private static String method(LegacyClient.Events events) {
        return events.message().json().path("method").asString();
    }

    @Test
    void whatHappensWhileNobodyListensIsToldToTheNextWhoDoes() throws Exception {
        var client = client("2025-03-26");
        String last;
        try (var first = client.listen(null)) {
            change(new Changes.Change.OfList(Changes.Kind.TOOLS, "/play"));
            last = first.message().id();
        }
        // it may be written into the connection that breaks, or wait for the next one: the client cannot know
        change(new Changes.Change.OfList(Changes.Kind.PROMPTS, "/play"));
        try (var again = client.listen(last)) {
            assertEquals("notifications/prompts/list_changed", method(again));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2025-03-26", "2025-06-18", "2025-11-25"})
    @Covers({"LT-65", "LT-67", "LT-71"})
    void aLostConnectionCancelsNothingAndTheRestIsFetchedByGet(String revision) throws Exception {
        var client = client(revision);
        var events = client.call(7, "hold");
        var told = events.message();
        waiting(1);
        events.close();
        try (var rest = client.listen(told.id())) {
            door.play.go.release();
            assertEquals(2, rest.message().json().path("params").path("progress").asInt());
            var answer = rest.message();
            assertEquals("7 Held.", answer.json().path("id") + " " + text(answer));
            assertNull(rest.next());
            try (var again = client.listen(told.id())) {
                assertEquals(2, again.message().json().path("params").path("progress").asInt());
                assertEquals(answer, again.message());
                assertNull(again.next());
            }
        }
        assertEquals(0, door.play.interrupted.availablePermits());
    }

    @Test
    @Covers({"LT-64", "LT-72"})
    void eachStreamHasItsOwnAndNothingElse() throws Exception {
        var client = client("2025-06-18");
        var one = client.call(1, "hold");
        var two = client.call(2, "hold");
        try (var news = client.listen(null)) {
            var toldOne = one.message();
            var toldTwo = two.message();
            waiting(2);
            assertNotEquals(toldOne.id(), toldTwo.id());
            one.close();
            two.close();
            door.play.go.release(2);
            change(new Changes.Change.OfList(Changes.Kind.TOOLS, "/play"));
            assertEquals("notifications/tools/list_changed", method(news));
            for (var told : new LegacyClient.Event[] {toldOne, toldTwo}) {
                try (var rest = client.listen(told.id())) {
                    var token = told.json().path("params").path("progressToken");
                    assertEquals(token, rest.message().json().path("params").path("progressToken"));
                    assertEquals(token, rest.message().json().path("id"));
                    assertNull(rest.next());
                }
                assertEquals(400, client("2025-06-18").get(told.id()).statusCode(), "another session");
                assertEquals(404, client.as("bob").get(told.id()).statusCode(), "another caller");
            }
        }
    }

    @Test
    @Covers({"LT-61", "LT-62"})
    void aClientIsSentAwayAndComesBackForTheAnswer() throws Exception {
        var client = client("2025-11-25");
        String id;
        try (var events = client.call(1, "poll")) {
            var first = events.next();
            assertEquals("", first.data());
            assertFalse(first.id().isEmpty());
            id = first.id();
            assertEquals("10", events.next().retry());
            assertNull(events.next());
        }
        waiting(1);
        try (var rest = client.listen(id)) {
            door.play.go.release();
            assertEquals("Polled.", text(rest.next()));
            assertNull(rest.next());
        }
    }

    @Test
    void whereClientsKnowNoPausesACallSimplyTakesItsTime() throws Exception {
        door.play.go.release();
        assertTrue(client("2025-06-18").post(LegacyClient.callOf(1, "poll")).body().contains("Polled."));
    }

    @Test
    @Covers("LT-61")
    void aLongSilenceBeginsWithAnEventToComeBackTo() throws Exception {
        var client = client("2025-11-25");
        var events = client.call(1, "silent");
        var first = events.next();
        assertEquals("", first.data());
        events.close();
        waiting(1);
        door.play.go.release();
        try (var rest = client.listen(first.id())) {
            assertEquals("Held.", text(rest.next()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    @Covers({"LT-30", "LT-35", "LT-36"})
    void aCancelledCallIsStoppedAndNotAnswered(String revision) throws Exception {
        var client = client(revision);
        try (var events = client.call(5, "hold")) {
            events.message();
            waiting(1);
            for (var harmless : new String[] {cancel(99), cancel(5).replace(":5", ":{}"),
                cancel(5).replace("\"requestId\":5,", "")}) {
                assertEquals(202, client.post(harmless).statusCode());
            }
            assertEquals(202, client(revision).post(cancel(5)).statusCode());
            assertEquals(404, client.as("bob").post(cancel(5)).statusCode());
            assertTrue(client.post("{\"jsonrpc\":\"2.0\",\"id\":6,\"method\":\"ping\"}").body()
                    .endsWith("\"result\":{}}"));
            assertEquals(0, door.play.interrupted.availablePermits());
            var taken = client.post(cancel(5));
            assertEquals("202 ", taken.statusCode() + " " + taken.body());
            interrupted();
            assertNull(events.next());
        }
        door.play.go.release();
        assertTrue(client.post(LegacyClient.callOf(5, "silent")).statusCode() == 200);
        assertEquals(202, client.post(cancel(5)).statusCode(), "it is over");
    }

    @Test
    @Covers("LT-79")
    void theEndOfASessionEndsItsStreamsAndItsCalls() throws Exception {
        var client = client("2025-06-18");
        try (var news = client.listen(null); var events = client.call(1, "hold")) {
            events.message();
            waiting(1);
            assertEquals(404, client.as("bob").delete().statusCode());
            assertEquals(204, client.delete().statusCode());
            interrupted();
            assertNull(news.next());
            assertNull(events.next());
            assertEquals(404, client.post(cancel(1)).statusCode());
            assertEquals(404, client.get("x").statusCode());
        }
    }

    @Test
    void aCallerWhoMayNotStayIsToldNothing() throws Exception {
        var client = client("2025-11-25");
        door.mayStay.set(false);
        try (var news = client.listen(null)) {
            assertNull(news.next());
        }
    }

    @Test
    @Covers("LT-62")
    void whoListensWhenTheServerStopsIsToldToComeAgain() throws Exception {
        var client = client("2025-11-25");
        try (var news = client.listen(null)) {
            var closing = Thread.ofVirtual().start(server::close);
            var last = news.next();
            while (last.retry().isEmpty()) {
                last = news.next();
            }
            assertEquals(Long.toString(Limits.RETRY.toMillis()), last.retry());
            assertNull(news.next());
            closing.join();
        }
    }

    @Test
    void sessionsThatRestMakeRoomForTheStreamsOfOthers() throws Exception {
        for (var i = 0; i < CallLimits.USUAL.streams() + 5; i++) {
            try (var news = client("2025-06-18").listen(null)) {
                assertEquals(200, news.response.statusCode(), "stream " + i);
            }
        }
        var open = new ArrayList<LegacyClient.Events>();
        for (var i = 0; i < CallLimits.USUAL.streams(); i++) {
            open.add(client("2025-06-18").listen(null));
            assertEquals(200, open.getLast().response.statusCode(), "open stream " + i);
        }
        try (var refused = client("2025-06-18").listen(null)) {
            assertEquals(429, refused.response.statusCode());
        }
        open.forEach(LegacyClient.Events::close);
    }

    @Test
    void aHundredSessionsAtOnceDoNotMixTheirMessages() throws Exception {
        var revisions = new String[] {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"};
        var streams = new ConcurrentLinkedQueue<LegacyClient.Events>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<String>>();
            for (var i = 0; i < 100; i++) {
                var number = i;
                all.add(threads.submit(() -> {
                    var client = new LegacyClient(http, server.origin() + "/play", "caller-" + number,
                            revisions[number % 4]);
                    streams.add(client.listen(null));
                    try (var events = client.call(number, "roots")) {
                        var question = events.message().json().path("id").toString();
                        assertEquals(202, client.post(answer(question, "{\"roots\":[]}")).statusCode());
                        return events.message().json().path("id").toString();
                    }
                }));
            }
            for (var i = 0; i < 100; i++) {
                assertEquals(Integer.toString(i), all.get(i).get());
            }
        }
        change(new Changes.Change.OfList(Changes.Kind.TOOLS, "/play"));
        for (var news : streams) {
            assertEquals("notifications/tools/list_changed", method(news));
            news.close();
        }
        assertEquals(100, door.sessions.live());
    }
}
