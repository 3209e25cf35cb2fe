package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.tidy.Polling;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// One deployment with a source of every kind, each twice: one that works and one or more that are dead. The dead ones
/// take nothing with them, say what is wrong, and are served as soon as they live.
final class EveryKindTest {

    private static final Path RESOURCES = Path.of("src/test/resources");
    /// What a server that was never seen before gets for its first list, a database that is away before it, and more.
    private static final Duration START = Duration.ofSeconds(25);
    private static final Duration LIST = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> FOLDERS = List.of("papers", "ours", "guides");

    /// @param arguments of a call
    /// @param answer    what is in the answer
    private record Said(String tool, String arguments, String answer) {}

    private static final List<Said> LIVE = List.of(new Said("api", "{}", "live"), new Said("rest", "{}", "live"),
            new Said("lite", "{}", "buy milk"), new Said("pg", "{}", "buy milk"), new Said("tables", "{}", "LHR-JFK"),
            new Said("papers_search", "{\"query\":\"lisbon\"}", "Lisbon"),
            new Said("ours_search_code", "{\"query\":\"basket total\"}", "Basket.java"),
            new Said("far_look", "{}", "it is live"), new Said("near_look", "{}", "it is live"));

    /// What the tools of dead ones say.
    private static final List<Said> DEAD = List.of(new Said("api_gone", "{}", "gone cannot be reached"),
            new Said("rest_gone", "{}", "gone cannot be reached"),
            new Said("lite_gone", "{}", "is not reachable"), new Said("pg_gone", "{}", "is not reachable"),
            new Said("tables_gone", "{}", "cannot be read at present"),
            new Said("tables_bad", "{}", "cannot be read at present"),
            new Said("tables_far", "{}", "cannot be read at present"),
            new Said("papers_far_search", "{\"query\":\"lisbon\"}", "cannot be reached"));

    /// What is called when they live.
    private static final List<Said> BACK = List.of(new Said("api_gone", "{}", "live"),
            new Said("rest_gone", "{}", "live"), new Said("lite_gone", "{}", "buy milk"),
            new Said("pg_gone", "{}", "buy milk"), new Said("tables_gone", "{}", "LHR-JFK"),
            new Said("tables_bad", "{}", "LHR-JFK"), new Said("tables_far", "{}", "LHR-JFK"),
            new Said("papers_far_search", "{\"query\":\"lisbon\"}", "Lisbon"),
            new Said("far_gone_look", "{}", "it is live"), new Said("near_gone_look", "{}", "it is live"),
            new Said("near_ends_look", "{}", "it is live"),
            new Said("papers_gone_search", "{\"query\":\"night trains\"}", "Trains"),
            new Said("ours_gone_search_code", "{\"query\":\"cart\"}", "Cart.java"));

    @TempDir
    private Path folder;
    private final Web web = new Web();
    private Deployment deployment;

    private void write(String at, String text) throws IOException {
        Files.createDirectories(folder.resolve(at).getParent());
        Files.writeString(folder.resolve(at), text);
    }

    private static void notes(String url, String user) throws SQLException {
        try (var connection = DriverManager.getConnection(url, user, ""); var made = connection.createStatement()) {
            made.executeUpdate("CREATE TABLE notes (text varchar(99))");
            made.executeUpdate("INSERT INTO notes VALUES ('buy milk')");
            if (!user.isEmpty()) {
                made.executeUpdate("CREATE ROLE reader LOGIN");
                made.executeUpdate("GRANT SELECT ON notes TO reader");
            }
        }
    }

    private static String postgres(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    private JsonNode rpc(String method, String params) {
        return web.post(deployment.endpoints().getFirst().toString(), "application/json",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}", "Accept",
                "application/json, text/event-stream", "MCP-Protocol-Version", "2025-06-18").expect(200).json();
    }

