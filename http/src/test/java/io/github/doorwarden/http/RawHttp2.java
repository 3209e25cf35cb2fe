package io.github.doorwarden.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.http2.hpack.HpackException;

/// One raw HTTP/2 connection without TLS: frames out, frames in, nothing checked or repaired on the way, so that it can
/// send what no client library would. Text is ISO-8859-1, one char per byte.
final class RawHttp2 implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RESET = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GO_AWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    static final int REFUSED = 7;
    static final int CALM = 11;

    private static final int PATIENCE_MS = 20_000;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final DataInputStream in;
    private final int port;
    private final HpackDecoder hpack = new HpackDecoder(64 * 1024, System::nanoTime);
    private int lastStream = -1;

    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean isEnd() {
            return (flags & END_STREAM) != 0;
        }

        /// The error code of a reset or a goodbye.
        int error() {
            return ByteBuffer.wrap(payload).getInt(type == GO_AWAY ? 4 : 0);
        }
    }

    /// `status` is 0 when the stream was reset.
    record Answer(int status, Headers headers, String body, int error) {}

    RawHttp2(int port) {
        this.port = port;
        try {
            socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MS);
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// With preface and settings exchanged.
    static RawHttp2 connect(int port) {
        return new RawHttp2(port).send(PREFACE).frame(SETTINGS, 0, 0, new byte[0]);
    }

    static byte[] preface() {
        return PREFACE.clone();
    }

    /// The same, taking so many bytes of each answer and no more.
    static RawHttp2 windows(int port, int bytes) {
        return new RawHttp2(port).send(PREFACE).frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) 4)
                .putInt(bytes).array());
    }

    RawHttp2 send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static byte[] bytes(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length).putShort((short) (payload.length >> 8))
                .put((byte) payload.length).put((byte) type).put((byte) flags).putInt(stream).put(payload).array();
    }

    RawHttp2 frame(int type, int flags, int stream, byte[] payload) {
        return send(bytes(type, flags, stream, payload));
    }

    /// Fields as literals that no table keeps.
    static byte[] block(String... namesAndValues) {
        var out = new ByteArrayOutputStream();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            out.write(0);
            string(out, namesAndValues[i]);
            string(out, namesAndValues[i + 1]);
        }
        return out.toByteArray();
    }

    private static void string(ByteArrayOutputStream out, String text) {
        var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        var rest = bytes.length - 127;
        out.write(Math.min(bytes.length, 127));
        if (rest >= 0) {
            for (; rest >= 128; rest /= 128) {
                out.write(rest % 128 + 128);
            }
            out.write(rest);
        }
        out.writeBytes(bytes);
    }

    String authority() {
        return "127.0.0.1:" + port;
    }

    private static String[] joined(String[] some, String... more) {
        var all = new ArrayList<>(java.util.List.of(some));
        all.addAll(java.util.List.of(more));
        return all.toArray(String[]::new);
    }

    /// Begins a request with exactly these fields; the stream.
    int exactly(boolean end, String... namesAndValues) {
        lastStream += 2;
        frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), lastStream, block(namesAndValues));
        return lastStream;
    }

    int get(String path, String... fields) {
        return exactly(true, joined(new String[] {":method", "GET", ":scheme", "http", ":path", path, ":authority",
            authority()}, fields));
    }

    int beginPost(String path, String... fields) {
        return exactly(false, joined(new String[] {":method", "POST", ":scheme", "http", ":path", path, ":authority",
            authority()}, fields));
    }

    int post(String path, String body) {
        var stream = beginPost(path);
        data(stream, body, true);
        return stream;
    }

    RawHttp2 data(int stream, String text, boolean end) {
        return frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawHttp2 reset(int stream) {
        return frame(RESET, 0, stream, new byte[] {0, 0, 0, 8});
    }

    /// The next frame about a request or the end; null when the connection is closed.
    Frame read() {
        try {
            while (true) {
                var length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
                var type = in.readUnsignedByte();
                var flags = in.readUnsignedByte();
                var frame = new Frame(type, flags, in.readInt(), in.readNBytes(length));
                if (type == SETTINGS && flags == 0) {
                    frame(SETTINGS, 1, 0, new byte[0]);
                } else if (type != SETTINGS && type != WINDOW_UPDATE && type != PING) {
                    return frame;
                }
            }
        } catch (EOFException | SocketException closed) {
            return null;
        } catch (SocketTimeoutException silent) {
            throw new AssertionError("Nothing came", silent);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (UncheckedIOException closedWhileAnswering) {
            return null;
        }
    }

    MetaData.Response head(Frame frame) {
        try {
            return (MetaData.Response) hpack.decode(ByteBuffer.wrap(frame.payload));
        } catch (HpackException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /// The whole answer to one request; those to others are thrown away.
    Answer answer(int stream) {
        var status = 0;
        var headers = Headers.NONE;
        var body = new ByteArrayOutputStream();
        while (true) {
            var frame = read();
            if (frame == null || frame.type == GO_AWAY) {
                return new Answer(-1, headers, body.toString(StandardCharsets.UTF_8), frame == null ? 0
                        : frame.error());
            }
            if (frame.type == HEADERS) {
                var head = head(frame);
                if (frame.stream == stream) {
                    status = head.getStatus();
                    for (var field : head.getHttpFields()) {
                        headers = headers.with(field.getName(), field.getValue());
                    }
                }
            }
            if (frame.stream == stream) {
                if (frame.type == RESET) {
                    return new Answer(0, headers, body.toString(StandardCharsets.UTF_8), frame.error());
                }
                if (frame.type == DATA) {
                    body.writeBytes(frame.payload);
                }
                if (frame.isEnd()) {
                    return new Answer(status, headers, body.toString(StandardCharsets.UTF_8), 0);
                }
            }
        }
    }

    /// The next piece of the body of a stream whose head has come.
    String nextData(int stream) {
        while (true) {
            var frame = read();
            if (frame == null) {
                throw new AssertionError("The connection was closed");
            }
            if (frame.type == HEADERS) {
                head(frame);
            } else if (frame.stream == stream && frame.type == DATA) {
                return new String(frame.payload, StandardCharsets.UTF_8);
            } else if (frame.stream == stream) {
                throw new AssertionError("No data but " + frame);
            }
        }
    }

    /// True when the server closes; other frames are thrown away.
    boolean closed() {
        for (var frame = read(); frame != null; frame = read()) {
            if (frame.type == HEADERS) {
                head(frame);
            }
        }
        return true;
    }

    /// Sends one byte at a time, a pause between them, until the server closes; false if it never does.
    boolean closedWhileTrickling(byte[] bytes, int pauseMillis) throws IOException {
        socket.setSoTimeout(pauseMillis);
        for (var i = 0; i < PATIENCE_MS / pauseMillis; i++) {
            try {
                send(new byte[] {bytes[i % bytes.length]});
                while (in.read() >= 0) {
                    // settings and goodbyes
                }
                return true;
            } catch (SocketTimeoutException stillOpen) {
                // the pause
            } catch (IOException | UncheckedIOException reset) {
                return true;
            }
        }
        return false;
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
