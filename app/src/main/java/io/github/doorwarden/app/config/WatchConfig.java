package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.address;
import static io.github.doorwarden.app.config.Key.flag;
import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.number;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.time;

import io.github.doorwarden.watch.AuthFailures;
import io.github.doorwarden.watch.MetricsEndpoint;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What is measured, who may read it, and who is told when too many are not let in.
///
/// @param metrics      whether there is a page of metrics
/// @param token        that whoever reads it shows; empty: this machine alone reads it
/// @param tenants      how many organisations are counted apart
/// @param authFailures empty: nobody watches them
/// @param webhook      who is told of alerts, beside the log and health
public record WatchConfig(boolean metrics, Optional<Secret> token, int tenants,
        Optional<AuthFailures.Settings> authFailures, Optional<URI> webhook, Optional<Secret> webhookToken) {

    static final List<Key> ROWS = List.of(
            group("metrics", "Figures for Prometheus, at `GET /metrics`."),
            flag("metrics.enabled", false,
            "Whether there are any. Without `metrics.token`, this machine alone may read "
                    + "them."),
            secret("metrics.token", "What whoever reads them shows as `Authorization: Bearer`. Needed when the "
                    + "deployment can be reached from outside."),
            number("metrics.tenants", 20, 0, 1_000, "How many organisations are counted apart; those that come later "
                    + "are one together. 0: none is."),
            group("alerts", "Who is told when something is not as usual: the log, `/health` as a warning, and a "
                    + "receiver of yours."),
            address("alerts.webhook", "Address that is sent each alert, and its end, as one JSON object by POST."),
            secret("alerts.webhook_token", "Shown to it as `Authorization: Bearer`."),
            group("alerts.auth_failures", "More requests, sign-ins and token requests are refused than usual."),
            number("alerts.auth_failures.threshold", 1, 10_000_000, "Switches it on: fewer refusals than these in a "
                    + "window never raise an alert."),
            number("alerts.auth_failures.threshold_of_cause", 1, 10_000_000, "The same for one cause alone, such as "
                    + "`wrong_credentials`; without it, `threshold`."),
            number("alerts.auth_failures.factor", 3, 0, 1_000, "How many times the usual, a moving mean of the windows "
                    + "before. 0: the thresholds alone count."),
            time("alerts.auth_failures.window", Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofDays(1),
                    "The time in which refusals are counted."));

    static WatchConfig read(Section metrics, Section alerts) {
        var failures = alerts.section("auth_failures");
        var threshold = failures.numberIfGiven("threshold");
        var ofCause = failures.numberIfGiven("threshold_of_cause");
        var factor = failures.number("factor");
        var window = failures.duration("window");
        var watch = new WatchConfig(metrics.flag("enabled"), metrics.secret("token"), metrics.number("tenants"),
                threshold.map(least -> new AuthFailures.Settings(window, least, ofCause.orElse(least), factor)),
                alerts.address("webhook"), alerts.secret("webhook_token"));
        if (threshold.isEmpty() && ofCause.isPresent()) {
            failures.mistake("threshold", "is missing. It switches the alert on; threshold_of_cause alone does not.");
        }
        if (watch.webhook.isEmpty() && watch.webhookToken.isPresent()) {
            alerts.mistake("webhook", "is missing, and webhook_token is for it. Say who is to be told.");
        }
        watch.token.filter(token -> !isToken(token)).ifPresent(token ->
                metrics.mistake("token", "must be visible ASCII without spaces, 16 characters or more."));
        watch.webhookToken.filter(token -> !token.reveal().matches("[!-~]+")).ifPresent(token ->
                alerts.mistake("webhook_token", "must be visible ASCII without spaces."));
        failures.end();
        metrics.end();
        alerts.end();
        return watch;
    }

    /// Nobody guesses it in a request each.
    private static boolean isToken(Secret token) {
        return token.reveal().matches("[!-~]{16,}");
    }

    /// What no single key can tell.
    ///
    /// @param local whether this machine alone can reach the deployment
    static void checkTogether(Config config, Section top, boolean local) {
        var watch = config.watch();
        if (watch.metrics && !local && watch.token.isEmpty()) {
            top.section("metrics").mistake("token", "is missing, and this deployment can be reached from outside: "
                    + "anybody could read how it is used. Set metrics.token, for example to ${env:METRICS_TOKEN}.");
        }
        if (watch.metrics) {
            config.endpoints().stream().map(Config.EndpointConfig::path).filter(MetricsEndpoint.PATH::equals)
                    .forEach(path -> top.section("endpoints").mistake(path, "lies where the metrics are. Rename it, "
                            + "or set metrics.enabled: false."));
        }
    }
}
