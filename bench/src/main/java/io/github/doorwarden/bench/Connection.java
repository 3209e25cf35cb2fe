package io.github.doorwarden.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// One connection: the request's bytes, patched in place, and the answer so far.
final class Connection implements AutoCloseable {
    private static final int ANSWER_BYTES = 1 << 20;
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

    private final Target target;
    private SocketChannel channel;
    private ByteBuffer request;
    private int idAt;
    private ByteBuffer answer = ByteBuffer.allocate(16 * 1024);
    private int headEnd;
    private int length;
    private int id;
    private long sentAt;

    Connection(Target target) {
        this.target = target;
        try {
            channel = connect(target);
        } catch (IOException refused) {
            throw new UncheckedIOException("Cannot connect to " + target.url() + ": " + refused.getMessage(), refused);
        }
    }

    private static SocketChannel connect(Target target) throws IOException {
        var channel = SocketChannel.open(new InetSocketAddress(target.url().getHost(), target.port()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    void prepare(Target.Template template, Selector selector) throws IOException {
        request = ByteBuffer.wrap(template.bytes());
        idAt = template.id();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    void reconnect(Selector selector) throws IOException {
        channel.close();
        channel = connect(target);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
        answer.clear();
        headEnd = 0;
    }

    void send(int id) throws IOException {
        this.id = id;
        for (int digit = Target.ID_DIGITS - 1, rest = id; digit >= 0; digit--, rest /= 10) {
            request.put(idAt + digit, (byte) ('0' + rest % 10));
        }
        answer.clear();
        headEnd = 0;
        request.rewind();
        sentAt = System.nanoTime();
        while (request.hasRemaining()) {
            channel.write(request);
        }
    }

    /// Reads what is there; true when the answer is whole.
    boolean receive() throws IOException {
        if (channel.read(answer) < 0) {
            throw new EOFException("the server closed the connection");
        }
        if (headEnd == 0) {
            var end = headEnd();
            if (end < 0) {
                return false;
            }
            headEnd = end;
            length = contentLength();
            makeRoom();
        }
        return answer.position() >= headEnd + length;
    }

    private void makeRoom() throws IOException {
        if (headEnd + length > ANSWER_BYTES) {
            throw new IOException("an answer of " + length + " bytes is not what is measured here");
        }
        if (headEnd + length > answer.capacity()) {
            answer = ByteBuffer.allocate(headEnd + length).put(answer.flip());
        }
    }

    /// One call outside the loop, before the connection joins it.
    Connection ask(String text) throws IOException {
        answer.clear();
        headEnd = 0;
        for (var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)); bytes.hasRemaining();) {
            channel.write(bytes);
        }
        while (!receive()) {
            Thread.onSpinWait();
        }
        if (status() >= 300) {
            throw new IOException("status " + status() + " to the handshake: " + body());
        }
        return this;
    }

    /// "HTTP/1.1 200": three digits at index 9.
    int status() {
        return (answer.get(9) - '0') * 100 + (answer.get(10) - '0') * 10 + answer.get(11) - '0';
    }

    int id() {
        return id;
    }

    long sentAt() {
        return sentAt;
    }

    String body() {
        return new String(answer.array(), headEnd, length, StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        return answer.array();
    }

    int bodyStart() {
        return headEnd;
    }

    int bodyLength() {
        return length;
    }

    Optional<String> header(String name) {
        var head = new String(answer.array(), 0, headEnd, StandardCharsets.ISO_8859_1);
        return head.lines().filter(line -> line.length() > name.length() && line.charAt(name.length()) == ':'
                && line.regionMatches(true, 0, name, 0, name.length()))
                .map(line -> line.substring(name.length() + 1).strip()).findFirst();
    }

    private int headEnd() {
        var bytes = answer.array();
        for (var i = 3; i < answer.position(); i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    /// Without the strings that [#header] makes: this runs for every answer.
    private int contentLength() throws IOException {
        var bytes = answer.array();
        for (var i = 0; i < headEnd; i++) {
            if (bytes[i] == '\n' && startsWith(bytes, i + 1, CONTENT_LENGTH)) {
                var value = 0;
                for (var j = i + 1 + CONTENT_LENGTH.length; bytes[j] != '\r'; j++) {
                    value = bytes[j] == ' ' ? value : value * 10 + bytes[j] - '0';
                }
                return value;
            }
        }
        if (status() == 202 || status() == 204) {
            return 0;
        }
        throw new IOException("an answer without Content-Length (a stream?) is not what is measured here");
    }

    private static boolean startsWith(byte[] bytes, int from, byte[] lowerCase) {
        for (var i = 0; i < lowerCase.length; i++) {
            if ((bytes[from + i] | 0x20) != (lowerCase[i] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
