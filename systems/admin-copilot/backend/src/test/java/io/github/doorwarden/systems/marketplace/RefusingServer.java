package io.github.doorwarden.systems.marketplace;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A mail server (RFC 5321) that does not know one of its recipients.
final class RefusingServer implements AutoCloseable {

    private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
    private final String unknown;

    RefusingServer(String unknown) throws IOException {
        this.unknown = unknown;
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try (var client = socket.accept()) {
                    talk(client);
                } catch (IOException closed) {
                    // the test is over, or the client hung up
                }
            }
        });
    }

    int port() {
        return socket.getLocalPort();
    }

    private void talk(Socket client) throws IOException {
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        say(client, "220 ready");
        var inData = false;
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            if (inData) {
                inData = !line.equals(".");
                if (!inData) {
                    say(client, "250 taken");
                }
                continue;
            }
            inData = line.startsWith("DATA");
            say(client, inData ? "354 go on" : line.startsWith("RCPT") && line.contains(unknown) ? "550 no such user"
                    : "250 ok");
        }
    }

    private static void say(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
