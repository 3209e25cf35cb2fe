package io.github.doorwarden.systems.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How any backend starts and ends, seen on one that keeps a folder and does nothing else.
class BackendProcessTest {

    /// The process of this test.
    static final class Keeper {

        private record Kept(Path data, DataFolder folder) implements BackendProcess.Service {

            @Override
            public URI uri() {
                return URI.create("http://127.0.0.1:1");
            }

            @Override
            public void afterReady() {
                leave("after-ready");
            }

            @Override
            public void close() {
                leave("closed");
                folder.close();
            }

            private void leave(String trace) {
                try {
                    Files.createFile(data.resolve(trace));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        public static void main(String[] args) {
            BackendProcess.run(broken -> "The keeper cannot start: " + broken.getMessage(), () -> {
                var data = Arguments.of(args, new Arguments.Words("Usage: keeper", "No data.", "No port.")).data();
                if (data.endsWith("broken")) {
                    throw new Outage("The folder is broken.", new IOException("dust"));
                }
                return new Kept(data, DataFolder.take(data, "keeper.lock", "keeper"));
            });
        }
    }

    @TempDir
    Path temporary;
    private JavaProcesses processes;

    @BeforeEach
    void begin() {
        processes = new JavaProcesses(Keeper.class, temporary.resolve("stderr"), name -> false);
    }

    @AfterEach
    void end() {
        processes.close();
    }

    private Process start(String... arguments) throws IOException {
        return processes.start(Map.of(), arguments);
    }

    private String folder() {
        return temporary.resolve("deep/er").toString();
    }

    private String told() throws IOException {
        return Files.readString(temporary.resolve("stderr"));
    }

    @Test
    void oneReadyLineThenTheEndOfInputEndsIt() throws Exception {
        var process = start("--data", folder());
        var output = JavaProcesses.output(process);
        assertEquals("ready http://127.0.0.1:1", output.readLine());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(folder()))));
        process.getOutputStream().close();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        assertNull(output.readLine());
        assertTrue(Files.exists(Path.of(folder(), "after-ready")) && Files.exists(Path.of(folder(), "closed")));
    }

    @Test
    void onlyOneMayHaveTheFolderAndATermSignalEndsIt() throws Exception {
        var first = start("--data", folder());
        assertEquals("ready http://127.0.0.1:1", JavaProcesses.output(first).readLine());
        var second = start("--data", folder());
        assertTrue(second.waitFor(10, TimeUnit.SECONDS));
        assertEquals(1, second.exitValue());
        assertTrue(told().startsWith("The keeper cannot start: another keeper runs on " + folder()), told());
        first.destroy();
        assertTrue(first.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, first.exitValue());
    }

    @Test
    void whyItCannotStartIsToldInOneSentence() throws Exception {
        for (var wrong : Map.of("--date", "2 There is no option --date. Usage: keeper\n", "--data",
                "1 The keeper cannot start: The folder is broken.\n").entrySet()) {
            var process = start(wrong.getKey(), temporary.resolve("broken").toString());
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
            assertEquals(wrong.getValue(), process.exitValue() + " " + told());
        }
    }
}
