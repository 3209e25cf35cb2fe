package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `tools/call` at every revision: what runs, what does not, and what is said of it.
@Timeout(60)
final class CallingTest extends ThingsFixture {

    private final AtomicInteger runs = new AtomicInteger();

    @BeforeEach
    void offer() {
        var schema = "{\"count\":{\"type\":\"integer\",\"minimum\":1},\"name\":{\"type\":\"string\"}}";
        tools.add(new MadeTool(spec("count", schema), this::run));
        tools.add(new MadeTool(spec("change", "{}", "write"), this::run));
        tool("down", call -> {
            throw new ToolOutage("The shop does not answer. Try again in a minute.", new IOException("refused"));
        });
        tool("says-no", call -> ToolResult.error("There is no such lesson. Look it up first."));
        tool("bug", call -> {
            throw new ExecutionException(new IllegalStateException("s3cret"));
        });
    }

    private ToolResult run(Call call) {
        runs.incrementAndGet();
        return ToolResult.text("ran");
    }

    @Test
    @Covers({"AK-38", "MT-47"})
    void aModernClientIsNotRefusedUntilAPageIsVisited() {
        var page = Elicitation.visit("Connect it.", java.net.URI.create("https://door.example/connect/x"), "id");
        var call = Call.trial(Caller.anonymous(), object("{}"), Map.of());
        assertFalse(call.canBeRefusedUntilVisited(page));
        assertThrows(IllegalStateException.class, () -> call.refuseUntilVisited(page));
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers("SV-20")
    void anUnknownToolAndACallOfAnotherFormAreProtocolErrors(Revision revision) {
        var client = client().in(revision);
        for (var params : List.of("{}", "{\"name\":7}", "{\"name\":null}", "{\"name\":\"none\"}", "{\"name\":\"\"}",
                "{\"name\":\"count\",\"arguments\":[]}", "{\"name\":\"count\",\"arguments\":\"x\"}")) {
            assertEquals(-32602, refused(Refusal.class, () -> client.send("tools/call", params)).code());
        }
        assertEquals(0, runs.get());
        assertEquals("ran", text(client.send("tools/call", "{\"name\":\"count\"}")));
        assertEquals("ran", text(client.send("tools/call", "{\"name\":\"count\",\"arguments\":null}")));
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers({"SV-21", "SV-22", "SV-30"})
    void argumentsThatDoNotFitAreAResultThatNamesThem_AndTheToolDoesNotRun(Revision revision) {
        var client = client().in(revision);
        for (var wrong : Map.of("{\"count\":\"x\"}", "/count", "{\"count\":0}", "/count", "{\"name\":7}", "/name")
                .entrySet()) {
            var result = client.call("count", wrong.getKey());
            assertTrue(result.path("isError").asBoolean());
            assertTrue(text(result).contains(wrong.getValue()), text(result));
        }
        assertEquals(0, runs.get());
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers("SV-23")
    void aToolThatFailsIsAResult_AFaultIsAnIncident(Revision revision) {
        var client = client().in(revision);
        for (var each : Map.of("down", "The shop does not answer. Try again in a minute.", "says-no",
                "There is no such lesson. Look it up first.").entrySet()) {
            var result = client.call(each.getKey());
            assertTrue(result.path("isError").asBoolean());
            assertEquals(each.getValue(), text(result));
        }
        var bug = refused(Refusal.Bug.class, () -> client.call("bug"));
        assertEquals(-32603, bug.code());
        assertEquals("Internal error. Give this incident id to your administrator: req-1", bug.message());
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers("SV-31")
    void whatACallerMayNotDoDoesNotRun_WhateverItsList(Revision revision) {
        var client = client().in(revision);
        assertEquals(new Decision.NeedsScope(List.of("write")), assertThrows(Challenged.class,
                () -> client.call("change")).decision());
        assertThrows(Challenged.class, () -> client.as(Caller.anonymous()).call("change"));
        assertThrows(Challenged.class, () -> client.as(Caller.anonymous()).call("count"));
        assertEquals(0, runs.get());
        assertEquals("ran", text(client.as(WRITER).call("change")));
    }

    @Test
    @Covers("SV-32")
    void callsAreLimitedPerCallerAndTool_AndServedAgainLater() {
        var client = client(node(new CallLimits(100, 2, 4)));
        client.call("count");
        client.call("count");
        var why = refused(Refusal.TooMany.class, () -> client.call("count"));
        assertEquals("ran", text(client.as(BOB).call("count")));
        now = now.plusSeconds(why.retryAfterSeconds() - 1);
        refused(Refusal.TooMany.class, () -> client.call("count"));
        now = now.plusSeconds(1);
        assertEquals("ran", text(client.call("count")));
    }

    /// A handler is told to stop by whatever the transport gave [Outlet#lasting].
    @Test
    void whenTheTransportSaysThatTheClientHasGone_TheHandlerIsInterrupted() throws Exception {
        var interrupted = new CountDownLatch(1);
        tool("long", call -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return ToolResult.text("x");
        });
        var cancel = new AtomicReference<Runnable>();
        var leaving = new Outlet() {
            @Override
            public void send(io.github.doorwarden.protocol.Message.Notification notice) {
                told.add(notice);
            }

            @Override
            public tools.jackson.databind.JsonNode ask(String method, tools.jackson.databind.node.ObjectNode params,
                    java.time.Duration patience) throws Unreachable {
                throw new Unreachable("no");
            }

            @Override
            public void lasting(Runnable whenGone) {
                cancel.set(whenGone);
                whenGone.run();
            }
        };
        var result = client().by(leaving).call("long");
        interrupted.await();
        assertTrue(result.path("isError").asBoolean());
        assertEquals("The client went away before the answer.", lines("tools/call").getFirst().reason());
        cancel.get().run();
        assertEquals("ran", text(client().call("count")), "the place is free again");
        assertFalse(text(client().by(leaving).call("count")).isEmpty());
    }
}
