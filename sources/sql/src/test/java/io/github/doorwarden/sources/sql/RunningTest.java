package io.github.doorwarden.sources.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.sources.sql.SqlSettings.ToolSettings;
import io.github.doorwarden.tidy.Polling;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Statements that last, clients that go, pools that are empty, databases that are gone and come back.
final class RunningTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String BUSY =
            "select count(*)::text from pg_stat_activity where state = 'active' and query like '%%%s%%' and pid <> "
            + "pg_backend_pid()";

    @TempDir
    private Path folder;

    private static SqlSource slow(String marker, Duration timeout, int pool) {
        return new SqlSource("slow", Bed.settings(Bed.READER, ToolSettings.of("select pg_sleep(60) /* " + marker
                + " */", Map.of())).withTimeouts(SECOND, timeout).withPool(pool));
    }

    private static void await(String query, String answer) throws Exception {
        var until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!Bed.ask(query).equals(answer)) {
            assertTrue(System.nanoTime() < until, query);
            Polling.pause();
        }
    }

    private static FutureTask<ToolResult> calling(SqlSource source) {
        var task = new FutureTask<>(() -> Bed.call(source, "{}"));
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void atTheDeadlineTheStatementIsEnded_AndTheConnectionServesAgain() throws Exception {
        try (var source = slow("deadline-1", Duration.ofMillis(300), 1)) {
            for (var i = 0; i < 2; i++) {
                var before = System.nanoTime();
                var result = Bed.call(source, "{}");
                assertTrue(result.isError() && Bed.text(result)
                        .startsWith("The database had not answered within 0.3 s"),
                        Bed.text(result));
                assertTrue(System.nanoTime() - before < Duration.ofSeconds(20).toNanos());
            }
            assertEquals(0, source.active(false));
            await(BUSY.formatted("deadline-1"), "0");
        }
    }

    @Test
    void whenTheClientGoesTheStatementIsEndedToo() throws Exception {
        try (var source = slow("client-1", Duration.ofSeconds(60), 1)) {
            var thread = Thread.ofVirtual().unstarted(() -> {
                try {
                    Bed.call(source, "{}");
                } catch (Exception e) {
                    // interrupted, as it should
                }
            });
            thread.start();
            await(BUSY.formatted("client-1"), "1");
            thread.interrupt();
            await(BUSY.formatted("client-1"), "0");
            assertTrue(thread.join(Duration.ofSeconds(10)));
            assertEquals(0, source.active(false), "the connection was given back");
        }
    }

    @Test
    void anEmptyPoolSaysSo() throws Exception {
        try (var source = slow("pool-1", Duration.ofSeconds(60), 1)) {
            var first = calling(source);
            await(BUSY.formatted("pool-1"), "1");
            var second = Bed.call(source, "{}");
            assertTrue(second.isError() && Bed.text(second).startsWith("The database is busy with other calls"),
                    Bed.text(second));
            Bed.ask("select pg_terminate_backend(pid) from pg_stat_activity where query like '%pool-1%' and pid <> "
                    + "pg_backend_pid()");
            assertTrue(Bed.text(first.get()).contains("ended the work"), Bed.text(first.get()));
        }
    }

    @Test
    void aDeadDatabaseStopsNoStart_AndCallsSaySoWithoutItsAddress() throws Exception {
        try (var source = new SqlSource("dead", SqlSettings.of(Bed.url(freePort()), Bed.READER, folder,
                Map.of("tool", ToolSettings.of("select 1", Map.of()))).withTimeouts(SECOND, SECOND))) {
            source.start();
            assertEquals(1, source.things().tools().size());
            assertFalse(source.reachable());
            for (var i = 0; i < 2; i++) {
                var result = Bed.call(source, "{}");
                assertTrue(result.isError(), "no answer");
                assertTrue(Bed.text(result).startsWith("The database behind this tool is not reachable. Try again"),
                        Bed.text(result));
                assertFalse(Bed.text(result).contains("127.0.0.1") || Bed.text(result).contains("reader"));
            }
        }
    }

    @Test
    void aDatabaseThatComesBackServesAgain_AndItsRoleIsLookedAtFirst() throws Exception {
        var port = freePort();
        var data = folder.resolve("data").toFile();
        var settings = SqlSettings.of(Bed.url(port), Bed.READER, folder,
                Map.of("tool", ToolSettings.of("select id from fares where id = 1", Map.of())))
                .withTimeouts(SECOND, Duration.ofSeconds(5));
        try (var source = new SqlSource("returning", settings); var greedy = new SqlSource("greedy", new SqlSettings(
                settings.url(), Bed.ADMIN, folder, folder, 1, SECOND, SECOND, false, true, settings.tools()))) {
            source.start();
            greedy.start();
            try (var first = database(port, data)) {
                assertEquals(port, first.getPort());
                Bed.fill(port);
                await(source, "{\"columns\":[\"id\"]");
                await(greedy, "The database lets this tool do more than it should");
            }
            assertTrue(Bed.call(source, "{}").isError());
            try (var again = database(port, data)) {
                assertEquals(port, again.getPort());
                await(source, "{\"columns\":[\"id\"]");
                assertTrue(source.reachable());
            }
        }
    }

    /// The first calls may still meet what was before.
    private static void await(SqlSource source, String answer) throws Exception {
        var until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        for (var text = ""; !text.startsWith(answer); text = Bed.text(Bed.call(source, "{}"))) {
            assertTrue(System.nanoTime() < until, text);
        }
    }

    private static EmbeddedPostgres database(int port, java.io.File data) throws IOException {
        return EmbeddedPostgres.builder().setPort(port).setDataDirectory(data).setCleanDataDirectory(false).start();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void nothingOfACallIsLeftOnTheConnection() throws Exception {
        var tools = new java.util.LinkedHashMap<String, ToolSettings>();
        tools.put("set", ToolSettings.of("select set_config('work_mem', '77MB', false)", Map.of()));
        tools.put("get", ToolSettings.of("select current_setting('work_mem'), current_setting('statement_timeout'), "
                + "current_setting('transaction_read_only')", Map.of()));
        try (var source = new SqlSource("left", SqlSettings.of(Bed.url(), Bed.READER, folder, tools).withPool(1));
                var fresh = DriverManager.getConnection(Bed.url(), "postgres", "")) {
            Bed.call(source, "{}");
            var rows = source.things().tools().get(1).call(io.github.doorwarden.server.Call.trial(
                    io.github.doorwarden.identity.Caller.anonymous(), Bed.json("{}"), Map.of())).structured()
                    .orElseThrow().path("rows");
            assertEquals("[[\"4MB\",\"15s\",\"on\"]]", rows.toString());
            assertTrue(fresh.isValid(1));
        }
    }
}
