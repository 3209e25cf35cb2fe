package io.github.doorwarden.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads one HTTP/1.1 answer off a stream (RFC 9112), strictly: what could be read in two ways is refused. Bounded in
/// header and body; time is the caller's business. For one answer and one thread.
final class RawAnswer {

    private final InputStream in;
    private final int maxBytes;
    private int headerBytesLeft = Limits.HEADER_BYTES;

    RawAnswer(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /// Redirects (3xx) and content codings are refused here, before their body is read.
    GuardedFetch.Fetched read() throws IOException, FetchRefused {
        int status;
        Map<String, List<String>> headers;
        do {
            status = status(line());
            headers = fields();
        } while (status >= 100 && status < 200); // interim answers (RFC 9110 §15.2), all within one header budget
        if (status >= 300 && status < 400) {
            throw refused("The server answered with a redirect (" + status
                    + "), which is not followed. Name the final URL.");
        }
        for (var coding : headers.getOrDefault("content-encoding", List.of())) {
            if (!coding.equalsIgnoreCase("identity")) {
                throw refused("The server compressed its answer although it was asked not to (RFC 9110 §12.5.3).");
            }
        }
        return new GuardedFetch.Fetched(status, headers, status == 204 ? new byte[0] : body(headers));
    }

    private static int status(String line) throws FetchRefused {
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw refused("The server does not answer in HTTP/1.1.");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private Map<String, List<String>> fields() throws IOException, FetchRefused {
        var fields = new LinkedHashMap<String, List<String>>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            var colon = line.indexOf(':');
            if (colon < 1 || !line.substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw refused("The server's answer has a malformed header field (RFC 9112 §5).");
            }
            var name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            fields.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(line.substring(colon + 1).strip());
        }
        return fields;
    }

    private byte[] body(Map<String, List<String>> headers) throws IOException, FetchRefused {
        var codings = headers.getOrDefault("transfer-encoding", List.of());
        var lengths = headers.getOrDefault("content-length", List.of());
        if (!codings.isEmpty()) {
            if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked") || !lengths.isEmpty()) {
                throw refused("The server's answer says in two ways where it ends (RFC 9112 §6.1).");
            }
            return chunks();
        }
        if (lengths.isEmpty()) {
            return untilClosed();
        }
        if (lengths.size() > 1 || !lengths.getFirst().matches("[0-9]{1,18}")) {
            throw refused("The server's answer has no readable Content-Length (RFC 9112 §6.2).");
        }
        return exactly(within(Long.parseLong(lengths.getFirst())));
    }

    private byte[] chunks() throws IOException, FetchRefused {
        var body = new ByteArrayOutputStream();
        while (true) {
            headerBytesLeft = Math.max(headerBytesLeft, 256); // one size line; extensions beyond that are refused
            var line = line();
            var end = line.indexOf(';');
            var size = (end < 0 ? line : line.substring(0, end)).strip();
            if (!size.matches("[0-9A-Fa-f]{1,8}")) {
                throw refused("The server's answer has a malformed chunk (RFC 9112 §7.1).");
            }
            var length = Long.parseLong(size, 16);
            if (length == 0) {
                fields(); // trailers, dropped
                return body.toByteArray();
            }
            within(body.size() + length);
            body.write(exactly((int) length));
            if (!line().isEmpty()) {
                throw refused("The server's answer has a malformed chunk (RFC 9112 §7.1).");
            }
        }
    }

    private byte[] untilClosed() throws IOException, FetchRefused {
        var body = in.readNBytes(maxBytes);
        if (body.length == maxBytes && in.read() >= 0) {
            within(maxBytes + 1L);
        }
        return body;
    }

    private byte[] exactly(int length) throws IOException, FetchRefused {
        var bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw refused("The server closed the connection in the middle of its answer.");
        }
        return bytes;
    }

    private int within(long length) throws FetchRefused {
        if (length > maxBytes) {
            throw refused("The document is larger than the " + maxBytes + " bytes that are taken.");
        }
        return (int) length;
    }

    /// One line without its CRLF, in ISO 8859-1. A bare LF or CR is refused.
    private String line() throws IOException, FetchRefused {
        var line = new ByteArrayOutputStream(80);
        while (true) {
            var octet = in.read();
            if (octet < 0) {
                throw refused("The server closed the connection in the middle of its answer.");
            }
            if (--headerBytesLeft < 0) {
                throw refused("The header of the server's answer is larger than " + Limits.HEADER_BYTES + " bytes.");
            }
            if (octet == '\r') {
                if (in.read() != '\n') {
                    throw refused("The server's answer has a bare carriage return (RFC 9112 §2.2).");
                }
                return line.toString(StandardCharsets.ISO_8859_1);
            }
            if (octet == '\n' || octet == 0) {
                throw refused("The server's answer has a malformed line (RFC 9112 §2.2).");
            }
            line.write(octet);
        }
    }

    private static FetchRefused refused(String sentence) {
        return new FetchRefused(sentence, null);
    }
}
