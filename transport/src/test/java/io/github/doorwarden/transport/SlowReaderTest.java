package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.HttpServer;
import io.github.doorwarden.http.HttpSettings;
import io.github.doorwarden.tidy.Polling;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A client that opens a stream and does not read it.
@Timeout(60)
class SlowReaderTest {

    @TempDir
    Path folder;

    @Test
    void holdsUpNobodyButItselfAndNotForLong() throws Exception {
        var usual = io.github.doorwarden.http.Limits.STANDARD;
        var limits = new io.github.doorwarden.http.Limits(usual.headerBytes(), usual.headerFields(),
                usual.headerDeadline(), usual.bodyDeadline(), usual.idleTimeout(), Duration.ofMillis(300),
                usual.heartbeat(), usual.concurrentRequests(), usual.restingStreams(), usual.connections(),
                usual.pendingBodyBytes(), usual.drain());
        var opened = new AtomicReference<TestDoor>();
        try (var server = HttpServer.start(new HttpSettings("127.0.0.1", 0, Optional.empty(), List.of(), limits),
                origin -> {
                    opened.set(new TestDoor(folder, URI.create(origin.toString())));
                    return opened.get().rows;
                }); var door = opened.get(); var http = HttpClient.newHttpClient()) {
            var client = new LegacyClient(http, server.origin() + "/play", "reader", "2025-11-25");
            var body = LegacyClient.callOf(1, "flood");
            try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), URI.create(server.origin().toString())
                    .getPort())) {
                socket.getOutputStream().write(("POST /play HTTP/1.1\r\nHost: " + URI.create(server.origin()
                        .toString()).getAuthority() + "\r\nAuthorization: Bearer reader\r\nContent-Type: "
                        + "application/json\r\nMcp-Session-Id: " + client.session + "\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
                assertTrue(client.post("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}").statusCode() == 200);
                assertTrue(door.play.flooded.tryAcquire(20, TimeUnit.SECONDS), "The tool waits for its reader.");
                var first = new BufferedReader(new InputStreamReader(socket.getInputStream(),
                        StandardCharsets.US_ASCII)).lines().filter(line -> line.startsWith("id: ")).findFirst()
                        .orElseThrow().substring(4);
                var last = first.substring(0, first.lastIndexOf('-')) + "-3";
                while (client.get(last).statusCode() == 400) {
                    Polling.pause();                         // until the call has given its reader up
                }
                assertEquals("200 ", client.get(last).statusCode() + " " + client.get(last).body());
                assertEquals(400, client.get(first).statusCode(), "so much is not kept");
            }
        }
    }
}
