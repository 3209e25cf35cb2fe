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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A backend that is called with the gateway's own credentials. What always holds: the request goes to the configured
/// base URL, carries only header fields that configuration and the source gave, follows no redirect; its whole duration
/// and the size of its answer are bounded, and so is the number of calls at one time. A call that may be repeated is
/// sent a second time, within the same deadline, when the first try met a restart; a backend that fails again and again
/// is spared for a while ([Breaker]). It knows nothing of the caller's token. Safe for use by many threads.
public final class Upstream implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);

    private final UpstreamSettings settings;
    private final Credentials credentials;
    private final Wire wire;
    private final Semaphore slots;
    private final Breaker breaker;
    private final Optional<RequestSigner> signer;
    private final Optional<CallSessions> sessions;
    private final Semaphore closings;
    private final String base;
    private volatile Hops hops = Hops.NONE;

    /// @param credentials closed together with this
    public Upstream(UpstreamSettings settings, Credentials credentials) {
        this(settings, credentials, Optional.empty());
    }

    /// @param signer tells the backend for whom each call is; [UpstreamCall#party] says it then
    public Upstream(UpstreamSettings settings, Credentials credentials, Optional<RequestSigner> signer) {
        this(settings, credentials, signer, System::nanoTime);
    }

    Upstream(UpstreamSettings settings, Credentials credentials, Optional<RequestSigner> signer, LongSupplier nanos) {
        this.settings = settings;
        this.signer = signer;
        this.breaker = new Breaker(nanos);
        this.credentials = credentials;
        this.wire = new Wire(settings.name(), settings.baseUrl(), settings.connectTimeout());
        this.slots = new Semaphore(settings.concurrency(), true);
        this.closings = new Semaphore(settings.concurrency());
        this.sessions = settings.session().map(session -> new CallSessions(settings.name(), session));
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

    /// Tells this one of each sending from now on.
    public Upstream watched(Hops watcher) {
        hops = watcher;
        return this;
    }

    public UpstreamSettings settings() {
        return settings;
    }

    /// Whether each call has to say for whom it is made.
    public boolean signs() {
        return signer.isPresent();
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

    /// The same, for whoever has less time than the settings allow.
    public UpstreamAnswer call(UpstreamCall call, Duration within) throws UpstreamFailure, InterruptedException {
        return call(call, credentials, within);
    }

    /// The same with other credentials than this upstream's own.
    public UpstreamAnswer call(UpstreamCall call, Credentials credentials)
            throws UpstreamFailure, InterruptedException {
        return call(call, credentials, deadline(call.slow()));
    }

    private UpstreamAnswer call(UpstreamCall call, Credentials credentials, Duration within)
            throws UpstreamFailure, InterruptedException {
        var end = System.nanoTime() + Math.min(within.toNanos(), deadline(call.slow()).toNanos());
        var patience = Math.min(settings.slotWait().toNanos(), end - System.nanoTime());
        if (!slots.tryAcquire(patience, TimeUnit.NANOSECONDS)) {
            throw busy();
        }
        try {
            var authorization = credentials.authorization(left(end));
            var answer = inSession(call, authorization, end);
            return answer.status() == 401 && renewable(call, authorization, credentials)
                    ? inSession(call, credentials.authorization(left(end)), end) : answer;
        } finally {
            slots.release();
        }
    }

    /// Whether there may be a fresh token, or a fresh key to sign with. Both are told.
    private boolean renewable(UpstreamCall call, Optional<String> authorization, Credentials credentials) {
        var token = authorization.isPresent() && credentials.refused(authorization.get());
        var key = signer.isPresent() && signer.get().refused(call);
        return token || key;
    }

    /// Sends the call, within a session of its own where the backend wants one. One deadline is for both.
    private UpstreamAnswer inSession(UpstreamCall call, Optional<String> authorization, long end)
            throws UpstreamFailure, InterruptedException {
        if (sessions.isEmpty()) {
            return send(call, authorization, end);
        }
        var session = sessions.get();
        var traced = CallSessions.traced(call);
        var opened = opened(session, traced, authorization, end);
        if (session.tells(opened)) {
            return opened;
        }
        var id = session.id(opened);
        try {
            return send(session.within(traced, id), authorization, end);
        } finally {
            session.closing(traced, id).ifPresent(closing -> end(closing, authorization));
        }
    }

    /// Opening twice does no harm, so a connection that broke is tried again.
    private UpstreamAnswer opened(CallSessions session, UpstreamCall call, Optional<String> authorization, long end)
            throws UpstreamFailure, InterruptedException {
        var opening = session.opening(call);
        try {
            return send(opening, authorization, end);
        } catch (UpstreamFailure e) {
            if (e.kind() != Kind.BROKEN || !fits(Limits.RETRY_PAUSE, end)) {
                throw session.unopened(e);
            }
        }
        try {
            return send(opening, authorization, end);
        } catch (UpstreamFailure e) {
            throw session.unopened(e);
        }
    }

    /// Nobody waits for the end of a session. When too many are being ended already, this one is left to expire.
    private void end(UpstreamCall closing, Optional<String> authorization) {
        if (!closings.tryAcquire()) {
            return;
        }
        Thread.ofVirtual().name("upstream session").start(() -> {
            try {
                sendOnce(closing, authorization, System.nanoTime() + settings.timeout().toNanos());
            } catch (UpstreamFailure | InterruptedException | RuntimeException e) {
                LOG.debug("A session of {} was not ended; it expires.", settings.name(), e);
            } finally {
                closings.release();
            }
        });
    }

    /// False while it is spared because it has failed again and again.
    public boolean isUp() {
        return !breaker.isOpen();
    }

    /// What one sending came to: one of both.
    private record Outcome(Optional<UpstreamAnswer> answer, Optional<UpstreamFailure> failure) {

        private UpstreamAnswer get() throws UpstreamFailure {
            if (failure.isPresent()) {
                throw failure.get();
            }
            return answer.orElseThrow();
        }

        private Optional<Duration> pause(UpstreamCall call) {
            return failure.isPresent() ? Retry.after(call, failure.get()) : Retry.after(call, answer.orElseThrow());
        }

        private boolean isSpared() {
            return failure.filter(each -> each.kind() == Kind.SPARED).isPresent();
        }
    }

    /// Sends, and once more where that can help and do no harm. Where nothing was sent the second time, because the
    /// backend is spared since the first, the first tells how it is.
    private UpstreamAnswer send(UpstreamCall call, Optional<String> authorization, long end)
            throws UpstreamFailure, InterruptedException {
        var first = outcome(call, authorization, end);
        var pause = first.pause(call);
        if (pause.isEmpty() || breaker.isOpen() || !fits(pause.get(), end)) {
            return first.get();
        }
        TimeUnit.NANOSECONDS.sleep(pause.get().toNanos());
        var second = outcome(call, authorization, end);
        return (second.isSpared() ? first : second).get();
    }

    private Outcome outcome(UpstreamCall call, Optional<String> authorization, long end) throws InterruptedException {
        try {
            return new Outcome(Optional.of(sendOnce(call, authorization, end)), Optional.empty());
        } catch (UpstreamFailure e) {
            return new Outcome(Optional.empty(), Optional.of(e));
        }
    }

    /// Not when there would be no time left to speak of.
    private static boolean fits(Duration pause, long end) {
        return left(end).compareTo(pause.multipliedBy(2)) > 0;
    }

    private UpstreamAnswer sendOnce(UpstreamCall call, Optional<String> authorization, long end)
            throws UpstreamFailure, InterruptedException {
        var request = request(call, authorization, end);         // who cannot sign it tells nothing about the backend
        var pass = breaker.pass();
        if (pass.spared().isPresent()) {
            throw new UpstreamFailure(Kind.SPARED, settings.name() + " has failed several times in a row and is left "
                    + "alone for " + Math.max(1, pass.spared().get().toSeconds())
                    + " s. Nothing was sent; try again after that.", null);
        }
        var told = false;
        try {
            var answer = exchange(call, request, authorization, end);
            if (answer.status() >= 502 && answer.status() <= 504) {
                breaker.failed(pass);
            } else {
                breaker.succeeded(pass);
            }
            told = true;
            return answer;
        } catch (UpstreamFailure e) {
            switch (e.kind()) {
                case TIMEOUT, UNREACHABLE, BROKEN -> breaker.failed(pass);
                default -> breaker.succeeded(pass);              // it answered, though not what can be used
            }
            told = true;
            throw e;
        } finally {
            if (!told) {
                breaker.gaveUp(pass);
            }
        }
    }

    private UpstreamAnswer exchange(UpstreamCall call, HttpRequest request, Optional<String> authorization, long end)
            throws UpstreamFailure, InterruptedException {
        var begin = System.nanoTime();
        try {
            var answer = wire.send(request, settings.maxAnswerBytes(), left(end));
            hops.hop(settings.name(), Hops.outcome(answer.status()), System.nanoTime() - begin);
            return authorization.isPresent() ? answer.without(secret(authorization.get())) : answer;
        } catch (UpstreamFailure e) {
            hops.hop(settings.name(), Hops.outcome(e), System.nanoTime() - begin);
            throw e.kind() == Kind.TIMEOUT ? timeout(call, e) : e;
        }
    }

    private HttpRequest request(UpstreamCall call, Optional<String> authorization, long end)
            throws UpstreamFailure, InterruptedException {
        var uri = URI.create(base + call.target());
        var request = HttpRequest.newBuilder(uri)
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
        if (signer.isPresent()) {
            fields.remove(signer.get().names().user());               // which is not signed for everybody
            fields.putAll(signer.get().sign(call, uri, left(end)));
        }
        fields.forEach(request::setHeader);
        return request.build();
    }

    private UpstreamFailure busy() {
        return new UpstreamFailure(Kind.BUSY, settings.name() + " is busy: " + settings.concurrency()
                + " calls are under way. Nothing was sent; try again in a minute.", null);
    }

    /// Sends the call once and lets `reader` read its answer while it comes. Interrupting the thread closes the
    /// connection. After a 401 it tries once more with a fresh token; the second answer is the reader's, whatever it
    /// is. Whoever reads so keeps count of failures itself.
    ///
    /// @param within for everything, to the end of the reader
    /// @param slot   whether it counts among the calls under way; not for a stream that is open all the time
    public <T> T read(UpstreamCall call, Duration within, boolean slot, Arriving.Reader<T> reader)
            throws UpstreamFailure, InterruptedException {
        var end = System.nanoTime() + within.toNanos();
        if (slot && !slots.tryAcquire(Math.min(settings.slotWait().toNanos(), within.toNanos()),
                TimeUnit.NANOSECONDS)) {
            throw busy();
        }
        try {
            var authorization = credentials.authorization(left(end));
            var again = new AtomicBoolean();
            var first = opened(call, authorization, end, answer -> {
                again.set(answer.status() == 401 && authorization.isPresent()
                        && credentials.refused(authorization.get()));
                return again.get() ? null : reader.read(answer);
            });
            return again.get() ? opened(call, credentials.authorization(left(end)), end, reader) : first;
        } finally {
            if (slot) {
                slots.release();
            }
        }
    }

    private <T> T opened(UpstreamCall call, Optional<String> authorization, long end, Arriving.Reader<T> reader)
            throws UpstreamFailure, InterruptedException {
        var begin = System.nanoTime();
        return wire.read(request(call, authorization, end), left(end), answer -> {
            hops.hop(settings.name(), Hops.outcome(answer.status()), System.nanoTime() - begin);
            return reader.read(new Arriving(answer.status(), answer.headers(), answer.body(),
                    authorization.map(Upstream::secret).orElse("")));
        });
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
        signer.ifPresent(RequestSigner::close);
        credentials.close();
    }
}
