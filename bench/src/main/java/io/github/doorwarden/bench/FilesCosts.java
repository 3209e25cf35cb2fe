package io.github.doorwarden.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// `scripts/bench files`: a CSV of 500,000 fares, made from a seed, behind a deployment. How long it takes from the
/// ready line to the first answer, each time in a process that has just started, and what each kind of question takes
/// afterwards, over HTTP and with everything that stands before a tool. Medians over rounds; CPU time is of server,
/// client and the JVM's compilers together.
public final class FilesCosts {

    private static final int ROWS = 500_000;
    private static final int STARTS = 5;
    private static final int ROUNDS = 50;
    private static final long SEED = 20261126;
    private static final String CONFIGURATION = """
            server: {port: 0}
            authorization: {mode: off}
            limits: {calls_per_minute: 100000, calls_per_tool_per_minute: 100000}
            sources:
              fares:
                type: files
                datasets:
                  fares:
                    files: [fares.csv]
                    columns:
                      route: {type: text}
                      carrier: {type: text}
                      cabin: {type: text}
                      day: {type: date}
                      fare: {type: number, unit: EUR}
                tools:
                  statistics: {kind: aggregate, dataset: fares, description: Statistics., group_by: [route, carrier, cabin],
                    buckets: [month], filters: {routes: {column: route, by: in}},
                    measures: {fare: {functions: [avg, p90]}}}
                  trend: {kind: trend, dataset: fares, description: A trend., buckets: [month], group_by: [carrier],
                    measures: {fare: {functions: [avg]}}}
                  rows: {kind: rows, dataset: fares, description: Rows., filters: {routes: {column: route, by: in}}}
                  profile: {kind: describe, dataset: fares, description: A profile.}
            endpoints:
              /mcp: {sources: [fares], rest: true}
            """;

    private static final Map<String, String> QUESTIONS = questions();

    private FilesCosts() {}

    private static Map<String, String> questions() {
        var questions = new LinkedHashMap<String, String>();
        questions.put("average by month", "statistics {\"bucket\":\"month\",\"measures\":[\"avg_fare\"]}");
        questions.put("average and 90th percentile by carrier and cabin",
                "statistics {\"group_by\":[\"carrier\",\"cabin\"]}");
        questions.put("the same of one route by month", "statistics {\"routes\":[\"R017\"],\"bucket\":\"month\"}");
        questions.put("trend by month, one series for each carrier", "trend {\"group_by\":\"carrier\"}");
        questions.put("100 rows of one route, the dearest first",
                "rows {\"routes\":[\"R017\"],\"order_by\":\"fare\",\"descending\":true}");
        questions.put("profile of all columns", "profile {}");
        return questions;
    }

    /// @param arguments a folder of a former run's own: serves it once and ends; otherwise nothing
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1) {
            once(Path.of(arguments[0]));
            return;
        }
        var folder = Files.createTempDirectory("doorwarden-files-costs");
        try {
            Files.writeString(folder.resolve(ConfigFile.NAME), CONFIGURATION);
            write(folder.resolve("fares.csv"));
            System.out.printf(Locale.ROOT, "%,d rows, %,d bytes, seed %d%n", ROWS, Files.size(folder.resolve(
                    "fares.csv")), SEED);
            starts(folder);
            questions(folder);
        } finally {
            try (var all = Files.walk(folder)) {
                for (var path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void write(Path file) throws IOException {
        var random = new Random(SEED);
        try (var out = Files.newBufferedWriter(file)) {
            out.write("route,carrier,cabin,day,fare\n");
            for (var i = 0; i < ROWS; i++) {
                out.write(String.format(Locale.ROOT, "R%03d,C%d,%s,%s,%d.%02d%n", random.nextInt(200),
                        random.nextInt(12), List.of("economy", "premium", "business", "first").get(random.nextInt(4)),
                        LocalDate.of(2021, 1, 1).plusDays(random.nextInt(2000)), 80 + random.nextInt(2000),
                        random.nextInt(100)));
            }
        }
    }

    /// Processes that begin, answer one question, and end.
    private static void starts(Path folder) throws IOException, InterruptedException {
        var figures = List.of(new ArrayList<Double>(), new ArrayList<Double>(), new ArrayList<Double>(),
                new ArrayList<Double>());
        for (var i = 0; i < STARTS; i++) {
            var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xms64m",
                    "-cp", System.getProperty("java.class.path"), FilesCosts.class.getName(), folder.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            var words = new String(process.getInputStream().readAllBytes()).strip().split(" ");
            if (process.waitFor() != 0) {
                throw new IOException("A start failed: " + String.join(" ", words));
            }
            for (var each = 0; each < figures.size(); each++) {
                figures.get(each).add(Double.parseDouble(words[each]));
            }
        }
        System.out.printf(Locale.ROOT, "first answer after the deployment is ready: %.0f ms, CPU %.0f ms; the "
                + "second: %.1f ms; resident %.0f MiB (medians of %d starts)%n", median(figures.get(0)),
                median(figures.get(3)), median(figures.get(1)), median(figures.get(2)), STARTS);
    }

    private static void once(Path folder) throws Exception {
        try (var deployment = Deployment.start(ConfigFile.read(folder, Map.of(), name -> null), line -> { })) {
            var client = HttpClient.newHttpClient();
            var question = QUESTIONS.values().iterator().next();
            var cpu = cpu();
            var before = System.nanoTime();
            ask(client, deployment.endpoints().getFirst(), question);
            var first = System.nanoTime();
            var spent = cpu() - cpu;
            ask(client, deployment.endpoints().getFirst(), question);
            System.out.printf(Locale.ROOT, "%.3f %.3f %d %.3f%n", (first - before) / 1e6,
                    (System.nanoTime() - first) / 1e6, resident(), spent / 1e6);
            System.out.flush();
        }
        System.exit(0);
    }

    private static long cpu() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static long resident() throws IOException {
        var status = Path.of("/proc/self/status");
        return !Files.isReadable(status) ? 0 : Files.readAllLines(status).stream().filter(line ->
                line.startsWith("VmRSS:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024).sum();
    }

    private static void questions(Path folder) throws Exception {
        try (var deployment = Deployment.start(ConfigFile.read(folder, Map.of(), name -> null), line -> { })) {
            var client = HttpClient.newHttpClient();
            for (var question : QUESTIONS.entrySet()) {
                var times = new ArrayList<Double>();
                var cpu = 0L;
                for (var round = -20; round < ROUNDS; round++) {
                    cpu = round == 0 ? cpu() : cpu;
                    var before = System.nanoTime();
                    ask(client, deployment.endpoints().getFirst(), question.getValue());
                    if (round >= 0) {
                        times.add((System.nanoTime() - before) / 1e6);
                    }
                }
                times.sort(null);
                System.out.printf(Locale.ROOT, "%-50s %6.1f ms, 9 of 10 below %.1f, CPU %.1f%n", question.getKey(),
                        median(times), times.get(times.size() * 9 / 10 - 1), (cpu() - cpu) / 1e6 / ROUNDS);
            }
        }
    }

    private static void ask(HttpClient client, URI endpoint, String question) throws IOException, InterruptedException {
        var space = question.indexOf(' ');
        var answer = client.send(HttpRequest.newBuilder(URI.create(endpoint + "/tool/" + question.substring(0, space)))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(question.substring(space + 1)))
                .build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200 || !answer.body().contains("rows_matched")) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
    }

    private static double median(List<Double> values) {
        return Table.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
