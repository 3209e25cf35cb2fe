package io.github.doorwarden.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Compares an MCP endpoint with the [Floor]: both run at once and are sampled in turn, in reversed order every other
/// round, so that what else the machine does hits both alike. Prints medians; they mean something only beside each
/// other.
@Command(name = "scripts/bench", mixinStandardHelpOptions = true, sortOptions = false, usageHelpWidth = 120,
        description = {
    "Measures authenticated tools/call requests against the floor: a bare Jetty handler with a token-cache hit.",
    "Without --endpoint and --deployment the floor is measured against itself; the ratio is then the noise."})
public final class Bench implements Callable<Integer> {

    private static final int WARM_UPS = 4;
    private static final int TOKEN_BYTES = 520;
    /// What `./doorwarden` starts its JVM with; the floor gets the same.
    private static final List<String> LAUNCHERS_JAVA = List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders",
            "-Xms64m", "-XX:Tier3InvocationThreshold=1000", "-XX:Tier3MinInvocationThreshold=500",
            "-XX:Tier3CompileThreshold=4000", "-XX:Tier4InvocationThreshold=20000",
            "-XX:Tier4MinInvocationThreshold=5000", "-XX:Tier4CompileThreshold=40000",
            "-XX:Tier4BackEdgeThreshold=400000");

    @Option(names = "--endpoint", paramLabel = "URL", description = "an MCP endpoint that already runs, http://...")
    private URI endpoint;

    @Option(names = "--pid", paramLabel = "PID", description = "its process, for the CPU column")
    private Long pid;

    @Option(names = "--deployment", paramLabel = "DIR", description =
            "start ./doorwarden serve DIR with a state of its own and get a token from it")
    private Path deployment;

    @Option(names = "--client", paramLabel = "ID", defaultValue = "bench",
            description = "its client with client credentials (${DEFAULT-VALUE})")
    private String client;

    @Option(names = "--token", paramLabel = "FILE", description = "the bearer token; the floor is given the same one")
    private Path tokenFile;

    @Option(names = "--tool", paramLabel = "NAME", defaultValue = "echo",
            description = "what is called (${DEFAULT-VALUE})")
    private String tool;

    /// Some 150 characters, as a short answer of a real tool has; both sides answer with equally many bytes.
    @Option(names = "--arguments", paramLabel = "JSON", description = "its arguments; the answer must never change",
            defaultValue = "{\"message\":\"The quick brown fox jumps over the lazy dog and the doorwarden lets it in, "
                    + "for it has shown a token that is good for this door and for no other door.\"}")
    private String arguments;

    @Option(names = "--revision", paramLabel = "DATE", defaultValue = "2025-06-18",
            description = "protocol revision (${DEFAULT-VALUE})")
    private String revision;

    @Option(names = "--connections", paramLabel = "N", defaultValue = "32",
            description = "in a closed loop (${DEFAULT-VALUE})")
    private int connections;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5",
            description = "samples of each (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "5",
            description = "length of a sample (${DEFAULT-VALUE})")
    private double seconds;

    @Option(names = "--java", paramLabel = "OPTIONS", defaultValue = "",
            description = "JVM options of both sides, beside those of ./doorwarden")
    private String java;

    @Option(names = "--starts", paramLabel = "N", defaultValue = "0",
            description = "measure so many starts of the deployment too (${DEFAULT-VALUE})")
    private int starts;

    @Option(names = "--least", paramLabel = "RATIO", defaultValue = "0",
            description = "fail when the endpoint's share of the floor's throughput is lower")
    private double least;

    /// What is called, but for where and with which token.
    record Call(String tool, String arguments, String revision) {

        Target target(URI url, String token) {
            return new Target(url, token, tool, arguments, revision);
        }
    }

    private record Side(String name, Load load, OptionalLong pid, List<Sample> samples) {}

    /// Exit code 0 when every answer was right and the ratio is no lower than asked for; 1 otherwise; 2 for wrong
    /// options.
    public static void main(String[] arguments) {
        var command = new CommandLine(new Bench());
        command.setExecutionExceptionHandler((failure, line, parsed) -> {
            System.err.println("scripts/bench: " + failure.getMessage());
            return 1;
        });
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        var token = Files.createTempFile("bench", ".token");
        try {
            if (deployment != null) {
                try (var door = Door.of(deployment, client, java)) {
                    return behind(door, token);
                }
            }
            Files.writeString(token, tokenFile == null ? freshToken() : Files.readString(tokenFile).strip());
            if (endpoint != null) {
                return compare(token, "endpoint", endpoint, pid == null ? OptionalLong.empty() : OptionalLong.of(pid));
            }
            try (var again = floor(token)) {
                return compare(token, "floor again", again.url(), OptionalLong.of(again.pid()));
            }
        } finally {
            Files.delete(token);
        }
    }

    private int behind(Door door, Path token) throws Exception {
        int code;
        Door.prepare();
        try (var server = door.start()) {
            Files.writeString(token, door.token(server.url()));
            var idle = Cpu.residentMiB(server.pid());
            code = compare(token, "doorwarden", server.url(), OptionalLong.of(server.pid()));
            System.out.printf(Locale.ROOT, "%nRSS MiB: %.0f after the start, %.0f after the load%n", idle,
                    Cpu.residentMiB(server.pid()));
        }
        if (starts > 0) {
            new Starts(door, Files.readString(token), what()).measure(starts);
        }
        return code;
    }

    private Call what() {
        return new Call(tool, arguments, revision);
    }

    private Started floor(Path token) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(LAUNCHERS_JAVA);
        if (!java.isBlank()) {
            command.addAll(List.of(java.strip().split("\\s+")));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Floor.class.getName(), "0",
                token.toString()));
        return Started.run(command, Map.of(), Path.of("bench/target/floor.log"));
    }

    /// As long as an RS256 access token with ten claims: half the price of a call with a token is reading its header.
    private static String freshToken() {
        var bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private int compare(Path token, String name, URI url, OptionalLong process) throws Exception {
        var bearer = Files.readString(token);
        try (var floor = floor(token);
                var floorLoad = new Load(what().target(floor.url(), bearer), connections);
                var load = new Load(what().target(url, bearer), connections)) {
            var sides = List.of(new Side("floor", floorLoad, OptionalLong.of(floor.pid()), new ArrayList<>()),
                    new Side(name, load, process, new ArrayList<>()));
            return measure(sides);
        }
    }

    private int measure(List<Side> sides) {
        for (var i = 0; i < WARM_UPS; i++) {
            sides.forEach(side -> side.load.run(seconds, side.pid));
        }
        var order = new ArrayList<>(sides);
        for (var round = 1; round <= rounds; round++) {
            System.err.println("round " + round + " of " + rounds);
            order.forEach(side -> side.samples.add(side.load.run(seconds, side.pid)));
            Collections.reverse(order);
        }
        var rows = sides.stream().map(side -> new Table.Row(side.name, side.samples)).toList();
        var ratio = Table.print(rows);
        var wrong = rows.stream().mapToLong(Table.Row::wrong).sum();
        if (wrong > 0) {
            System.err.println("scripts/bench: " + wrong + " answers were wrong, so the figures mean nothing.");
        } else if (ratio < least) {
            System.err.printf(Locale.ROOT, "scripts/bench: %.2f of the floor's throughput, %.2f is the least.%n",
                    ratio, least);
        }
        return wrong > 0 || ratio < least ? 1 : 0;
    }
}
