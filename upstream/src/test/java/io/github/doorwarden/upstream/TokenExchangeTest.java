package io.github.doorwarden.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Polling;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenExchangeTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final SetClock clock = new SetClock();
    private final AtomicInteger given = new AtomicInteger();

    private TokenExchange at(Backend server) {
        return new TokenExchange(new TokenExchange.Settings(server.at("/token"), "gate way", Optional.of("s:ecret"),
                Optional.of("https://api.example"), Optional.of("urn:api"), Optional.of("notes:read"),
                Optional.empty()), clock);
    }

    private Backend giving(String more) throws Exception {
        return new Backend((_, exchange) -> Backend.say(exchange, 200, "{\"access_token\":\"given-"
                + given.incrementAndGet() + "\",\"token_type\":\"Bearer\",\"issued_token_type\":"
                + "\"urn:ietf:params:oauth:token-type:access_token\"" + more + "}"));
    }

    private static Map<String, String> form(String body) {
        var form = new TreeMap<String, String>();
        for (var field : body.split("&")) {
            var parts = field.split("=", 2);
            form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return form;
    }

    @Test
    void theCallersTokenGoesToTheTokenEndpointAndTheOneItGivesToTheBackend() throws Exception {
        try (var server = giving(",\"expires_in\":300");
                var backend = new Backend((_, exchange) -> Backend.say(exchange, 200, "{}"));
                var exchange = at(server);
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/")), Credentials.none())) {
            var call = new UpstreamCall("GET", "/", Map.of(), Optional.empty(), false, "r");
            upstream.call(call, exchange.of("callers-own"));
            assertEquals("Bearer given-1", backend.asked.getFirst().header("Authorization"));
            assertFalse(backend.asked.toString().contains("callers-own"));
            var asked = server.asked.getFirst();
            assertEquals(new TreeMap<>(Map.of("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
                    "subject_token", "callers-own",
                    "subject_token_type", "urn:ietf:params:oauth:token-type:access_token",
                    "requested_token_type", "urn:ietf:params:oauth:token-type:access_token",
                    "audience", "https://api.example", "resource", "urn:api", "scope", "notes:read")),
                    form(asked.body()));
            assertEquals("Basic Z2F0ZSt3YXk6cyUzQWVjcmV0", asked.header("Authorization"));
        }
    }

    @Test
    void eachCallerHasATokenOfTheirOwnWhichIsKeptUntilItsTime() throws Exception {
        try (var server = giving(",\"expires_in\":300"); var exchange = at(server)) {
            assertEquals(Optional.of("Bearer given-1"), exchange.of("ada").authorization(LONG));
            assertEquals(Optional.of("Bearer given-2"), exchange.of("bob").authorization(LONG));
            assertEquals(Optional.of("Bearer given-1"), exchange.of("ada").authorization(LONG));
            clock.pass(Duration.ofSeconds(239));
            assertEquals(Optional.of("Bearer given-1"), exchange.of("ada").authorization(LONG));
            clock.pass(Duration.ofSeconds(1));
            assertEquals(Optional.of("Bearer given-3"), exchange.of("ada").authorization(LONG));
        }
    }

    @Test
    void manyCallsOfOneCallerWaitForOneExchange() throws Exception {
        var open = new CountDownLatch(1);
        try (var server = new Backend((_, exchange) -> {
            open.await();
            Backend.say(exchange, 200, "{\"access_token\":\"one\",\"token_type\":\"bearer\",\"expires_in\":60}");
        }); var exchange = at(server); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Optional<String>>>();
            for (var i = 0; i < 50; i++) {
                all.add(threads.submit(() -> exchange.of("ada").authorization(LONG)));
            }
            while (server.asked.isEmpty()) {
                Polling.pause();
            }
            open.countDown();
            for (var each : all) {
                assertEquals(Optional.of("Bearer one"), each.get());
            }
            assertEquals(1, server.asked.size());
        }
    }

    @Test
    void aTokenThatTheBackendRefusesIsExchangedOnceMore() throws Exception {
        try (var server = giving(",\"expires_in\":300");
                var backend = new Backend((asked, exchange) -> Backend.say(exchange,
                        asked.header("Authorization").equals("Bearer given-1") ? 401 : 200, "{}"));
                var exchange = at(server);
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/")), Credentials.none())) {
            var call = new UpstreamCall("GET", "/", Map.of(), Optional.empty(), false, "r");
            for (var i = 0; i < 3; i++) {
                assertEquals(401, upstream.call(call, exchange.of("ada")).status(), "what was made just now stays");
            }
            assertEquals(3, backend.asked.size(), "and is not shown twice");
            assertEquals(1, server.asked.size());
            clock.pass(Limits.TOKEN_BACK_OFF);
            assertEquals(200, upstream.call(call, exchange.of("ada")).status());
            assertEquals(5, backend.asked.size());
            assertEquals(2, server.asked.size());
            assertEquals(Optional.of("Bearer given-2"), exchange.of("ada").authorization(LONG));
        }
    }

    @Test
    void whoeverMayNotIsToldSo() throws Exception {
        var status = new AtomicInteger(400);
        try (var server = new Backend((_, exchange) -> Backend.say(exchange, status.get(), status.get() == 200
                ? "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}"
                : "{\"error\":\"invalid_target\",\"error_description\":\"<secret> trace\"}"));
                var exchange = at(server)) {
            var refused = assertThrows(UpstreamFailure.class, () -> exchange.of("ada").authorization(LONG));
            assertTrue(refused.getMessage().contains("(invalid_target)"), refused.getMessage());
            assertFalse(refused.getMessage().contains("secret"), refused.getMessage());
            assertTrue(refused.getMessage().contains("whether you may use it"), refused.getMessage());
            clock.pass(Limits.TOKEN_BACK_OFF);
            status.set(500);
            assertTrue(assertThrows(UpstreamFailure.class, () -> exchange.of("ada").authorization(LONG)).getMessage()
                    .contains("answered 500"));
            clock.pass(Limits.TOKEN_BACK_OFF);
            status.set(200);
            assertEquals(Optional.of("Bearer t"), exchange.of("ada").authorization(LONG));
        }
    }

    @Test
    void afterAFailedRoundNobodyAsksAgainForAWhile() throws Exception {
        var status = new AtomicInteger(503);
        try (var server = new Backend((_, exchange) -> Backend.say(exchange, status.get(),
                "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}")); var exchange = at(server)) {
            for (var i = 0; i < 3; i++) {
                assertTrue(assertThrows(UpstreamFailure.class, () -> exchange.of("ada").authorization(LONG))
                        .getMessage().contains("answered 503"));
            }
            assertEquals(1, server.asked.size());
            assertThrows(UpstreamFailure.class, () -> exchange.of("bob").authorization(LONG));
            assertEquals(2, server.asked.size(), "each caller has rounds of their own");
            status.set(200);
            clock.pass(Limits.TOKEN_BACK_OFF.minusMillis(1));
            assertThrows(UpstreamFailure.class, () -> exchange.of("ada").authorization(LONG));
            clock.pass(Duration.ofMillis(1));
            assertEquals(Optional.of("Bearer t"), exchange.of("ada").authorization(LONG));
        }
    }

    /// The gateway's own credentials, or too many questions of it: nothing that the caller may or may not do.
    @ParameterizedTest
    @CsvSource({"401,invalid_client", "401,''", "400,invalid_client", "400,unauthorized_client", "429,''"})
    void whatIsWrongWithTheGatewayIsForTheAdministrator(int status, String error) throws Exception {
        try (var server = new Backend((_, exchange) -> Backend.say(exchange, status, "{\"error\":\"" + error + "\"}"));
                var exchange = at(server)) {
            var said = assertThrows(UpstreamFailure.class, () -> exchange.of("ada").authorization(LONG)).getMessage();
            assertTrue(said.contains("answered " + status + (error.isEmpty() ? "." : " (" + error + ")."))
                    && said.contains("tell the administrator") && !said.contains("whether you may"), said);
        }
    }

    @Test
    void answersThatAreNoTokensAreNotTaken() throws Exception {
        for (var body : List.of("{}", "[]", "no json", "{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"t\",\"token_type\":\"N_A\"}", "{\"access_token\":\"t\"}")) {
            try (var server = new Backend((_, exchange) -> Backend.say(exchange, 200, body));
                    var exchange = at(server)) {
                assertThrows(UpstreamFailure.class, () -> exchange.of("ada").authorization(LONG), body);
            }
        }
    }

    @Test
    void nothingOfItPrintsASecret() throws Exception {
        try (var server = giving("")) {
            assertFalse(new TokenExchange.Settings(server.at("/"), "c", Optional.of("s:ecret"), Optional.empty(),
                    Optional.empty(), Optional.empty(), Optional.empty()).toString().contains("ecret"));
        }
    }
}
