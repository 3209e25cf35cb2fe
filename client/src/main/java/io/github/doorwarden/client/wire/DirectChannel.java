package io.github.doorwarden.client.wire;

import io.github.doorwarden.client.wire.ClientFailure.Kind;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;

/// Straight to the endpoint, with the credentials of an [Authorization], which is asked again when they are refused.
/// No redirect is followed, so no credential reaches another place than the one it is for; and none travels over plain
/// HTTP but within this machine. Safe for use by many threads.
public final class DirectChannel implements HttpChannel, AutoCloseable {

    private final URI endpoint;
    private final Authorization authorization;
    private final HttpClient http;

    /// @param endpoint `https:`, or `http:`, without user information and fragment
    /// @throws IllegalArgumentException with a sentence, for another one
    public DirectChannel(URI endpoint, Authorization authorization) {
        var scheme = Objects.toString(endpoint.getScheme(), "").toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http") || endpoint.getHost() == null) {
            throw new IllegalArgumentException("The address of a server begins with https:// or http:// and names a "
                    + "host: " + endpoint.getHost());
        }
        if (endpoint.getRawUserInfo() != null || endpoint.getRawFragment() != null) {
            throw new IllegalArgumentException("The address of a server has no user name, no password and no part "
                    + "behind #. Credentials go into a header.");
        }
        this.endpoint = endpoint;
        this.authorization = authorization;
        this.http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).connectTimeout(Limits.CONNECT)
                // over plain HTTP, version 2 begins with an upgrade that not every server takes with a body
                .version(scheme.equals("https") ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .executor(Executors.newVirtualThreadPerTaskExecutor()).build();
    }

    public URI endpoint() {
        return endpoint;
    }

    private String name() {
        return endpoint.getRawAuthority();
    }

    @Override
    public <T> T exchange(Sent sent, Duration within, boolean call, Reader<T> reader)
            throws ClientFailure, InterruptedException {
        var target = target(sent.to());
        for (var attempt = 1;; attempt++) {
            var outcome = once(sent, target, within, reader);
            if (outcome.refused == null) {
                return outcome.read;
            }
            var refused = outcome.refused;
            // nobody is asked to sign in for news that may never come
            var asks = call || !outcome.fields.isEmpty();
            if (!asks || attempt == Limits.REFUSALS || !renewed(sent, new Authorization.Refusal(refused.status,
                    refused.headers, outcome.fields, operation(sent), attempt))) {
                throw failure(refused, !outcome.fields.isEmpty());
            }
        }
    }

    /// @param refused why it was not read; null when it was
    private record Outcome<T>(T read, No refused, Map<String, String> fields) {}

    private record No(int status, Map<String, List<String>> headers, String words) {}

    private <T> Outcome<T> once(Sent sent, URI target, Duration within, Reader<T> reader)
            throws ClientFailure, InterruptedException {
        var fields = fields(sent, target);
        var request = HttpRequest.newBuilder(target);
        sent.headers().forEach(request::setHeader);
        fields.forEach(request::setHeader);
        sent.message().ifPresent(message -> request.setHeader("Content-Type", "application/json"));
        request.method(sent.method(), sent.message().map(JsonRpc::print).map(HttpRequest.BodyPublishers::ofByteArray)
                .orElse(HttpRequest.BodyPublishers.noBody()));
        var end = System.nanoTime() + within.toNanos();
        var answer = answered(request.build(), end);
        var expired = new AtomicBoolean();
        var deadline = new CompletableFuture<Void>();
        try (var body = answer.body()) {
            deadline.completeOnTimeout(null, Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)
                    .thenRun(() -> expire(body, expired));
            var status = answer.statusCode();
            if (status == 401 || status == 403) {
                return new Outcome<>(null, new No(status, lower(answer), words(body)), fields);
            }
            redirected(answer);
            return new Outcome<>(reader.read(new Received(status, lower(answer), body,
                    piece -> without(piece, fields))), null, fields);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw expired.get() ? late() : new ClientFailure(Kind.FAULT, name() + " broke off before its answer "
                    + "was complete. It may have carried the request out: look before you try again.", e);
        } finally {
            deadline.cancel(false);
        }
    }

    private static void expire(InputStream body, AtomicBoolean expired) {
        expired.set(true);
        try {
            body.close();
        } catch (IOException closed) {
            // whoever reads it sees the end
        }
    }

    private HttpResponse<InputStream> answered(HttpRequest request, long end)
            throws ClientFailure, InterruptedException {
        var coming = http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
        try {
            return coming.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            leave(coming);
            throw e;
        } catch (TimeoutException e) {
            leave(coming);
            throw late();
        } catch (ExecutionException e) {
            var cause = e.getCause();
            if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
                throw new ClientFailure(Kind.UNREACHABLE, name() + " cannot be reached. Check the address, and whether "
                        + "the server runs.", cause);
            }
            if (cause instanceof SSLException) {
                throw new ClientFailure(Kind.UNREACHABLE, "The connection to " + name() + " is not safe: its "
                        + "certificate or its TLS is not accepted. Check the address, and which authorities this "
                        + "machine trusts.", cause);
            }
            throw new ClientFailure(Kind.FAULT, name() + " ended the connection without an answer. It may have carried "
                    + "the request out: look before you try again.", cause);
        }
    }

    /// Also when the answer began in the same moment.
    private static void leave(CompletableFuture<HttpResponse<InputStream>> coming) {
        coming.thenAccept(answer -> {
            try {
                answer.body().close();
            } catch (IOException closed) {
                // that is what is wanted
            }
        });
        coming.cancel(true);
    }

    private ClientFailure late() {
        return new ClientFailure(Kind.TIMEOUT, name() + " did not answer in time. It may have carried the request out: "
                + "look before you try again.", null);
    }

    private URI target(String reference) throws ClientFailure {
        if (reference.isEmpty()) {
            return endpoint;
        }
        try {
            var target = endpoint.resolve(URI.create(reference));
            if (origin(target).equals(origin(endpoint)) && target.getRawUserInfo() == null) {
                return target;
            }
        } catch (IllegalArgumentException noReference) {
            // said below
        }
        throw new ClientFailure(Kind.MALFORMED, name() + " wants messages sent to another place than itself. Nothing "
                + "was sent there. Tell whoever runs it.", null);
    }

    private static String origin(URI uri) {
        var port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return (uri.getScheme() + "://" + uri.getHost() + ":" + port).toLowerCase(Locale.ROOT);
    }

    private Map<String, String> fields(Sent sent, URI target) throws ClientFailure, InterruptedException {
        sent.patience().hold();
        try {
            var fields = authorization.fields(sent.method(), target);
            if (!fields.isEmpty() && !endpoint.getScheme().equalsIgnoreCase("https") && !isLoopback()) {
                throw new ClientFailure(Kind.CREDENTIALS, "Credentials are not sent to " + name() + " over plain HTTP, "
                        + "where everybody on the way can read them. Use its address with https.", null);
            }
            return Map.copyOf(fields);
        } finally {
            sent.patience().go();
        }
    }

    private boolean isLoopback() {
        return endpoint.getHost().toLowerCase(Locale.ROOT)
                .matches("localhost|127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}|\\[::1]");
    }

    private boolean renewed(Sent sent, Authorization.Refusal refusal) throws ClientFailure, InterruptedException {
        sent.patience().hold();
        try {
            return authorization.renewed(refusal);
        } finally {
            sent.patience().go();
        }
    }

    private static String operation(Sent sent) {
        if (sent.message().orElse(null) instanceof Message.Request request) {
            var name = Methods.named(request.method()).flatMap(Methods::nameParam)
                    .map(param -> request.params().path(param).asString("")).orElse("");
            return (request.method() + " " + name).strip();
        }
        return sent.method();
    }

    private ClientFailure failure(No no, boolean proven) {
        if (no.status == 403) {
            return new ClientFailure(Kind.CREDENTIALS, name() + " does not allow this (403)" + no.words + " Ask "
                    + "whoever runs it for the permission.", 403, null);
        }
        return new ClientFailure(Kind.CREDENTIALS, proven ? name() + " does not take the credentials that it was shown "
                + "(401)" + no.words + " Sign in again, or check the token."
                : name() + " wants to know who asks (401)" + no.words + " Sign in first, or give a token.", 401, null);
    }

    /// What the server says about it, for the middle of a sentence.
    private static String words(InputStream body) {
        try {
            var error = JsonRpc.object(body.readNBytes(Limits.REFUSAL_BYTES));
            var said = error.path("error").path("message").asString(error.path("error_description").asString(""))
                    .replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
            return said.isEmpty() ? "." : ": " + said.substring(0, Math.min(said.length(), Limits.ERROR_CHARS));
        } catch (IOException | Refused noWords) {
            return ".";
        }
    }

    private void redirected(HttpResponse<?> answer) throws ClientFailure {
        var status = answer.statusCode();
        if (status >= 300 && status < 400) {
            var where = answer.headers().firstValue("location").map(each -> each.replaceAll("[^!-~]", ""))
                    .map(each -> each.substring(0, Math.min(each.length(), Limits.ERROR_CHARS)));
            throw new ClientFailure(Kind.ERROR, name() + " says that it is elsewhere (" + status + ")"
                    + where.map(each -> ": " + each).orElse("")
                    + ". That is not followed, because credentials would go "
                    + "along. If you trust that address, use it instead.", status, null);
        }
    }

    private static Map<String, List<String>> lower(HttpResponse<?> answer) {
        var fields = new TreeMap<String, List<String>>();
        answer.headers().map().forEach((name, values) -> fields.put(name.toLowerCase(Locale.ROOT), values));
        return fields;
    }

    private static byte[] without(byte[] piece, Map<String, String> fields) {
        var text = new String(piece, StandardCharsets.ISO_8859_1);
        var clean = text;
        for (var value : fields.values()) {
            var credential = value.substring(value.indexOf(' ') + 1);
            if (!credential.isBlank()) {
                clean = clean.replace(credential, "(credential)");
            }
        }
        return clean.equals(text) ? piece : clean.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Breaks off what is under way.
    @Override
    public void close() {
        http.shutdownNow();
    }

    @Override
    public String toString() {
        return "DirectChannel[" + Optional.of(endpoint).map(DirectChannel::origin).orElse("") + "]";
    }
}
