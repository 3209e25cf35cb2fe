package io.github.doorwarden.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.DirectChannel;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What a host hears while a person is to sign in.
final class WaitingTest {

    private final CountDownLatch signedIn = new CountDownLatch(1);

    private SigningIn person() {
        return new SigningIn(notices -> new Authorization() {

            @Override
            public Map<String, String> fields(String method, URI target) throws InterruptedException {
                if (signedIn.getCount() > 0) {
                    notices.accept("Open https://as.example/authorize to sign in.");
                }
                signedIn.await();
                return Map.of("Authorization", "Bearer secret-of-hers");
            }

            @Override
            public boolean renewed(Refusal refusal) throws ClientFailure {
                return false;
            }
        });
    }

    @Test
    void theHostIsAnsweredWithoutTheServer_AndReadsAgainAfterwards() throws Exception {
        var person = person();
        StubServer.Turn turn = taken -> {
            switch (taken.method()) {
                case "initialize" -> taken.result("{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                        + "\"serverInfo\":{\"name\":\"s\",\"version\":\"9\"}}");
                case "tools/list" -> taken.result("{\"tools\":[{\"name\":\"real\"}]}");
                case "GET" -> taken.json(405, "");
                default -> taken.accepted();
            }
        };
        try (var server = new StubServer(turn); var host = new PipedHost(new DirectChannel(server.endpoint(), person),
                Duration.ofSeconds(30), Duration.ofMillis(50), person)) {
            var opened = host.initialize().path("result");
            assertTrue(opened.path("instructions").asString().contains("https://as.example/authorize"),
                    opened::toString);
            host.ask("1", "tools/list", "{}");
            var tool = host.answer("1").path("result").path("tools").path(0);
            assertEquals("doorwarden_sign_in", tool.path("name").asString());
            assertTrue(tool.path("description").asString().contains("https://as.example/authorize"), tool::toString);
            host.ask("2", "tools/call", "{\"name\":\"doorwarden_sign_in\"}");
            var told = host.answer("2").path("result");
            assertTrue(told.path("content").path(0).path("text").asString().contains("https://as.example/authorize"));
            host.ask("3", "tools/list", "{}");
            host.answer("3");

            signedIn.countDown();
            host.next("notifications/tools/list_changed");
            host.ask("4", "tools/list", "{}");
            assertEquals("real", host.answer("4").path("result").path("tools").path(0).path("name").asString());
            assertEquals("Bearer secret-of-hers", server.next("notifications/initialized").header("Authorization"));
            host.ask("5", "tools/call", "{\"name\":\"doorwarden_sign_in\"}");
            assertTrue(host.answer("5").toString().contains("has signed in"));
        }
    }

    @Test
    void whoDoesNotWaitForAnybodyIsNotAnsweredInAdvance() throws Exception {
        var late = new CountDownLatch(1);
        StubServer.Turn turn = taken -> {
            late.await();
            taken.result("{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"serverInfo\":{\"name\":\"s\","
                    + "\"version\":\"9\"}}");
        };
        try (var server = new StubServer(turn); var host = new PipedHost(new DirectChannel(server.endpoint(),
                Authorization.NONE), Duration.ofSeconds(30), Duration.ofMillis(50), SignIn.NONE)) {
            host.ask("0", "initialize", PipedHost.INITIALIZE);
            server.next("initialize");
            late.countDown();
            assertEquals("s", host.answer("0").path("result").path("serverInfo").path("name").asString());
        }
    }
}
