package io.github.doorwarden.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryTest {

    private static UpstreamCall call(String method) {
        return new UpstreamCall(method, "/", Map.of(), Optional.empty(), false, "r");
    }

    private static Upstream to(Backend backend) {
        return new Upstream(UpstreamSettings.of("The API", backend.at("/"))
                .withTimeouts(Duration.ofSeconds(4), Duration.ofSeconds(8)), Credentials.none());
    }

    /// How often a backend is asked that answers so at first, and well then.
    @ParameterizedTest
    @CsvSource({"GET,503,,2", "HEAD,502,,2", "OPTIONS,504,,2", "PUT,503,,2", "POST,503,,1", "PATCH,503,,1",
            "DELETE,503,,1", "GET,500,,1", "GET,404,,1", "GET,429,,1", "GET,429,1,2", "POST,429,1,1", "GET,429,3,1",
            "GET,503,3600,1", "GET,503,-1,1", "GET,503,soon,1", "GET,503,0,2"})
    void onlyWhatCanBeRepeatedIsAndOnlyOnce(String method, int status, String after, int times) throws Exception {
        try (var backend = new Backend((_, exchange) -> {
            if (after != null) {
                exchange.getResponseHeaders().set("Retry-After", after);
            }
            Backend.say(exchange, status, "");
        }); var upstream = to(backend)) {
            assertEquals(status, upstream.call(call(method)).status());
            assertEquals(times, backend.asked.size());
        }
    }

    @Test
    void aRestartInBetweenIsNotNoticed() throws Exception {
        var first = new boolean[] {true};
        try (var backend = new Backend((_, exchange) -> {
            var status = first[0] ? 503 : 200;
            first[0] = false;
            Backend.say(exchange, status, "{}");
        }); var upstream = to(backend)) {
            assertEquals(200, upstream.call(call("GET")).status());
        }
    }

    /// A server that takes the request and hangs up.
    @ParameterizedTest
    @CsvSource({"PUT,2", "POST,1", "DELETE,1"})
    void aConnectionThatBreaksIsTriedAgainWhereThatIsHarmless(String method, int times) throws Exception {
        try (var backend = new Backend((_, exchange) -> exchange.close()); var upstream = to(backend)) {
            var broken = assertThrows(UpstreamFailure.class, () -> upstream.call(call(method)));
            assertEquals(Kind.BROKEN, broken.kind());
            assertEquals(times, backend.asked.size());
        }
    }

    @Test
    void theSecondTryHasNoDeadlineOfItsOwn() throws Exception {
        try (var backend = new Backend((_, exchange) -> {
            exchange.getResponseHeaders().set("Retry-After", "1");
            Backend.say(exchange, 503, "");
        }); var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/"))
                .withTimeouts(Duration.ofMillis(1_500), Duration.ofSeconds(8)), Credentials.none())) {
            assertEquals(503, upstream.call(call("GET")).status());
            assertEquals(1, backend.asked.size(), "half a second would be left");
        }
    }
}
