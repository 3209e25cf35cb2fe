package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.store.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeopleTest {

    private static final String PASSWORD = "correct horse battery";

    @TempDir
    Path folder;

    private Database database;
    private People people;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("people.db"));
        people = new People(database, new HandClock());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void anAddressIsOnePersonHoweverItIsTyped() {
        var ada = people.add(" Ada@EXAMPLE.org ", "Ada", Optional.empty());
        assertEquals("ada@example.org", ada.email());
        assertEquals(Optional.of(ada), people.byEmail("ADA@example.ORG"));
        assertEquals(Optional.of(ada), people.find(ada.id()));
        assertThrows(PersonRefused.class, () -> people.add("ada@example.org", "Other", Optional.empty()));
        assertEquals(List.of(ada), people.list());
    }

    @Test
    void aDomainIsKeptInAscii() {
        assertEquals("a@xn--mnchen-3ya.de", people.add("a@münchen.de", "A", Optional.empty()).email());
    }

    @Test
    void whatIsNoAddressIsRefused() {
        for (var wrong : List.of("", "@", "ada", "ada@", "@example.org", "a b@example.org", "ada@exa mple.org",
                "ada@-x.org", "a\r\nb@example.org", "\u212Aim@example.org", "ad\u0130@example.org",
                "ada@example.org\u202e", "<script>@example.org", "a".repeat(65) + "@example.org", "a@"
                + "b".repeat(260))) {
            assertThrows(PersonRefused.class, () -> people.add(wrong, "X", Optional.empty()), wrong);
            assertTrue(people.byEmail(wrong).isEmpty(), wrong);
        }
    }

    @Test
    void anIdNeverReadsAsAClients() {
        for (var i = 0; i < 50; i++) {
            var id = people.add("p" + i + "@example.org", "P", Optional.empty()).id();
            assertTrue(id.matches("person_[A-Za-z0-9_-]{22}"), id);
        }
    }

    @Test
    void onlyTheRightPasswordSignsIn() {
        var ada = people.add("ada@example.org", "Ada", Optional.of(PASSWORD));
        people.add("none@example.org", "None", Optional.empty());
        assertEquals(Optional.of(ada), people.signIn("Ada@example.org", PASSWORD));
        assertTrue(people.signIn("ada@example.org", PASSWORD + "!").isEmpty());
        assertTrue(people.signIn("ada@example.org", "").isEmpty());
        assertTrue(people.signIn("ada@example.org", "x".repeat(5000)).isEmpty());
        assertTrue(people.signIn("nobody@example.org", PASSWORD).isEmpty());
        assertTrue(people.signIn("none@example.org", "").isEmpty());
        assertTrue(people.signIn("none@example.org", "the password of nobody").isEmpty());
    }

    @Test
    void composedAndDecomposedLettersAreTheSamePassword() {
        people.add("ada@example.org", "Ada", Optional.of("gr\u00fcne Wiesen"));
        assertTrue(people.signIn("ada@example.org", "gru\u0308ne Wiesen").isPresent());
    }

    @Test
    void aNewPasswordReplacesTheOldAndADisabledPersonHasNone() {
        var ada = people.add("ada@example.org", "Ada", Optional.of(PASSWORD));
        people.setPassword(ada.id(), "another long one");
        assertTrue(people.signIn("ada@example.org", PASSWORD).isEmpty());
        assertTrue(people.signIn("ada@example.org", "another long one").isPresent());
        people.disable(ada.id());
        assertTrue(people.find(ada.id()).orElseThrow().disabled());
        assertTrue(people.signIn("ada@example.org", "another long one").isEmpty());
        people.enable(ada.id());
        assertTrue(people.signIn("ada@example.org", "another long one").isPresent());
    }

    @Test
    void shortPasswordsAndUnknownPeopleAreRefusedInWords() {
        var why = assertThrows(PersonRefused.class, () -> people.add("ada@example.org", "Ada", Optional.of("short")));
        assertTrue(why.getMessage().contains("at least 10"), why.getMessage());
        assertThrows(PersonRefused.class, () -> people.setPassword("person_0", PASSWORD));
        assertThrows(PersonRefused.class, () -> people.disable("person_0"));
    }

    @Test
    void theDatabaseFileHoldsNoPassword() throws Exception {
        people.add("ada@example.org", "Ada", Optional.of("canary-of-a-password"));
        var stored = database.first("SELECT password FROM person", row -> row.getString(1)).orElseThrow();
        assertTrue(stored.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"), stored);
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                assertFalse(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
                        .contains("canary-of-a-password"));
            }
        }
        people.add("eve@example.org", "Eve", Optional.of("canary-of-a-password"));
        assertNotEquals(stored, database.first("SELECT password FROM person WHERE name = 'Eve'", row ->
                row.getString(1)).orElseThrow());
    }

    /// A table with a person's things that deleting does not know of would keep them, or forbid to delete.
    @Test
    void everyTableWithAPersonsThingsIsKnownToDeleting() {
        var tables = database.query("SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c "
                + "WHERE m.type = 'table' AND c.name = 'person_id' ORDER BY m.name", row -> row.getString(1));
        var known = new java.util.TreeSet<>(People.THEIRS);
        known.add("access_grant");
        assertEquals(List.copyOf(known), tables);
    }
}
