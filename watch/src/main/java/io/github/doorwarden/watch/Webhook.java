package io.github.doorwarden.watch;

import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamCall;
import io.github.doorwarden.upstream.UpstreamFailure;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells a receiver of the operator's, one POST of JSON for each message, in their order. Bounded like every call of a
/// backend: time, size, no redirect; tried again a few times; what cannot be told is in the log all the same. Nobody
/// waits for it. Safe for use by many threads.
public final class Webhook implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);

    private final Upstream receiver;
    private final String target;
    private final Duration pause;
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(Limits.HOOK_WAITING);
    private final Thread teller;

    /// @param address of the receiver
    /// @param token   shown as `Authorization: Bearer`; empty: none is
    public Webhook(URI address, Optional<String> token) {
        this(address, token, Limits.HOOK_PAUSE);
    }

    /// @param pause after the first try
    Webhook(URI address, Optional<String> token, Duration pause) {
        var origin = URI.create(address.getScheme() + "://" + address.getRawAuthority());
        var settings = UpstreamSettings.of("the receiver of alerts", origin)
                .withTimeouts(Limits.HOOK_TIMEOUT, Limits.HOOK_TIMEOUT)
                .withLimits(1, Limits.HOOK_TIMEOUT, Limits.HOOK_ANSWER_BYTES);
        var path = address.getRawPath() == null || address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        this.receiver = new Upstream(settings, token.map(Credentials::bearer).orElseGet(Credentials::none));
        this.target = path + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
        this.pause = pause;
        this.teller = Thread.ofVirtual().name("webhook").start(this::tellAll);
    }

    /// @param json one object
    public void tell(String json) {
        while (!waiting.offer(json)) {
            if (waiting.poll() != null) {
                LOG.warn("A message to the receiver of alerts was given up, because newer ones wait.");
            }
        }
    }

    private void tellAll() {
        try {
            while (true) {
                tellOne(waiting.take());
            }
        } catch (InterruptedException closed) {
            // what waits is in the log
        }
    }

    private void tellOne(String json) throws InterruptedException {
        var wait = pause;
        for (var left = Limits.HOOK_TRIES; ; left--) {
            var problem = tried(json);
            if (problem.isEmpty()) {
                return;
            }
            if (left == 1) {
                LOG.atError().addKeyValue("problem", problem).log("The receiver of alerts could not be told.");
                return;
            }
            LOG.atWarn().addKeyValue("problem", problem).log("The receiver of alerts was not told; it is tried again.");
            Thread.sleep(wait);
            wait = wait.multipliedBy(5);
        }
    }

    /// @return empty when it was told
    private String tried(String json) throws InterruptedException {
        try {
            var answer = receiver.call(new UpstreamCall("POST", target, Map.of(), Optional.of(new UpstreamCall.Body(
                    "application/json", json.getBytes(StandardCharsets.UTF_8))), false, UUID.randomUUID().toString()));
            return answer.isSuccess() ? "" : "It answered " + answer.status() + ".";
        } catch (UpstreamFailure failure) {
            return failure.getMessage();
        }
    }

    @Override
    public void close() {
        teller.interrupt();
        receiver.close();
    }
}
