package io.github.doorwarden.cli.systems;

import io.github.doorwarden.client.ClientOptions;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.oauth.OAuthAuthorization;
import io.github.doorwarden.client.oauth.OAuthSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// One of the delivered systems, started as a user starts it: a process with the words of `./doorwarden serve`, on a
/// free port and with its state in a folder of the test. Closing it sends SIGTERM and demands exit code 0.
public final class RunningSystem implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration END_WITHIN = Duration.ofSeconds(20);

    private final Path folder;
    private final Path work;
    private final Process process;
    private final List<String> console;
    private final URI endpoint;

    private RunningSystem(Path folder, Path work, Process process, List<String> console, URI endpoint) {
        this.folder = folder;
        this.work = work;
        this.process = process;
        this.console = console;
        this.endpoint = endpoint;
    }

    /// @param name        of a folder in `systems`, or a path below it such as `inspector/three-ports`
    /// @param work        folder of the test: state, sign-ins
    /// @param environment of the process, beside the usual one
    /// @param words       further words of the command line, such as `--set`, `key=value`
    public static RunningSystem start(String name, Path work, Map<String, String> environment, String... words)
            throws IOException {
        var folder = Path.of("..", "systems").resolve(name);
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders",
                "-XX:Tier3InvocationThreshold=1000", "-XX:Tier3MinInvocationThreshold=500",
                "-XX:Tier3CompileThreshold=4000", "-XX:Tier4InvocationThreshold=20000",
                "-XX:Tier4MinInvocationThreshold=5000", "-XX:Tier4CompileThreshold=40000",
                "-XX:Tier4BackEdgeThreshold=400000",             // as the launcher has them
                "-cp", System.getProperty("java.class.path"),
                "io.github.doorwarden.cli.Doorwarden", "serve", folder.toString(), "--port", "0", "--set", "state="
                + work.resolve("state").toAbsolutePath()));
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("DOORWARDEN_"));
        builder.environment().putAll(environment);
        var process = builder.start();
        var console = new CopyOnWriteArrayList<String>();
        Thread.ofPlatform().daemon().start(() -> lines(process.getErrorStream(), console, new CompletableFuture<>()));
        var ready = new CompletableFuture<String>();
        Thread.ofPlatform().daemon().start(() -> lines(process.getInputStream(), new CopyOnWriteArrayList<>(), ready));
        try {
            var endpoint = ready.get(READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            return new RunningSystem(folder, work, process, console, URI.create(endpoint));
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new AssertionError("It was not ready: " + String.join("\n", console), e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void lines(InputStream from, List<String> kept, CompletableFuture<String> ready) {
        try (var lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (kept) {
                    kept.add(line);
                    kept.notifyAll();
                }
                if (line.startsWith("ready ")) {
                    ready.complete(line.substring("ready ".length()).strip());
                }
            }
            ready.completeExceptionally(new IOException("it ended"));
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    /// As it was printed behind `ready`.
    public URI endpoint() {
        return endpoint;
    }

    public String origin() {
        return endpoint.getScheme() + "://" + endpoint.getRawAuthority();
    }

    /// The folder in `systems`.
    public Path folder() {
        return folder;
    }

    public Path state() {
        return work.resolve("state");
    }

    public Process process() {
        return process;
    }

    /// What it has said to a person so far, logs included.
    public List<String> console() {
        return List.copyOf(console);
    }

    /// Waits until a line is there that has this in it, and returns the last such.
    public String told(Pattern words) throws InterruptedException {
        var until = System.nanoTime() + READY_WITHIN.toNanos();
        synchronized (console) {
            while (System.nanoTime() < until) {
                var found = console.stream().filter(line -> words.matcher(line).find())
                        .reduce((first, second) -> second);
                if (found.isPresent()) {
                    return found.get();
                }
                console.wait(1 + (until - System.nanoTime()) / 1_000_000);
            }
        }
        throw new AssertionError("nothing was said of " + words + ": " + String.join("\n", console));
    }

    /// A client of our own library that comes in with this person, by discovery alone, and asks for what it is told to.
    public McpClient connect(Person person, String... scopes) throws McpFailure, InterruptedException {
        return connect(person, options -> options, scopes);
    }

    /// @param more what else the client shall be or do
    public McpClient connect(Person person, UnaryOperator<ClientOptions> more, String... scopes) throws McpFailure,
            InterruptedException {
        return connect(endpoint, person, more, scopes);
    }

    /// At another endpoint of the same system.
    public McpClient connect(URI other, Person person, UnaryOperator<ClientOptions> more, String... scopes)
            throws McpFailure, InterruptedException {
        return McpClient.connect(other, more.apply(ClientOptions.PLAIN.named("system-test", "1")
                .within(Duration.ofSeconds(60)).with(authorization(other, person, scopes))));
    }

    /// Sign-ins lie in a folder of that person, so that nobody has another's.
    public OAuthAuthorization authorization(URI other, Person person, String... scopes) {
        var settings = OAuthSettings.of(other, work.resolve("sign-ins-" + person.email()), InstantSource.system(),
                "System test").with(OAuthSettings.Keys.FILE)
                .with((io.github.doorwarden.client.oauth.Browser) person).withNotices(line -> { })
                .withScopes(List.of(scopes));
        return OAuthAuthorization.open(settings);
    }

    /// Ends it as an operator would.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_WITHIN)) {
                process.destroyForcibly();
                throw new AssertionError("It did not end within " + END_WITHIN);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        if (process.exitValue() != 0) {
            throw new AssertionError("It ended with " + process.exitValue() + ": " + String.join("\n", console));
        }
        try (var left = Files.exists(state()) ? Files.list(state()) : java.util.stream.Stream.<Path>empty()) {
            var running = left.filter(file -> file.toString().endsWith(".running")).toList();
            if (!running.isEmpty()) {
                throw new AssertionError("Companions were left behind: " + running);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
