package io.github.doorwarden.client;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.protocol.Revision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Who this client is, with which credentials it comes, and what a server may ask of it. Each method that sets
/// something gives a copy. Immutable; what it holds is used by many threads.
///
/// @param name          of this program, which servers see
/// @param authorization of requests over HTTP
/// @param timeout       for one request that has no other, without the time for which a person is asked
/// @param elicitor      who answers forms and links; empty: servers are told that nobody does
/// @param sampler       who asks a model on a server's behalf; empty: nobody
/// @param roots         the folders that servers may ask for; empty: none are offered
/// @param listener      hears of changes and of log messages
/// @param tasks         whether servers may answer with a task that is asked for later
/// @param environment   of a server that is launched, beside what every program needs (`PATH`, `HOME` and the like)
/// @param folder        where a launched server runs
/// @param newest        the newest revision of MCP that is spoken
public record ClientOptions(String name, String version, Authorization authorization, Duration timeout,
        Optional<Elicitor> elicitor, Optional<Sampler> sampler, Optional<Supplier<List<Root>>> roots,
        Listener listener, boolean tasks, Map<String, String> environment, Path folder, Revision newest) {

    /// Nothing is proven, nobody is asked, a minute for each request.
    public static final ClientOptions PLAIN = new ClientOptions("doorwarden-client", "0", Authorization.NONE,
            Duration.ofMinutes(1), Optional.empty(), Optional.empty(), Optional.empty(), Listener.NONE, true, Map.of(),
            Path.of(""), Revision.V2026_07_28);

    public ClientOptions {
        environment = Map.copyOf(environment);
        if (name.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException("A client has a name and a version.");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("The time for a request is above zero: " + timeout);
        }
    }

    public ClientOptions named(String name, String version) {
        return new ClientOptions(name, version, authorization, timeout, elicitor, sampler, roots, listener, tasks,
                environment, folder, newest);
    }

    public ClientOptions with(Authorization authorization) {
        return new ClientOptions(name, version, authorization, timeout, elicitor, sampler, roots, listener, tasks,
                environment, folder, newest);
    }

    /// A token that somebody was given: it goes along as `Authorization: Bearer`, and is not renewed.
    public ClientOptions withToken(String token) {
        return with(new StaticToken(token));
    }

    public ClientOptions within(Duration timeout) {
        return new ClientOptions(name, version, authorization, timeout, elicitor, sampler, roots, listener, tasks,
                environment, folder, newest);
    }

    public ClientOptions asking(Elicitor elicitor) {
        return new ClientOptions(name, version, authorization, timeout, Optional.of(elicitor), sampler, roots,
                listener, tasks, environment, folder, newest);
    }

    public ClientOptions sampling(Sampler sampler) {
        return new ClientOptions(name, version, authorization, timeout, elicitor, Optional.of(sampler), roots,
                listener, tasks, environment, folder, newest);
    }

    public ClientOptions offering(Supplier<List<Root>> roots) {
        return new ClientOptions(name, version, authorization, timeout, elicitor, sampler, Optional.of(roots),
                listener, tasks, environment, folder, newest);
    }

    public ClientOptions hearing(Listener listener) {
        return new ClientOptions(name, version, authorization, timeout, elicitor, sampler, roots, listener, tasks,
                environment, folder, newest);
    }

    /// Servers answer calls themselves, however long they take.
    public ClientOptions withoutTasks() {
        return new ClientOptions(name, version, authorization, timeout, elicitor, sampler, roots, listener, false,
                environment, folder, newest);
    }

    /// Beside what is set already.
    public ClientOptions withEnvironment(Map<String, String> more) {
        var all = new LinkedHashMap<>(environment);
        all.putAll(more);
        return new ClientOptions(name, version, authorization, timeout, elicitor, sampler, roots, listener, tasks, all,
                folder, newest);
    }

    public ClientOptions in(Path folder) {
        return new ClientOptions(name, version, authorization, timeout, elicitor, sampler, roots, listener, tasks,
                environment, folder, newest);
    }

    /// As an older client: no revision newer than this is spoken.
    public ClientOptions until(Revision newest) {
        return new ClientOptions(name, version, authorization, timeout, elicitor, sampler, roots, listener, tasks,
                environment, folder, newest);
    }

    /// Without the values of the environment, which may be keys.
    @Override
    public String toString() {
        return "ClientOptions[" + name + " " + version + ", environment " + environment.keySet() + "]";
    }
}
