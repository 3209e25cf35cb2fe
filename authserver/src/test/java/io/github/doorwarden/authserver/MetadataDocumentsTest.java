package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Documents over a real connection, in development mode, because only then this machine may be fetched from.
class MetadataDocumentsTest {

    @TempDir
    Path folder;
    private Door door;
    private HttpServer server;
    private String id;
    private final AtomicInteger hits = new AtomicInteger();
    private final CountDownLatch firstAnswer = new CountDownLatch(1);
    private volatile boolean holdBack;
    private volatile int status = 200;
    private volatile String type = "application/json";
    private volatile String cacheControl = "max-age=600";
    private volatile String extra = "";

    @BeforeEach
    void open() throws IOException {
        door = Door.open(folder, Door.development());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            hits.incrementAndGet();
            if (holdBack) {
                await(firstAnswer);
            }
            var url = "http://127.0.0.1:" + server.getAddress().getPort() + exchange.getRequestURI();
            var body = ("{\"client_id\":\"" + url
                    + "\",\"redirect_uris\":[\"http://127.0.0.1/callback\"],\"grant_types\":[\"authorization_code\","
                    + "\"refresh_token\"],\"pad\":\"" + extra + "\"}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", type);
            exchange.getResponseHeaders().add("Cache-Control", cacheControl);
            exchange.getResponseHeaders().add("Location", "/other");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        id = "http://127.0.0.1:" + server.getAddress().getPort() + "/client.json";
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void close() {
        firstAnswer.countDown();
        server.stop(0);
        door.close();
    }

    private OAuthRefusal.Page refusal() {
        return assertInstanceOf(OAuthRefusal.Page.class,
                assertThrows(OAuthRefused.class, () -> door.clients.resolve(id)).why());
    }

    @Test
    @Covers({"AS-56", "AS-58"})
    void knowingNeverFetchesAndResolvingFetchesOnce() {
        assertTrue(door.clients.known(id).isEmpty());
        assertEquals(0, hits.get());
        var client = door.clients.resolve(id).orElseThrow();
        assertEquals(id, client.id());
        assertSame(client, door.clients.resolve(id).orElseThrow());
        assertTrue(door.clients.known(id).isPresent());
        assertEquals(1, hits.get());
        door.clock.pass(Duration.ofSeconds(601));
        assertTrue(door.clients.known(id).isEmpty());
        door.clients.resolve(id);
        assertEquals(2, hits.get());
    }

    @Test
    @Covers({"AS-56", "T12"})
    void whatIsNoDocumentIsRefusedAndNeverKept() {
        for (var bad : new int[] {301, 302, 404, 500, 203}) {
            status = bad;
            assertFalse(refusal().description().contains("127.0.0.1"));
        }
        status = 200;
        type = "text/html";
        assertTrue(refusal().description().contains("JSON content type"));
        type = "application/json";
        extra = "x".repeat(Limits.DOCUMENT_BYTES);
        assertEquals("invalid_client", refusal().error());
        extra = "";
        assertTrue(door.clients.resolve(id).isPresent(), "the next attempt starts afresh");
        assertEquals(8, hits.get());
    }

    @Test
    @Covers({"AS-58", "T12", "T23"})
    void twentyWhoWaitCostOneFetch() throws Exception {
        holdBack = true;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = IntStream.range(0, 20)
                    .<Callable<Client>>mapToObj(i -> () -> door.clients.resolve(id).orElseThrow())
                    .map(threads::submit).toList();
            while (hits.get() == 0) {
                Polling.pause();
            }
            firstAnswer.countDown();
            for (var one : all) {
                assertEquals(id, one.get().id());
            }
        }
        assertEquals(1, hits.get());
    }

    @Test
    @Covers({"AS-58", "T23"})
    void oneHostIsNotBotheredTooOften() {
        status = 500;
        for (var i = 0; i < Limits.FETCHES_PER_HOST_PER_MINUTE; i++) {
            assertEquals(400, refusal().status());
        }
        assertEquals(429, refusal().status());
        assertEquals(Limits.FETCHES_PER_HOST_PER_MINUTE, hits.get());
        door.clock.pass(Duration.ofMinutes(1));
        assertEquals(400, refusal().status());
    }

    @Test
    @Covers({"AS-58", "T12"})
    void inProductionThisMachineIsNotFetchedFrom() {
        door.close();
        door = new Door(folder.resolve("door.db"), new Door.Clock(),
                Door.settings(AuthServerSettings.Registration.STANDARD));
        assertEquals(400, refusal().status());
        id = "https://127.0.0.1:" + server.getAddress().getPort() + "/client.json";
        assertEquals(400, refusal().status());
        id = "https://localhost:" + server.getAddress().getPort() + "/client.json";
        assertEquals(400, refusal().status());
        assertEquals(0, hits.get());
    }

    @Test
    @Covers({"AS-56", "AS-58"})
    void everyLegKnowsTheClientAlsoAfterARestartButOnlyForWhomWeGaveSomething() {
        var client = door.clients.resolve(id).orElseThrow();
        var code = door.code(client);
        restart();
        assertEquals("invalid_client", door.redeem(client, "x".repeat(43)).error(), "nobody has signed in here");
        assertEquals(1, hits.get());
        var tokens = door.redeem(client, code);
        assertEquals(200, tokens.status(), tokens.json().toString());
        assertEquals(2, hits.get());
        restart();
        assertEquals("invalid_client", door.refresh(client, "x".repeat(43)).error());
        var next = door.refresh(client, tokens.text("refresh_token"));
        assertEquals(200, next.status(), next.json().toString());
        restart();
        var revoked = door.send(Door.post("/revoke", Door.form("client_id", id, "token", next.text("refresh_token"))));
        assertEquals(200, revoked.status());
        assertEquals(4, hits.get());
        assertEquals("invalid_grant", door.refresh(client, next.text("refresh_token")).error());
    }

    @Test
    @Covers("AS-56")
    void aDocumentThatIsGoneIsToldToTheClient() {
        var client = door.clients.resolve(id).orElseThrow();
        var code = door.code(client);
        restart();
        status = 404;
        var answer = door.redeem(client, code);
        assertEquals(401, answer.status());
        assertEquals("invalid_client", answer.error());
        assertTrue(answer.text("error_description").contains("404"));
        status = 200;
        assertEquals(200, door.redeem(client, code).status(), "the code was not spent");
    }

    private void restart() {
        door.close();
        door = new Door(folder.resolve("door.db"), door.clock, Door.development());
    }

    @Test
    @Covers("AS-27")
    void aClientThatWasUsedIsListedAndCanBeShutOut() {
        var client = door.clients.resolve(id).orElseThrow();
        var tokens = door.redeem(client, door.code(client));
        assertTrue(door.clients.list().stream()
                .anyMatch(row -> row.client().id().equals(id) && row.lastUsedAt().isPresent()));
        assertTrue(door.clients.revoke(id, "by the operator", door.grants));
        assertTrue(door.clients.known(id).isEmpty());
        assertTrue(door.clients.resolve(id).isEmpty());
        assertEquals("invalid_client", door.refresh(client, tokens.text("refresh_token")).error());
        assertEquals(1, hits.get());
    }

    @Test
    @Covers("AS-55")
    void documentsCanBeTurnedOff() {
        door.close();
        var standard = AuthServerSettings.Registration.STANDARD;
        door = new Door(folder.resolve("door.db"), new Door.Clock(),
                Door.settings(new AuthServerSettings.Registration(true, false,
                standard.privateSchemes(), standard.unusedFor(), 1, 1)));
        assertTrue(refusal().description().contains("Ask its operator"));
    }
}
