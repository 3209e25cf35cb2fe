package io.github.doorwarden.client.oauth;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Listens on this machine for the one answer of an authorization server (RFC 8252 §7.3). One path, GET alone, the
/// right Host, the right `state`; what is not the answer gets a page and changes nothing. Closed once it has come.
final class Loopback implements AutoCloseable {

    /// An answer with the right `state`. Whoever takes it says what the person reads.
    final class Arrived {

        final Map<String, String> parameters;
        private final Socket socket;

        private Arrived(Map<String, String> parameters, Socket socket) {
            this.parameters = parameters;
            this.socket = socket;
        }

        void page(String title, String text) {
            try (socket) {
                write(socket, 200, title, text);
            } catch (IOException gone) {
                // Nobody reads it, and the answer counts all the same.
            }
        }
    }

    private static final int AT_ONCE = 16;
    private final ServerSocket socket;
    private final URI redirect;
    private final String state;
    private final LinkedBlockingQueue<Arrived> arrived = new LinkedBlockingQueue<>();
    private final Semaphore slots = new Semaphore(AT_ONCE);
    private final Thread accepting = Thread.ofVirtual().name("oauth callback").unstarted(this::accept);

    private Loopback(ServerSocket socket, URI redirect, String state) {
        this.socket = socket;
        this.redirect = redirect;
        this.state = state;
    }

    /// @param redirect with a port, or with 0 for any
    /// @param patience how long a port that is taken may become free
    /// @return empty when another program has the port
    static Optional<Loopback> open(URI redirect, String state, Duration patience)
            throws IOException, InterruptedException {
        var end = System.nanoTime() + patience.toNanos();
        while (true) {
            var socket = new ServerSocket();
            try {
                var host = redirect.getHost().startsWith("[") ? "::1" : redirect.getHost().startsWith("127.")
                        ? redirect.getHost() : "127.0.0.1";
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral(host), redirect.getPort()), AT_ONCE);
                var at = URI.create("http://" + redirect.getHost() + ":" + socket.getLocalPort()
                        + redirect.getRawPath());
                var listener = new Loopback(socket, at, state);
                listener.accepting.start();
                return Optional.of(listener);
            } catch (BindException taken) {
                socket.close();
                if (redirect.getPort() == 0 || System.nanoTime() - end >= 0) {
                    return Optional.empty();
                }
                Thread.sleep(Limits.LOOK);
            }
        }
    }

    /// Where answers come to, with the port.
    URI redirect() {
        return redirect;
    }

    /// @return empty when none came in time
    Optional<Arrived> await(Duration within) throws InterruptedException {
        return Optional.ofNullable(arrived.poll(within.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var one = socket.accept();
                if (!slots.tryAcquire()) {
                    one.close();
                    continue;
                }
                // Browsers open connections ahead and leave them silent: one at a time would wait for those.
                Thread.ofVirtual().name("oauth callback").start(() -> {
                    try {
                        serve(one);
                    } finally {
                        slots.release();
                    }
                });
            } catch (IOException closed) {
                // The condition says whether that was the end.
            }
        }
    }

    private void serve(Socket one) {
        try {
            one.setSoTimeout((int) Limits.CALLBACK_READ.toMillis());
            var head = head(new BufferedInputStream(one.getInputStream()));
            var line = head.lines().findFirst().orElse("").split(" ");
            if (line.length != 3 || !line[2].startsWith("HTTP/1.")) {
                refuse(one, 400, "This is no request.");
            } else if (!host(head).equals(redirect.getRawAuthority())) {
                refuse(one, 421, "This address answers under its own name alone.");
            } else if (!line[1].split("\\?", 2)[0].equals(redirect.getRawPath())) {
                refuse(one, 404, "There is nothing here.");
            } else if (!line[0].equals("GET")) {
                refuse(one, 405, "Answers come by GET.");
            } else {
                answer(one, line[1].contains("?") ? line[1].substring(line[1].indexOf('?') + 1) : "");
            }
        } catch (IOException silent) {
            close(one);
        }
    }

    private void answer(Socket one, String query) throws IOException {
        var parameters = parameters(query);
        if (parameters.isEmpty() || !Dpop.hash(parameters.get().getOrDefault("state", "")).equals(Dpop.hash(state))) {
            refuse(one, 400, "This answer belongs to no sign-in that was begun here. Go back to where you came from "
                    + "and begin again.");
        } else {
            arrived.add(new Arrived(parameters.get(), one));
        }
    }

    /// @return empty when a parameter comes twice or cannot be read (OAuth 2.1 §4.1.2)
    static Optional<Map<String, String>> parameters(String query) {
        var all = new LinkedHashMap<String, String>();
        try {
            for (var pair : query.split("&")) {
                var parts = pair.split("=", 2);
                if (!pair.isEmpty() && all.put(URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "") != null) {
                    return Optional.empty();
                }
            }
            return Optional.of(all);
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.indexOf("\n\n") < 0) {
            var c = in.read();
            if (c < 0 || head.length() > Limits.CALLBACK_BYTES) {
                throw new SocketTimeoutException("no whole request");
            }
            head.append((char) c);
        }
        return head.toString();
    }

    private static String host(String head) {
        var all = head.lines().skip(1).filter(line -> line.regionMatches(true, 0, "host:", 0, 5)).toList();
        return all.size() == 1 ? all.getFirst().substring(5).strip() : "";
    }

    private static void refuse(Socket one, int status, String text) throws IOException {
        try (one) {
            write(one, status, "Not signed in", text);
        }
    }

    private static void write(Socket one, int status, String title, String text) throws IOException {
        var page = ("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>" + title + "</title>"
                + "<body><h1>" + title + "</h1><p>" + text + "</p></body></html>\n").getBytes(StandardCharsets.UTF_8);
        one.getOutputStream().write(("HTTP/1.1 " + status + " -\r\nContent-Type: text/html; charset=utf-8\r\n"
                + "Content-Length: " + page.length + "\r\nContent-Security-Policy: default-src 'none'; frame-ancestors "
                + "'none'\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n"
                + "Cache-Control: no-store\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        one.getOutputStream().write(page);
        one.getOutputStream().flush();
        one.shutdownOutput();
    }

    private static void close(Socket one) {
        try {
            one.close();
        } catch (IOException e) {
            // It was given up anyway.
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It listens no more in any case.
        }
        try {
            accepting.join(Limits.REBIND);                        // until then the system may still take connections
        } catch (InterruptedException givenUp) {
            Thread.currentThread().interrupt();
        }
        arrived.forEach(one -> close(one.socket));
    }
}
