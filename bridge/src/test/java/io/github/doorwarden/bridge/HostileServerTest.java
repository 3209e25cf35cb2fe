package io.github.doorwarden.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.bridge.StubServer.Taken;
import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.DirectChannel;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Whatever a server does, each request of the host is answered with a sentence.
final class HostileServerTest {

    private static final Duration SILENCE = Duration.ofMillis(300);

    private static PipedHost host(StubServer server, String kind) throws Exception {
        var silence = kind.equals("timeout") ? SILENCE : Duration.ofSeconds(30);
        return new PipedHost(new DirectChannel(server.endpoint(), Authorization.NONE), silence, silence, SignIn.NONE);
    }

    private static Arguments of(String kind, String sentence, StubServer.Turn turn) {
        return Arguments.of(kind, sentence, turn);
    }

    static Stream<Arguments> misbehaviour() {
        var never = new CountDownLatch(1);
        return Stream.of(
                of("timeout", "gave no sign for", taken -> never.await()),
                of("timeout", "gave no sign for", taken -> {
                    taken.events();
                    never.await();
                }),
                of("fault", "failed (503)", taken -> taken.json(503, "<html>")),
                of("fault", "refused the request (418)", taken -> taken.json(418, "{}")),
                of("fault", "no MCP endpoint at this URL (405)", taken -> taken.json(405, "")),
                of("busy", "(429)", taken -> taken.json(429, "")),
                of("malformed", "no answer of MCP", taken -> taken.json(200, "<html>Welcome</html>")),
                of("malformed", "no answer of MCP", taken -> taken.json(200, "{\"jsonrpc\":\"2.0\",\"id\":77,"
                        + "\"result\":{}}")),
                of("fault", "broke off", taken -> {
                    try (var out = taken.events()) {
                        Taken.event(out, "", "this is no message");
                    }
                }),
                of("too_large", "more than is taken", taken -> {
                    try (var out = taken.events()) {
                        Taken.event(out, "", "x".repeat(Limits.MESSAGE_BYTES + 1));
                    }
                }),
                of("too_large", "more than is taken", taken -> taken.json(200, "x".repeat(Limits.MESSAGE_BYTES + 1))));
    }

    @ParameterizedTest
    @MethodSource("misbehaviour")
    void aCallIsAnsweredWithASentence(String kind, String sentence, StubServer.Turn turn) throws Exception {
        StubServer.Turn usual = taken -> {
            switch (taken.method()) {
                case "initialize" -> taken.result("{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                        + "\"serverInfo\":{\"name\":\"s\",\"version\":\"9\"}}");
                case "tools/call" -> turn.answer(taken);
                case "GET" -> taken.json(405, "");
                case "ping" -> taken.result("{}");
                default -> taken.accepted();
            }
        };
        try (var server = new StubServer(usual); var host = host(server, kind)) {
            host.initialize();
            host.ask("1", "tools/call", "{\"name\":\"x\"}");
            var error = host.answer("1").path("error");
            assertEquals(kind, error.path("data").path("bridge").asString(), error::toString);
            assertTrue(error.path("message").asString().contains(sentence), error::toString);
            if (kind.equals("timeout")) {
                assertEquals("1", server.next("notifications/cancelled").message().path("params").path("requestId")
                        .toString());
            }
            host.ask("2", "ping", "{}");
            assertTrue(host.answer("2").has("result"), "the bridge goes on");
        }
    }

    @ParameterizedTest
    @MethodSource("misbehaviour")
    void theFirstRequestIsAnsweredWithASentence_InBothEras(String kind, String sentence, StubServer.Turn turn)
            throws Exception {
        try (var server = new StubServer(turn); var host = host(server, kind)) {
            var legacy = host.initialize().path("error");
            host.ask("1", "server/discover", "{" + PipedHost.META + "}");
            var modern = host.answer("1").path("error");
            for (var error : new JsonNode[] {legacy, modern}) {
                assertEquals(kind, error.path("data").path("bridge").asString(), error::toString);
                assertTrue(error.path("message").asString().contains(kind.equals("timeout") ? "did not answer"
                        : sentence), error::toString);
            }
        }
    }

    @Test
    void aServerThatIsNotThere() throws Exception {
        URI gone;
        try (var server = new StubServer(taken -> taken.result("{}"))) {
            gone = server.endpoint();
        }
        try (var host = new PipedHost(new DirectChannel(gone, Authorization.NONE), SILENCE, SILENCE, SignIn.NONE)) {
            var error = host.initialize().path("error");
            assertEquals("unreachable", error.path("data").path("bridge").asString(), error::toString);
            host.ask("1", "tools/list", "{}");
            assertEquals("unreachable", host.answer("1").path("error").path("data").path("bridge").asString());
        }
    }

    @Test
    void whatAHostShouldNotSay() throws Exception {
        try (var server = new StubServer(taken -> taken.result("{}")); var host = host(server, "")) {
            host.say("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":17}");
            assertEquals(-32600, host.answer("\"x\"").path("error").path("code").asInt());
            host.say("not json");
            assertEquals(-32700, host.next(message -> message.has("error")).path("error").path("code").asInt());
            host.say("");
            host.say("x".repeat(Limits.MESSAGE_BYTES + 1));
            assertEquals(-32600, host.next(message -> message.has("error")).path("error").path("code").asInt());
            host.ask("1", "tools/list", "{}");
            assertEquals(-32601, host.answer("1").path("error").path("code").asInt(), "before initialize");
            host.say("[{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"},{\"jsonrpc\":\"2.0\",\"id\":3}]");
            assertTrue(host.answer("2").has("result"));
            assertTrue(host.answer("3").has("error"));
        }
    }
}
