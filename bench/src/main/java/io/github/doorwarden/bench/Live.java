package io.github.doorwarden.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// What another JVM of this machine holds on to: its objects by class after a full collection, as `jcmd
/// GC.class_histogram` tells. The resident memory says less, because a collector takes what it is allowed before it
/// gives anything back.
///
/// @param bytes of all instances, by class
record Live(Map<String, Long> bytes) {

    private static final int TOLD = 4;
    private static final double MIB = 1024.0 * 1024.0;

    static Live of(long pid) throws IOException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        process.getOutputStream().close();
        var bytes = new HashMap<String, Long>();
        for (var line : new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
            var words = line.strip().split("\\s+");
            if (words.length >= 4 && words[0].matches("\\d+:")) {
                bytes.merge(words[3], Long.parseLong(words[2]), Long::sum);
            }
        }
        if (bytes.isEmpty()) {
            throw new IOException("jcmd did not tell what the process " + pid + " holds on to.");
        }
        return new Live(bytes);
    }

    double mib() {
        return bytes.values().stream().mapToLong(Long::longValue).sum() / MIB;
    }

    /// The classes of which there is most more than before.
    String grownSince(Live before) {
        return bytes.entrySet().stream().map(entry -> Map.entry(entry.getKey(), entry.getValue()
                        - before.bytes.getOrDefault(entry.getKey(), 0L)))
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder())).limit(TOLD)
                .map(entry -> String.format(Locale.ROOT, "%s %+.1f", entry.getKey(), entry.getValue() / MIB))
                .collect(Collectors.joining(", "));
    }
}
