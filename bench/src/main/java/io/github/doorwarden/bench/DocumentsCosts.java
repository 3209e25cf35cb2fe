package io.github.doorwarden.bench;

import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.embeddings.EmbedderSettings;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Conditions;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.sources.documents.DocumentsSettings;
import io.github.doorwarden.sources.documents.DocumentsSource;
import io.github.doorwarden.sources.documents.Folder;
import io.github.doorwarden.sources.documents.LabelRule;
import io.github.doorwarden.sources.documents.Labels;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// `scripts/bench documents`: how long many documents take to be indexed, and searches among them. The documents are
/// made up from a seed: words as frequent as in a language (Zipf), some 280 in each, a tenth with labels that the
/// caller does not meet, so that every search has its filter.
@Command(name = "documents", mixinStandardHelpOptions = true, description = "Indexes documents and searches them.")
public final class DocumentsCosts implements Callable<Integer> {

    private static final int VOCABULARY = 60_000;
    private static final int WORDS = 280;
    private static final int LABELS = 20;
    private static final int DIMENSIONS = 384;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Option(names = "--documents", defaultValue = "100000", description = "How many.")
    private int documents;

    @Option(names = "--queries", defaultValue = "2000", description = "Searches that are measured.")
    private int queries;

    @Option(names = "--seed", defaultValue = "4711", description = "What everything is made up from.")
    private long seed;

    @Option(names = "--vectors", description = "With vectors too, of a server on loopback that makes them up.")
    private boolean vectors;

    private final String[] words = new String[VOCABULARY];
    private final double[] shares = new double[VOCABULARY];

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DocumentsCosts()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        var folder = Files.createTempDirectory("doorwarden-documents");
        try {
            var random = new Random(seed);
            makeUpWords(random);
            var bytes = write(folder.resolve("docs"), random);
            print("documents written", documents + ", " + (bytes >> 20) + " MiB");
            if (vectors) {
                try (var server = new MadeUpVectors()) {
                    measure(folder, random, new EmbedderSettings.Server(server.at(), "made-up", "",
                            Optional.empty()));
                }
            } else {
                measure(folder, random, new EmbedderSettings.None());
            }
            return 0;
        } finally {
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    private void makeUpWords(Random random) {
        var sum = 0.0;
        for (var i = 0; i < VOCABULARY; i++) {
            var word = new StringBuilder();
            for (var length = 3 + random.nextInt(7); length > 0; length--) {
                word.append((char) ('a' + random.nextInt(26)));
            }
            words[i] = word.toString();
            sum += 1.0 / (i + 1);
            shares[i] = sum;
        }
    }

    private String word(Random random) {
        var at = Arrays.binarySearch(shares, random.nextDouble() * shares[VOCABULARY - 1]);
        return words[Math.min(VOCABULARY - 1, at < 0 ? -at - 1 : at)];
    }

    private long write(Path docs, Random random) throws IOException {
        var bytes = 0L;
        for (var i = 0; i < documents; i++) {
            var text = new StringBuilder();
            if (random.nextInt(10) == 0) {
                text.append("---\nlabels: label").append(random.nextInt(LABELS)).append("\n---\n");
            }
            text.append("# ").append(word(random)).append(' ').append(word(random)).append("\n\n");
            for (var word = 1; word <= WORDS; word++) {
                text.append(word(random)).append(word % 90 == 0 ? "\n\n## " + word(random) + "\n\n"
                        : word % 12 == 0 ? ". " : " ");
            }
            var file = docs.resolve(Integer.toString(i / 1_000)).resolve(i + ".md");
            Files.createDirectories(file.getParent());
            bytes += text.length();
            Files.writeString(file, text);
        }
        return bytes;
    }

    private void measure(Path folder, Random random, EmbedderSettings embedding) throws Exception {
        var rules = new java.util.TreeMap<String, LabelRule>();
        for (var i = 0; i < LABELS; i++) {
            rules.put("label" + i, new LabelRule(Set.of("docs:label" + i), Conditions.NONE, Set.of(), Optional.empty(),
                    List.of()));
        }
        var settings = new DocumentsSettings(List.of(new Folder("docs", folder.resolve("docs"), List.of(), List.of(),
                "")), new DocumentsSettings.Tools("", "", Set.of(), 10, false, 60_000), "english", embedding,
                new DocumentsSettings.Local());
        var labels = new Labels(rules, new Policy(new Scopes(List.of())));
        var state = folder.resolve("state");
        var began = System.nanoTime();
        var cpuBefore = cpu();
        try (var source = new DocumentsSource("docs", settings, labels, state)) {
            source.listen(null);
            var search = source.things().tools().getFirst();
            var usable = seconds(began);
            source.isRead(Duration.ofHours(1));
            print("indexed", String.format(Locale.ROOT, "after %.1f s, CPU time %d s; the tools answered after %.1f s",
                    seconds(began), cpu().minus(cpuBefore).toSeconds(), usable));
            if (vectors) {
                awaitVectors(state, began);
            }
            print("index on disk", (size(state.resolve("index")) >> 20) + " MiB");
            searches("searches, one at a time", search, random, 1);
            searches("searches, four at a time", search, random, 4);
        }
        began = System.nanoTime();
        try (var source = new DocumentsSource("docs", settings, labels, state)) {
            source.listen(null);
            search(source.things().tools().getFirst(), "a");
            var found = seconds(began);
            source.isRead(Duration.ofHours(1));
            print("restart", String.format(Locale.ROOT, "found again after %.1f s, all files looked at after %.1f s",
                    found, seconds(began)));
        }
    }

    /// Until the cache of vectors no longer grows.
    private void awaitVectors(Path state, long began) throws Exception {
        for (var before = -1L; size(state.resolve("vectors")) != before;) {
            before = size(state.resolve("vectors"));
            Thread.sleep(10_000);
        }
        print("vectors made", String.format(Locale.ROOT, "after %.1f s", seconds(began)));
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static long size(Path folder) throws IOException {
        var sum = 0L;
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                sum += file.toFile().length();
            }
        }
        return sum;
    }

