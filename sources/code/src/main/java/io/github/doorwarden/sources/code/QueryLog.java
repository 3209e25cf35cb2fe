package io.github.doorwarden.sources.code;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is kept of searches, one file a day (UTC): how long each took, how many hits it had, and of those that found
/// nothing what was asked, without secrets. Who asked is not kept. Several processes may add to it: a search is one
/// line, written at once. When it cannot be written, searches go on. Safe for use by many threads.
final class QueryLog {

    private static final Logger LOG = LoggerFactory.getLogger(QueryLog.class);
    private static final String ENDING = ".tsv";
    private static final int FAILED = -1;

    /// One day's searches.
    ///
    /// @param micros  of those that were answered, shortest first
    /// @param queries that found nothing, and how often
    /// @param full    whether later ones of that day are not in it
    record Day(LocalDate day, long[] micros, long hits, int failed, int nothing, Map<String, Integer> queries,
            boolean full) {

        int searches() {
            return micros.length;
        }
    }

    private final Path folder;
    private final InstantSource clock;
    private LocalDate last = LocalDate.MIN;
    private boolean warned;

    /// @param folder made when something is written
    QueryLog(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    void searched(long nanos, int found, String query) {
        write(nanos / 1_000 + "\t" + found + "\t" + (found == 0 ? shown(query) : "") + "\n");
    }

    void failed(long nanos) {
        write(nanos / 1_000 + "\t" + FAILED + "\t\n");
    }

    private static String shown(String query) {
        var clean = Redaction.of(query, false).text().replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return clean.length() <= Limits.LOG_QUERY_CHARS ? clean : clean.substring(0, Limits.LOG_QUERY_CHARS) + "…";
    }

    private synchronized void write(String line) {
        var day = today();
        var file = file(day);
        try {
            if (!day.equals(last)) {
                Files.createDirectories(folder);
                forget(day);
                last = day;
            }
            if (!Files.exists(file) || Files.size(file) < Limits.LOG_BYTES) {
                Files.write(file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
            warned = false;
        } catch (IOException e) {
            if (!warned) {
                LOG.atWarn().setCause(e).log("Searches cannot be kept in " + folder + "; they are answered all the "
                        + "same, but are missing in reports.");
            }
            warned = true;
        }
    }

    private Path file(LocalDate day) {
        return folder.resolve(day + ENDING);
    }

    private void forget(LocalDate now) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var day = day(file);
                if (day != null && !day.isAfter(now.minusDays(Limits.LOG_DAYS))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /// @return null when it is no file of ours
    private static LocalDate day(Path file) {
        try {
            return LocalDate.parse(file.getFileName().toString().replaceAll("\\.tsv$", ""));
        } catch (DateTimeParseException other) {
            return null;
        }
    }

    /// The newest first, today among them; days without searches are left out.
    List<Day> days(int most) throws IOException {
        var days = new ArrayList<Day>();
        for (var day = today(); day.isAfter(today().minusDays(most)); day = day.minusDays(1)) {
            if (Files.exists(file(day))) {
                days.add(read(day));
            }
        }
        return days;
    }

    private Day read(LocalDate day) throws IOException {
        var micros = new ArrayList<Long>();
        var queries = new HashMap<String, Integer>();
        var hits = 0L;
        var failed = 0;
        var nothing = 0;
        try (var lines = Files.newBufferedReader(file(day))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var parts = line.split("\t", 3);
                if (parts.length < 3 || !parts[0].matches("\\d{1,15}") || !parts[1].matches("-?\\d{1,9}")) {
                    continue;                                    // cut off when the disk was full
                }
                var found = Integer.parseInt(parts[1]);
                if (found == FAILED) {
                    failed++;
                    continue;
                }
                micros.add(Long.parseLong(parts[0]));
                hits += found;
                if (found == 0) {
                    nothing++;
                    queries.merge(parts[2], 1, Integer::sum);
                }
            }
        }
        var sorted = micros.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return new Day(day, sorted, hits, failed, nothing, queries, Files.size(file(day)) >= Limits.LOG_BYTES);
    }
}
