package io.github.doorwarden.systems.backend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The processes that a test starts, with its own class path. Those that still run at its end are ended.
public final class JavaProcesses implements AutoCloseable {

    private final List<Process> started = new ArrayList<>();
    private final Class<?> main;
    private final Path stderr;
    private final Predicate<String> hidden;

    /// @param stderr where the last process that was started wrote its errors
    /// @param hidden variables of the test's own environment that the processes are not to see
    public JavaProcesses(Class<?> main, Path stderr, Predicate<String> hidden) {
        this.main = main;
        this.stderr = stderr;
        this.hidden = hidden.or("JAVA_TOOL_OPTIONS"::equals);
    }

    public Process start(Map<String, String> environment, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectError(stderr.toFile());
        builder.environment().keySet().removeIf(hidden);
        builder.environment().putAll(environment);
        var process = builder.start();
        started.add(process);
        return process;
    }

    public static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// The URL in the line that says that calls are accepted.
    public static URI ready(BufferedReader output) throws IOException {
        var line = output.readLine();
        assertTrue(line != null && line.matches("ready http://127\\.0\\.0\\.1:[0-9]+"), line);
        return URI.create(line.substring("ready ".length()));
    }

    @Override
    public void close() {
        for (var process : started) {
            process.destroyForcibly().onExit().join();
        }
    }
}
