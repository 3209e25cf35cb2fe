package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

/// Preview, confirm, run; and everything that is no confirmation.
@Timeout(120)
final class ConfirmationAttackTest extends ThingsFixture {

    private static final long SEED = Long.getLong("seed", 20_260_728L);
    private static final String SAME = "{\"id\":7,\"why\":\"old\"}";

    private final AtomicInteger runs = new AtomicInteger();
    private Client form;
    private Client plain;

    @BeforeEach
    void offer() {
        for (var name : List.of("delete", "archive")) {
            var schema = object("{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\"},\"why\":"
                    + "{\"type\":\"string\"},\"pin\":{\"type\":\"string\"}},\"additionalProperties\":false}");
            tools.add(new MadeTool(new ToolSpec(name, "Delete a lesson", "Deletes.", schema,
                    java.util.Optional.empty(), none(), Set.of(), false, java.time.Duration.ofSeconds(20),
                    Set.of("pin")).withConfirm(true), call -> {
                assertFalse(call.arguments().has("confirmation"));
                runs.incrementAndGet();
                return ToolResult.text("deleted " + call.arguments());
            }));
        }
        form = client(node(new CallLimits(1_000_000, 1_000_000, 200)));
        plain = form.with("{}");
    }

    private String confirmation() {
        var preview = text(plain.call("delete", SAME));
        assertTrue(preview.contains("Nothing was done yet"), preview);
        return preview.substring(preview.lastIndexOf(' ') + 1);
    }

    private static String with(String arguments, String confirmation) {
        return object(arguments).put("confirmation", confirmation).toString();
    }

    private void rejected(Client by, String tool, String arguments, String confirmation) {
        var answer = by.call(tool, with(arguments, confirmation));
        assertTrue(answer.path("isError").asBoolean(), answer.toString());
        assertTrue(text(answer).startsWith("Nothing was done: "), text(answer));
        assertEquals(0, runs.get());
    }

    @Test
    void theListNamesTheArgument_AsOneThatMayBeLeftOut() {
        var tool = plain.send("tools/list", "{}").path("tools").path(0);
        assertEquals("string", tool.path("inputSchema").path("properties").path("confirmation").path("type")
                .asString());
        assertFalse(tool.path("inputSchema").path("required").toString().contains("confirmation"));
    }

    @Test
    void aPersonWhoCanBeAskedIsShownThePreview_AndYesRunsIt() {
        var asked = form.call("delete", SAME);
        var message = asked.path("inputRequests").path("doorwarden_confirm").path("params").path("message").asString();
        assertTrue(message.contains("Delete a lesson") && message.contains("\"id\" : 7"), message);
        assertEquals(0, runs.get());
        var done = form.retry("delete", SAME, asked, "{\"doorwarden_confirm\":{\"action\":\"accept\",\"content\":{}}}");
        assertEquals("deleted {\"id\":7,\"why\":\"old\"}", text(done));
        for (var no : List.of("decline", "cancel")) {
            var answer = form.retry("delete", SAME, form.call("delete", SAME), "{\"doorwarden_confirm\":{\"action\":\""
                    + no + "\"}}");
            assertTrue(text(answer).contains("did not confirm"), text(answer));
        }
        assertEquals(1, runs.get());
    }

    @Test
    @Covers("AK-10")
    void aYesThatNobodyAskedForCountsNothing() {
        var params = object("{\"name\":\"delete\",\"arguments\":" + SAME
                + ",\"inputResponses\":{\"doorwarden_confirm\":{\"action\":\"accept\",\"content\":{}}}}");
        assertEquals("input_required", form.send("tools/call", params).path("resultType").asString());
        assertEquals(0, runs.get());
    }

    @Test
    @Covers("AK-10")
    void aYesRunsItOnce() {
        var asked = form.call("delete", SAME);
        var yes = "{\"doorwarden_confirm\":{\"action\":\"accept\",\"content\":{}}}";
        form.retry("delete", SAME, asked, yes);
        refused(Refusal.BadParams.class, () -> form.retry("delete", SAME, asked, yes));
        assertEquals(1, runs.get());
    }

    @Test
    void everyOtherClientGetsAConfirmationThatMakesTheSameCallRun() {
        for (var revision : Revision.values()) {
            runs.set(0);
            var client = plain.in(revision);
            var preview = text(client.call("delete", SAME));
            var confirmation = preview.substring(preview.lastIndexOf(' ') + 1);
            assertEquals(0, runs.get());
            assertEquals("deleted {\"why\":\"old\",\"id\":7.0}", text(client.call("delete",
                    with("{\"why\":\"old\",\"id\":7.0}", confirmation))), revision.date());
            assertEquals(1, runs.get());
            runs.set(0);
            rejected(client, "delete", SAME, confirmation);
        }
    }

