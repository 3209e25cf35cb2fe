package io.github.doorwarden.bench;

import io.github.doorwarden.embeddings.EmbedderSettings;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Conditions;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.sources.code.CodeSettings;
import io.github.doorwarden.sources.code.CodeSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.zip.ZipFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// `scripts/bench code`: how long a repository takes until it can be searched, and searches in it. The repository is
/// real: the first files of the JDK's own sources, or a folder. With `--questions`, how well questions find the files
/// that answer them, too.
@Command(name = "code", mixinStandardHelpOptions = true, description = "Indexes a repository and searches it.")
public final class CodeCosts implements Callable<Integer> {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Option(names = "--files", defaultValue = "5000", description = "How many of the JDK's sources.")
    private int files;

    @Option(names = "--folder", description = "A folder in the place of the JDK's sources.")
    private Optional<Path> folder;

    @Option(names = "--vectors", description = "With the model in this process: waits for all vectors.")
    private boolean vectors;

    @Option(names = "--questions", description = "Lines with a question, a tab, and a pattern of paths.")
    private Optional<Path> questions;

    private final List<String> words = List.of("parse", "date format", "HashMap resize", "certificate chain",
            "read bytes from a channel", "where are locales loaded", "StringBuilder", "thread pool executor",
            "regular expression group", "compare versions", "URI encode", "zip entry", "class file attribute",
            "random seed", "unicode normalization", "how are timeouts scheduled");

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new CodeCosts()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        var work = Files.createTempDirectory("doorwarden-code");
        try {
            measure(work.resolve("state"), folder.isPresent() ? folder.get() : unpack(work.resolve("jdk")));
            return 0;
        } finally {
            try (var all = Files.walk(work)) {
                all.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    private Path unpack(Path to) throws IOException {
        var archive = Path.of(System.getProperty("java.home"), "lib", "src.zip");
        if (!Files.exists(archive)) {
            throw new IOException("This JDK has no lib/src.zip. Name a folder with --folder.");
        }
        var bytes = 0L;
        var count = 0;
        try (var zip = new ZipFile(archive.toFile())) {
            var entries = zip.stream().filter(entry -> entry.getName().endsWith(".java")).sorted(Comparator.comparing(
                    java.util.zip.ZipEntry::getName)).limit(files).toList();
            for (var entry : entries) {
                var file = to.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                try (var in = zip.getInputStream(entry)) {
                    bytes += Files.copy(in, file);
                }
                count++;
            }
        }
        print("files written", count + ", " + (bytes >> 20) + " MiB");
        return to;
    }

    private CodeSource open(Path code, Path state) {
        var repository = new CodeSettings.Repository("code", new CodeSettings.Folder(code), List.of(), List.of(), "",
                Set.of(), Conditions.NONE);
        var embedding = vectors ? new EmbedderSettings.InProcess() : new EmbedderSettings.None();
        return new CodeSource("code", new CodeSettings(List.of(repository), new CodeSettings.Tools("", "", Set.of(),
                8_000, 6_000), embedding, Optional.empty(), Duration.ofSeconds(5)), Policy.withoutAuthorization(),
                state, InstantSource.system());
    }

    private void measure(Path state, Path code) throws Exception {
        var began = System.nanoTime();
        try (var source = open(code, state)) {
            source.listen(null);
            var usable = 0.0;
            while (!source.isRead(Duration.ofMillis(100))) {
                if (usable == 0 && status(source).path("files").asInt() > 0) {
                    usable = seconds(began);
                }
            }
            var status = status(source);
            print("indexed", String.format(Locale.ROOT, "after %.1f s; first files found after %.1f s; %.1f s of CPU",
                    seconds(began), usable, cpu()));
            print("status", status.toString());
            print("index on disk", (size(state.resolve("index")) >> 20) + " MiB");
            if (vectors) {
                awaitVectors(source, began);
            }
            searches(source);
            if (questions.isPresent()) {
                ask(source, Files.readAllLines(questions.get()));
            }
        }
        began = System.nanoTime();
        try (var source = open(code, state)) {
            source.listen(null);
            source.isRead(Duration.ofHours(1));
            print("restart", String.format(Locale.ROOT, "%.1f s until the first look had ended", seconds(began)));
        }
    }

    private static JsonNode status(CodeSource source) throws Exception {
        return call(source, "code_index_status", "").path("repositories").path(0);
    }

    private static void awaitVectors(CodeSource source, long began) throws Exception {
        for (var made = call(source, "code_index_status", "").path("vectors"); made.path("files").asInt() < made
                .path("of").asInt(); made = call(source, "code_index_status", "").path("vectors")) {
            Thread.sleep(5_000);
        }
        print("vectors made", String.format(Locale.ROOT, "after %.1f s", seconds(began)));
    }

    private void searches(CodeSource source) throws Exception {
        for (var i = 0; i < 10; i++) {
            for (var each : words) {
                call(source, "search_code", each);
            }
        }
        var micros = new ArrayList<Long>();
        var cpu = new ArrayList<Long>();
        for (var i = 0; i < 20; i++) {
            for (var each : words) {
                var began = System.nanoTime();
                var before = THREADS.getCurrentThreadCpuTime();
                call(source, "search_code", each);
                cpu.add((THREADS.getCurrentThreadCpuTime() - before) / 1_000);
                micros.add((System.nanoTime() - began) / 1_000);
            }
        }
        print("searches", percentiles(micros));
        print("of that CPU time", percentiles(cpu));
    }

    private static String percentiles(List<Long> micros) {
        var millis = micros.stream().mapToDouble(each -> each / 1_000.0).sorted().toArray();
        return String.format(Locale.ROOT, "p50 %.1f ms, p95 %.1f ms, of %d", Table.percentile(millis, 50),
                Table.percentile(millis, 95), millis.length);
    }

    private void ask(CodeSource source, List<String> lines) throws Exception {
        var sum = 0.0;
        var three = 0;
        for (var line : lines) {
            var asked = line.split("\t");
            var paths = call(source, "search_code", asked[0]).path("results").valueStream().map(hit -> hit.path("path")
                    .asString()).distinct().toList();
            var rank = Arrays.stream(paths.toArray(String[]::new)).takeWhile(path -> !path.matches(asked[1])).count()
                    + 1;
            sum += rank > paths.size() ? 0 : 1.0 / rank;
            three += rank <= 3 && rank <= paths.size() ? 1 : 0;
        }
        print("questions", String.format(Locale.ROOT, "%d: MRR %.3f, %d among the first three", lines.size(), sum
                / lines.size(), three));
    }

    private static JsonNode call(CodeSource source, String name, String query) throws Exception {
        var arguments = JsonNodeFactory.instance.objectNode();
        if (!query.isEmpty()) {
            arguments.put("query", query);
        }
        Tool tool = source.things().tools().stream().filter(each -> each.spec().name().equals(name)).findFirst()
                .orElseThrow();
        var result = tool.call(Call.trial(Caller.anonymous(), arguments, Map.of()));
        return result.structured().orElseThrow(() -> new IllegalStateException(result.content().toString()));
    }

    /// Of this process since it began.
    private static double cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static long size(Path folder) throws IOException {
        var sum = 0L;
        try (var all = Files.walk(folder)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                sum += file.toFile().length();
            }
        }
        return sum;
    }

    private static void print(String what, String value) {
        System.out.printf("%-28s %s%n", what, value);
    }
}
