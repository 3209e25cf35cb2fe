package io.github.doorwarden.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Time between a front and the servers behind it.
@Timeout(60)
class FrontTimesTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private static HttpServer front(Duration idle, int behind) {
        return HttpServer.front(HttpSettings.local().withLimits(Fixture.times(LONG, LONG, idle)),
                Map.of("/", URI.create("http://127.0.0.1:" + behind)));
    }

    private static String get(HttpServer front, String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + front.port() + "\r\n\r\n";
    }

    @Test
    void aCallBehindMayRunLongerThanTheIdleTimeout() throws Exception {
        try (var behind = new Loose(); var front = front(Duration.ofMillis(300), behind.port());
                var wire = new Wire(front.port())) {
            wire.send(get(front, "/slow"));
            behind.request();
            for (var i = 0; i < 3; i++) {
                try (var idler = new Wire(front.port())) {
                    assertTrue(idler.closed());
                }
            }
            behind.answer("done");
            assertEquals("done", wire.read().body());
        }
    }

    /// The other way round, a request now and then goes into a connection that the server is closing.
    @Test
    void theFrontClosesAnUnusedConnectionBeforeTheServerDoes() throws Exception {
        var idle = Duration.ofSeconds(4);
        try (var server = Fixture.limited(Fixture.times(LONG, LONG, idle)); var behind = new Loose();
                var front = front(idle, behind.port()); var wire = new Wire(front.port())) {
            wire.send(get(front, "/quick"));
            behind.request();
            behind.answer("done");
            assertEquals("done", wire.read().body());
            try (var idler = new Wire(server.port())) {
                var byServer = CompletableFuture.runAsync(() -> assertTrue(idler.closed()));
                behind.end();
                assertTrue(!byServer.isDone(), "the server was first");
                byServer.get(20, TimeUnit.SECONDS);
            }
        }
    }

    /// A server of one connection that answers when it is told to, whatever name it is called by.
    private static final class Loose implements AutoCloseable {

        private final ServerSocket listening;
        private Socket socket;
        private BufferedReader in;

        Loose() throws IOException {
            listening = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        }

        int port() {
            return listening.getLocalPort();
        }

        /// Waits for the head of a request.
        void request() throws IOException {
            socket = listening.accept();
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            while (!in.readLine().isEmpty()) {
                continue;
            }
        }

        void answer(String body) throws IOException {
            socket.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
        }

        /// Waits for the other side to close.
        void end() throws IOException {
            assertEquals(-1, in.read());
        }

        @Override
        public void close() throws IOException {
            if (socket != null) {
                socket.close();
            }
            listening.close();
        }
    }
}
