package io.github.doorwarden.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;

/// One raw connection to a server under test: bytes out, answers in. Text is ISO-8859-1, one char per byte.
final class Wire implements AutoCloseable {

    /// Far above every deadline in these tests: reaching it is a failure, not a measurement.
    private static final int PATIENCE_MS = 20_000;

    private final Socket socket;
    private final InputStream in;

    record Answer(int status, Headers headers, String body) {
        String header(String name) {
            return headers.first(name).orElse("");
        }
    }

    Wire(int port) {
        this(port, SocketFactory.getDefault());
    }

    Wire(int port, SocketFactory sockets) {
        try {
            socket = sockets.createSocket(InetAddress.ofLiteral("127.0.0.1"), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MS);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// One request on a connection of its own.
    static Answer ask(int port, String request) {
        try (var wire = new Wire(port)) {
            return wire.send(request).read(request.startsWith("HEAD "));
        }
    }

    Wire send(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return this;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    Wire endOfOutput() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    Answer read() {
        return read(false);
    }

    Answer readHead() {
        return read(true);
    }

    private Answer read(boolean head) {
        try {
            var status = line();
            var fields = new ArrayList<Headers.Field>();
            for (var line = line(); !line.isEmpty(); line = line()) {
                var colon = line.indexOf(':');
                fields.add(new Headers.Field(line.substring(0, colon), line.substring(colon + 1).strip()));
            }
            var headers = Headers.of(List.copyOf(fields));
            var length = head ? 0 : Integer.parseInt(headers.first("Content-Length").orElse("0"));
            var body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            return new Answer(Integer.parseInt(status.split(" ")[1]), headers, body);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// The next chunk of a chunked body; empty for the one that ends it. Does not wait for the line end behind a chunk:
    /// Jetty sends it with the next.
    String chunk() {
        try {
            var size = line();
            var bytes = in.readNBytes(Integer.parseInt(size.isEmpty() ? line() : size, 16));
            if (bytes.length == 0) {
                line();
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// Closes with a reset instead of a polite end.
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// True when the server closed the connection without another byte; waits for it.
    boolean closed() {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /// Sends one byte at a time, a pause between them, until the server closes; false if it never does.
    boolean closedWhileTrickling(String text, int pauseMillis) throws IOException {
        socket.setSoTimeout(pauseMillis);
        for (var i = 0; i < PATIENCE_MS / pauseMillis; i++) {
            try {
                send(text.substring(i % text.length(), i % text.length() + 1));
                if (in.read() < 0) {
                    return true;
                }
            } catch (SocketTimeoutException stillOpen) {
                // the pause
            } catch (IOException | UncheckedIOException reset) {
                return true;
            }
        }
        return false;
    }

    /// False when nothing arrives for so long.
    boolean answersWithin(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            in.mark(1);
            var some = in.read() >= 0;
            in.reset();
            return some;
        } catch (SocketTimeoutException silent) {
            return false;
        } finally {
            socket.setSoTimeout(PATIENCE_MS);
        }
    }

    private String line() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (var c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("The connection ended where a line was expected: " + bytes);
            }
            if (c != '\r') {
                bytes.write(c);
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // already gone
        }
    }
}
