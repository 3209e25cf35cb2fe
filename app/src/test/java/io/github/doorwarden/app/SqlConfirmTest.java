package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A statement that changes a file of SQLite, with `confirm: true`: from the preview to the row, exactly once, beside a
/// query of the same source.
final class SqlConfirmTest {

    @TempDir
    private Path folder;
    private Deployed deployed;

    @BeforeEach
    void open() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("notes.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("create table notes (id integer primary key, text text, pin text)");
        }
        deployed = Deployed.at(folder, """
                sources:
                  notes:
                    type: sql
                    url: jdbc:sqlite:notes.db
                    allow_writes: true
                    tools:
                      notes_add:
                        title: Add a note
                        description: Adds a note.
                        statement: insert into notes (text, pin) values (:text, :pin)
                        write: true
                        confirm: true
                        parameters: {text: {max_length: 20}, pin: {secret: true}}
                      notes_list:
                        description: Lists the notes.
                        statement: select text from notes order by id
                endpoints:
                  /mcp: {sources: [notes]}
                """);
    }

    @AfterEach
    void close() {
        deployed.close();
    }

    private JsonNode call(String tool, String arguments) {
        return deployed.modern("tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}")
                .path("result");
    }

    private String notes() {
        return call("notes_list", "{}").path("structuredContent").path("rows").toString();
    }

    @Test
    void theChangeWaitsForTheYes_AndHappensOnce() {
        var arguments = "{\"text\":\"buy milk\",\"pin\":\"canary-4711\"%s}";
        var preview = call("notes_add", arguments.formatted("")).path("content").path(0).path("text").asString();
        assertTrue(preview.startsWith("Add a note with {\n  \"text\" : \"buy milk\",\n  \"pin\" : \"(not "
                + "shown)\"\n}\n\n"
                + "Nothing was done yet."), preview);
        assertEquals("[]", notes());
        var confirmation = ",\"confirmation\":\"" + preview.substring(preview.lastIndexOf(' ') + 1) + "\"";
        assertTrue(call("notes_add", arguments.replace("milk", "wine").formatted(confirmation)).path("isError")
                .asBoolean(), "another note");
        var done = call("notes_add", arguments.formatted(confirmation));
        assertEquals("{\"affected_rows\":1}", done.path("structuredContent").toString());
        assertEquals("[[\"buy milk\"]]", notes());
        assertTrue(call("notes_add", arguments.formatted(confirmation)).path("isError").asBoolean(), "a second time");
        assertEquals("[[\"buy milk\"]]", notes());
    }

    @Test
    void listsSayWhatChangesAndWhatDoesNot() {
        var tools = deployed.modern("tools/list", "{}").path("result").path("tools");
        assertFalse(tools.path(0).path("annotations").path("readOnlyHint").asBoolean());
        assertTrue(tools.path(0).path("annotations").path("destructiveHint").asBoolean());
        assertTrue(tools.path(1).path("annotations").path("readOnlyHint").asBoolean());
        assertEquals("[\"columns\",\"rows\",\"row_count\"]", tools.path(1).path("outputSchema").path("required")
                .toString());
    }
}
