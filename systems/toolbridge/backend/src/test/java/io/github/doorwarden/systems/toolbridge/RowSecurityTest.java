package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.systems.backend.Outage;
import io.github.doorwarden.systems.backend.Refused;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// PostgreSQL keeps tenants apart by itself: statements that forget their condition get nothing of others.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowSecurityTest {

    private static final List<String> TABLES = List.of("notes", "tasks", "comments", "chats", "chat_messages", "tag",
            "record_text", "change");

    private Bed bed;
    private Store store;
    private String note;

    @BeforeAll
    void start() throws IOException {
        bed = new Bed(Dialect.POSTGRESQL);
        bed.tenant("acme", false, "ada@acme.example");
        bed.tenant("globex", false, "eve@globex.example");
        for (var email : List.of("ada@acme.example", "eve@globex.example")) {
            var person = bed.person(email);
            note = person.made("notes", Map.of("title", "N", "tags", List.of("t")));
            var task = person.made("tasks", Map.of("title", "T", "note_id", note));
            person.made("comments", Map.of("body", "C", "task_id", task));
            person.made("chat_messages", Map.of("body", "M", "chat_id", person.made("chats", Map.of("title", "D"))));
        }
        store = PostgresStore.open(URI.create(bed.environment.get("DATABASE_URL")));
    }

    @AfterAll
    void stop() throws IOException {
        store.close();
        bed.close();
    }

    private List<String> tenants(Scope scope, String table) {
        return store.read(scope, tx -> tx.query("SELECT DISTINCT tenant_id FROM " + table + " ORDER BY 1", row ->
                row.getString(1)));
    }

    @Test
    void aForgottenConditionFindsOnesOwnAlone() {
        for (var table : TABLES) {
            assertEquals(List.of("acme"), tenants(new Scope.Tenant("acme"), table), table);
            assertEquals(List.of("globex"), tenants(new Scope.Tenant("globex"), table), table);
            assertEquals(List.of(), tenants(Scope.PLATFORM, table), table);
            assertEquals(table.equals("change") ? List.of("acme", "globex") : List.of(), tenants(Scope.FEED, table));
        }
        assertEquals(List.of("acme"), tenants(new Scope.Tenant("acme"), "notes"),
                "what a transaction was told does not outlive it");
        assertEquals(List.of(), tenants(Scope.PLATFORM, "notes"));
    }

    @Test
    void aForgottenConditionChangesOnesOwnAlone() {
        for (var statement : List.of("UPDATE notes SET title = 'all of them'", "DELETE FROM tag",
                "DELETE FROM comments")) {
            assertThrows(Refused.class, () -> store.write(new Scope.Tenant("acme"), tx -> {
                assertEquals(1, tx.update(statement), statement);
                throw Problems.gone("transaction");
            }));
        }
        int changed = store.write(Scope.FEED, tx -> tx.update("UPDATE change SET op = 'x'"));
        assertEquals(0, changed);
    }

    @Test
    void nothingIsWrittenForOthers() {
        var planted = assertThrows(Outage.class, () -> store.write(new Scope.Tenant("acme"), tx -> tx.update(
                "INSERT INTO tag (tenant_id, kind, record_id, tag) VALUES ('globex', 'notes', ?, 'evil')", note)));
        assertTrue(planted.getCause().getMessage().contains("row-level security"), planted.getCause().getMessage());
        assertThrows(Outage.class, () -> store.write(new Scope.Tenant("acme"), tx -> tx.update(
                "UPDATE notes SET tenant_id = 'globex'")));
        var reference = assertThrows(Outage.class, () -> store.write(new Scope.Tenant("acme"), tx -> tx.update(
                "UPDATE tasks SET note_id = ?", note)));
        assertTrue(reference.getCause().getMessage().contains("foreign key"), reference.getCause().getMessage());
    }

    @Test
    void theRoleOwnsNothingAndCannotRewriteTheAudit() throws SQLException {
        assertEquals("toolbridge_api", store.read(Scope.PLATFORM, tx -> tx.first("SELECT current_user", row ->
                row.getString(1))).orElseThrow());
        for (var statement : List.of("DELETE FROM secret_access", "UPDATE secret_access SET by_credential = 'x'",
                "DELETE FROM migration", "ALTER TABLE notes DISABLE ROW LEVEL SECURITY", "DROP TABLE notes",
                "CREATE POLICY mine ON notes USING (true)")) {
            assertThrows(Outage.class, () -> store.write(Scope.PLATFORM, tx -> tx.update(statement)), statement);
        }
        try (var owner = bed.raw(); var statement = owner.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM notes")) {
            rows.next();
            assertEquals(0, rows.getInt(1), "not even the owner is free of it");
        }
    }
}
