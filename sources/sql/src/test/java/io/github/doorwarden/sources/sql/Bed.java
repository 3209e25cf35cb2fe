package io.github.doorwarden.sources.sql;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.sources.sql.SqlSettings.Login;
import io.github.doorwarden.sources.sql.SqlSettings.ParameterSettings;
import io.github.doorwarden.sources.sql.SqlSettings.ToolSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A real PostgreSQL for all tests of this module, with a role that may only read, and calls of tools without a door.
final class Bed {

    static final Login READER = Login.of("reader", "canary-reader-4711");
    static final Login WRITER = Login.of("writer", "canary-writer-4711");
    static final Login ADMIN = Login.of("postgres", "");

    private Bed() {}

    private static final class Postgres {

        private static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                var server = EmbeddedPostgres.builder().start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        server.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
                fill(server.getPort());
                return server;
            } catch (IOException | SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static void fill(int port) throws SQLException {
        sql(port, """
                REVOKE CREATE ON SCHEMA public FROM PUBLIC;
                CREATE ROLE reader LOGIN PASSWORD 'canary-reader-4711';
                CREATE ROLE writer LOGIN PASSWORD 'canary-writer-4711';
                CREATE TABLE fares (id int PRIMARY KEY, tenant text NOT NULL, origin text, day date, price numeric(18,2),
                  tags text[], code uuid, at timestamptz, note jsonb, open boolean);
                INSERT INTO fares VALUES
                  (1, 'acme', 'LIS', '2026-03-01', 99.50, '{a,b}', '6f1a2c3e-5b7d-4e8f-9a0b-1c2d3e4f5a6b',
                    '2026-03-01 10:00:00+01', '{"seats": 3}', true),
                  (2, 'acme', 'OPO', '2026-03-02', 120.00, '{b}', null, null, null, false),
                  (3, 'bolt', 'LIS', '2026-03-03', 12345678901234.56, null, null, null, null, null);
                CREATE TABLE many AS SELECT i AS n, repeat('x', 50) AS text FROM generate_series(1, 1000) i;
                CREATE TABLE notes (id int PRIMARY KEY, text text);
                GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader, writer;
                GRANT INSERT, UPDATE, DELETE ON notes TO writer;
                """);
    }

    static int port() {
        return Postgres.SERVER.getPort();
    }

    static String url() {
        return url(port());
    }

    static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /// Statements of the database's administrator.
    static void sql(int port, String statements) throws SQLException {
        try (var connection = DriverManager.getConnection(url(port), "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }

    static String ask(String query) throws SQLException {
        try (var connection = DriverManager.getConnection(url(), "postgres", "");
                var statement = connection.createStatement(); var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    static SqlSettings settings(Login login, ToolSettings tool) {
        return SqlSettings.of(url(), login, Path.of(""), Map.of("tool", tool));
    }

    static SqlSource reader(String statement, Map<String, ParameterSettings> parameters) {
        return new SqlSource("test", settings(READER, ToolSettings.of(statement, parameters)));
    }

    static ObjectNode json(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json.replace('\'', '"'));
    }

    static ToolResult call(SqlSource source, String arguments) throws Exception {
        return call(source, arguments, Caller.anonymous());
    }

    static ToolResult call(SqlSource source, String arguments, Caller caller) throws Exception {
        return source.things().tools().getFirst().call(Call.trial(caller, json(arguments), Map.of()));
    }

    static String text(ToolResult result) {
        return result.content().getFirst().path("text").asString();
    }

    /// What one query answers, from a source of its own.
    static JsonNode answer(String statement, Map<String, ParameterSettings> parameters, String arguments)
            throws Exception {
        try (var source = reader(statement, parameters)) {
            var result = call(source, arguments);
            if (result.isError()) {
                throw new AssertionError(text(result));
            }
            return result.structured().orElseThrow();
        }
    }

    static String rows(String statement, Map<String, ParameterSettings> parameters, String arguments)
            throws Exception {
        return answer(statement, parameters, arguments).path("rows").toString();
    }
}
