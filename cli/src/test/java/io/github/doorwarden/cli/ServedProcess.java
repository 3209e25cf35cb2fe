package io.github.doorwarden.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// A deployment in a process of its own, started as somebody would start it, and commands in processes beside it.
final class ServedProcess implements AutoCloseable {

    private static final Pattern ADDRESS = Pattern.compile("https?://\\S+/authorize\\?\\S+");

    private final Process process;
    private final URI endpoint;
    private final Path console;

    private ServedProcess(Process process, URI endpoint, Path console) {
        this.process = process;
        this.endpoint = endpoint;
        this.console = console;
    }

    /// Waits for the line that says it is ready.
    static ServedProcess start(Path folder, Path state, Map<String, String> environment) throws IOException {
        var console = Files.createTempFile("doorwarden-console", ".txt");
        var builder = new ProcessBuilder(words("serve", folder.toString(), "--port", "0", "--set", "state=" + state))
                .redirectError(console.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var ready = out.readLine();
        if (ready == null || !ready.startsWith("ready ")) {
            process.destroyForcibly();
            throw new AssertionError(ready + "\n" + Files.readString(console));
        }
        return new ServedProcess(process, URI.create(ready.substring("ready ".length())), console);
    }

    private static List<String> words(String... words) {
        var all = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Doorwarden.class.getName()));
        all.addAll(List.of(words));
        return all;
    }

    /// The command line of a process beside it.
    String[] java(String... words) {
        return words(words).toArray(String[]::new);
    }

    URI endpoint() {
        return endpoint;
    }

    String origin() {
        return endpoint.getScheme() + "://" + endpoint.getAuthority();
    }

    /// What it said beside the line that it is ready.
    String console() {
        try {
            return Files.readString(console);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// The newest sign-in link that was printed for somebody.
    String link(String email) {
        var said = console();
        var from = said.lastIndexOf("Sign-in link for " + email);
        return said.substring(said.indexOf("http", from)).lines().findFirst().orElseThrow().strip();
    }

    /// Runs a command to its end.
    ///
    /// @param person visits the address that the command names; null: nobody has to
    Typed command(Consumer<URI> person, String... words) throws IOException, InterruptedException {
        var running = new ProcessBuilder(words(words)).start();
        var told = new StringBuilder();
        try (var lines = new BufferedReader(new InputStreamReader(running.getErrorStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                told.append(line).append('\n');
                var address = ADDRESS.matcher(line);
                if (address.find() && person != null) {
                    person.accept(URI.create(address.group()));
                }
            }
        }
        var out = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Typed(String.join(" ", words), running.waitFor(), out, told.toString());
    }

    /// As on Ctrl-C: it ends by itself.
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("it did not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        Files.deleteIfExists(console);
    }
}
