package io.github.doorwarden.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// One request with a Host that is not in the URL, which the JDK's client does not send.
final class RawHost {

    private static final int READ_BYTES = 64 * 1024;

    private RawHost() {}

    /// The body of a 200; empty for everything else.
    static Optional<String> get(URI url, String host, Options options) {
        var tls = Places.https(url);
        var port = url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(url.getHost(), port), (int) Limits.CONNECT.toMillis());
            plain.setSoTimeout((int) options.patience().toMillis());
            if (!tls) {
                return ask(plain, url, host);
            }
            var context = options.tls().isPresent() ? options.tls().get() : SSLContext.getDefault();
            try (var secure = (SSLSocket) context.getSocketFactory().createSocket(plain, url.getHost(), port, true)) {
                var parameters = secure.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secure.setSSLParameters(parameters);
                return ask(secure, url, host);
            }
        } catch (IOException | NoSuchAlgorithmException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> ask(Socket socket, URI url, String host) throws IOException {
        socket.getOutputStream().write(("GET " + url.getRawPath() + " HTTP/1.1\r\nHost: " + host
                + "\r\nAccept: application/json\r\nUser-Agent: " + Wire.USER_AGENT + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        var text = new String(socket.getInputStream().readNBytes(READ_BYTES), StandardCharsets.UTF_8);
        var end = text.indexOf("\r\n\r\n");
        return text.matches("(?s)HTTP/1\\.\\d 200 .*") && end > 0 ? Optional.of(text.substring(end))
                : Optional.empty();
    }
}
