package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Polling;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hosts start several copies of a bridge at once and kill some, also the one that signs in: still there is one
/// sign-in, one tab, and every copy that lives works. `-Dstorm.rounds` sets how often, `-Dstorm.command` names a
/// launcher to start them by; `scripts/bridge-storm` gives both.
class BridgeStormTest {

    /// When the copy that leads is killed.
    enum Moment { REGISTER, TAB, TOKEN, RESOURCE, METADATA, AUTHORIZED, ANSWERED, NEVER }

    private static final int COPIES = 5;
    private static final int SECONDS = 90;

    @TempDir
    Path folder;
    private final HttpClient browser = HttpClient.newHttpClient();

    @Test
    void oneSignIn_OneTab_AndEveryCopyThatLivesWorks() throws Exception {
        var rounds = Integer.getInteger("storm.rounds", 3);
        var told = new ArrayList<String>();
        for (var round = 0; round < rounds; round++) {
            var moment = Moment.values()[round % Moment.values().length];
            told.add(round(Files.createDirectories(folder.resolve("round" + round)), moment));
        }
        if (rounds > 3) {
            told.forEach(System.out::println);
            System.out.println(rounds + " rounds: in each one tab, one sign-in, and every copy that lived worked");
        }
    }

    private String round(Path here, Moment moment) throws Exception {
        var began = System.nanoTime();
        var chosen = new AtomicBoolean();
        var killed = new CompletableFuture<Long>();
        var copies = new ArrayList<Process>();
        var door = new CompletableFuture<StormDoor>();
        StormDoor.Watch watch = (at, port) -> {
            if (at == moment && chosen.compareAndSet(false, true)) {
                kill(owner(copies, port, door.join().port()), killed);
                return false;
            }
            return true;
        };
        try (var server = new StormDoor(watch)) {
            door.complete(server);
            var path = script(here, server);
            synchronized (copies) {
                for (var number = 0; number < COPIES; number++) {
                    copies.add(start(here, number, server, path));
                }
            }
            var clients = copies.stream().map(copy -> new PipedClient(copy.getOutputStream(), copy.getInputStream()))
                    .toList();
            var working = new ArrayList<CompletableFuture<String>>();
            for (var client : clients) {
                working.add(CompletableFuture.supplyAsync(() -> works(client), task ->
                        Thread.ofVirtual().start(task)));
            }
            signIn(server, moment, killed);
            var dead = moment == Moment.NEVER ? 0 : killed.get(SECONDS, TimeUnit.SECONDS);
            for (var number = 0; number < COPIES; number++) {
                if (copies.get(number).pid() != dead) {
                    assertEquals("works", working.get(number).get(SECONDS, TimeUnit.SECONDS), errors(here));
                }
            }
            assertEquals(1, server.tabs.get(), "tabs, when killed at " + moment + errors(here));
            assertEquals(1, server.redeemed.get(), "sign-ins, when killed at " + moment);
            var memory = copies.stream().filter(Process::isAlive).mapToLong(BridgeStormTest::resident).max().orElse(0);
            return moment + ": " + copies.stream().filter(Process::isAlive).count() + " copies work, "
                    + (System.nanoTime() - began) / 1_000_000 + " ms, " + memory / 1024 + " MB at most";
        } finally {
            copies.forEach(Process::destroyForcibly);
        }
    }

    /// What a person and a browser do.
    private void signIn(StormDoor server, Moment moment, CompletableFuture<Long> killed) throws Exception {
        var tab = server.opened.poll(SECONDS, TimeUnit.SECONDS);
        assertNotNull(tab, "no browser was opened");
        if (moment == Moment.TAB) {
            kill(tab.owner(), killed);
        }
        var page = browser.send(HttpRequest.newBuilder(tab.address()).build(), HttpResponse.BodyHandlers.ofString());
        if (moment == Moment.AUTHORIZED) {
            kill(tab.owner(), killed);
        }
        var back = URI.create(page.headers().firstValue("location").orElseThrow());
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (true) {
            try {
                assertEquals(200, browser.send(HttpRequest.newBuilder(back).build(),
                        HttpResponse.BodyHandlers.ofString()).statusCode());
                break;
            } catch (ConnectException nobodyListens) {
                assertTrue(System.nanoTime() < end, "nobody took the sign-in over");
                Polling.pause();
            }
        }
        if (moment == Moment.ANSWERED) {
            kill(tab.owner(), killed);
        }
    }

