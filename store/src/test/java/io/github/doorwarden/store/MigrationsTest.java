package io.github.doorwarden.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MigrationsTest {

    @TempDir
    private Path folder;

    @Test
    void eachFileRunsOnce_InOrder() {
        for (var start = 0; start < 2; start++) {
            try (var database = Database.open(folder.resolve("store.db"))) {
                assertEquals(Migrations.FILES, database.query("SELECT name FROM migration ORDER BY name", row ->
                        row.getString(1)));
            }
        }
    }

    @Test
    void aFileThatChangedAfterItRanStopsTheStart_AndSaysWhatToDo() {
        try (var database = Database.open(folder.resolve("store.db"))) {
            database.update("UPDATE migration SET checksum = 'other' WHERE name = ?", Migrations.FILES.get(1));
        }
        var refused = assertThrows(IllegalStateException.class, () -> Database.open(folder.resolve("store.db")));
        assertTrue(refused.getMessage().contains(Migrations.FILES.get(1)) && refused.getMessage()
                .contains("new migration"),
                refused.getMessage());
    }

    @Test
    void statementsEndWithASemicolonAtTheEndOfALine() {
        assertEquals(List.of("CREATE TABLE a (\n  b TEXT DEFAULT 'x;y'\n)", "INSERT INTO a VALUES ('1')"),
                Migrations.statements("-- a comment;\nCREATE TABLE a (\n  b TEXT DEFAULT 'x;y'\n);\n  -- "
                + "another\nINSERT INTO a VALUES ('1');\n"));
    }
}
