package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random operations by three tenants through the door, against a model of each. A short round in each build;
/// `scripts/isolation --operations N` does longer ones, with the seed that it prints.
class ToolbridgeIsolationTest {

    private static final String PASSWORD = "front-door-demo";

    @TempDir
    private Path work;

    @Test
    void noTenantReachesWhatIsAnothers() throws Exception {
        var operations = Integer.getInteger("isolation.operations", 150);
        var seed = Long.getLong("isolation.seed", 4711L);
        System.out.println("isolation: " + operations + " operations with seed " + seed);
        try (var system = RunningSystem.start("toolbridge", work, Map.of("TOOLBRIDGE_EMBEDDINGS", "hashed"),
                "--set", "limits.calls_per_minute=1000000", "--set", "limits.calls_per_tool_per_minute=1000000");
                var acme = system.connect(Person.of("ada@acme.example", PASSWORD));
                var globex = system.connect(Person.of("dana@globex.example", PASSWORD));
                var initech = system.connect(Person.of("gina@initech.example", PASSWORD))) {
            var isolation = new Isolation(seed, Map.of("acme", acme, "globex", globex, "initech", initech));
            isolation.run(operations);
            System.out.println("isolation: no finding; " + isolation.counts());
            assertTrue(isolation.counts().getOrDefault("foreign id", 0) > operations / 10, "too few tries: "
                    + isolation.counts());
        }
    }
}
