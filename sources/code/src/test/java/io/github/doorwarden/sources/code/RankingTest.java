package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Questions that people might ask of this repository, in other words than its own, and the files that answer them.
/// Ranking by words alone must not get worse than it is: the floors lie right below what it reaches.
class RankingTest {

    private static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(RankingTest.class);
    private static final double MEAN_RECIPROCAL_RANK = 0.66;
    private static final int AMONG_THREE = 38;
    private static final Path REPOSITORY = Path.of("../..");

    @TempDir
    private Path root;

    private record Asked(String question, String path) {}

    private static List<Asked> questions() throws Exception {
        var file = Path.of(RankingTest.class.getResource("/ranking.tsv").toURI());
        return Files.readAllLines(file).stream().map(line -> line.split("\t")).map(parts -> new Asked(parts[0],
                parts[1])).toList();
    }

    @Test
    void questionsFindTheFilesThatAnswerThem() throws Exception {
        try (var shop = new Workshop(root)) {
            shop.repositories.clear();
            for (var part : List.of("protocol", "http", "store", "upstream", "identity", "server", "transport",
                    "authserver")) {
                shop.repositories.add(Workshop.repository(part, new CodeSettings.Folder(REPOSITORY.resolve(part))));
            }
            shop.open();
            var sum = 0.0;
            var three = 0;
            var report = new ArrayList<String>();
            for (var asked : questions()) {
                var paths = shop.call("search_code", "query", asked.question).path("results").valueStream()
                        .map(hit -> hit.path("repo").asString() + "/" + hit.path("path").asString()).distinct()
                        .toList();
                var rank = rank(paths, asked.path);
                sum += rank == 0 ? 0 : 1.0 / rank;
                three += rank >= 1 && rank <= 3 ? 1 : 0;
                report.add(rank + " " + asked.question + (rank == 1 ? "" : " " + paths.stream().limit(4).map(path ->
                        path.substring(path.lastIndexOf('/') + 1)).toList()));
            }
            var mean = sum / questions().size();
            report.add(questions().size() + " questions: MRR " + mean + ", among the first three " + three);
            LOG.info(String.join("\n", report));
            assertTrue(questions().size() >= 30);
            assertTrue(mean >= MEAN_RECIPROCAL_RANK && three >= AMONG_THREE, () -> String.join("\n", report));
            assertEquals(questions().size(), shop.call("code_index_status").path("searches").path("searches").asInt());
        }
    }

    /// 0 when it is not there.
    private static int rank(List<String> paths, String pattern) {
        return Stream.iterate(0, at -> at < paths.size(), at -> at + 1).filter(at -> paths.get(at).matches(pattern))
                .findFirst().map(at -> at + 1).orElse(0);
    }
}
