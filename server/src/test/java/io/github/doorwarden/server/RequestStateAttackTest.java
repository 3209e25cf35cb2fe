package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.tidy.Covers;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `requestState` in hostile hands: whatever is wrong with it, the tool does not run.
@Timeout(120)
final class RequestStateAttackTest extends ThingsFixture {

    private static final long SEED = Long.getLong("seed", 20_260_728L);
    private static final String YES = "{\"ok\":{\"action\":\"accept\",\"content\":{}}}";
    private static final Elicitation QUESTION = Elicitation.form("Go on?", object(
            "{\"type\":\"object\",\"properties\":{}}"));

    private final AtomicInteger runs = new AtomicInteger();
    private Client client;

    @BeforeEach
    void offer() {
        var spec = spec("pay", "{\"amount\":{\"type\":\"number\"},\"to\":{\"type\":\"string\"}}");
        for (var name : List.of("pay", "refund")) {
            tools.add(new MadeTool(new ToolSpec(name, "", "Pays.", spec.inputSchema(), spec.outputSchema(),
                    spec.annotations(), spec.scopes(), true, spec.deadline(), spec.secretArguments()), this::pay));
        }
        prompt("pay", List.of(argument("to", false)), call -> {
            pay(call);
            return List.of();
        });
        client = client(node(new CallLimits(1_000_000, 1_000_000, 200)));
    }

    private ToolResult pay(Call call) throws InterruptedException {
        call.ask("ok", QUESTION);
        runs.incrementAndGet();
        return ToolResult.text("paid");
    }

    private String state() {
        return client.call("pay", "{\"amount\":1,\"to\":\"x\"}").path("requestState").asString();
    }

    private static ObjectNode params(String name, String arguments, JsonNode state) {
        var params = object("{\"name\":\"" + name + "\",\"arguments\":" + arguments + ",\"inputResponses\":" + YES
                + "}");
        params.set("requestState", state);
        return params;
    }

    private static JsonNode string(String text) {
        return JsonNodeFactory.instance.stringNode(text);
    }

    private void rejected(Client by, String name, String arguments, JsonNode state) {
        var why = refused(Refusal.BadParams.class, () -> by.send("tools/call", params(name, arguments, state)));
        assertEquals(-32602, why.code());
        assertTrue(why.message().length() < 300, why.message());
        assertEquals(0, runs.get());
    }

    private static final String SAME = "{\"amount\":1,\"to\":\"x\"}";

    @Test
    @Covers("AK-6")
    void everyCharacterCountsAndEveryCutIsNoticed() {
        var good = state();
        for (var i = 0; i < good.length(); i++) {
            rejected(client, "pay", SAME, string(good.substring(0, i) + (good.charAt(i) == 'A' ? 'B' : 'A')
                    + good.substring(i + 1)));
        }
        for (var i = 0; i < good.length(); i += 7) {
            rejected(client, "pay", SAME, string(good.substring(0, i)));
            rejected(client, "pay", SAME, string(good.substring(i + 1)));
        }
        rejected(client, "pay", SAME, string(good + good));
        assertEquals("paid", text(client.send("tools/call", params("pay", SAME, string(good)))), "the attempts cost "
                + "nothing");
    }

    @Test
    @Covers("AK-6")
    void whatIsNoStateOfOursIsRefused() {
        rejected(client, "pay", SAME, JsonNodeFactory.instance.nullNode());
        rejected(client, "pay", SAME, JsonNodeFactory.instance.numberNode(7));
        rejected(client, "pay", SAME, object("{}"));
        rejected(client, "pay", SAME, JSON.createArrayNode().add(state()));
        rejected(client, "pay", SAME, string(""));
        rejected(client, "pay", SAME, string("x".repeat(1_000_000)));
        rejected(client, "pay", SAME, string("eyJhbGciOiJub25lIn0.e30."));
        rejected(client, "pay", SAME, string(Seal.forThisProcess("requestState").sealText("{}")));
    }

    @Test
    @Covers("AK-6")
    void aSealOfAnotherPurposeIsNoState() {
        rejected(client, "pay", SAME, string(confirmations.sealText(states.openText(state()).orElseThrow())));
    }