    private JsonNode call(String tool, String arguments) {
        var answer = rpc("tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
        assertTrue(answer.has("result"), tool + " " + answer);
        return answer.path("result");
    }

    private List<String> listed() {
        return rpc("tools/list", "{}").path("result").path("tools").valueStream().map(tool -> tool.path("name")
                .asString()).toList();
    }

    private static void soon(String what, BooleanSupplier condition) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            Polling.pause();
        }
    }

    private void answers(Said said, boolean error) {
        var result = call(said.tool, said.arguments);
        var text = result.path("content").path(0).path("text").asString();
        assertEquals(error, result.path("isError").asBoolean(false), said + " " + text);
        assertTrue(text.contains(said.answer), said + " " + text);
        assertFalse(text.contains("incident") || text.contains("Exception"), said + " " + text);
    }

    private boolean is(Said said) {
        var result = rpc("tools/call", "{\"name\":\"" + said.tool + "\",\"arguments\":" + said.arguments + "}")
                .path("result");
        return !result.path("isError").asBoolean(false) && result.toString().contains(said.answer);
    }

    private JsonNode health() {
        return web.get(deployment.endpoints().getFirst().resolve("/health").toString()).expect(200).json();
    }

    /// What is there for the live ones, and for those that die.
    private void fill() throws Exception {
        notes("jdbc:sqlite:" + folder.resolve("lite.db"), "");
        for (var each : List.of("", "-gone")) {
            write("papers" + each + "/air.md", "# Lisbon\nFares to Lisbon fell.");
            write("ours" + each + "/Basket.java", "final class Basket {\n    long total() {\n        return 0;\n"
                    + "    }\n}\n");
            write("guides" + each + "/talk" + each + "/SKILL.md", "---\nname: talk" + each
                    + "\ndescription: Talks.\n---\nSay it.\n");
        }
        write("data/fares.csv", Behind.FARES);
        write("data-bad/fares.csv", "way,price\nLHR-JFK,412.50\n");
        write("near.sh", Files.readString(RESOURCES.resolve("near.sh")));
        write("api.json", "{\"openapi\":\"3.0.3\",\"info\":{\"title\":\"t\",\"version\":\"1\"},\"paths\":{\"/item\":"
                + "{\"get\":{\"operationId\":\"item\",\"summary\":\"An item.\",\"responses\":{\"200\":"
                + "{\"description\":\"d\"}}}}}}");
    }

    private void configure(int live, int dead, int base, int deadBase) throws IOException {
        write(ConfigFile.NAME, Files.readString(RESOURCES.resolve("every-kind.yaml")).replace("LIVE", "" + live)
                .replace("DEADBASE", "" + deadBase).replace("DEAD", "" + dead).replace("BASE", "" + base));
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Test
    @Timeout(300)
    void whatIsDeadTakesNothingWithIt_SaysWhy_AndComesBack() throws Exception {
        try (var behind = Behind.open(); var database = EmbeddedPostgres.builder().start()) {
            notes(postgres(database.getPort()), "postgres");
            fill();
            var dead = Behind.freePort();
            var deadBase = Behind.freePort();
            configure(behind.port(), dead, database.getPort(), deadBase);
            var began = System.nanoTime();
            deployment = Deployment.start(ConfigFile.read(folder, Map.of(), name -> null), line -> { });
            assertTrue(since(began).compareTo(START) < 0, () -> "the start took " + since(began));
            dead();
            away();
            try (var alive = Behind.at(dead); var base = EmbeddedPostgres.builder().setPort(deadBase).start()) {
                notes(postgres(base.getPort()), "postgres");
                back();
                assertEquals(dead, alive.port());
            }
        } finally {
            if (deployment != null) {
                deployment.close();
            }
        }
    }

    private void dead() {
        var began = System.nanoTime();
        var listed = listed();
        assertTrue(since(began).compareTo(LIST) < 0, () -> "the list took " + since(began));
        LIVE.forEach(said -> assertTrue(listed.contains(said.tool), said + " is not listed: " + listed));
        DEAD.forEach(said -> assertTrue(listed.contains(said.tool), said + " is not listed: " + listed));
        LIVE.forEach(said -> answers(said, false));
        DEAD.forEach(said -> answers(said, true));
        soon("a repository that cannot be fetched", () -> is(new Said("ours_git_search_code",
                "{\"query\":\"basket total\"}", "Cannot be looked at now: shop.")));
        var unknown = rpc("tools/call", "{\"name\":\"far_gone_look\",\"arguments\":{}}");
        assertTrue(unknown.path("error").path("message").asString().startsWith("Unknown tool: far_gone_look."),
                unknown::toString);                              // nobody knows yet what it has
        var health = health();
        assertEquals("up", health.path("status").asString());
        assertEquals("{\"lite\":\"up\",\"lite_gone\":\"down\",\"pg\":\"up\",\"pg_gone\":\"down\",\"far\":\"up\","
                + "\"far_gone\":\"down\",\"far_endless\":\"up\",\"far_silent\":\"down\",\"near\":\"up\","
                + "\"near_gone\":\"down\",\"near_ends\":\"down\"}", health.path("sources").toString());
        for (var name : List.of("tables_gone", "tables_bad", "tables_far", "far_endless")) {
            assertTrue(health.path("warnings").path(name).asInt(0) > 0, health::toString);
        }
    }

    /// Folders that are gone after the start: what was read before is served.
    private void away() throws IOException {
        for (var each : FOLDERS) {
            Files.move(folder.resolve(each + "-gone"), folder.resolve(each + "-away"));
        }
        soon("a repository that is gone", () -> is(new Said("ours_gone_search_code", "{\"query\":\"basket total\"}",
                "Cannot be looked at now: shop.")));
        answers(new Said("ours_gone_search_code", "{\"query\":\"basket total\"}", "Basket.java"), false);
        answers(new Said("papers_gone_search", "{\"query\":\"lisbon\"}", "Lisbon"), false);
        LIVE.forEach(said -> answers(said, false));
    }

    private void back() throws Exception {
        notes("jdbc:sqlite:" + folder.resolve("lite-gone.db"), "");
        write("data-gone/fares.csv", Behind.FARES);
        write("data-bad/fares.csv", Behind.FARES);
        write("near-gone.sh", "#!/bin/sh\n" + Files.readString(RESOURCES.resolve("near.sh")));
        assertTrue(folder.resolve("near-gone.sh").toFile().setExecutable(true));
        write("near-ends.sh", Files.readString(RESOURCES.resolve("near.sh")));
        for (var each : FOLDERS) {
            Files.move(folder.resolve(each + "-away"), folder.resolve(each + "-gone"));
        }
        write("papers-gone/rail.md", "# Trains\nNight trains are back.");
        write("ours-gone/Cart.java", "final class Cart {}\n");
        for (var said : BACK) {
            soon(said + " is not served again", () -> is(said));
        }
        LIVE.forEach(said -> answers(said, false));
        var names = List.of("lite_gone", "pg_gone", "far_gone", "near_gone", "near_ends");
        soon("what is back is up", () -> names.stream().allMatch(name -> health().path("sources").path(name)
                .asString().equals("up")));
    }

    /// Without asking the deployment: what each has, as far as it is known, and the warnings.
    @Test
    void theListOfSourcesHasTheDeadOnesToo() throws Exception {
        fill();
        configure(1, 1, 1, 1);
        var began = System.nanoTime();
        var out = new StringWriter();
        var err = new StringWriter();
        assertEquals(0, Doorwarden.run(new String[] {"sources", "list", folder.toString(), "--json"},
                new PrintWriter(out, true), new PrintWriter(err, true)), err::toString);
        assertTrue(since(began).compareTo(START) < 0, () -> "it took " + since(began));
        var tools = out.toString().lines().map(Web.JSON::readTree).collect(Collectors.toMap(line -> line.path("source")
                .asString(), line -> line.path("tools").asString()));
        assertEquals(28, tools.size(), tools::toString);
        DEAD.forEach(said -> assertTrue(tools.entrySet().stream().anyMatch(source -> said.tool.startsWith(
                source.getKey()) && !source.getValue().equals("0")), said::toString));
        assertEquals("0", tools.get("far_gone"));
    }
}