    /// Queries of one to six words, as frequent as in the documents.
    private void searches(String name, Tool search, Random random, int atOnce) throws Exception {
        var asked = new ArrayList<Callable<long[]>>();
        for (var i = 0; i < queries * 2; i++) {
            var query = new StringBuilder();
            for (var count = 1 + random.nextInt(6); count > 0; count--) {
                query.append(word(random)).append(' ');
            }
            var words = query.toString();
            asked.add(() -> {
                var began = System.nanoTime();
                var cpu = THREADS.getCurrentThreadCpuTime();
                search(search, words);
                return new long[] {System.nanoTime() - began, THREADS.getCurrentThreadCpuTime() - cpu};
            });
        }
        try (var threads = Executors.newFixedThreadPool(atOnce)) {
            threads.invokeAll(asked.subList(0, queries));             // the first half warms up
            var took = new ArrayList<long[]>();
            for (var each : threads.invokeAll(asked.subList(queries, asked.size()))) {
                took.add(each.get());
            }
            print(name, percentiles(took, 0));
            print("  of that CPU time", percentiles(took, 1));
        }
    }

    private static void search(Tool tool, String query) throws Exception {
        var answer = tool.call(Call.trial(Caller.anonymous(), JsonNodeFactory.instance.objectNode().put("query",
                query), Map.of()));
        if (answer.isError()) {
            throw new IllegalStateException(answer.content().toString());
        }
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// CPU time is what other work on the machine disturbs least.
    private static String percentiles(List<long[]> took, int which) {
        var millis = took.stream().mapToDouble(each -> each[which] / 1e6).sorted().toArray();
        return String.format(Locale.ROOT, "p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, longest %.1f ms",
                Table.percentile(millis, 50), Table.percentile(millis, 95), Table.percentile(millis, 99),
                Table.percentile(millis, 100));
    }

    private static void print(String what, String value) {
        System.out.printf("%-28s %s%n", what, value);
    }

    /// Speaks `/v1/embeddings`: the vector of a text follows from its hash.
    private static final class MadeUpVectors implements AutoCloseable {

        private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"),
                0), 100);

        MadeUpVectors() throws IOException {
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> {
                var texts = JsonMapper.shared().readTree(exchange.getRequestBody()).path("input");
                var answer = new StringBuilder("{\"data\":[");
                for (var i = 0; i < texts.size(); i++) {
                    var random = new Random(texts.get(i).asString().hashCode());
                    answer.append(i == 0 ? "" : ",").append("{\"index\":").append(i).append(",\"embedding\":[");
                    for (var each = 0; each < DIMENSIONS; each++) {
                        answer.append(each == 0 ? "" : ",").append(random.nextInt(2001) - 1000).append("e-3");
                    }
                    answer.append("]}");
                }
                var bytes = answer.append("]}").toString().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
            server.start();
        }

        URI at() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
