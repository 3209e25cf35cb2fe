package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.Secret;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.http.Route.Cors;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.upstream.Hops;
import io.github.doorwarden.watch.AuthFailures;
import io.github.doorwarden.watch.AuthFailures.Alert;
import io.github.doorwarden.watch.Measures;
import io.github.doorwarden.watch.MetricsEndpoint;
import io.github.doorwarden.watch.Webhook;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a deployment measures, and whom it tells when too many are not let in: as far as the configuration asks for it,
/// and nothing at all otherwise. Everything is heard of from the record, so nothing is counted that is not decided.
final class Watching implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watching.class);

    private final String name;
    private final boolean guarded;
    private final Optional<Measures> measures;
    private final Optional<MetricsEndpoint> endpoint;
    private final Optional<AuthFailures> failures;
    private final Optional<Webhook> webhook;
    private final Optional<ScheduledExecutorService> rounds;

    private Watching(Config config, InstantSource clock) {
        var watch = config.watch();
        name = config.name();
        guarded = watch.token().isPresent();
        measures = watch.metrics() ? Optional.of(new Measures(Deployment.VERSION, watch.tenants())) : Optional.empty();
        endpoint = measures.map(each -> new MetricsEndpoint(each, watch.token().map(Secret::reveal)));
        webhook = watch.authFailures().flatMap(any -> watch.webhook())
                .map(address -> new Webhook(address, watch.webhookToken().map(Secret::reveal)));
        failures = watch.authFailures().map(settings -> new AuthFailures(settings, clock, this::tell));
        rounds = failures.map(each -> Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("alerts").factory()));
        rounds.ifPresent(each -> {
            var part = watch.authFailures().orElseThrow().part().toMillis();
            each.scheduleAtFixedRate(() -> Entrance.quietly(failures.orElseThrow()::look), part, part,
                    TimeUnit.MILLISECONDS);
        });
    }

    static Watching of(Config config, InstantSource clock) {
        return new Watching(config, clock);
    }

    /// Who hears of sendings to backends.
    Hops hops() {
        return measures.<Hops>map(each -> each).orElse(Hops.NONE);
    }

    /// Hears of each event from now on.
    void hear(AuditLog audit) {
        measures.ifPresent(each -> audit.watch(each::count));
        failures.ifPresent(each -> audit.watch(each::count));
    }

    /// @param streams how many clients listen for changes
    void look(Health health, IntSupplier streams, AuditLog audit) {
        measures.ifPresent(each -> {
            each.open(streams, audit);
            each.components(health::components);
            each.alerts(this::raised);
        });
    }

    /// Whoever shows the token may ask by any address. Without one the Host is held against ours, so that no page in a
    /// browser of this machine reads them by a name of its own.
    List<Route> routes() {
        return endpoint.map(each -> List.of(new Route("GET", MetricsEndpoint.PATH, 0, Cors.NONE, !guarded,
                each::handle))).orElse(List.of());
    }

    /// Alerts that are raised now, as [Health] counts warnings.
    Map<String, Integer> warnings() {
        var raised = raised().size();
        return raised == 0 ? Map.of() : Map.of("auth_failures", raised);
    }

    /// Causes of which an alert is raised now.
    Set<String> raised() {
        return failures.map(AuthFailures::raised).orElse(Set.of());
    }

    /// The sentence for people and the members for programs, the same in the log and in the message.
    private void tell(Alert alert) {
        var sentence = sentence(alert);
        LOG.atLevel(alert.raised() ? org.slf4j.event.Level.WARN : org.slf4j.event.Level.INFO)
                .addKeyValue("event", "auth_failures").addKeyValue("state", state(alert))
                .addKeyValue("cause", alert.cause()).addKeyValue("count", alert.count())
                .addKeyValue("usual", Math.round(alert.usual())).addKeyValue("seconds", alert.window().toSeconds())
                .log(sentence);
        webhook.ifPresent(each -> each.tell(AdminJson.object().put("event", "auth_failures")
                .put("state", state(alert)).put("deployment", name).put("cause", alert.cause())
                .put("count", alert.count()).put("usual", Math.round(alert.usual()))
                .put("window_seconds", alert.window().toSeconds()).put("at", alert.at().toString())
                .put("text", name + ": " + sentence).toString()));
    }

    private static String state(Alert alert) {
        return alert.raised() ? "raised" : "cleared";
    }

    private static String sentence(Alert alert) {
        var what = alert.cause().equals(AuthFailures.OVERALL) ? "Requests and sign-ins that were refused"
                : "Requests and sign-ins that were refused for " + alert.cause();
        return what + " in the last " + alert.window().toSeconds() + " s: " + alert.count() + ", usually "
                + Math.round(alert.usual()) + (alert.raised()
                ? ". See doorwarden audit list DIR --refused for who tries what." : ". It is over.");
    }

    @Override
    public void close() {
        var all = new ArrayList<AutoCloseable>();
        rounds.ifPresent(each -> all.add(each::shutdownNow));
        webhook.ifPresent(all::add);
        all.forEach(each -> {
            try {
                each.close();
            } catch (Exception e) {
                LOG.warn("Something that watches could not be closed.", e);
            }
        });
    }
}
