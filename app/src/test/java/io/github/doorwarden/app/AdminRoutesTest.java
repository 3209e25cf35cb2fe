package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.config.AdminConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AdminRoutesTest {

    private static final AdminConfig CONFIG = new AdminConfig(Optional.of("admin"), Set.of(), Set.of(), Set.of(), true);

    @Test
    void theManualHasTheTableAsItIs() throws IOException {
        var rows = new AdminRoutes(CONFIG, InstantSource.system()).operations().stream().map(operation -> "| `"
                + operation.method() + " " + operation.path() + "` | " + new TreeSet<>(operation.takes()).stream()
                .map(name -> "`" + name + "` ").collect(Collectors.joining()) + "|").toList();
        var manual = Files.readAllLines(Path.of("../docs/administration.md")).stream()
                .filter(line -> line.matches("\\| `(GET|POST) /admin/.*")).toList();
        assertEquals(rows, manual);
    }

    @Test
    void whatChangesSomethingIsAPostAndNeedsTheScopeForThat() {
        for (var operation : new AdminRoutes(CONFIG, InstantSource.system()).operations()) {
            assertEquals(operation.method().equals("POST"), operation.writes(), operation::toString);
            assertTrue(operation.event().startsWith("admin/"));
        }
    }
}
