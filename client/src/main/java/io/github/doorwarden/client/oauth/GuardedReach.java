package io.github.doorwarden.client.oauth;

import io.github.doorwarden.addresses.SpecialAddresses;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// HTTP/1.1 over a socket, because the JDK's client cannot be held to an address that was checked: the name is resolved
/// once, the address is judged by [SpecialAddresses], and the connection goes to that address and nowhere else.
final class GuardedReach implements Reach {

    private final boolean loopback;

    /// @param loopback this machine may be reached: for tests
    GuardedReach(boolean loopback) {
        this.loopback = loopback;
    }

    @Override
    public Answer send(Request request) throws IOException, InterruptedException {
        var target = request.target();
        if (Origin.safe(target.toString()).isEmpty()) {
            throw new IOException("requests go to https alone");
        }
        try (var plain = new Socket(Proxy.NO_PROXY)) {
            var task = new FutureTask<>(() -> exchange(request, plain));
            Thread.ofVirtual().name("oauth guarded").start(task);
            return task.get(Limits.EXCHANGE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IOException("no answer within " + Limits.EXCHANGE.toSeconds() + " seconds", late);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException known ? known
                    : new IOException("no connection, or it broke", failed.getCause());
        }
    }

    private Answer exchange(Request request, Socket plain) throws IOException {
        var target = request.target();
        var tls = target.getScheme().equalsIgnoreCase("https");
        var port = target.getPort() != -1 ? target.getPort() : tls ? 443 : 80;
        var host = target.getHost().replaceAll("^\\[|]$", "");
        var address = new InetSocketAddress(host, port);         // resolves, once
        if (address.isUnresolved()) {
            throw new IOException("the host name does not resolve");
        }
        var here = address.getAddress().isLoopbackAddress();
        if (!(here && loopback) && (!tls || SpecialAddresses.why(address.getAddress().getAddress()).isPresent())) {
            throw new IOException("the host is at an address that is not public, which is never asked");
        }
        plain.connect(address, (int) Limits.CONNECT.toMillis());
        var wire = tls ? secure(plain, host, port) : plain;
        wire.getOutputStream().write(head(request));
        wire.getOutputStream().write(request.body().orElse("").getBytes(StandardCharsets.UTF_8));
        wire.getOutputStream().flush();
        return read(new BufferedInputStream(wire.getInputStream()));
    }

    private static SSLSocket secure(Socket plain, String host, int port) throws IOException {
        var wire = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault())
                .createSocket(plain, host, port, true);
        var parameters = wire.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        wire.setSSLParameters(parameters);
        wire.startHandshake();
        return wire;
    }

    private static byte[] head(Request request) throws IOException {
        var target = request.target();
        var path = target.getRawPath() == null || target.getRawPath().isEmpty() ? "/" : target.getRawPath();
        var head = new StringBuilder(request.method()).append(' ').append(path);
        if (target.getRawQuery() != null) {
            head.append('?').append(target.getRawQuery());
        }
        head.append(" HTTP/1.1\r\nHost: ").append(target.getRawAuthority()).append("\r\n");
        for (var field : request.headers().entrySet()) {
            if (!(field.getKey() + field.getValue()).matches("[ -~]*")) {
                throw new IOException("a field of the request has characters that no field has");
            }
            head.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
        }
        request.body().ifPresent(body -> head.append("Content-Length: ")
                .append(body.getBytes(StandardCharsets.UTF_8).length).append("\r\n"));
        return head.append("Accept-Encoding: identity\r\nConnection: close\r\n\r\n").toString()
                .getBytes(StandardCharsets.US_ASCII);
    }

    /// One answer, up to the end of the stream: none of ours is kept open (RFC 9112 §6).
    private static Answer read(InputStream in) throws IOException {
        var room = new int[] {Limits.ANSWER_BYTES};
        int status;
        Map<String, List<String>> headers;
        do {
            var first = line(in, room);
            if (!first.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
                throw new IOException("the answer is no HTTP/1.1");
            }
            status = Integer.parseInt(first.substring(9, 12));
            headers = new HashMap<>();
            for (var line = line(in, room); !line.isEmpty(); line = line(in, room)) {
                var colon = line.indexOf(':');
                if (colon < 1) {
                    throw new IOException("the answer has a malformed field");
                }
                headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                        .add(line.substring(colon + 1).strip());
            }
        } while (status < 200);
        var chunked = headers.getOrDefault("transfer-encoding", List.of()).stream()
                .anyMatch(coding -> coding.equalsIgnoreCase("chunked"));
        var length = headers.getOrDefault("content-length", List.of()).stream().findFirst();
        if (length.isPresent() && !length.get().matches("[0-9]{1,9}")) {
            throw new IOException("the answer has no readable length");
        }
        var body = status == 204 ? new byte[0] : chunked ? chunks(in, room)
                : bounded(in.readNBytes(length.map(Integer::parseInt).map(n -> Math.min(n, Limits.ANSWER_BYTES + 1))
                        .orElse(Limits.ANSWER_BYTES + 1)));
        return new Answer(status, headers, body);
    }

    private static byte[] chunks(InputStream in, int[] room) throws IOException {
        var all = new ByteArrayOutputStream();
        while (true) {
            var size = line(in, room).split(";", 2)[0].strip();
            if (!size.matches("[0-9a-fA-F]{1,6}")) {
                throw new IOException("the answer has a malformed chunk");
            }
            var bytes = Integer.parseInt(size, 16);
            if (bytes == 0) {
                return all.toByteArray();
            }
            all.write(in.readNBytes(bytes));
            bounded(all.toByteArray());
            line(in, room);
        }
    }

    private static byte[] bounded(byte[] body) throws IOException {
        if (body.length > Limits.ANSWER_BYTES) {
            throw new IOException("the answer has more than " + Limits.ANSWER_BYTES + " bytes");
        }
        return body;
    }

    private static String line(InputStream in, int[] room) throws IOException {
        var line = new StringBuilder();
        for (var c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || --room[0] < 0) {
                throw new IOException("the answer broke off, or its head is too large");
            }
            line.append((char) c);
        }
        return line.toString().replaceFirst("\r$", "");
    }
}