    private static String works(PipedClient client) {
        client.initialize("2025-11-25");
        var answer = client.ask("tools/call", "{\"name\":\"any\",\"arguments\":{}}");
        return answer.path("result").path("content").path(0).path("text").asString(answer.toString());
    }

    private static void kill(long pid, CompletableFuture<Long> killed) {
        var process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
        killed.complete(pid);
    }

    /// A browser that tells the door who started it.
    static Path script(Path here, StormDoor server) throws IOException {
        var bin = Files.createDirectories(here.resolve("bin"));
        for (var name : List.of("xdg-open", "open")) {
            var file = Files.writeString(bin.resolve(name), """
                    #!/usr/bin/env bash
                    exec 3<>/dev/tcp/127.0.0.1/%d
                    printf 'GET /tab HTTP/1.0\\r\\nX-Pid: %%s\\r\\nX-Url: %%s\\r\\n\\r\\n' "$PPID" "$1" >&3
                    cat <&3 >/dev/null
                    """.formatted(server.port()));
            assertTrue(file.toFile().setExecutable(true));
        }
        return bin;
    }

    private static Process start(Path here, int number, StormDoor server, Path bin) throws IOException {
        var launcher = System.getProperty("storm.command", "");
        var command = new ArrayList<>(launcher.isEmpty() ? List.of(Path.of(System.getProperty("java.home"), "bin",
                "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp",
                System.getProperty("java.class.path"), BridgeProcess.class.getName()) : List.of(launcher, "bridge"));
        command.add(server.origin() + "/mcp");
        var builder = new ProcessBuilder(command).redirectError(here.resolve("err" + number).toFile());
        builder.environment().putAll(Map.of("DOORWARDEN_SIGN_INS", here.resolve("credentials").toString(), "PATH",
                bin + ":" + System.getenv("PATH")));
        return builder.start();
    }

    private static String errors(Path here) throws IOException {
        var all = new StringBuilder();
        for (var number = 0; number < COPIES; number++) {
            all.append("\ncopy ").append(number).append(": ").append(Files.readString(here.resolve("err" + number)));
        }
        return all.toString();
    }

    /// Which of the copies holds the other end of a connection.
    private static long owner(List<Process> copies, int port, int door) {
        try {
            var ends = ":%04X [0-9A-F]+:%04X ".formatted(port, door);
            List<Process> all;
            synchronized (copies) {
                all = List.copyOf(copies);
            }
            for (var table : List.of("tcp", "tcp6")) {
                for (var line : Files.readAllLines(Path.of("/proc/net", table))) {
                    if (!line.matches(".*" + ends + ".*")) {
                        continue;
                    }
                    var socket = "socket:[" + line.strip().split("\\s+")[9] + "]";
                    for (var copy : all) {
                        if (holds(copy.pid(), socket)) {
                            return copy.pid();
                        }
                    }
                }
            }
            throw new IllegalStateException("no copy holds port " + port);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Whether anybody could connect to it now.
    static boolean listens(Process copy) throws IOException {
        for (var table : List.of("tcp", "tcp6")) {
            for (var line : Files.readAllLines(Path.of("/proc/net", table))) {
                var columns = line.strip().split("\\s+");
                if (columns[3].equals("0A") && holds(copy.pid(), "socket:[" + columns[9] + "]")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean holds(long pid, String socket) throws IOException {
        var folder = Path.of("/proc/" + pid + "/fd");
        if (!Files.exists(folder)) {
            return false;
        }
        try (var files = Files.list(folder)) {
            return files.anyMatch(file -> {
                try {
                    return Files.readSymbolicLink(file).toString().equals(socket);
                } catch (IOException closed) {
                    return false;
                }
            });
        }
    }

    /// In KiB; 0 where the system does not say.
    private static long resident(Process process) {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"), StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith("VmRSS")).map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(Long::parseLong).findFirst().orElse(0);
        } catch (IOException elsewhere) {
            return 0;
        }
    }
}
