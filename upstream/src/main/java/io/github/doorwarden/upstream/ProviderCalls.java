package io.github.doorwarden.upstream;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Calls to an identity provider that the operator named: its documents, its token endpoint, its introspection. Unlike
/// [GuardedFetch] it reaches private networks, because there the operator's own provider may stand; like it, https
/// alone but on loopback, no redirect, size and time bounded. Safe for use by many threads.
public final class ProviderCalls implements AutoCloseable {

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    private final Map<String, Wire> wires = new HashMap<>();
    private boolean closed;

    /// Made when first needed: an HTTP client costs a start something, and most deployments call no provider.
    private synchronized Wire wire(String scheme) throws IOException {
        if (closed) {
            throw new IOException("The server is shutting down.");
        }
        return wires.computeIfAbsent(scheme, asked -> new Wire("The identity provider", URI.create(asked
                + "://provider"), Limits.TOKEN_ENDPOINT));
    }

    /// Whether an address may be called: https, or http to this machine.
    public static boolean mayCall(URI uri) {
        return uri.getHost() != null && uri.getRawUserInfo() == null && ("https".equals(uri.getScheme())
                || "http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost()));
    }

    /// One GET of JSON.
    ///
    /// @param authorization value of the field; never logged
    /// @throws IOException with a sentence when there is no whole answer; of any status when there is one
    public UpstreamAnswer get(URI uri, Optional<String> authorization) throws IOException {
        return send(HttpRequest.newBuilder(checked(uri)).GET(), authorization);
    }

    /// One POST of a form.
    ///
    /// @param authorization value of the field; never logged
    /// @throws IOException with a sentence when there is no whole answer; of any status when there is one
    public UpstreamAnswer post(URI uri, Map<String, String> form, Optional<String> authorization) throws IOException {
        var body = form.entrySet().stream().map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(checked(uri)).header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)), authorization);
    }

    private UpstreamAnswer send(HttpRequest.Builder request, Optional<String> authorization) throws IOException {
        authorization.ifPresent(value -> request.header("Authorization", value));
        var whole = request.header("Accept", "application/json").header("Accept-Encoding", "identity")
                .header("User-Agent", "Doorwarden").build();
        try {
            return wire(whole.uri().getScheme()).send(whole, Limits.PROVIDER_ANSWER_BYTES, Limits.TOKEN_ENDPOINT);
        } catch (UpstreamFailure e) {
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The call of the identity provider was cancelled.", e);
        }
    }

    private static URI checked(URI uri) throws IOException {
        if (!mayCall(uri)) {
            throw new IOException("Identity providers are called by https alone, or on this machine by http.");
        }
        return uri;
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void close() {
        closed = true;
        wires.values().forEach(Wire::close);
    }
}
