package io.github.doorwarden.upstream;

import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A backend that is called with the gateway's own credentials. What always holds: the request goes to the configured
/// base URL, carries only header fields that configuration and the source gave, follows no redirect; its whole duration
/// and the size of its answer are bounded, and so is the number of calls at one time. It knows nothing of the caller's
/// token. Safe for use by many threads.
public final class Upstream implements AutoCloseable {

    private final UpstreamSettings settings;
    private final Credentials credentials;
    private final Wire wire;
    private final Semaphore slots;
    private final String base;

    /// @param credentials closed together with this
    public Upstream(UpstreamSettings settings, Credentials credentials) {
        this.settings = settings;
        this.credentials = credentials;
        this.wire = new Wire(settings.name(), settings.baseUrl(), settings.connectTimeout());
        this.slots = new Semaphore(settings.concurrency(), true);
        var url = settings.baseUrl().toASCIIString();
        this.base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        settings.headers().forEach((name, value) -> {
            if (!UpstreamCall.maySet(name) || !UpstreamCall.isFieldValue(value)) {
                throw new IllegalArgumentException("The header " + name + " of " + settings.name()
                        + " cannot be configured. "
                        + "Credentials that go into Authorization belong under credentials.");
            }
        });
    }

    public UpstreamSettings settings() {
        return settings;
    }

    /// What a call may take at most, of either pace.
    public Duration deadline(boolean slow) {
        return slow ? settings.slowTimeout() : settings.timeout();
    }

    /// Sends the call and waits for the whole answer, of whatever status. After a 401 it tries once more with a fresh
    /// token. Interrupting the thread closes the connection.
    public UpstreamAnswer call(UpstreamCall call) throws UpstreamFailure, InterruptedException {
        return call(call, credentials);
    }

    /// The same with other credentials than this upstream's own.
    public UpstreamAnswer call(UpstreamCall call, Credentials credentials)
            throws UpstreamFailure, InterruptedException {
        var end = System.nanoTime() + deadline(call.slow()).toNanos();
        var patience = Math.min(settings.slotWait().toNanos(), end - System.nanoTime());
        if (!slots.tryAcquire(patience, TimeUnit.NANOSECONDS)) {
            throw new UpstreamFailure(Kind.BUSY, settings.name() + " is busy: " + settings.concurrency()
                    + " calls are under way. "
                    + "Nothing was sent; try again in a minute.", null);
        }
        try {
            var authorization = credentials.authorization(left(end));
            var answer = send(call, authorization, end);
            if (answer.status() == 401 && authorization.isPresent() && credentials.refused(authorization.get())) {
                return send(call, credentials.authorization(left(end)), end);
            }
            return answer;
        } finally {
            slots.release();
        }
    }

    private UpstreamAnswer send(UpstreamCall call, Optional<String> authorization, long end)
            throws UpstreamFailure, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(base + call.target()))
                .method(call.method(), call.body().map(body -> BodyPublishers.ofByteArray(body.bytes()))
                        .orElse(BodyPublishers.noBody()));
        var fields = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        fields.put("Accept", "application/json, application/problem+json;q=0.9, */*;q=0.1");
        fields.putAll(call.headers());
        fields.putAll(settings.headers());
        fields.put("Accept-Encoding", "identity");
        fields.put("X-Request-Id", call.requestId());
        call.body().ifPresent(body -> fields.put("Content-Type", body.contentType()));
        authorization.ifPresent(value -> fields.put("Authorization", value));
        fields.forEach(request::setHeader);
        try {
            var answer = wire.send(request.build(), settings.maxAnswerBytes(), left(end));
            return authorization.isPresent() ? answer.without(secret(authorization.get())) : answer;
        } catch (UpstreamFailure e) {
            throw e.kind() == Kind.TIMEOUT ? timeout(call, e) : e;
        }
    }

    /// What stands behind the scheme.
    private static String secret(String authorization) {
        return authorization.substring(authorization.indexOf(' ') + 1);
    }

    private UpstreamFailure timeout(UpstreamCall call, UpstreamFailure cause) {
        var seconds = Math.max(1, deadline(call.slow()).toSeconds());
        return new UpstreamFailure(Kind.TIMEOUT, settings.name() + " did not answer within " + seconds + " s. "
                + (call.isSafe()
                ? "Ask for less (a filter, a smaller page, a shorter period), or try again in a minute."
                : "It may have carried out the request all the same: look before you send it again."), cause);
    }

    private static Duration left(long endNanos) {
        return Duration.ofNanos(endNanos - System.nanoTime());
    }

    @Override
    public void close() {
        wire.close();
        credentials.close();
    }
}
