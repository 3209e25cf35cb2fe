package io.github.doorwarden.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One HTTP/1.1 connection, byte by byte, for requests that no client library would send. For one thread.
final class Raw implements AutoCloseable {

    private static final int LINE_BYTES = 64 * 1024;
    private static final int CHUNK_BYTES = 64 * 1024 * 1024;

    private final Socket socket;
    private final InputStream in;

    /// @param head   status line and fields
    /// @param body   whole, or for an event stream its first chunk
    /// @param stream whether it is an event stream, which goes on
    /// @param last   whether the server closes the connection after it
    record Answer(int status, String head, String body, boolean stream, boolean last) {

        /// The value of a field; empty when there is none.
        String field(String name) {
            return head.lines().filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip()).findFirst().orElse("");
        }
    }

    Raw(URI url) throws IOException {
        this(url, 0);
    }

    /// @param receiveBuffer bytes that the kernel keeps for a reader that does not read; 0 for the usual
    Raw(URI url, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
    }

    void send(String head, byte[] body) throws IOException {
        var bytes = new ByteArrayOutputStream(head.length() + body.length);
        bytes.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(body);
        socket.getOutputStream().write(bytes.toByteArray());
    }

    Answer receive() throws IOException {
        var status = line();
        var head = new StringBuilder(status);
        var length = -1;
        var chunked = false;
        var events = false;
        var last = false;
        for (var field = line(); !field.isEmpty(); field = line()) {
            head.append('\n').append(field);
            var lower = field.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
            events |= lower.startsWith("content-type:") && lower.contains("text/event-stream");
            last |= lower.startsWith("connection:") && lower.contains("close");
        }
        var code = Integer.parseInt(status.substring(9, 12));
        var body = chunked ? chunks(events) : length > 0 ? in.readNBytes(length) : new byte[0];
        return new Answer(code, head.toString(), new String(body, StandardCharsets.UTF_8), events, last);
    }

    /// Status line and fields of a stream whose events come later.
    ///
    /// @throws IOException when it is no stream
    void receiveHead() throws IOException {
        var head = new StringBuilder(line());
        for (var field = line(); !field.isEmpty(); field = line()) {
            head.append('\n').append(field);
        }
        if (!head.toString().contains("text/event-stream")) {
            throw new IOException("no stream: " + head);
        }
    }

    private byte[] chunks(boolean first) throws IOException {
        var all = new ByteArrayOutputStream();
        while (true) {
            var chunk = chunk();
            all.writeBytes(chunk);
            if (chunk.length == 0 || first) {
                return all.toByteArray();
            }
        }
    }

    /// The next chunk of a stream; empty at its end.
    byte[] chunk() throws IOException {
        var first = line();                      // the end of the chunk before, which comes with the next one
        var size = Integer.parseInt((first.isEmpty() ? line() : first).strip(), 16);
        if (size > CHUNK_BYTES) {
            throw new IOException("a chunk of " + size + " bytes");
        }
        if (size == 0) {
            line();
        }
        return in.readNBytes(size);
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream(64);
        for (var c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.size() > LINE_BYTES) {
                throw new EOFException("the server closed the connection");
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
