package io.github.doorwarden.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClientCredentialsTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final SetClock clock = new SetClock();
    private final List<ClientCredentials.FellBack> fellBack = new CopyOnWriteArrayList<>();

    private ClientCredentials at(URI endpoint, String fallback) {
        return new ClientCredentials(new ClientCredentials.Settings(endpoint, "client one", "s:e+cret/%",
                Optional.of("api://x"),
                Optional.of("https://api.example/"), Optional.of("a b"), Optional.ofNullable(fallback)), clock,
                        fellBack::add);
    }

    private static Backend issuing(AtomicInteger rounds, long expiresIn) throws Exception {
        return new Backend((_, exchange) -> Backend.say(exchange, 200, "{\"access_token\":\"t"
                + rounds.incrementAndGet()
                + "\",\"token_type\":\"Bearer\",\"expires_in\":" + expiresIn + "}"));
    }

    private static String token(ClientCredentials credentials) throws Exception {
        return credentials.authorization(LONG).orElseThrow();
    }

    @Test
    void theClientProvesItselfAndNamesWhatTheTokenIsFor() throws Exception {
        try (var idp = issuing(new AtomicInteger(), 300); var credentials = at(idp.at("/token"), null)) {
            assertEquals("Bearer t1", token(credentials));
            var asked = idp.asked.getFirst();
            assertEquals("POST", asked.method());
            var basic = new String(Base64.getDecoder().decode(asked.header("Authorization").substring(6)),
                    StandardCharsets.UTF_8);
            assertEquals("client+one:s%3Ae%2Bcret%2F%25", basic);
            assertEquals("grant_type=client_credentials&audience=api%3A%2F%2Fx"
                    + "&resource=https%3A%2F%2Fapi.example%2F&scope=a+b",
                    asked.body());
        }
    }

    @Test
    void aClientWithAKeyMakesAProofForEachRequestAndSendsNoSecret() throws Exception {
        var made = new AtomicInteger();
        try (var idp = issuing(new AtomicInteger(), 300); var credentials = new ClientCredentials(
                new ClientCredentials.Settings(idp.at("/token"), "client one", "", Optional.empty(), Optional.empty(),
                        Optional.empty(), Optional.empty(), Optional.of(() -> Map.of("client_assertion", "a.b."
                        + made.incrementAndGet()))), clock, fellBack::add)) {
            assertEquals("Bearer t1", token(credentials));
            clock.pass(Duration.ofSeconds(300));
            assertEquals("Bearer t2", token(credentials));
            assertEquals(List.of("grant_type=client_credentials&client_assertion=a.b.1",
                    "grant_type=client_credentials&client_assertion=a.b.2"),
                    idp.asked.stream().map(Backend.Asked::body).toList());
            assertTrue(idp.asked.stream().allMatch(asked -> asked.header("Authorization").isEmpty()));
        }
    }

    @Test
    void aTokenIsKeptUntilAMinuteBeforeItExpires() throws Exception {
        try (var idp = issuing(new AtomicInteger(), 300); var credentials = at(idp.at("/"), null)) {
            assertEquals("Bearer t1", token(credentials));
            clock.pass(Duration.ofSeconds(239));
            assertEquals("Bearer t1", token(credentials));
            clock.pass(Duration.ofSeconds(1));
            assertEquals("Bearer t2", token(credentials));
        }
    }

    @Test
    void aTokenOfShortLifeIsKeptForHalfOfIt() throws Exception {
        try (var idp = issuing(new AtomicInteger(), 60); var credentials = at(idp.at("/"), null)) {
            assertEquals("Bearer t1", token(credentials));
            clock.pass(Duration.ofSeconds(29));
            assertEquals("Bearer t1", token(credentials));
            clock.pass(Duration.ofSeconds(1));
            assertEquals("Bearer t2", token(credentials));
        }
    }

    @Test
    void aHundredWaitingCallsFetchOneToken() throws Exception {
        var rounds = new AtomicInteger();
        var release = new CountDownLatch(1);
        try (var idp = new Backend((_, exchange) -> {
            release.await();
            Backend.say(exchange, 200, "{\"access_token\":\"t" + rounds.incrementAndGet() + "\",\"expires_in\":300}");
        }); var credentials = at(idp.at("/"), null)) {
            var waiting = new ArrayList<FutureTask<String>>();
            var begun = new CountDownLatch(100);
            for (var i = 0; i < 100; i++) {
                var task = new FutureTask<>(() -> {
                    begun.countDown();
                    return token(credentials);
                });
                waiting.add(task);
                Thread.ofVirtual().start(task);
            }
            begun.await();
            var impatient = assertThrows(UpstreamFailure.class, () -> credentials.authorization(Duration.ofMillis(20)));
            assertEquals(Kind.CREDENTIALS, impatient.kind());
            release.countDown();
            for (var task : waiting) {
                assertEquals("Bearer t1", task.get(10, TimeUnit.SECONDS));
            }
            assertEquals(1, rounds.get());
        }
    }

    @Test
    void withoutATokenTheFallbackServesAndSomebodyIsTold() throws Exception {
        var answers = new ArrayList<>(List.of("{\"error\":\"invalid_client\"}", "no json", "{\"access_token\":\"\"}",
                "{\"access_token\":\"t\",\"token_type\":\"DPoP\"}"));
        try (var idp = new Backend((_, exchange) ->
                Backend.say(exchange, answers.size() == 4 ? 401 : 200, answers.removeFirst()));
                var credentials = at(idp.at("/"), "static-1")) {
            for (var round = 1; round <= 4; round++) {
                assertEquals("Bearer static-1", token(credentials));
                assertEquals("Bearer static-1", token(credentials), "while the endpoint rests");
                assertEquals(round, idp.asked.size());
                clock.pass(Limits.TOKEN_BACK_OFF);
            }
            assertFalse(credentials.refused("Bearer static-1"));
            assertTrue(fellBack.getFirst().why().contains("answered 401"), fellBack.toString());
            assertFalse(fellBack.toString().contains("static-1") || fellBack.toString().contains("s:e+cret"));
        }
    }

    @Test
    void withoutATokenAndWithoutAFallbackTheCallFailsReadably() throws Exception {
        try (var idp = new Backend((_, exchange) -> Backend.say(exchange, 500, "{\"trace\":\"at com.secret\"}"));
                var backend = new Backend((_, exchange) -> Backend.say(exchange, 200, "{}"));
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("")), at(idp.at("/"), null))) {
            var failure = assertThrows(UpstreamFailure.class,
                    () -> upstream.call(new UpstreamCall("GET", "/", Map.of(), Optional.empty(), false, "r")));
            assertEquals(Kind.CREDENTIALS, failure.kind());
            assertTrue(failure.getMessage().contains("tell the administrator"), failure.getMessage());
            assertFalse(failure.getMessage().contains("com.secret"));
            assertEquals(List.of(), backend.asked);
        }
    }

    @Test
    void aRefusedTokenIsRenewedOnceAndNotInALoop() throws Exception {
        var valid = new String[] {"Bearer t1"};
        try (var idp = issuing(new AtomicInteger(), 3600); var backend = new Backend((asked, exchange) ->
                Backend.say(exchange, asked.header("Authorization").equals(valid[0]) ? 200 : 401, "{}"));
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("")), at(idp.at("/"), null))) {
            var call = new UpstreamCall("GET", "/", Map.of(), Optional.empty(), false, "r");
            assertEquals(200, upstream.call(call).status());
            valid[0] = "Bearer t2";
            clock.pass(Duration.ofSeconds(30));
            assertEquals(200, upstream.call(call).status());
            assertEquals(2, idp.asked.size());
            valid[0] = "none";
            for (var i = 0; i < 5; i++) {
                assertEquals(401, upstream.call(call).status());
            }
            assertEquals(2, idp.asked.size(), "a token that was just fetched is not renewed");
        }
    }

    @Test
    void nothingPrintsTheSecret() {
        var settings = new ClientCredentials.Settings(URI.create("https://a.example/t"), "id", "s3cret",
                Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.of("static-1"));
        assertFalse(settings.toString().contains("s3cret") || settings.toString().contains("static-1"));
    }
}
