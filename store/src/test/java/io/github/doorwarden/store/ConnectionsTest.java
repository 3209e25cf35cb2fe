package io.github.doorwarden.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

final class ConnectionsTest {

    @TempDir
    private Path folder;
    private Connections connections;

    @BeforeEach
    void open() throws SQLException {
        var source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + folder.resolve("a.db"));
        connections = new Connections(source);
    }

    @Test
    void oneAfterTheOtherUsesTheSame() throws SQLException {
        assertSame(taken(), taken());
    }

    @Test
    void soManyAtOnceEachHasItsOwn() throws Exception {
        var together = new CyclicBarrier(Limits.CONNECTIONS);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = IntStream.range(0, Limits.CONNECTIONS).mapToObj(i -> threads.submit(() ->
                    connections.use(connection -> {
                        await(together);
                        return connection;
                    }))).toList();
            var distinct = new java.util.HashSet<Connection>();
            for (Future<Connection> one : running) {
                distinct.add(one.get());
            }
            assertEquals(Limits.CONNECTIONS, distinct.size());
        }
    }

    @Test
    void oneThatFailedIsClosed_OneWhoseUserFailedIsKept() throws SQLException {
        var first = taken();
        assertThrows(IllegalStateException.class, () -> connections.use(connection -> {
            throw new IllegalStateException("on purpose");
        }));
        assertSame(first, taken());
        assertThrows(SQLException.class, () -> connections.use(connection ->
                connection.createStatement().execute("no such statement")));
        assertTrue(first.isClosed());
        assertNotSame(first, taken());
    }

    @Test
    void oneLeftInATransactionIsClosed() throws SQLException {
        var left = connections.use(connection -> {
            connection.setAutoCommit(false);
            return connection;
        });
        assertTrue(left.isClosed());
    }

    @Test
    void nothingIsOpenAfterTheEnd() throws SQLException {
        var inUse = connections.use(connection -> {
            connections.close();
            assertFalse(connection.isClosed(), "its user goes on");
            return connection;
        });
        assertTrue(inUse.isClosed());
        assertThrows(SQLException.class, this::taken);
    }

    private Connection taken() throws SQLException {
        return connections.use(connection -> connection);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
