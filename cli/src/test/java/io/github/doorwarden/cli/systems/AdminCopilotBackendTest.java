package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.cli.OpenIdProvider;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.tidy.Polling;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The other sides of the admin copilot's door: how it comes by tokens for the marketplace, and what its callers read
/// when there are none or nobody answers; and whom it lets in by what an identity provider of another make says of
/// them. Token endpoint, marketplace and provider are played, because the real ones would not fail on demand.
class AdminCopilotBackendTest {

    private static final String STATIC = "canary-static-token-of-the-marketplace";
    private static final String COVERAGE = "instainstru_instructors_coverage";
    private static final int AT_ONCE = 20;

    @TempDir
    static Path work;
    /// Gives tokens while this is true, and counts how often it was asked.
    private static volatile boolean giving;
    private static final List<String> ASKED = new CopyOnWriteArrayList<>();
    /// What the marketplace was shown, in order.
    private static final List<String> SHOWN = new CopyOnWriteArrayList<>();
    private static final CountDownLatch OVER = new CountDownLatch(1);
    private static HttpServer outside;
    private static OpenIdProvider provider;
    private static Copilot falling;
    private static Copilot strict;
    private static CompletableFuture<Knock.Answer> hanging;

    @BeforeAll
    static void start() throws IOException {
        outside = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        outside.setExecutor(Executors.newCachedThreadPool());
        outside.createContext("/token", http -> {
            try (http) {
                ASKED.add(new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                var body = (giving ? "{\"access_token\":\"made-" + ASKED.size() + "\",\"token_type\":\"Bearer\","
                        + "\"expires_in\":300}" : "{\"error\":\"invalid_client\"}").getBytes(StandardCharsets.UTF_8);
                http.getResponseHeaders().add("Content-Type", "application/json");
                http.sendResponseHeaders(giving ? 200 : 401, body.length);
                http.getResponseBody().write(body);
            }
        });
        outside.createContext("/api/v1/admin/mcp/", http -> {
            try (http) {
                if (http.getRequestURI().getPath().endsWith("search/top-queries")) {
                    OVER.await(60, TimeUnit.SECONDS);
                } else {
                    SHOWN.add(String.valueOf(http.getRequestHeaders().getFirst("Authorization")));
                }
                var body = "{\"items\":[],\"most_needed\":[]}".getBytes(StandardCharsets.UTF_8);
                http.getResponseHeaders().add("Content-Type", "application/json");
                http.sendResponseHeaders(200, body.length);
                http.getResponseBody().write(body);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        outside.start();
        var there = "http://127.0.0.1:" + outside.getAddress().getPort();
        var usual = Map.of("INSTAINSTRU_MCP_SERVICE_TOKEN", Copilot.SERVICE_TOKEN, "INSTAINSTRU_MCP_API_BASE_URL",
                there, "INSTAINSTRU_MCP_WORKOS_M2M_TOKEN_URL", there + "/token",
                "INSTAINSTRU_MCP_WORKOS_M2M_CLIENT_ID", "gateway", "INSTAINSTRU_MCP_WORKOS_M2M_CLIENT_SECRET", "s",
                "INSTAINSTRU_MCP_WORKOS_DOMAIN", "login.example.invalid");
        var withStatic = new HashMap<>(usual);
        withStatic.put("INSTAINSTRU_MCP_API_SERVICE_TOKEN", STATIC);
        falling = new Copilot(work.resolve("falling"), withStatic);
        provider = new OpenIdProvider();
        var people = new HashMap<>(usual);
        people.putAll(Map.of("INSTAINSTRU_MCP_WORKOS_CLIENT_ID", OpenIdProvider.CLIENT,
                "INSTAINSTRU_MCP_WORKOS_CLIENT_SECRET", OpenIdProvider.SECRET));
        strict = new Copilot(work.resolve("strict"), people, "--set", "authorization.providers.workos.issuer="
                + provider.issuer);
        hanging = CompletableFuture.supplyAsync(() -> falling.door.call(Copilot.SERVICE_TOKEN,
                "instainstru_search_top_queries", "{}"), Executors.newCachedThreadPool());
        while (ASKED.isEmpty()) {                                // in vain: none may be given to it later
            assertFalse(hanging.isDone());
            Polling.pause();
        }
    }

    @AfterAll
    static void end() {
        OVER.countDown();
        falling.close();
        strict.close();
        provider.close();
        outside.stop(0);
    }

    private static String error(Copilot copilot) {
        var result = copilot.door.call(Copilot.SERVICE_TOKEN, COVERAGE, "{}").expect(200).json().path("result");
        assertTrue(result.path("isError").asBoolean(), result::toString);
        return result.path("content").get(0).path("text").asString();
    }

    @Test
    void withoutATokenTheStaticOneIsShown() {
        giving = false;
        var result = falling.door.call(Copilot.SERVICE_TOKEN, COVERAGE, "{}").expect(200).json().path("result");
        assertFalse(result.path("isError").asBoolean(), result::toString);
        assertEquals("Bearer " + STATIC, SHOWN.getLast());
        assertTrue(falling.system.console().stream().anyMatch(line -> line.contains("static")
                || line.contains("fallback")), falling.system.console()::toString);
    }

    @Test
    void withoutEitherNothingIsSentAndTheCallerReadsWhatToDo() throws Exception {
        giving = false;
        var before = SHOWN.size();
        var said = error(strict);
        assertTrue(said.contains("could not get its own credentials") && said.contains("tell the administrator"), said);
        assertEquals(before, SHOWN.size(), "an unauthenticated call was sent");

        // The same system again, once its provider gives tokens: one is fetched, however many calls wait for it.
        giving = true;
        var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (var answer = strict.door.call(Copilot.SERVICE_TOKEN, COVERAGE, "{}"); !answer.json().has("result")
                || answer.json().path("result").path("isError").asBoolean(); answer =
                strict.door.call(Copilot.SERVICE_TOKEN, COVERAGE, "{}")) {
            assertTrue(System.nanoTime() < until, "it never asked again: " + answer);
        }
        var fetched = ASKED.size();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var calls = new ArrayList<Future<?>>();
            for (var i = 0; i < AT_ONCE; i++) {
                calls.add(threads.submit(() -> strict.door.call(Copilot.SERVICE_TOKEN, COVERAGE, "{}").expect(200)));
            }
            for (var call : calls) {
                call.get();
            }
        }
        assertEquals(fetched, ASKED.size(), "a token was fetched again");
        assertTrue(SHOWN.getLast().startsWith("Bearer made-"), SHOWN::toString);
        assertTrue(ASKED.getLast().contains("grant_type=client_credentials") && ASKED.getLast().contains("resource="),
                ASKED::toString);
        giving = false;
    }

    /// Who comes back from the provider when it says this of them.
    private static Person.Page arrive(String subject, String email, Boolean verified) throws IOException {
        provider.subject = subject;
        provider.claims.put("email", email);
        provider.claims.remove("email_verified");
        if (verified != null) {
            provider.claims.put("email_verified", verified);
        }
        return strict.arrive(strict.register(), Person.of(email, ""), "mcp:read");
    }

    @Test
    void theAddressInTheTokenOfTheProviderMustBeOnTheListAndVerified() throws Exception {
        arrive("u1", Copilot.ADMIN, true);
        var tokens = strict.signIn(Person.of(Copilot.ADMIN, ""), "mcp:read");
        assertTrue(strict.door.call(tokens.access(), "doorwarden_whoami", "{}").expect(200).body().contains(
                Copilot.ADMIN));

        // On the list, and the provider says that nobody has checked it, or does not say that somebody has.
        for (var verified : Arrays.asList(false, null)) {
            for (var email : List.of("carla@instainstru.example", Copilot.ADMIN)) {
                refused(arrive("u2", email, verified), "has not verified it");
            }
        }
        // Verified, and not on the list, nor what only looks like it.
        for (var email : List.of("visitor@elsewhere.example", "eve@sub.instainstru.example",
                "eve@instainstru.example.evil.example")) {
            refused(arrive("u3", email, true), "The address " + email + " is not on this server");
        }
        assertEquals(List.of(Copilot.ADMIN), people(strict), "an account was made for somebody who may not come in");
        assertTrue(strict.audit().stream().anyMatch(row -> row.startsWith("login refused") && row.contains(
                "not admitted: u2")), strict.audit()::toString);
        assertEquals(200, strict.door.call(tokens.access(), "doorwarden_whoami", "{}").status());
    }

    private static void refused(Person.Page page, String why) {
        assertEquals(403, page.status(), page::toString);
        assertEquals("/login/callback", page.address().getPath(), () -> "somebody reached the client: " + page);
        assertTrue(page.body().contains(why), page::toString);
    }

    private static List<String> people(Copilot copilot) {
        try (var database = Database.open(copilot.system.state().resolve("doorwarden.db"))) {
            return database.query("SELECT email FROM person", row -> row.getString(1));
        }
    }

    @Test
    void whoNeverAnswersIsAReadableErrorAfterHalfAMinute() throws Exception {
        var result = hanging.get(90, TimeUnit.SECONDS).expect(200).json().path("result");
        assertTrue(result.path("isError").asBoolean(), result::toString);
        var said = result.path("content").get(0).path("text").asString();
        assertTrue(said.contains("did not answer within 30 s") && said.contains("try again"), said);
    }
}
