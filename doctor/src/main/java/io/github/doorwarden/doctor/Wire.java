package io.github.doorwarden.doctor;

import io.github.doorwarden.doctor.Answer.Trouble;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/// Sends what a client would send, and reads within bounds: never longer than one question may take, never after the
/// whole time is over, never more than [Limits#ANSWER_BYTES]. No redirect is followed and no credential remembered.
final class Wire implements AutoCloseable {

    /// What the doctor calls itself where no client is played.
    static final String USER_AGENT = "doorwarden-doctor/0.1";

    /// When enough was read.
    enum Read {
        /// At the end.
        ALL,
        /// At the end, or when an event of a stream answers the call.
        REPLY,
        /// At the first whole event.
        EVENT,
        /// Never, to see whether it ends.
        HOLD
    }

    private final HttpClient client;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Duration patience;
    private long end;
    private final Set<String> sessions = new LinkedHashSet<>();

    Wire(Options options) {
        var building = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(Limits.CONNECT)
                .proxy(ProxySelector.getDefault());
        options.tls().ifPresent(building::sslContext);
        client = building.build();
        patience = options.patience();
        end = System.nanoTime() + options.total().toNanos();
    }

    /// From here on there is time to tidy up, and for nothing else.
    void tidying() {
        end = Math.max(end, System.nanoTime() + Limits.TIDYING.toNanos());
    }

    boolean timeIsOver() {
        return System.nanoTime() >= end;
    }

    /// Sessions that were given in passing: each greeting begins one, and all want to be ended.
    List<String> sessions() {
        return List.copyOf(sessions);
    }

    Answer send(Ask ask) {
        return send(ask, Read.REPLY);
    }

    Answer send(Ask ask, Read read) {
        var seen = new Seen(read);
        var wait = Math.min(end - System.nanoTime(), (read == Read.HOLD || read == Read.EVENT
                ? shorter(patience, Limits.HOLD) : patience).toNanos());
        if (wait <= 0) {
            seen.trouble(Trouble.SILENT, "the time for the examination was over");
            return seen.answer(ask);
        }
        var job = threads.submit(() -> exchange(ask, seen));
        try {
            job.get(wait, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            seen.trouble(Trouble.SILENT, "nothing within " + TimeUnit.NANOSECONDS.toMillis(wait) / 1000.0 + " s");
        } catch (ExecutionException e) {
            seen.trouble(kind(e.getCause()), reason(e.getCause()));
        } catch (CancellationException e) {
            seen.trouble(Trouble.SILENT, "stopped");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            seen.trouble(Trouble.SILENT, "stopped");
        } finally {
            job.cancel(true);
        }
        var answer = seen.answer(ask);
        answer.header(Mcp.SESSION_HEADER).ifPresent(sessions::add);
        return answer;
    }

    /// A document, as clients fetch it: a few redirects are followed, none of them away from https.
    Answer document(Ask ask) {
        var answer = send(ask);
        for (var hop = 0; hop < Limits.REDIRECTS && answer.redirect(); hop++) {
            var from = answer.ask().uri();
            var next = answer.location().filter(uri -> Places.mayFollow(from, uri));
            if (next.isEmpty()) {
                return answer;
            }
            answer = send(ask.at(next.get()));
        }
        return answer;
    }

    private Void exchange(Ask ask, Seen seen) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(ask.uri()).method(ask.method(), ask.body() == null
                ? BodyPublishers.noBody() : BodyPublishers.ofString(ask.body()));
        request.setHeader("User-Agent", USER_AGENT);
        ask.headers().forEach(request::setHeader);
        var response = client.send(request.build(), BodyHandlers.ofInputStream());
        seen.headers(response);
        try (InputStream in = response.body()) {
            var buffer = new byte[8192];
            for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (seen.enough(buffer, n)) {
                    return null;
                }
            }
            seen.end();
        }
        return null;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Trouble kind(Throwable e) {
        for (var cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return Trouble.TLS;
            }
            if (cause instanceof ConnectException || cause instanceof UnresolvedAddressException
                    || cause instanceof HttpConnectTimeoutException) {
                return Trouble.UNREACHABLE;
            }
        }
        return Trouble.BROKEN;
    }

    private static String reason(Throwable e) {
        var cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case UnresolvedAddressException unresolved -> "the host has no address";
            case HttpConnectTimeoutException late -> "no connection within " + Limits.CONNECT.toSeconds() + " s";
            default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.shutdownNow();
    }

    /// What one exchange has brought so far; written by its thread, read when the time is over.
    private static final class Seen {

        private final Read read;
        private final long began = System.nanoTime();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private HttpResponse<InputStream> response;
        private Duration took = Duration.ZERO;
        private Duration firstByte;
        private boolean ended;
        private Trouble trouble = Trouble.NONE;
        private String why = "";

        Seen(Read read) {
            this.read = read;
        }

        private Duration since() {
            return Duration.ofNanos(System.nanoTime() - began);
        }

        synchronized void headers(HttpResponse<InputStream> came) {
            response = came;
            took = since();
        }

        synchronized boolean enough(byte[] buffer, int n) {
            if (firstByte == null) {
                firstByte = since();
            }
            bytes.write(buffer, 0, Math.min(n, Limits.ANSWER_BYTES - bytes.size()));
            if (bytes.size() >= Limits.ANSWER_BYTES) {
                return true;
            }
            var soFar = answer(null);
            if (!soFar.events()) {
                return false;
            }
            var whole = soFar.body().replace("\r\n", "\n").contains("\n\n");
            return whole && (read == Read.EVENT || read == Read.REPLY
                    && soFar.json().filter(json -> json.has("result") || json.has("error")).isPresent());
        }

        synchronized void end() {
            ended = true;
        }

        synchronized void trouble(Trouble kind, String reason) {
            trouble = kind;
            why = reason;
        }

        synchronized Answer answer(Ask ask) {
            if (response == null) {
                return new Answer(ask, 0, Map.of(), "", ended, since(), Optional.empty(), trouble,
                        why);
            }
            return new Answer(ask, response.statusCode(), response.headers().map(),
                    bytes.toString(StandardCharsets.UTF_8), ended, took,
                    Optional.ofNullable(firstByte), trouble, why);
        }
    }
}
