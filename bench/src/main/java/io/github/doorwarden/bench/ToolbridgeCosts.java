package io.github.doorwarden.bench;

import io.github.doorwarden.bench.ToolbridgeUser.Called;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `scripts/bench toolbridge`: many users at once of `systems/toolbridge`, started as it is delivered. What the API
/// itself took is read from its log, by the trace that leads from a user's call to it; the rest of a call is
/// Doorwarden's share, with both connections.
@Command(name = "scripts/bench toolbridge", mixinStandardHelpOptions = true, sortOptions = false, usageHelpWidth = 120,
        description = "Measures calls of many users of systems/toolbridge; fails when one of them fails.")
public final class ToolbridgeCosts implements Callable<Integer> {

    private static final List<String> PEOPLE = List.of("ada@acme.example", "ben@acme.example", "dana@globex.example",
            "gina@initech.example");
    private static final String PASSWORD = "front-door-demo";
    private static final int TOLD = 5;

    @Option(names = "--users", paramLabel = "N", defaultValue = "50", description = "at once (${DEFAULT-VALUE})")
    private int users;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "60",
            description = "how long with pauses, and without (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--warm", paramLabel = "S", defaultValue = "120",
            description = "before, without being counted (${DEFAULT-VALUE})")
    private int warm;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "4711", description = "of the users (${DEFAULT-VALUE})")
    private long seed;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    /// @param calls answered well
    private record Round(String name, List<Called> calls, double seconds) {}

    /// Exit code 0 when every call was answered well; 1 otherwise; 2 for wrong options.
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ToolbridgeCosts()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Door.prepare();
        tellLoad();
        var rounds = new ArrayList<Round>();
        ToolbridgeLog log;
        try (var door = Door.of(Path.of("systems/toolbridge"), "", "")) {
            // Four people are all these users, and a limit is one person's.
            try (var server = door.start(Map.of("TOOLBRIDGE_EMBEDDINGS", "hashed"), List.of(
                    "limits.calls_per_minute=100000000", "limits.calls_per_tool_per_minute=100000000",
                    "limits.concurrent_calls=10000")); var http = HttpClient.newHttpClient()) {
                var all = users(http, server.url());
                round("warm-up", all, warm, 0);
                rounds.add(round(users + " users, a second of thought between calls", all, seconds, 1_000));
                rounds.add(round(users + " users without a pause", all, seconds, 0));
            }
            log = ToolbridgeLog.read(door.state().resolve("toolbridge.log"));
        }
        for (var round : rounds) {
            print(round, log);
        }
        print("signature (verified, in one thread)", 1, SignatureCosts.millis());
        tellLoad();
        failures.stream().limit(TOLD).forEach(failure -> System.out.println("FAILED " + failure));
        System.out.println(failures.size() + " failures; the API refused " + log.refused() + " requests");
        return failures.isEmpty() && log.refused() == 0 ? 0 : 1;
    }

    private static void tellLoad() {
        System.out.printf(Locale.ROOT, "load average %.1f%n",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /// Each signs in for a token of their own.
    private List<ToolbridgeUser> users(HttpClient http, URI endpoint) throws Exception {
        var client = JsonMapper.shared().readTree(Counters.expect(201, http.send(HttpRequest.newBuilder(endpoint
                .resolve("/register")).header("Content-Type", "application/json").POST(BodyPublishers.ofString(
                "{\"client_name\":\"Bench\",\"token_endpoint_auth_method\":\"none\",\"redirect_uris\":[\""
                + SignIn.CALLBACK + "\"]}")).build(), BodyHandlers.ofString())).body()).path("client_id").asString();
        var browsers = new ArrayList<SignIn>();
        for (var person : PEOPLE) {
            browsers.add(SignIn.withPassword(new Counters("", endpoint), person, PASSWORD));
        }
        var all = new ArrayList<ToolbridgeUser>();
        for (var i = 0; i < users; i++) {
            var token = JsonMapper.shared().readTree(browsers.get(i % browsers.size()).tokens(client))
                    .path("access_token").asString();
            all.add(new ToolbridgeUser(http, endpoint, token, new Random(seed + i)));
        }
        return all;
    }

    /// @param thought milliseconds from an answer to the next call, between half and half as much again
    private Round round(String name, List<ToolbridgeUser> all, int seconds, int thought) throws Exception {
        var began = System.nanoTime();
        var until = began + TimeUnit.SECONDS.toNanos(seconds);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var user : all) {
                var pauses = new Random(seed + all.indexOf(user));
                threads.submit(() -> {
                    while (System.nanoTime() < until) {
                        if (thought > 0) {
                            Thread.sleep(thought / 2 + pauses.nextInt(thought));
                        }
                        try {
                            user.step();
                        } catch (IOException failed) {
                            failures.add(name + ": " + failed);
                        }
                    }
                    return null;
                });
            }
        }
        var calls = all.stream().flatMap(user -> user.called().stream()).toList();
        return new Round(name, calls, (System.nanoTime() - began) / 1e9);
    }

    private void print(Round round, ToolbridgeLog log) {
        var parts = round.calls.stream().flatMap(call -> log.part(call.trace()).stream()).toList();
        if (parts.size() < round.calls.size()) {
            failures.add((round.calls.size() - parts.size()) + " calls are not in the API's log with one session and "
                    + "one operation each.");
        }
        System.out.printf(Locale.ROOT, "%n%s: %d calls with %d tools in %.0f s, %.0f a second%n", round.name,
                round.calls.size(), round.calls.stream().map(Called::tool).distinct().count(), round.seconds,
                round.calls.size() / round.seconds);
        print("tool call", 150, figures(round.calls, Called::millis));
        print("the operation at the API", 100, figures(parts, ToolbridgeLog.Part::operation));
        print("the session at the API", 50, figures(parts, ToolbridgeLog.Part::session));
        print("hop: the call less what the API took", 10, figures(round.calls, call -> call.millis()
                - log.part(call.trace()).map(ToolbridgeLog.Part::both).orElse(0.0)));
    }

    private static <T> double[] figures(List<T> all, ToDoubleFunction<T> figure) {
        return all.stream().mapToDouble(figure).sorted().toArray();
    }

    /// @param bar    for the 95th percentile
    /// @param millis ascending
    private static void print(String name, int bar, double[] millis) {
        if (millis.length == 0) {
            System.out.printf("%-40s nothing measured%n", name);
            return;
        }
        System.out.printf(Locale.ROOT, "%-40s p50 %7.2f  p95 %7.2f  p99 %7.2f  longest %7.2f ms, bar %d: %s%n", name,
                Table.percentile(millis, 50), Table.percentile(millis, 95), Table.percentile(millis, 99),
                millis[millis.length - 1], bar,
                Table.percentile(millis, 95) < bar ? "met" : "MISSED");
    }
}
