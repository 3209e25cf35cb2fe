package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.systems.backend.Digests;
import io.github.doorwarden.systems.backend.Outage;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Databases of other versions of the program.
class MigrationsTest {

    @ParameterizedTest
    @EnumSource
    void aNewerDatabaseIsLeftAlone(Dialect dialect) throws Exception {
        try (var bed = new Bed(dialect)) {
            run(bed, "INSERT INTO migration (name, digest) VALUES ('0099-later.sql', 'x')");
            bed.stop();
            var refused = assertThrows(Outage.class, bed::start);
            assertTrue(refused.getCause().getMessage().contains("newer ToolBridge"), refused.getCause().getMessage());
            run(bed, "DELETE FROM migration WHERE name = '0099-later.sql'");
            bed.start();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStepThatRanNeverChanges(Dialect dialect) throws Exception {
        try (var bed = new Bed(dialect)) {
            run(bed, "UPDATE migration SET digest = 'other' WHERE name = '0002-records.sql'");
            bed.stop();
            assertTrue(assertThrows(Outage.class, bed::start).getCause().getMessage().contains("0002-records.sql"));
            run(bed, "UPDATE migration SET digest = '" + Digests.sha256(new String(ToolBridge.resource(
                    "schema/0002-records.sql"), java.nio.charset.StandardCharsets.UTF_8)) + "' WHERE name = "
                    + "'0002-records.sql'");
            bed.start();
        }
    }

    /// Steps are run one after another, however long ago the ones before were.
    @ParameterizedTest
    @EnumSource
    void anOlderDatabaseIsBroughtUpAndKeepsItsRows(Dialect dialect) throws Exception {
        try (var bed = new Bed(dialect)) {
            bed.stop();
            var whole = Migrations.of(dialect);
            if (dialect == Dialect.POSTGRESQL) {
                bed.environment.put("DATABASE_URL", Bed.newDatabase());
            } else {
                for (var suffix : java.util.List.of("", "-wal", "-shm")) {
                    java.nio.file.Files.deleteIfExists(bed.data.resolve("toolbridge.db" + suffix));
                }
            }
            try (var connection = bed.raw()) {
                new Migrations(dialect, whole.steps().subList(0, 1)).run(connection);
            }
            run(bed, "INSERT INTO tenant (id, name, host, status, created_at, updated_at) VALUES ('old', 'Old', "
                    + "'old.example', 'active', 1, 1)");
            bed.start();
            bed.tenant("acme", false, "ada@acme.example");
            assertEquals("Old", bed.call("GET", "/admin/tenants/old", null, Map.of("Authorization", "Bearer "
                    + Bed.ADMIN)).body().path("name").asString());
            bed.person("ada@acme.example").made("notes", Map.of("title", "N"));
        }
    }

    private static void run(Bed bed, String sql) throws SQLException {
        try (var connection = bed.raw(); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void demoDataIsPlantedOnceAndMakesSense() throws IOException {
        try (var bed = new Bed(Dialect.SQLITE, environment -> {
            environment.put("TOOLBRIDGE_DEMO", "true");
            return environment;
        })) {
            var ada = bed.person("ada@acme.example");
            assertEquals("acme", ada.bare("POST", "/v1/sync/sessions", null, Map.of()).body().path("tenant_id")
                    .asString());
            var hits = ada.get("/v1/search?q=waterproofing%20lab").path("items");
            assertEquals("Send the fly sheet to the waterproofing lab", hits.path(0).path("title").asString());
            assertEquals(0, ada.get("/v1/search?q=turbine").path("items").size(), "that is globex's");
            var count = ada.post("/v1/aggregate", Map.of("kind", "tasks")).path("groups").path(0).path("values").path(
                    "count").asInt();
            assertEquals(35, count);
            assertTrue(bed.person("sam@consulting.example").bare("POST", "/v1/sync/sessions", null, Map.of()).code()
                    .equals("tenant_ambiguous"));
            bed.stop();
            bed.start();
            assertEquals(count, bed.person("ada@acme.example").post("/v1/aggregate", Map.of("kind", "tasks")).path(
                    "groups").path(0).path("values").path("count").asInt());
        }
    }
}
