package io.github.doorwarden.watch;

import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Cause;
import io.github.doorwarden.upstream.Hops;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// What is counted, in numbers that are never taken back: calls by tool and outcome, refusals by cause, tokens by grant
/// type, sendings to backends. One event of the record is a handful of additions and no allocation to speak of; every
/// label has a closed set of values, or a bounded one ([Names]). Safe for use by many threads.
public final class Measures implements Hops {

    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    /// Events that are calls of things of the catalogue.
    private static final Set<String> CALLS = Set.of("tools/call", "resources/read", "prompts/get", "tasks/update",
            "tasks/cancel", "tasks/resume", "tasks/end");
    private static final Set<String> GRANTS = Set.of("authorization_code", "refresh_token", "client_credentials",
            "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "urn:ietf:params:oauth:grant-type:token-exchange");

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.builder()
            .setIncludeCreatedTimestamps(false).build();
    private final Names tools = new Names(Limits.TOOLS);
    private final Names endpoints = new Names(Limits.NAMES);
    private final Names upstreams = new Names(Limits.NAMES);
    private final Names events = new Names(Limits.NAMES);
    private final Names tenants;
    private final boolean byTenant;
    private final Histogram calls;
    private final Counter requests;
    private final Counter refused;
    private final Counter ofTenants;
    private final Counter tokens;
    private final Counter registrations;
    private final Counter signIns;
    private final Histogram hops;

    /// @param tenants how many organisations are counted apart; 0: none is
    public Measures(String version, int tenants) {
        this.tenants = new Names(tenants);
        this.byTenant = tenants > 0;
        calls = Histogram.builder().name("doorwarden_call_seconds").help("Calls of tools, from the request to the "
                + "answer.").labelNames("tool", "outcome").classicOnly().classicUpperBounds(Limits.CALL_SECONDS)
                .withoutExemplars().register(registry);
        requests = counter("doorwarden_requests", "Calls of anything in the catalogue.", "endpoint", "method",
                "outcome");
        refused = counter("doorwarden_refusals", "What was refused or failed, by the word that the record has for it. "
                + "The event authenticate is a request that was not let in.", "event", "cause");
        ofTenants = counter("doorwarden_tenant_calls", "Calls of tools, by organisation.", "tenant", "outcome");
        tokens = counter("doorwarden_tokens_issued", "Answers of the token endpoint with a token.", "grant_type");
        registrations = counter("doorwarden_registrations", "Clients that registered themselves.", "outcome");
        signIns = counter("doorwarden_sign_ins", "People who signed in, or did not.", "outcome");
        hops = Histogram.builder().name("doorwarden_upstream_seconds").help("Sendings to backends, from the first byte "
                + "sent to the last one received.").labelNames("upstream", "outcome").classicOnly()
                .classicUpperBounds(Limits.CALL_SECONDS).withoutExemplars().register(registry);
        var about = Gauge.builder().name("doorwarden_about").help("Always 1; says which version this is.")
                .labelNames("version").register(registry);
        about.labelValues(version).set(1);
        Machine.register(registry);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).withoutExemplars().register(registry);
    }

    /// How much is open now.
    ///
    /// @param streams clients that listen for changes
    public void open(IntSupplier streams, AuditLog audit) {
        GaugeWithCallback.builder().name("doorwarden_streams").help("Clients that listen for changes now.")
                .callback(to -> to.call(streams.getAsInt())).register(registry);
        GaugeWithCallback.builder().name("doorwarden_audit_pending").help("Lines of the record that are not on disk "
                + "yet.").callback(to -> to.call(audit.pending())).register(registry);
    }

    /// Whether each part of the deployment can do its work.
    ///
    /// @param up by the part's name
    public void components(Supplier<Map<String, Boolean>> up) {
        GaugeWithCallback.builder().name("doorwarden_component_up").help("1 for a part of the deployment that can do "
                + "its work, as /health says.").labelNames("component").callback(to ->
                up.get().forEach((name, is) -> to.call(is ? 1 : 0, name))).register(registry);
    }

    /// Alerts that are raised now.
    public void alerts(Supplier<Set<String>> raised) {
        GaugeWithCallback.builder().name("doorwarden_alert_raised").help("1 while an alert on failing authentication "
                + "is raised; overall, or for one cause.").labelNames("cause").callback(to ->
                raised.get().forEach(cause -> to.call(1, cause))).register(registry);
    }

    /// One event of the record.
    public void count(AuditEvent event) {
        var outcome = outcome(event.outcome());
        if (CALLS.contains(event.event())) {
            requests.labelValues(endpoints.of(event.endpoint()), event.event(), outcome).inc();
            if (event.event().equals("tools/call")) {
                call(event, outcome);
            }
        } else {
            ofTheDoor(event, outcome);
        }
        if (!event.cause().isEmpty()) {
            refused.labelValues(events.of(event.event()), Cause.of(event.cause()).word()).inc();
        }
    }

    /// The name of a tool that there is not is the caller's own word, and would be remembered for good.
    private void call(AuditEvent event, String outcome) {
        var unknown = event.cause().equals(Cause.UNKNOWN_THING.word());
        calls.labelValues(unknown ? Names.OTHER : tools.of(event.thing()), outcome)
                .observe(event.duration().toNanos() / 1e9);
        if (byTenant) {
            ofTenants.labelValues(tenants.of(event.tenant()), outcome).inc();
        }
    }

    private void ofTheDoor(AuditEvent event, String outcome) {
        switch (event.event()) {
            case "token" -> {
                if (outcome.equals("allowed")) {
                    tokens.labelValues(GRANTS.contains(event.thing()) ? event.thing() : Names.OTHER).inc();
                }
            }
            case "register" -> registrations.labelValues(outcome).inc();
            case "login" -> signIns.labelValues(outcome).inc();
            default -> { }
        }
    }

    private static String outcome(String said) {
        return switch (said) {
            case "allowed", "refused", "failed" -> said;
            default -> Names.OTHER;
        };
    }

    @Override
    public void hop(String upstream, String outcome, long nanos) {
        hops.labelValues(upstreams.of(upstream), outcome).observe(nanos / (double) TimeUnit.SECONDS.toNanos(1));
    }

    /// All of it in the text format of Prometheus, version 0.0.4.
    byte[] text() {
        var out = new ByteArrayOutputStream(16 * 1024);
        try {
            writer.write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new IllegalStateException("Memory cannot be written to.", e);
        }
        return out.toByteArray();
    }
}
