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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// A process that belongs to a deployment, for example the backend of a demo system: it prints `ready <address>` on its
/// standard output when it accepts calls, and ends when its standard input closes, so that it cannot outlive us however
/// we end. What it writes to its standard error goes to a file in the state folder.
final class Companion implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);
    static final String SAY = "say ";
    private static final int LINES_OF_LOG_SHOWN = 12;
    private static final long LOG_BYTES_MOST = 1 << 20;

    private final String name;
    private final ProcessHandle running;
    /// Null when it belongs to another process.
    private final Process own;
    private final Path card;
    private final String address;

    private Companion(String name, ProcessHandle running, Process own, Path card, String address) {
        this.name = name;
        this.running = running;
        this.own = own;
        this.card = card;
        this.address = address;
    }

    /// The one that another process has started for the same deployment and that still runs; empty when there is none.
    /// It ends when that process ends.
    static Optional<Companion> borrowed(Config.CompanionConfig config, Path state) {
        var card = card(config, state);
        try {
            var words = Files.exists(card) ? Files.readString(card).strip().split(" ", 3) : new String[0];
            if (words.length < 3) {
                return Optional.empty();
            }
            return ProcessHandle.of(Long.parseLong(words[0])).filter(ProcessHandle::isAlive)
                    .filter(handle -> words[1].equals(since(handle)))
                    .map(handle -> new Companion(config.name(), handle, null, card, words[2]));
        } catch (IOException | NumberFormatException unreadable) {
            return Optional.empty();
        }
    }

    /// Where it stands how a companion is reached: process id, when it began, address.
    private static Path card(Config.CompanionConfig config, Path state) {
        return state.resolve(config.name() + ".running");
    }

    /// A process id comes again; with this beside it, it does not.
    private static String since(ProcessHandle process) {
        return process.info().startInstant().map(begin -> Long.toString(begin.toEpochMilli())).orElse("unknown");
    }

    /// Starts it and waits until it is ready.
    ///
    /// @param console told what it has to say to a person: what follows `say ` on its standard output
    /// @throws StartFailure with what it last said
    static Companion start(Config.CompanionConfig config, Variables variables, Path state,
            Consumer<String> console) {
        var log = state.resolve(config.name() + ".log");
        try {
            Files.createDirectories(state);
            var builder = new ProcessBuilder(command(config, variables)).redirectError(log(log));
            builder.environment().remove(Deployment.TOKEN);             // the caller's own, and nobody else's
            config.deployment().ifPresent(folder -> CompanionDoor.tell(builder.environment(), folder,
                    state.resolve(config.name()), resolved(config.set(), variables)));
            config.environment().forEach((key, value) -> builder.environment().put(key, variables.resolve(value)));
            var process = builder.start();
            var ready = CompletableFuture.supplyAsync(() -> readyLine(process, console), task -> Thread.ofVirtual()
                    .start(task));
            try {
                var address = ready.get(READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
                var card = card(config, state);
                Files.writeString(card, process.pid() + " " + since(process.toHandle()) + " " + address);
                return new Companion(config.name(), process.toHandle(), process, card, address);
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
        command.addAll(List.of("-cp", System.getProperty("java.class.path"),
                config.deployment().isPresent() ? CompanionDoor.class.getName() : config.main()));
        config.arguments().forEach(argument -> command.add(variables.resolve(argument)));
        return command;
    }

    private static Map<String, String> resolved(Map<String, String> templates, Variables variables) {
        var all = new LinkedHashMap<String, String>();
        templates.forEach((key, value) -> all.put(key, variables.resolve(value)));
        return all;
    }

    private static String readyLine(Process process, Consumer<String> console) {
        try {
            var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ready ")) {
                    Thread.ofVirtual().start(() -> drain(lines, console));
                    return line.substring("ready ".length()).strip();
                }
                say(line, console);
            }
            throw new IllegalStateException("It ended before it was ready.");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void say(String line, Consumer<String> console) {
        if (line.startsWith(SAY)) {
            console.accept(line.substring(SAY.length()));
        }
    }

    private static void drain(BufferedReader lines, Consumer<String> console) {
        try (lines) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                say(line, console);
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
        return running.isAlive();
    }

    @Override
    public void close() {
        if (own == null) {
            return;
        }
        try {
            Files.deleteIfExists(card);
            own.getOutputStream().close();
            if (!own.waitFor(END_WITHIN)) {
                own.destroyForcibly();
            }
        } catch (IOException e) {
            own.destroy();
        } catch (InterruptedException e) {
            own.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
