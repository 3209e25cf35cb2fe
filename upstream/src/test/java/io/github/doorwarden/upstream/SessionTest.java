package io.github.doorwarden.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.upstream.SessionSettings.Line;
import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SessionTest {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static SessionSettings settings(String close) {
        return new SessionSettings(Line.parse("POST /sessions"), "session.id", "X-Sync-Session",
                Optional.of(close).filter(text -> !text.isEmpty()).map(Line::parse));
    }

    private static Upstream to(Backend backend, String close) {
        return new Upstream(UpstreamSettings.of("The API", backend.at("/v1")).withSession(Optional.of(settings(close)))
                .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5)), Credentials.bearer("ours"));
    }

    private static UpstreamCall get() {
        return new UpstreamCall("GET", "/notes", Map.of("X-Sync-Session", "theirs", "traceparent", TRACE),
                Optional.empty(), false, "req-1");
    }

    @Test
    void eachCallHasASessionOfItsOwnWhichIsEndedAfterIt() throws Exception {
        var count = new AtomicInteger();
        var ended = new CountDownLatch(2);
        try (var backend = new Backend((asked, exchange) -> {
            if (asked.method().equals("DELETE")) {
                ended.countDown();
            }
            Backend.say(exchange, 200, asked.method().equals("POST")
                    ? "{\"session\":{\"id\":\"s" + count.incrementAndGet() + "\"}}" : "{}");
        }); var upstream = to(backend, "DELETE /sessions/{id}")) {
            upstream.call(get());
            upstream.call(get());
            assertTrue(ended.await(10, TimeUnit.SECONDS), "the sessions were not ended");
            var calls = backend.asked.stream().filter(each -> each.method().equals("GET")).toList();
            assertEquals(List.of("s1", "s2"), calls.stream().map(each -> each.header("X-sync-session")).toList());
            assertEquals(Map.of("s1", "/v1/sessions/s1", "s2", "/v1/sessions/s2"), backend.asked.stream()
                    .filter(each -> each.method().equals("DELETE"))
                    .collect(Collectors.toMap(each -> each.header("X-sync-session"), Backend.Asked::target)));
            backend.asked.forEach(each -> {
                assertEquals(TRACE, each.header("Traceparent"), each.toString());
                assertEquals("Bearer ours", each.header("Authorization"));
                assertEquals("req-1", each.header("X-request-id"));
            });
        }
    }

    @Test
    void whatBelongsToOneCallHasOneTraceAlsoWhenTheCallerBringsNone() throws Exception {
        try (var backend = new Backend((_, exchange) -> Backend.say(exchange, 200, "{\"session\":{\"id\":\"s\"}}"));
                var upstream = to(backend, "")) {
            var call = new UpstreamCall("GET", "/notes", Map.of(), Optional.empty(), false, "req-1");
            upstream.call(call);
            upstream.call(call);
            var traces = backend.asked.stream().map(each -> each.header("Traceparent")).toList();
            assertTrue(traces.getFirst().matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"), traces.toString());
            assertEquals(traces.get(0), traces.get(1));
            assertEquals(traces.get(2), traces.get(3));
            assertTrue(!traces.get(0).equals(traces.get(2)), traces.toString());
        }
    }

    @Test
    void whatTheBackendSaysOfTheCallerIsTheAnswerAndTheCallIsNotSent() throws Exception {
        try (var backend = new Backend((_, exchange) -> Backend.say(exchange, 403, "{\"title\":\"Suspended\"}"));
                var upstream = to(backend, "")) {
            var answer = upstream.call(get());
            assertEquals("403 {\"title\":\"Suspended\"}", answer.status() + " " + new String(answer.body()));
            assertEquals(1, backend.asked.size());
        }
    }

    @Test
    void aSessionThatDoesNotOpenIsASentenceAndTheCallIsNotSent() throws Exception {
        for (var answer : List.of("404 {}", "200 {}", "200 no json", "200 {\"session\":{\"id\":\"a/../b\"}}")) {
            try (var backend = new Backend((_, exchange) -> Backend.say(exchange,
                    Integer.parseInt(answer.substring(0, 3)), answer.substring(4))); var upstream = to(backend, "")) {
                var failure = assertThrows(UpstreamFailure.class, () -> upstream.call(get()));
                assertEquals(Kind.SESSION, failure.kind(), answer);
                assertTrue(failure.getMessage().contains("the call itself was not sent"), failure.getMessage());
                assertEquals(1, backend.asked.size());
            }
        }
    }

    @Test
    void oneDeadlineIsForBoth() throws Exception {
        var go = new CountDownLatch(1);
        try (var backend = new Backend((_, exchange) -> go.await());
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/"))
                .withSession(Optional.of(settings(""))).withTimeouts(Duration.ofMillis(300), Duration.ofMillis(300)),
                Credentials.none())) {
            var failure = assertThrows(UpstreamFailure.class, () -> upstream.call(get()));
            assertEquals(Kind.TIMEOUT, failure.kind());
            assertTrue(failure.getMessage().contains("opened no session for the call in time"), failure.getMessage());
            go.countDown();
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        for (var line : List.of("POST", "FETCH /x", "POST x", "POST /a b", "POST /a#b")) {
            assertThrows(IllegalArgumentException.class, () -> Line.parse(line), line);
        }
        assertThrows(IllegalArgumentException.class, () -> settings("DELETE /sessions"));
        assertThrows(IllegalArgumentException.class, () -> new SessionSettings(Line.parse("POST /s"), "id",
                "Authorization", Optional.empty()));
    }
}
