package io.github.doorwarden.doctor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// One request with a Host that is not in the URL, which the JDK's client does not send.
final class RawHost {

    private RawHost() {}

    /// The body of a 200; empty for everything else.
    static Optional<String> get(URI url, String host, Options options) {
        var tls = Places.https(url);
        var port = url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(url.getHost(), port), (int) Limits.CONNECT.toMillis());
            plain.setSoTimeout((int) options.patience().toMillis());
            if (!tls) {
                return ask(plain, url, host, options.patience());
            }
            var context = options.tls().isPresent() ? options.tls().get() : SSLContext.getDefault();
            try (var secure = (SSLSocket) context.getSocketFactory().createSocket(plain, url.getHost(), port, true)) {
                var parameters = secure.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secure.setSSLParameters(parameters);
                return ask(secure, url, host, options.patience());
            }
        } catch (IOException | NoSuchAlgorithmException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> ask(Socket socket, URI url, String host, Duration patience) throws IOException {
        var end = System.nanoTime() + patience.toNanos();
        socket.getOutputStream().write(("GET " + url.getRawPath() + " HTTP/1.1\r\nHost: " + host
                + "\r\nAccept: application/json\r\nUser-Agent: " + Wire.USER_AGENT + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        var text = read(socket, end);
        var body = text.indexOf("\r\n\r\n");
        return text.matches("(?s)HTTP/1\\.\\d 200 .*") && body > 0 ? Optional.of(text.substring(body))
                : Optional.empty();
    }

    /// Within bounds of size and time, however slowly it drips.
    private static String read(Socket socket, long end) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var buffer = new byte[8192];
        while (bytes.size() < Limits.DOCUMENT_BYTES && System.nanoTime() < end) {
            var n = socket.getInputStream().read(buffer);
            if (n < 0) {
                break;
            }
            bytes.write(buffer, 0, n);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
