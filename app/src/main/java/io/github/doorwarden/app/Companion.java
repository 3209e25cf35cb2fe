package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.Variables;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A process that belongs to a deployment, for example the backend of a demo system: it prints `ready <address>` on its
/// standard output when it accepts calls, and ends when its standard input closes, so that it cannot outlive us however
/// we end. What it writes to its standard error goes to a file in the state folder.
final class Companion implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);
    private static final int LINES_OF_LOG_SHOWN = 12;
    private static final long LOG_BYTES_MOST = 1 << 20;

    private final String name;
    private final Process process;
    private final String address;

    private Companion(String name, Process process, String address) {
        this.name = name;
        this.process = process;
        this.address = address;
    }

    /// Starts it and waits until it is ready.
    ///
    /// @throws StartFailure with what it last said
    static Companion start(Config.CompanionConfig config, Variables variables, Path state) {
        var log = state.resolve(config.name() + ".log");
        try {
            Files.createDirectories(state);
            var builder = new ProcessBuilder(command(config, variables)).redirectError(log(log));
            builder.environment().remove(Deployment.TOKEN);             // the caller's own, and nobody else's
            config.environment().forEach((key, value) -> builder.environment().put(key, variables.resolve(value)));
            var process = builder.start();
            var ready = CompletableFuture.supplyAsync(() -> readyLine(process), task -> Thread.ofVirtual().start(task));
            try {
                return new Companion(config.name(), process, ready.get(READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
            } catch (ExecutionException | TimeoutException e) {
                process.destroyForcibly();
                throw new StartFailure("The companion " + config.name() + " did not become ready. It last said ("
                        + log + "):\n"
                        + tail(log));
            }
        } catch (IOException e) {
            throw new StartFailure("The companion " + config.name() + " cannot be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("Interrupted while the companion " + config.name() + " was starting.");
        }
    }

    /// Goes on after what is there: another process may serve the same deployment and have a companion of its own.
    /// Begins anew when there is much.
    private static ProcessBuilder.Redirect log(Path file) throws IOException {
        return Files.exists(file) && Files.size(file) < LOG_BYTES_MOST ? ProcessBuilder.Redirect.appendTo(file.toFile())
                : ProcessBuilder.Redirect.to(file.toFile());
    }

    private static List<String> command(Config.CompanionConfig config, Variables variables) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(java, "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx256m"));
        var archive = System.getProperty("doorwarden.companion.archive");
        if (archive != null) {
            command.addAll(List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), config.main()));
        config.arguments().forEach(argument -> command.add(variables.resolve(argument)));
        return command;
    }

    private static String readyLine(Process process) {
        try {
            var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ready ")) {
                    Thread.ofVirtual().start(() -> drain(lines));
                    return line.substring("ready ".length()).strip();
                }
            }
            throw new IllegalStateException("It ended before it was ready.");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void drain(BufferedReader lines) {
        try (lines) {
            while (lines.readLine() != null) {
                continue;
            }
        } catch (IOException ended) {
            return;
        }
    }

    private static String tail(Path log) throws IOException {
        var lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_OF_LOG_SHOWN), lines.size()));
    }

    String name() {
        return name;
    }

    /// As it said in its `ready` line.
    String address() {
        return address;
    }

    boolean alive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_WITHIN)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
