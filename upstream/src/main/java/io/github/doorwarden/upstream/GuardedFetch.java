package io.github.doorwarden.upstream;

import io.github.doorwarden.addresses.SpecialAddresses;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Fetches a document that somebody else named, without letting them reach into our network (OAuth Client ID Metadata
/// Document §8.6; MCP 2026-07-28, Security best practices, SSRF). What always holds: the name is resolved once, every
/// address of the answer is checked by [SpecialAddresses], the connection goes to a checked address and nowhere else,
/// TLS is verified against the name, no redirect is followed, no cookie or credential is sent, and size and time are
/// bounded. Safe for use by many threads.
///
/// How often it may be called, and for whom, is the caller's business; so is the media type.
public final class GuardedFetch {

    /// @param headers names in lower case, in the order they came
    public record Fetched(int status, Map<String, List<String>> headers, byte[] body) {}

    /// Turns a name into addresses; asked once per fetch.
    interface Resolver {
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    /// Opens a TCP connection to exactly this address.
    interface Dial {
        void connect(Socket socket, InetSocketAddress to, int timeoutMillis) throws IOException;
    }

    private final boolean allowLoopback;
    private final Resolver resolver;
    private final Dial dial;
    private final Supplier<SSLSocketFactory> tls;

    /// @param allowLoopback plain HTTP and loopback addresses may be fetched: development alone
    public GuardedFetch(boolean allowLoopback) {
        // Asked for late: reading the trusted certificates costs a start of the process 100 ms.
        this(allowLoopback, InetAddress::getAllByName, Socket::connect,
                () -> (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    GuardedFetch(boolean allowLoopback, Resolver resolver, Dial dial, Supplier<SSLSocketFactory> tls) {
        this.allowLoopback = allowLoopback;
        this.resolver = resolver;
        this.dial = dial;
        this.tls = tls;
    }

    /// One GET. Blocks, at most for the deadline.
    ///
    /// @param uri      `https`, without user information; `http` to loopback addresses in development
    /// @param accept   value of the Accept field
    /// @param maxBytes the largest body taken; one byte more is refused
    /// @param deadline for everything: resolving, connecting, TLS, header, body
    /// @return any status but a redirect, with the whole body
    public Fetched get(URI uri, String accept, int maxBytes, Duration deadline) throws FetchRefused {
        if (!accept.matches("[ -~]+") || maxBytes < 1 || !deadline.isPositive()) {
            throw new IllegalArgumentException("accept, maxBytes or deadline is no sensible value");
        }
        var end = System.nanoTime() + deadline.toNanos();
        try (var exchange = new Exchange(FetchTarget.of(uri, allowLoopback), accept, maxBytes, end)) {
            var task = new FutureTask<>(exchange::run);
            // A thread of its own: neither the resolver nor a TLS handshake can be given a total deadline from inside.
            Thread.ofVirtual().name("guarded-fetch").start(task);
            return task.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new FetchRefused("The server did not deliver the document within " + deadline.toMillis() + " ms.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FetchRefused("Fetching the document was cancelled.", e);
        } catch (ExecutionException e) {
            throw asRefusal(e.getCause());
        }
    }

    private static FetchRefused asRefusal(Throwable cause) {
        return switch (cause) {
            case FetchRefused refused -> refused;
            case UnknownHostException e ->
                    new FetchRefused("The host name of the document does not resolve. Check the URL.", e);
            case SSLException e -> new FetchRefused("The server's TLS certificate or protocol was not accepted.", e);
            case IOException e -> new FetchRefused("The server that has the document could not be reached.", e);
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException(cause);
        };
    }

    /// The state of one fetch: closing it closes the socket, also one that is opened later.
    private final class Exchange implements AutoCloseable {

        private final FetchTarget target;
        private final String accept;
        private final int maxBytes;
        private final long endNanos;
        private Socket socket;
        private boolean closed;

        Exchange(FetchTarget target, String accept, int maxBytes, long endNanos) {
            this.target = target;
            this.accept = accept;
            this.maxBytes = maxBytes;
            this.endNanos = endNanos;
        }

        Fetched run() throws IOException, FetchRefused {
            var addresses = checked(target.literal() == null
                    ? resolver.resolve(target.host()) : new InetAddress[] {target.literal()});
            var plain = connect(addresses);
            var wire = target.tls() ? secure(plain) : plain;
            var head = "GET " + target.pathAndQuery() + " HTTP/1.1\r\nHost: " + target.hostField() + "\r\nAccept: "
                    + accept
                    + "\r\nAccept-Encoding: identity\r\nUser-Agent: Doorwarden\r\nConnection: close\r\n\r\n";
            wire.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            wire.getOutputStream().flush();
            return new RawAnswer(new BufferedInputStream(wire.getInputStream()), maxBytes).read();
        }

        private InetAddress[] checked(InetAddress[] addresses) throws FetchRefused {
            if (addresses.length == 0 || addresses.length > Limits.ADDRESSES) {
                throw new FetchRefused("The host name of the document resolves to no usable set of addresses.", null);
            }
            for (var address : addresses) {
                var loopback = SpecialAddresses.isLoopback(address.getAddress());
                if (loopback && allowLoopback) {
                    continue;
                }
                if (!target.tls()) {
                    throw new FetchRefused("Plain HTTP is fetched from loopback addresses alone. Use https.", null);
                }
                var why = SpecialAddresses.why(address.getAddress());
                if (why.isPresent()) {
                    throw new FetchRefused("The host of the document is at an address that is not public (" + why.get()
                            + "), which is never fetched.", null);
                }
            }
            return addresses;
        }

        private Socket connect(InetAddress[] addresses) throws IOException {
            IOException last = null;
            for (var i = 0; i < addresses.length; i++) {
                var left = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
                var attempt = opened(new Socket(java.net.Proxy.NO_PROXY));
                try {
                    dial.connect(attempt, new InetSocketAddress(addresses[i], target.port()),
                            (int) Math.max(1, left / (addresses.length - i)));
                    return attempt;
                } catch (IOException e) {
                    attempt.close();
                    last = e;
                }
            }
            throw last;
        }

        private SSLSocket secure(Socket plain) throws IOException {
            var secure = (SSLSocket) tls.get().createSocket(plain, target.host(), target.port(), true);
            var parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            return secure;
        }

        private synchronized Socket opened(Socket fresh) throws IOException {
            socket = fresh;
            if (closed) {
                fresh.close();
                throw new IOException("the fetch is over");
            }
            return fresh;
        }

        /// The plain socket, also under TLS: a polite TLS farewell could block.
        @Override
        public synchronized void close() {
            closed = true;
            try {
                if (socket != null) {
                    socket.close();
                }
            } catch (IOException e) {
                // It was given up anyway.
            }
        }
    }
}
