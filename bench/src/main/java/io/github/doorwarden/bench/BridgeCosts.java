package io.github.doorwarden.bench;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `scripts/bench bridge`: what `./doorwarden bridge` adds to a call, and what a copy of it costs. The same call goes
/// to the same server directly and through the bridge, in turns, so that a busy minute hits both alike.
public final class BridgeCosts {

    private static final int STARTS = 15;
    private static final int CALLS = 3_000;
    private static final int WARM = 500;
    private static final String CONFIGURATION = """
            server: {port: 0}
            authorization: {mode: "off"}
            limits: {calls_per_minute: 10000000, calls_per_tool_per_minute: 10000000}
            endpoints: {/mcp: {sources: [builtin]}}
            """;
    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":"
            + "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\","
            + "\"version\":\"1\"}}}";
    private static final String CALL = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
            + "{\"name\":\"doorwarden_whoami\",\"arguments\":{}}}";

    private final URI endpoint;
    private final HttpClient http = HttpClient.newHttpClient();

    private BridgeCosts(URI endpoint) {
        this.endpoint = endpoint;
    }

    /// @param arguments nothing
    public static void main(String[] arguments) throws Exception {
        var folder = Files.createTempDirectory("doorwarden-bridge-costs");
        Files.writeString(folder.resolve(ConfigFile.NAME), CONFIGURATION);
        try (var deployment = Deployment.start(ConfigFile.read(folder, Map.of(), name -> null), line -> { })) {
            var costs = new BridgeCosts(deployment.endpoints().getFirst());
            System.out.printf(Locale.ROOT, "load average %.1f%n", load());
            costs.starts();
            costs.calls();
            System.out.printf(Locale.ROOT, "load average %.1f%n", load());
        } finally {
            try (var all = Files.walk(folder)) {
                for (var path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
        System.exit(0);
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /// A copy of the bridge, as a host starts it.
    private static final class Copy implements AutoCloseable {

        private final Process process;
        private final BufferedReader out;

        Copy(URI endpoint) throws IOException {
            process = new ProcessBuilder("./doorwarden", "bridge", endpoint.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        JsonNode ask(String line) throws IOException {
            say(line);
            while (true) {
                var answer = out.readLine();
                if (answer == null) {
                    throw new IOException("The bridge ended.");
                }
                var message = JsonMapper.shared().readTree(answer);
                if (message.has("error")) {
                    throw new IOException(answer);
                }
                if (message.has("result")) {
                    return message;
                }
            }
        }

        void say(String line) throws IOException {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            process.destroyForcibly();
        }
    }

    private void starts() throws Exception {
        var first = new ArrayList<Double>();
        var resident = new ArrayList<Double>();
        for (var start = 0; start < STARTS; start++) {
            var began = System.nanoTime();
            try (var copy = new Copy(endpoint)) {
                copy.ask(INITIALIZE);
                first.add((System.nanoTime() - began) / 1e6);
                resident.add(Cpu.residentMiB(copy.process.pid()));
            }
        }
        System.out.printf(Locale.ROOT, "from the start of the process to the answer to initialize: %.0f ms, RSS then "
                + "%.0f MiB (medians of %d)%n", median(first), median(resident), STARTS);
    }

    private void calls() throws Exception {
        try (var copy = new Copy(endpoint)) {
            copy.ask(INITIALIZE);
            copy.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            var direct = new ArrayList<Double>();
            var bridged = new ArrayList<Double>();
            for (var call = -WARM; call < CALLS; call++) {
                var began = System.nanoTime();
                direct();
                var between = System.nanoTime();
                copy.ask(CALL);
                var end = System.nanoTime();
                if (call >= 0) {
                    direct.add((between - began) / 1e6);
                    bridged.add((end - between) / 1e6);
                }
            }
            System.out.printf(Locale.ROOT,
                    "a call, median of %d: %.2f ms directly, %.2f ms through the bridge: %.2f ms "
                    + "more, ratio %.2f; 95 of 100 below %.2f and %.2f ms; RSS afterwards %.0f MiB%n", CALLS,
                    median(direct), median(bridged), median(bridged) - median(direct), median(bridged) / median(direct),
                    most(direct), most(bridged), Cpu.residentMiB(copy.process.pid()));
        }
    }

    private void direct() throws IOException, InterruptedException {
        var answer = http.send(HttpRequest.newBuilder(endpoint).header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream").header("MCP-Protocol-Version", "2025-11-25")
                .POST(BodyPublishers.ofString(CALL)).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200 || !JsonMapper.shared().readTree(answer.body()).has("result")) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
    }

    private static double median(List<Double> values) {
        return Table.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double most(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() * 95 / 100);
    }
}
