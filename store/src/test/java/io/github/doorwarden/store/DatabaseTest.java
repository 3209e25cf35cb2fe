package io.github.doorwarden.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;

final class DatabaseTest {

    @TempDir
    private Path folder;
    private Path file;
    private Database database;

    @BeforeEach
    void open() {
        file = folder.resolve("new folder/the store & more.db");
        database = Database.open(file);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theFileIsItsOwnersAlone() throws Exception {
        database.update("INSERT INTO person (id, email, name, created_at) VALUES ('1', 'a@b.c', 'A', 1)");

        for (var name : new String[] {"", "-wal", "-shm"}) {
            var rights = Files.getPosixFilePermissions(file.resolveSibling(file.getFileName() + name));
            assertEquals("rw-------", PosixFilePermissions.toString(rights), "the file " + name);
        }
    }

    @Test
    void everyConnectionHasTheSettingsThatSafetyRestsOn() {
        assertEquals("wal", pragma("journal_mode"));
        assertEquals("2", pragma("synchronous"), "FULL");
        assertEquals("1", pragma("foreign_keys"));
        assertEquals("10000", pragma("busy_timeout"));
        database.transaction(tx -> {
            assertEquals("1", tx.first("PRAGMA foreign_keys", row -> row.getString(1)).orElseThrow());
            assertEquals("2", tx.first("PRAGMA synchronous", row -> row.getString(1)).orElseThrow());
            return null;
        });
    }

    private String pragma(String name) {
        return database.first("PRAGMA " + name, row -> row.getString(1)).orElseThrow();
    }

    @Test
    void aForeignKeyIsEnforced() {
        assertThrows(StoreOutage.class, () -> database.update(
                "INSERT INTO consent VALUES ('nobody', 'c', 'h', 'r', 's', 'd', 1, 2)"));
    }

    @Test
    void aTransactionHoldsTheWriterFromItsFirstRead() throws Exception {
        try (var other = another()) {
            database.transaction(tx -> {
                tx.query("SELECT 1 FROM person", row -> 1);
                var busy = assertThrows(SQLException.class, () -> begin(other));
                assertTrue(busy.getMessage().contains("SQLITE_BUSY"), busy.getMessage());
                return null;
            });
            begin(other);
        }
    }

    @Test
    void aWriterWaitsForAnotherProcess() throws Exception {
        try (var other = another(); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            begin(other);
            var entered = new CountDownLatch(1);
            var write = threads.submit(() -> {
                entered.countDown();
                return database.update("INSERT INTO spent (kind, issuer, id_hash, expires_at) VALUES ('k', 'i', x'00', "
                        + "1)");
            });
            entered.await();
            assertEquals(0, database.query("SELECT 1 FROM spent", row -> 1).size(), "reading does not wait");
            assertFalse(write.isDone());
            try (var commit = other.createStatement()) {
                commit.execute("COMMIT");
            }
            assertEquals(1, write.get());
        }
    }

    @Test
    void whatIsThrownRollsEverythingBack_AndTheConnectionIsGoodForTheNext() {
        assertThrows(IllegalStateException.class, () -> database.transaction(tx -> {
            tx.update("INSERT INTO spent (kind, issuer, id_hash, expires_at) VALUES ('k', 'i', x'00', 1)");
            throw new IllegalStateException("on purpose");
        }));
        assertEquals(0, database.query("SELECT 1 FROM spent", row -> 1).size());
        assertEquals(1, database.update(
                "INSERT INTO spent (kind, issuer, id_hash, expires_at) VALUES ('k', 'i', x'00', ?)",
                Instant.ofEpochMilli(7)));
        assertEquals(7L, database.first("SELECT expires_at FROM spent", row -> row.getLong(1)).orElseThrow());
    }

    @Test
    void aTransactionInsideATransactionIsRefusedAtOnceInsteadOfWaitingForItself() {
        var nested = assertThrows(IllegalStateException.class,
                () -> database.transaction(tx -> database.update("DELETE FROM spent")));
        assertTrue(nested.getMessage().contains("Use the one at hand"));
        assertEquals(0, database.update("DELETE FROM spent"), "the writer was let go");
    }

    @Test
    void aSingleUseThingIsTakenOnceByAHundredThreads() throws Exception {
        database.update("INSERT INTO spent (kind, issuer, id_hash, expires_at) VALUES ('k', 'i', x'00', 1)");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var taken = IntStream.range(0, 100)
                    .mapToObj(i -> threads.submit(() -> database.update("DELETE FROM spent WHERE id_hash = ?",
                    new byte[1])))
                    .toList();
            var sum = 0;
            for (Future<Integer> one : taken) {
                sum += one.get();
            }
            assertEquals(1, sum);
        }
    }

    @Test
    void aNameThatTheDriverWouldCutIsRefused() {
        assertThrows(StoreOutage.class, () -> Database.open(folder.resolve("store?cache=shared")));
    }

    @Test
    void aFileThatIsNoDatabaseIsAnOutageThatNamesIt() throws Exception {
        var text = folder.resolve("notes.txt");
        Files.writeString(text, "This is not a database, but it is long enough to be taken for one. ".repeat(100));

        var outage = assertThrows(StoreOutage.class, () -> Database.open(text));
        assertTrue(outage.getMessage().contains("notes.txt"), outage.getMessage());
    }

    private static void begin(Connection other) throws SQLException {
        try (var statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
        }
    }

    /// As another process would see the file.
    private Connection another() throws SQLException {
        var config = new SQLiteConfig();
        config.setBusyTimeout(0);
        return config.createConnection("jdbc:sqlite:" + file);
    }
}
