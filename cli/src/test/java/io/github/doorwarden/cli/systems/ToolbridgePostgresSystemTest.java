package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.McpClient;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// toolbridge on PostgreSQL by the variable that its README names, through sign-in: every tool that there is, what is
/// rolled back, who hears of changes, and whose records are whose. The table of README is made by the run on SQLite.
class ToolbridgePostgresSystemTest {

    @TempDir
    private static Path folder;
    private static EmbeddedPostgres database;
    private static RunningSystem system;
    private static McpClient ada;
    private static ToolbridgeWork work;

    @BeforeAll
    static void start() throws Exception {
        database = EmbeddedPostgres.builder().start();
        run("CREATE ROLE bridge LOGIN CREATEROLE PASSWORD 'b/r:dge'");
        run("CREATE DATABASE bridge OWNER bridge");
        system = RunningSystem.start("toolbridge", folder, Map.of("TOOLBRIDGE_EMBEDDINGS", "hashed", "TOOLBRIDGE_DEMO",
                "true", "DATABASE_URL", "postgres://bridge:b%2Fr%3Adge@127.0.0.1:" + database.getPort() + "/bridge"));
        ada = system.connect(Person.of("ada@acme.example", ToolbridgeWork.PASSWORD));
        work = new ToolbridgeWork(system, ada);
    }

    @AfterAll
    static void end() throws Exception {
        ada.close();
        system.close();
        database.close();
    }

    private static void run(String statement) throws SQLException {
        try (var connection = database.getPostgresDatabase().getConnection(); var sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private static int notesTitled(String title) throws SQLException {
        try (var connection = database.getDatabase("postgres", "bridge").getConnection();
                var sql = connection.prepareStatement("SELECT count(*) FROM notes WHERE title = ?")) {
            sql.setString(1, title);
            try (var rows = sql.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    @Test
    void everyToolDoesWhatItSaysAndItIsPostgresThatKeepsIt() throws Exception {
        var results = new ToolResults("toolbridge", "on PostgreSQL");
        var tools = work.records(results);
        tools.addAll(work.beyond(results));
        assertEquals(72, tools.size());
        results.called(tools);
        assertEquals(1, notesTitled("Move the zebra office"));
        assertEquals(0, notesTitled("Never zebra"), "rolled back");
        assertTrue(Files.isDirectory(system.state().resolve("toolbridge")));
        assertFalse(Files.exists(system.state().resolve("toolbridge/toolbridge.db")), "no file of SQLite beside it");
    }

    @Test
    void changesAndRecordsAreOfOneTenant() throws Exception {
        work.changes();
        work.others();
    }
}
