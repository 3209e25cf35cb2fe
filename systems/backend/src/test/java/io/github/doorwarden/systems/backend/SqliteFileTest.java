package io.github.doorwarden.systems.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteFileTest {

    @TempDir
    Path folder;
    private SqliteFile file;

    @BeforeEach
    void open() {
        file = SqliteFile.open(folder.resolve("rows.db"), connection -> update(connection,
                "CREATE TABLE row (n INTEGER)"));
    }

    @AfterEach
    void close() {
        file.close();
    }

    private static int update(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static int number(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private int rows() {
        return file.read(connection -> number(connection, "SELECT count(*) FROM row"));
    }

    @Test
    void whatFailsLeavesNothing() {
        assertThrows(IllegalStateException.class, () -> file.write(connection -> {
            update(connection, "INSERT INTO row VALUES (1)");
            throw new IllegalStateException("halfway");
        }));
        assertThrows(Outage.class, () -> file.note(connection -> update(connection, "INSERT INTO row VALUES (1)")
                + update(connection, "INSERT INTO nowhere VALUES (1)")));
        assertEquals(0, rows());
        assertEquals(1, file.<Integer>write(connection -> update(connection, "INSERT INTO row VALUES (1)")));
        assertEquals(1, rows());
    }

    @Test
    void whatMustBeKeptWaitsForTheDiskAndWhatMayBeLostDoesNot() {
        for (var round = 0; round < 2; round++) {
            assertEquals(1, file.<Integer>note(connection -> number(connection, "PRAGMA synchronous")));
            assertEquals(2, file.<Integer>write(connection -> number(connection, "PRAGMA synchronous")));
        }
    }

    @Test
    void readersSeeOneStateAndNeverWaitForTheWriter() throws Exception {
        var written = new CountDownLatch(1);
        var read = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writer = threads.submit(() -> file.<Integer>write(connection -> {
                var count = update(connection, "INSERT INTO row VALUES (1)");
                written.countDown();
                try {
                    read.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return count;
            }));
            written.await();
            assertEquals(0, rows());
            assertEquals(0, file.<Integer>read(connection -> {
                var before = number(connection, "SELECT count(*) FROM row");
                read.countDown();
                try {
                    writer.get();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                return before + number(connection, "SELECT count(*) FROM row");
            }));
        }
        assertEquals(1, rows());
    }

    @Test
    void aFileThatCannotBePreparedIsClosed() {
        var broken = folder.resolve("broken.db");
        assertThrows(Outage.class, () -> SqliteFile.open(broken, connection -> update(connection, "NONSENSE")));
        SqliteFile.open(broken).close();
    }
}
