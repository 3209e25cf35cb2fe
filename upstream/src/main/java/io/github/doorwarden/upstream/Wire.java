package io.github.doorwarden.upstream;

import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;

/// The JDK's HTTP client with what it lacks: a deadline that covers the body, and a cap on it. No redirects, no
/// cookies, no proxy. Safe for use by many threads.
final class Wire implements AutoCloseable {

    private final String name;
    private final HttpClient client;

    /// @param name in messages
    /// @param peer decides the version: clear text gets no `Upgrade: h2c`, which some servers trip over
    Wire(String name, URI peer, Duration connectTimeout) {
        this.name = name;
        this.client = HttpClient.newBuilder()
                .version("https".equals(peer.getScheme()) ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /// @param within for everything, to the last byte of the body; the connection is closed when it is over
    UpstreamAnswer send(HttpRequest request, int maxBytes, Duration within)
            throws UpstreamFailure, InterruptedException {
        return read(request, within, answer -> {
            var bytes = answer.body().readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new UpstreamFailure(Kind.TOO_LARGE, name + " answered with more than " + maxBytes
                        + " bytes, which is more "
                        + "than is taken. Ask for less: a filter, a smaller page, a shorter period.", null);
            }
            return new UpstreamAnswer(answer.status(), answer.headers(), bytes);
        });
    }

    /// The same for an answer that is read while it comes, on a thread of its own.
    <T> T read(HttpRequest request, Duration within, Arriving.Reader<T> reader)
            throws UpstreamFailure, InterruptedException {
        // HttpRequest.timeout() ends with the header. A thread that can be left, and interrupted, has no such gap.
        var task = new FutureTask<>(() -> exchange(request, reader));
        Thread.ofVirtual().name("upstream " + name).start(task);
        try {
            return task.get(Math.max(0, within.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new UpstreamFailure(Kind.TIMEOUT, name + " did not answer in time.", e);
        } catch (ExecutionException e) {
            throw asFailure(e.getCause());
        } finally {
            task.cancel(true);
        }
    }

    private <T> T exchange(HttpRequest request, Arriving.Reader<T> reader) throws Exception {
        var response = client.send(request, BodyHandlers.ofInputStream());
        try (var raw = response.body(); var body = decoded(response, raw)) {
            return reader.read(new Arriving(response.statusCode(), headers(response), body, ""));
        }
    }

    private InputStream decoded(HttpResponse<?> response, InputStream raw) throws IOException, UpstreamFailure {
        if (response.statusCode() == 204 || response.statusCode() == 304
                || response.request().method().equals("HEAD")) {
            return raw; // no body, whatever the fields say
        }
        var coding = response.headers().firstValue("Content-Encoding").orElse("identity").toLowerCase(Locale.ROOT);
        return switch (coding) {
            case "identity" -> raw;
            case "gzip", "x-gzip" -> new GZIPInputStream(raw); // was not asked for; the cap counts what comes out
            default -> throw new UpstreamFailure(Kind.UNREADABLE, name
                    + " answered in an encoding that was not asked for and "
                    + "cannot be read. This is a fault of the backend: tell whoever runs it.", null);
        };
    }

    private static Map<String, List<String>> headers(HttpResponse<?> response) {
        var headers = new LinkedHashMap<String, List<String>>();
        response.headers().map().forEach((field, values) -> headers.put(field.toLowerCase(Locale.ROOT),
                List.copyOf(values)));
        return headers;
    }

    private UpstreamFailure asFailure(Throwable cause) {
        return switch (cause) {
            case UpstreamFailure failure -> failure;
            case HttpConnectTimeoutException e -> new UpstreamFailure(Kind.UNREACHABLE,
                    name + " did not accept a connection in time. Nothing was sent; try again later.", e);
            case ConnectException e -> new UpstreamFailure(Kind.UNREACHABLE,
                    name + " cannot be reached. Nothing was sent; try again later.", e);
            case IOException e -> new UpstreamFailure(Kind.BROKEN, name
                    + " broke off the connection before its answer was "
                    + "complete. Try again later.", e);
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException(cause);
        };
    }

    /// Calls under way fail.
    @Override
    public void close() {
        client.shutdownNow();
    }
}
