package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.config.ConfigFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The engine behind tables in files is 70 MB of native code, which only those have in their process who use it.
final class EngineLoadedTest {

    private static final String SQL = """
            server: {port: 0}
            authorization: {mode: off}
            sources:
              notes:
                type: sql
                url: jdbc:sqlite:${config_dir}/notes.db
                tools: {count_notes: {description: Counts., statement: "select 1 as one"}}
            endpoints: {/mcp: {sources: [notes, builtin]}}
            """;
    private static final String FILES = """
            server: {port: 0}
            authorization: {mode: off}
            sources:
              notes:
                type: files
                datasets: {d: {files: [d.csv], columns: {x: {type: text}}}}
                tools: {rows: {kind: rows, dataset: d, description: Rows.}}
            endpoints: {/mcp: {sources: [notes]}}
            """;

    @TempDir
    private Path folder;

    /// The classes that a server has loaded when it is ready and ends.
    private List<String> loaded(String yaml) throws IOException, InterruptedException {
        Files.writeString(folder.resolve(ConfigFile.NAME), yaml.replace("${config_dir}", folder.toString()));
        Files.writeString(folder.resolve("d.csv"), "x\n1\n");
        Files.write(folder.resolve("notes.db"), new byte[0]);
        var log = folder.resolve("classes.log");
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xlog:class+load:file=" + log + ":none", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Doorwarden.class.getName(), "serve", folder.toString())
                .redirectError(folder.resolve("err.log").toFile()).start();
        try {
            var lines = new BufferedReader(process.inputReader());
            var line = lines.readLine();
            while (line != null && !line.startsWith("ready ")) {
                line = lines.readLine();
            }
            assertTrue(line != null, () -> read(folder.resolve("err.log")));
        } finally {
            process.destroy();
            assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        }
        var classes = new ArrayList<String>();
        Files.readAllLines(log).forEach(each -> classes.add(each.split(" ")[0]));
        assertTrue(classes.contains("io.github.doorwarden.app.Deployment"), "the log has classes");
        return classes.stream().filter(name -> name.startsWith("org.duckdb.")).toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void withoutASourceOfFilesNoneOfItIsLoaded_BesideOneOfSqlNeither() throws Exception {
        assertEquals(List.of(), loaded(SQL));
    }

    @Test
    void withOneItIsLoadedBeforeAnybodyCalls() throws Exception {
        assertTrue(loaded(FILES).contains("org.duckdb.DuckDBNative"));
    }
}
