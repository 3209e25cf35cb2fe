package io.github.doorwarden.bridge;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.ClientFailure;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/// Knows whether anybody waits for credentials, and what the person was last told about it. Safe for use by many
/// threads.
public final class SigningIn implements Authorization, SignIn, Consumer<String> {

    private final Authorization with;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile String told = "";

    /// @param with gets the credentials, and tells its sentences to this
    public SigningIn(Function<Consumer<String>, Authorization> with) {
        this.with = with.apply(this);
    }

    /// A sentence for the person.
    @Override
    public void accept(String sentence) {
        told = sentence;
        Log.LOG.warn("{}", sentence);
    }

    @Override
    public Optional<String> waiting() {
        if (waiting.get() == 0) {
            return Optional.empty();
        }
        var sentence = told;
        return Optional.of(sentence.isEmpty() ? "Signing in is not finished: look for a page in your browser."
                : sentence);
    }

    @Override
    public Map<String, String> fields(String method, URI target) throws ClientFailure, InterruptedException {
        waiting.incrementAndGet();
        try {
            return with.fields(method, target);
        } finally {
            waiting.decrementAndGet();
        }
    }

    @Override
    public boolean renewed(Refusal refusal) throws ClientFailure, InterruptedException {
        waiting.incrementAndGet();
        try {
            return with.renewed(refusal);
        } finally {
            waiting.decrementAndGet();
        }
    }
}