    @Test
    @Covers("AK-6")
    void strangeStatesAreRefusedAndNeverThrownAt() {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        var good = state();
        for (var i = 0; i < 3_000; i++) {
            var text = new StringBuilder(good);
            for (var n = 1 + random.nextInt(4); n > 0; n--) {
                var at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(0x10000));
                    case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
                    default -> text.insert(at, "AZ09-_=".charAt(random.nextInt(7)));
                }
                if (text.isEmpty()) {
                    break;
                }
            }
            if (!text.toString().equals(good)) {
                try {
                    rejected(client, "pay", SAME, string(text.toString()));
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + SEED + ": " + text, e);
                }
            }
        }
    }

    @Test
    @Covers("AK-7")
    void itIsGoodForItsCallerAlone() {
        for (var other : List.of(BOB, TestCallers.service("client-1", "read"), TestCallers.service("alice", "read"))) {
            rejected(client.as(other), "pay", SAME, string(state()));
        }
        var more = client.as(TestCallers.user("alice", "read", "write"));
        assertEquals("paid", text(more.send("tools/call", params("pay", SAME, string(state())))), "a newer token");
    }

    @Test
    @Covers("AK-7")
    void aStrangerIsSentToTheDoorFirst() {
        var state = string(state());
        assertThrowsChallenge(() -> client.as(Caller.anonymous()).send("tools/call", params("pay", SAME, state)));
        assertEquals(0, runs.get());
        assertEquals("paid", text(client.send("tools/call", params("pay", SAME, state))));
    }

    private static void assertThrowsChallenge(org.junit.jupiter.api.function.Executable work) {
        org.junit.jupiter.api.Assertions.assertThrows(Challenged.class, work);
    }

    @Test
    @Covers("AK-9")
    void itIsGoodForItsRequestAlone() {
        rejected(client, "refund", SAME, string(state()));
        rejected(client, "pay", "{\"amount\":2,\"to\":\"x\"}", string(state()));
        rejected(client, "pay", "{\"amount\":1}", string(state()));
        rejected(client, "pay", "{\"amount\":1,\"to\":\"x\",\"and\":null}", string(state()));
        rejected(client.at("/other"), "pay", SAME, string(state()));
        var prompt = object("{\"name\":\"pay\",\"inputResponses\":" + YES + "}");
        prompt.put("requestState", state());
        refused(Refusal.BadParams.class, () -> client.send("prompts/get", prompt));
        assertEquals(0, runs.get());
    }

    @Test
    @Covers("AK-9")
    void theSameArgumentsInOtherWordsAreTheSameRequest() {
        assertEquals("paid", text(client.send("tools/call", params("pay", "{\"to\":\"\\u0078\",\"amount\":1.0}",
                string(state())))));
    }

    @Test
    @Covers("AK-8")
    void itLapses() {
        var one = state();
        var two = state();
        now = now.plus(Limits.STATE_LIFETIME).minusSeconds(1);
        assertEquals("paid", text(client.send("tools/call", params("pay", SAME, string(one)))));
        runs.set(0);
        now = now.plusSeconds(1);
        rejected(client, "pay", SAME, string(two));
    }

    @Test
    @Covers("AK-10")
    void ofAHundredRacersOnTwoNodesOneWins() throws Exception {
        var params = params("pay", SAME, string(state()));
        var nodes = List.of(client, client.on(node(new CallLimits(1_000, 1_000, 200))));
        var go = new CountDownLatch(1);
        var refusals = new AtomicInteger();
        var racers = new Thread[100];
        for (var i = 0; i < racers.length; i++) {
            var mine = nodes.get(i % 2);
            racers[i] = Thread.ofVirtual().start(() -> {
                try {
                    go.await();
                    mine.send("tools/call", params.deepCopy());
                } catch (Refused refused) {
                    assertTrue(refused.why().message().contains("used before"), refused.why().message());
                    refusals.incrementAndGet();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        }
        go.countDown();
        for (var racer : racers) {
            racer.join();
        }
        assertEquals(1, runs.get());
        assertEquals(99, refusals.get());
    }

    @Test
    void itHidesWhatItCarries() {
        var params = object("{\"name\":\"two\",\"arguments\":{}}");
        tool("two", call -> {
            call.ask("ok", QUESTION);
            call.ask("more", QUESTION);
            return ToolResult.text("done");
        });
        var fresh = client(node());
        params.set("inputResponses", object("{\"ok\":{\"action\":\"accept\",\"content\":{},\"n\":\"s3cret\"}}"));
        params.set("requestState", fresh.call("two").path("requestState"));
        var state = fresh.send("tools/call", params).path("requestState").asString();
        assertTrue(states.openText(state).orElseThrow().contains("s3cret"));
        var raw = new String(java.util.Base64.getUrlDecoder().decode(state),
                java.nio.charset.StandardCharsets.ISO_8859_1);
        assertTrue(!raw.contains("s3cret") && !raw.contains("alice"), raw);
    }

    @Test
    void answersThatAreTooLongToBeCarriedAreRefused() {
        tool("two", call -> {
            call.ask("ok", QUESTION);
            call.ask("more", QUESTION);
            return ToolResult.text("done");
        });
        var fresh = client(node());
        var params = object("{\"name\":\"two\",\"arguments\":{}}");
        var long1 = object("{\"ok\":{\"action\":\"accept\",\"content\":{}}}");
        ((ObjectNode) long1.path("ok")).put("n", "é".repeat(Limits.STATE_CHARS));
        params.set("inputResponses", long1);
        params.set("requestState", fresh.call("two").path("requestState"));
        assertTrue(refused(Refusal.BadParams.class, () -> fresh.send("tools/call", params)).message()
                .contains("Answer more briefly"));
        ((ObjectNode) long1.path("ok")).put("n", "€".repeat(Limits.STATE_CHARS - 2_000));
        params.set("requestState", fresh.call("two").path("requestState"));
        var state = fresh.send("tools/call", params).path("requestState").asString();
        assertTrue(state.length() <= Limits.SEALED_STATE_CHARS, "the longest that we give we also take");
        var last = object("{\"name\":\"two\",\"arguments\":{},\"inputResponses\":{\"more\":{\"action\":\"decline\"}}}");
        assertEquals("done", text(fresh.send("tools/call", last.put("requestState", state))));
    }
}
