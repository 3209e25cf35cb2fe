package io.github.doorwarden.upstream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ServerSocketFactory;

/// A server on loopback that answers each connection with bytes that the test chose, and keeps what it was asked.
final class RawServer implements AutoCloseable {

    interface Script {
        /// Runs after the request's header was read. The connection is closed when it returns.
        void answer(String request, OutputStream out, Socket socket) throws Exception;
    }

    final List<String> requests = new CopyOnWriteArrayList<>();
    final CountDownLatch stopped = new CountDownLatch(1);
    private final ServerSocket listening;

    RawServer(Script script) throws IOException {
        this(ServerSocketFactory.getDefault(), script);
    }

    RawServer(ServerSocketFactory sockets, Script script) throws IOException {
        listening = sockets.createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    var socket = listening.accept();
                    Thread.ofVirtual().start(() -> serve(socket, script));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    static RawServer saying(String answer) throws IOException {
        return new RawServer((_, out, _) -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1)));
    }

    int port() {
        return listening.getLocalPort();
    }

    private void serve(Socket socket, Script script) {
        try (socket) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            var request = new StringBuilder();
            for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                request.append(line).append('\n');
            }
            requests.add(request.toString());
            script.answer(request.toString(), socket.getOutputStream(), socket);
            socket.getOutputStream().flush();
        } catch (Exception e) {
            // The other side gave up: that is what several tests want.
        }
    }

    @Override
    public void close() throws IOException {
        stopped.countDown();
        listening.close();
    }
}
