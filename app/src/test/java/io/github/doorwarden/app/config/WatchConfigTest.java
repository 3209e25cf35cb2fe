package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.watch.AuthFailures;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchConfigTest {

    private static final String PUBLIC = "server: {public_origin: \"https://tools.example.com\"}\n";

    static final String EVERYTHING = """
            admin: {scope: "house:admin", tenant_viewers: [Eve@example.com]}
            metrics: {enabled: true, token: a-token-of-metrics-4711, tenants: 7}
            alerts:
              webhook: https://hooks.example.com/in?x=1
              webhook_token: hook
              auth_failures: {threshold: 50, threshold_of_cause: 20, factor: 4, window: 10m}
            endpoints: {/mcp: {}}
            """;

    @TempDir
    private Path folder;

    private WatchConfig read(String yaml) throws IOException {
        return config(yaml).watch();
    }

    private Config config(String yaml) throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME), yaml);
        return ConfigFile.read(folder, Map.of(), name -> null);
    }

    private String mistakes(String yaml) throws IOException {
        try {
            read(yaml);
            return "";
        } catch (ConfigMistakes found) {
            return String.join("\n", found.mistakes());
        }
    }

    @Test
    void nothingIsMeasuredUnlessItIsAskedFor() throws IOException {
        assertEquals(new WatchConfig(false, Optional.empty(), 20, Optional.empty(), Optional.empty(),
                Optional.empty()), read("endpoints: {/mcp: {}}"));
    }

    @Test
    void everyKeyIsTaken() throws IOException {
        var watch = read(EVERYTHING);
        assertEquals(new WatchConfig(true, watch.token(), 7, Optional.of(new AuthFailures.Settings(
                Duration.ofMinutes(10), 50, 20, 4)), Optional.of(URI.create("https://hooks.example.com/in?x=1")),
                watch.webhookToken()), watch);
        assertEquals(List.of("a-token-of-metrics-4711", "hook"), List.of(watch.token().orElseThrow().reveal(),
                watch.webhookToken().orElseThrow().reveal()));
        assertEquals(Set.of("eve@example.com"), config(EVERYTHING).admin().ofTenants());
        assertEquals(9, read("alerts: {auth_failures: {threshold: 9}}\nendpoints: {/mcp: {}}").authFailures()
                .orElseThrow().ofCause(), "without one of its own, each cause has the threshold of all");
    }

    @Test
    void metricsAreNeverOpenToStrangers_NorInTheWayOfAnEndpoint() throws IOException {
        assertTrue(mistakes(PUBLIC + "metrics: {enabled: true}\nendpoints: {/mcp: {}}").contains("metrics.token"));
        assertEquals("", mistakes(PUBLIC + "metrics: {enabled: true, token: a-token-of-metrics-4711}\n"
                + "endpoints: {/mcp: {}}"));
        assertTrue(mistakes("metrics: {enabled: true, token: short}\nendpoints: {/mcp: {}}")
                .contains("16 characters"));
        assertTrue(mistakes("metrics: {enabled: true}\nendpoints: {/metrics: {}}")
                .contains("where the metrics are"));
        assertTrue(mistakes("alerts: {webhook_token: x}\nendpoints: {/mcp: {}}").contains("alerts.webhook"));
        assertTrue(mistakes("alerts: {auth_failures: {threshold_of_cause: 3}}\nendpoints: {/mcp: {}}")
                .contains("alerts.auth_failures.threshold"));
    }
}
