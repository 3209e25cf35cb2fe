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
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
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

    private static final int WARM_UPS = 2;
    private static final int TOKEN_BYTES = 520;

    @Option(names = "--endpoint", paramLabel = "URL", description = "an MCP endpoint that already runs, http://...")
    private URI endpoint;

    @Option(names = "--pid", paramLabel = "PID", description = "its process, for the CPU column")
    private Long pid;

    @Option(names = "--deployment", paramLabel = "DIR", description = "start ./doorwarden serve DIR --port 0 instead")
    private Path deployment;

    @Option(names = "--token", paramLabel = "FILE", description = "the bearer token; the floor is given the same one")
    private Path tokenFile;

    @Option(names = "--tool", paramLabel = "NAME", defaultValue = "echo",
            description = "what is called (${DEFAULT-VALUE})")
    private String tool;

    /// With this message the floor's answer is 246 bytes long, as in earlier comparisons.
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

    @Option(names = "--floor-java", paramLabel = "OPTIONS", defaultValue = "-Xmx512m",
            description = "JVM options of the floor; give it those of the other side (${DEFAULT-VALUE})")
    private String floorJava;

    @Option(names = "--least", paramLabel = "RATIO", defaultValue = "0",
            description = "fail when the endpoint's share of the floor's throughput is lower")
    private double least;

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
        var file = tokenFile == null ? freshToken() : tokenFile;
        var token = Files.readString(file).strip();
        var started = new ArrayList<Started>();
        var sides = new ArrayList<Side>();
        try {
            var floor = start(started, floor(file));
            sides.add(side("floor", floor.url(), token, OptionalLong.of(floor.pid())));
            if (endpoint != null) {
                sides.add(side("endpoint", endpoint, token, pid == null ? OptionalLong.empty() : OptionalLong.of(pid)));
            } else {
                var other = start(started, deployment == null ? floor(file)
                        : List.of("./doorwarden", "serve", deployment.toString(), "--port", "0"));
                sides.add(side(deployment == null ? "floor again" : "doorwarden", other.url(), token,
                        OptionalLong.of(other.pid())));
            }
            return measure(sides);
        } finally {
            for (var side : sides) {
                side.load.close();
            }
            for (var server : started) {
                server.close();
            }
            if (tokenFile == null) {
                Files.delete(file);
            }
        }
    }

    private static Started start(List<Started> started, List<String> command) throws IOException {
        var server = Started.run(command);
        started.add(server);
        return server;
    }

    private List<String> floor(Path token) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<String>(List.of(java));
        if (!floorJava.isBlank()) {
            command.addAll(List.of(floorJava.strip().split("\\s+")));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Floor.class.getName(), "0",
                token.toString()));
        return command;
    }

    /// As long as an RS256 access token with ten claims: half the price of a call with a token is reading its header.
    private static Path freshToken() throws IOException {
        var bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        var file = Files.createTempFile("bench", ".token");
        Files.writeString(file, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        return file;
    }

    private Side side(String name, URI url, String token, OptionalLong process) {
        return new Side(name, new Load(new Target(url, token, tool, arguments, revision), connections), process,
                new ArrayList<>());
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
        var ratio = table(sides);
        var wrong = sides.stream().flatMap(side -> side.samples.stream()).mapToLong(Sample::wrong).sum();
        if (wrong > 0) {
            System.err.println("scripts/bench: " + wrong + " answers were wrong, so the figures mean nothing.");
        } else if (ratio < least) {
            System.err.printf(Locale.ROOT, "scripts/bench: %.2f of the floor's throughput, %.2f is the least.%n",
                    ratio, least);
        }
        return wrong > 0 || ratio < least ? 1 : 0;
    }

    private static double table(List<Side> sides) {
        System.out.printf("%-12s %10s %7s %9s %9s %10s %7s%n", "", "requests/s", "ratio", "p50 ms", "p99 ms",
                "CPU us/req", "wrong");
        var floor = median(sides.getFirst(), Sample::perSecond);
        var ratio = 0.0;
        for (var side : sides) {
            var rate = median(side, Sample::perSecond);
            ratio = rate / floor;
            System.out.printf(Locale.ROOT, "%-12s %10.0f %7.2f %9.2f %9.2f %10.1f %7d%n", side.name, rate, ratio,
                    median(side, sample -> sample.latencyMillis(0.50)), median(side, sample
                    -> sample.latencyMillis(0.99)),
                    median(side, Sample::cpuPerRequest), side.samples.stream().mapToLong(Sample::wrong).sum());
        }
        return ratio;
    }

    private static double median(Side side, ToDoubleFunction<Sample> figure) {
        var sorted = side.samples.stream().mapToDouble(figure).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
