package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.McpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random operations by three tenants at once, through the door and straight at the API, against a model of each
/// worker. A short round in each build; `scripts/isolation --operations N` does longer ones. Every worker has its own
/// stream of chance; what others have made by then depends on how fast they were.
class ToolbridgeIsolationTest {

    private static final String PASSWORD = "front-door-demo";
    private static final Map<String, String> PEOPLE = new TreeMap<>(Map.of("acme", "ada@acme.example", "globex",
            "dana@globex.example", "initech", "gina@initech.example"));
    private static final int WORKERS_AT_API = 2;
    /// One operation in so many goes through the door, where each is several calls of the API.
    private static final int DOOR_SHARE = 8;
    private static final int PROGRESS_SECONDS = 10;

    @TempDir
    private Path work;

    @Test
    void noTenantReachesWhatIsAnothers() throws Exception {
        var operations = Integer.getInteger("isolation.operations", 600);
        var seed = Long.getLong("isolation.seed", 4711L);
        System.out.println("isolation: " + operations + " operations with seed " + seed);
        var tenancies = new Tenancies(seed, List.copyOf(PEOPLE.keySet()));
        var clients = new ArrayList<McpClient>();
        try (var system = RunningSystem.start("toolbridge", work, Map.of("TOOLBRIDGE_EMBEDDINGS", "hashed"),
                "--set", "limits.calls_per_minute=1000000", "--set", "limits.calls_per_tool_per_minute=1000000")) {
            try {
                run(tenancies, workers(system, tenancies, clients, operations, seed));
            } finally {
                clients.forEach(McpClient::close);
            }
        }
        System.out.print(tenancies.summary());
        System.out.println("isolation: no finding in " + tenancies.done() + " operations with seed " + seed);
        assertTrue(tenancies.count("API foreign id") + tenancies.count("door foreign id") > operations / 40,
                "too few tries: " + tenancies.summary());
        assertTrue(tenancies.done() >= operations * 9 / 10, "too few operations: " + tenancies.done());
    }

    /// All of them, until one finds something.
    private static void run(Tenancies tenancies, List<Callable<Void>> workers) throws Exception {
        var began = System.nanoTime();
        try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
            var all = new ExecutorCompletionService<Void>(threads);
            workers.forEach(all::submit);
            for (var left = workers.size(); left > 0;) {
                var ended = all.poll(PROGRESS_SECONDS, TimeUnit.SECONDS);
                var seconds = (System.nanoTime() - began) / 1e9;
                if (ended != null) {
                    left--;
                    try {
                        ended.get();
                    } catch (ExecutionException finding) {
                        threads.shutdownNow();
                        throw new AssertionError("isolation: " + finding.getCause(), finding.getCause());
                    }
                }
                System.out.printf("isolation: %d operations in %.0f s, %.0f a second%n", tenancies.done(), seconds,
                        tenancies.done() / seconds);
            }
        }
    }

    private static List<Callable<Void>> workers(RunningSystem system, Tenancies tenancies, List<McpClient> clients,
            int operations, long seed) throws Exception {
        var api = new ToolbridgeApi(system);
        var gateway = new ToolbridgeGateway(system, api);
        var keys = new TreeMap<String, SignedCaller.Key>();
        for (var tenant : PEOPLE.keySet()) {
            keys.put(tenant, gateway.key(tenant));
        }
        var forgeries = new Forgeries(keys, tenancies);
        var chances = new Random(seed);
        var workers = new ArrayList<Callable<Void>>();
        var door = Math.max(1, operations / DOOR_SHARE / PEOPLE.size());
        var straight = (operations - door * PEOPLE.size()) / PEOPLE.size() / WORKERS_AT_API;
        for (var each : PEOPLE.entrySet()) {
            var person = Person.of(each.getValue(), PASSWORD);
            var client = system.connect(person);
            clients.add(client);
            var through = new Isolation(each.getKey(), client, tenancies, workers.size(), new Random(chances
                    .nextLong()));
            workers.add(() -> {
                through.run(door);
                return null;
            });
            var token = gateway.token(person);
            var subject = ToolbridgeGateway.subject(token.get());
            for (var i = 0; i < WORKERS_AT_API; i++) {
                var chance = new Random(chances.nextLong());
                var straightAt = new IsolationOfApi(new SignedCaller(api, token, subject, keys.get(each.getKey()),
                        tenancies, chance), forgeries, tenancies, workers.size(), chance);
                workers.add(() -> {
                    straightAt.run(straight);
                    return null;
                });
            }
        }
        return workers;
    }
}