    @Test
    void secretsAreNotShown() {
        var preview = text(plain.call("delete", "{\"id\":7,\"pin\":\"1234\"}"));
        assertTrue(preview.contains("(not shown)") && !preview.contains("1234"), preview);
    }

    @Test
    void aConfirmationIsNotKeptInTheAuditLog() {
        var confirmation = confirmation();
        plain.call("delete", with(SAME, confirmation));
        var line = lines("tools/call").getFirst();
        assertEquals("{\"id\":7,\"why\":\"old\"}", line.arguments());
        rejectedLeavesNoTrace(confirmation);
    }

    private void rejectedLeavesNoTrace(String confirmation) {
        plain.call("delete", "{\"id\":\"x\",\"confirmation\":\"" + confirmation + "\"}");
        lines("tools/call").forEach(line -> assertFalse(String.valueOf(line).contains(confirmation)));
    }

    @Test
    void everyCharacterCountsAndEveryCutIsNoticed() {
        var good = confirmation();
        for (var i = 0; i < good.length(); i++) {
            rejected(plain, "delete", SAME, good.substring(0, i) + (good.charAt(i) == 'A' ? 'B' : 'A')
                    + good.substring(i + 1));
        }
        for (var i = 0; i < good.length(); i += 5) {
            rejected(plain, "delete", SAME, good.substring(0, i));
        }
        rejected(plain, "delete", SAME, "");
        rejected(plain, "delete", SAME, "x".repeat(1_000_000));
        plain.call("delete", with(SAME, good));
        assertEquals(1, runs.get());
    }

    @Test
    void itIsGoodForItsCallerEndpointToolAndArgumentsAlone() {
        rejected(plain.as(BOB), "delete", SAME, confirmation());
        rejected(plain.at("/other"), "delete", SAME, confirmation());
        rejected(plain, "archive", SAME, confirmation());
        rejected(plain, "delete", "{\"id\":8,\"why\":\"old\"}", confirmation());
        rejected(plain, "delete", "{\"id\":7}", confirmation());
    }

    @Test
    void itLapses() {
        var one = confirmation();
        var two = confirmation();
        now = now.plus(Limits.STATE_LIFETIME).minusSeconds(1);
        plain.call("delete", with(SAME, one));
        assertEquals(1, runs.getAndSet(0));
        now = now.plusSeconds(1);
        rejected(plain, "delete", SAME, two);
    }

    @Test
    void aRequestStateIsNoConfirmation_NorTheOtherWayRound() {
        var state = form.call("delete", SAME).path("requestState").asString();
        rejected(plain, "delete", SAME, state);
        var params = object("{\"name\":\"delete\",\"arguments\":" + SAME + "}").put("requestState", confirmation());
        refused(Refusal.BadParams.class, () -> form.send("tools/call", params));
        assertEquals(0, runs.get());
    }

    @Test
    @Covers("AK-10")
    void ofAHundredRacersOnTwoNodesOneWins() throws Exception {
        var arguments = with(SAME, confirmation());
        var nodes = List.of(plain, plain.on(node(new CallLimits(1_000, 1_000, 200))));
        var go = new CountDownLatch(1);
        var told = new AtomicInteger();
        var racers = new Thread[100];
        for (var i = 0; i < racers.length; i++) {
            var mine = nodes.get(i % 2);
            racers[i] = Thread.ofVirtual().start(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                if (text(mine.call("delete", arguments)).contains("used before")) {
                    told.incrementAndGet();
                }
            });
        }
        go.countDown();
        for (var racer : racers) {
            racer.join();
        }
        assertEquals(1, runs.get());
        assertEquals(99, told.get());
    }

    @Test
    void strangeConfirmationsAreRefusedAndNeverThrownAt() {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        for (var i = 0; i < 2_000; i++) {
            var text = new StringBuilder();
            for (var n = random.nextInt(100); n > 0; n--) {
                text.append("AZaz09-_= \u0000é€".charAt(random.nextInt(13)));
            }
            ObjectNode answer = plain.call("delete", with(SAME, text.toString()));
            assertTrue(answer.path("isError").asBoolean(), "seed " + SEED + ": " + text);
        }
        assertEquals(0, runs.get());
    }

    @Test
    void aToolWithAnArgumentOfThatNameDoesNotStart() {
        tools.add(new MadeTool(spec("clash", "{\"confirmation\":{\"type\":\"string\"}}").withConfirm(true),
                call -> ToolResult.text("x")));
        assertTrue(assertThrows(IllegalArgumentException.class, this::node).getMessage().contains("clash"));
    }
}
