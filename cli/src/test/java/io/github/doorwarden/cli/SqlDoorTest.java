package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Administration;
import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.StartFailure;
import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.app.config.ConfigMistakes;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The page about databases, done as it says: its role on a real PostgreSQL, its configuration, a client that signs its
/// person in, and the answer that it promises.
final class SqlDoorTest {

    private static final Path PAGE = Path.of("../docs/sources/sql.md");
    private static final String EXAMPLE = "{\"from\":\"2026-03-01\",\"until\":\"2026-03-31\",\"origin\":\"LIS\"}";

    private static EmbeddedPostgres database;

    @TempDir
    private Path folder;
    private final Web web = new Web();
    private Deployment deployment;
    private String origin;
    private Agent agent;
    private String token;

    @BeforeAll
    static void fill() throws IOException, SQLException {
        database = EmbeddedPostgres.builder().start();
        sql(block("sql"));
    }

    @AfterAll
    static void drop() throws IOException {
        database.close();
    }

    private static void sql(String statements) throws SQLException {
        try (var connection = database.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }

    private static String block(String language) throws IOException {
        var found = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(Files.readString(PAGE));
        assertTrue(found.find(), language);
        return found.group(1);
    }

    @BeforeEach
    void write() throws IOException {
        write("", "");
    }

    private void write(String piece, String becomes) throws IOException {
        var yaml = block("yaml doorwarden.yaml") + "server: {port: 0}\n";
        assertTrue(yaml.contains(piece), piece);
        Files.writeString(folder.resolve(ConfigFile.NAME), piece.isEmpty() ? yaml : yaml.replace(piece, becomes));
    }

    private Config config(Map<String, String> set) {
        return ConfigFile.read(folder, set, Map.of("FARES_DB_URL", "jdbc:postgresql://127.0.0.1:" + database.getPort()
                + "/postgres", "FARES_DB_PASSWORD", "change-me")::get);
    }

    private void start(Map<String, String> set) {
        var config = config(set);
        deployment = Deployment.start(config, line -> { });
        var endpoint = deployment.endpoints().getFirst().toString();
        origin = endpoint.substring(0, endpoint.length() - "/mcp".length());
        try (var administration = Administration.open(config(Map.of("server.public_origin", origin)))) {
            administration.addPerson(Door.EMAIL, "Ada", Door.PASSWORD);
        }
        agent = Agent.registered(web, origin, endpoint, "Stranger", "http://127.0.0.1:9/callback");
        token = agent.tokens(new Browser(web, origin), "fares:read").access();
    }

    @AfterEach
    void stop() {
        if (deployment != null) {
            deployment.close();
        }
    }

    private JsonNode call(String arguments) {
        return Agent.result(agent.modern(token, "tools/call", "fares_search",
                "{\"name\":\"fares_search\",\"arguments\":"
                + arguments + "}"));
    }

    private static String text(JsonNode result) {
        return result.path("content").path(0).path("text").asString();
    }

    @Test
    void theAnswerIsTheOneOfThePage_OverEveryRevision() throws IOException {
        start(Map.of());
        assertEquals(block("json").strip(), text(call(EXAMPLE)));
        var legacy = Agent.result(agent.call(token, "fares_search", EXAMPLE));
        assertEquals(2, legacy.path("structuredContent").path("row_count").asInt());
        var carriers = call(EXAMPLE.replace("\"origin\":\"LIS\"", "\"carriers\":[\"FR\"]"));
        assertEquals("[[3,\"OPO\",\"LIS\",\"2026-03-02\",\"FR\",19.99]]", carriers.path("structuredContent")
                .path("rows").toString(), "that of bolt is not there");
    }

    @Test
    void theOrganisationCannotBeForged_AndArgumentsAreHeldToTheSchema() {
        start(Map.of());
        for (var wrong : Map.of("\"tenant\":\"bolt\"", "tenant", "\"origin\":\"LIS' or 1=1 --\"", "origin",
                "\"skip\":-1", "skip", "\"carriers\":[\"XX\"]", "carriers", "\"from\":\"2026-02-30\"", "from")
                .entrySet()) {
            var result = call("{\"until\":\"2026-03-31\"," + (wrong.getKey().contains("from") ? ""
                    : "\"from\":\"2026-03-01\",") + wrong.getKey() + "}");
            assertTrue(result.path("isError").asBoolean(), result.toString());
            assertTrue(text(result).contains(wrong.getValue()) && !text(result).contains("17"), text(result));
        }
        var tool = Agent.result(agent.modern(token, "tools/list", "", "{}")).path("tools").path(0);
        assertEquals("[\"from\",\"until\"]", tool.path("inputSchema").path("required").toString());
        assertFalse(tool.toString().contains("tenant"), tool.toString());
        assertTrue(tool.path("annotations").path("readOnlyHint").asBoolean());
    }

    @Test
    void aDeadDatabaseLeavesTheRestStanding() {
        start(Map.of("sources.fares.url", "jdbc:postgresql://127.0.0.1:1/postgres", "sources.fares.connect_timeout",
                "1s"));
        var result = call(EXAMPLE);
        assertTrue(result.path("isError").asBoolean() && text(result).contains("not reachable"), result.toString());
        var health = web.get(origin + "/health").expect(200).json();
        assertEquals("up", health.path("status").asString());
        assertEquals("down", health.path("sources").path("fares").asString());
    }

    @Test
    void aRoleThatMayDoMoreStopsTheStart_WithTheRemedy() throws Exception {
        sql("GRANT DELETE ON fares TO fares_reader");
        try {
            var failure = assertThrows(StartFailure.class, () -> start(Map.of()));
            assertTrue(failure.getMessage()
                    .startsWith("The source fares cannot be used: the role that it signs in with "
                    + "may do more than read: it may change the table public.fares.")
                    && failure.getMessage().contains("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.fares FROM "
                    + "fares_reader"), failure.getMessage());
            Deployment.check(config(Map.of()));                  // asks no database
        } finally {
            sql("REVOKE DELETE ON fares FROM fares_reader");
        }
        start(Map.of());
    }

    @Test
    void mistakesInStatementsHaveTheirLineAndRemedy_WithoutADatabase() throws IOException {
        for (var mistake : Map.of("order by price, id", "order by price; delete from fares",
                "select id, origin", "delete from fares where id =",
                ":until\n", ":untill\n", "{origin} {carriers}", "{origin}",
                "tenant: {bind: caller.tenant}", "tenant: {bind: caller.shoe_size}",
                "${env:FARES_DB_URL}", "jdbc:postgresql://h/d?socketFactory=a.B",
                "default: 0, min: 0", "default: none").entrySet()) {
            write(mistake.getKey(), mistake.getValue());
            var found = assertThrows(ConfigMistakes.class, () -> config(Map.of()), mistake.getKey()).mistakes();
            assertEquals(1, found.size(), found.toString());
            assertTrue(found.getFirst().matches("(?s).*doorwarden.yaml:[0-9]+: sources\\.fares\\.(url|tools\\."
                    + "fares_search\\.(statement|parameters\\.(tenant\\.bind|skip\\.default))) .*"), found.toString());
        }
    }
}
