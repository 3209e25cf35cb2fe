package io.github.doorwarden.embeddings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A text is embedded once, whatever happens to the file in between.
class VectorCacheTest {

    @TempDir
    private Path folder;

    private static final float[] ONE = {1, 0.5f};
    private static final float[] TWO = {2, -1, 7};

    private Path file() throws IOException {
        try (var files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    @Test
    void whatWasPutIsThereAfterARestart() throws IOException {
        try (var cache = VectorCache.open(folder, "m")) {
            assertTrue(cache.get("a").isEmpty());
            cache.put("a", ONE);
            cache.put("b", TWO);
            assertArrayEquals(ONE, cache.get("a").orElseThrow());
        }
        try (var cache = VectorCache.open(folder, "m"); var other = VectorCache.open(folder, "n")) {
            assertArrayEquals(ONE, cache.get("a").orElseThrow());
            assertArrayEquals(TWO, cache.get("b").orElseThrow());
            assertTrue(cache.get("c").isEmpty());
            assertTrue(other.get("a").isEmpty());
        }
    }

    @Test
    void whatACrashLeftHalfIsAsIfItWereNot() throws IOException {
        try (var cache = VectorCache.open(folder, "m")) {
            cache.put("a", ONE);
            cache.put("b", TWO);
        }
        var whole = Files.readAllBytes(file());
        for (var length = 0; length < whole.length; length++) {
            Files.write(file(), java.util.Arrays.copyOf(whole, length));
            try (var cache = VectorCache.open(folder, "m")) {
                assertTrue(cache.get("b").isEmpty());
                cache.put("b", TWO);
                assertArrayEquals(TWO, cache.get("b").orElseThrow());
            }
        }
    }

    @Test
    void whatWasSpoiledIsAsIfItWereNot() throws IOException {
        try (var cache = VectorCache.open(folder, "m")) {
            cache.put("a", ONE);
        }
        var whole = Files.readAllBytes(file());
        for (var i = 0; i < whole.length; i++) {
            var spoiled = whole.clone();
            spoiled[i] ^= 0x10;
            Files.write(file(), spoiled, StandardOpenOption.TRUNCATE_EXISTING);
            try (var cache = VectorCache.open(folder, "m")) {
                assertTrue(cache.get("a").isEmpty(), "byte " + i);
            }
        }
    }

    @Test
    void whatWasMadeBeforeAFailureIsKept() throws Exception {
        var calls = new int[1];
        var failing = new Embedder() {
            @Override
            public String id() {
                return "m";
            }

            @Override
            public List<float[]> embed(List<String> texts, Duration within) throws EmbeddingFailure {
                if (++calls[0] == 2) {
                    throw new EmbeddingFailure("No.", null);
                }
                return texts.stream().map(text -> new float[] {1}).toList();
            }
        };
        var texts = java.util.stream.IntStream.range(0, 2 * Limits.BATCH).mapToObj(Integer::toString).toList();
        try (var embedder = new CachedEmbedder(failing, VectorCache.open(folder, "m"))) {
            assertThrows(EmbeddingFailure.class, () -> embedder.embed(texts, Duration.ofSeconds(1)));
            assertEquals(texts.size(), embedder.embed(texts, Duration.ofSeconds(1)).size());
            assertEquals(3, calls[0]);
        }
    }

    @Test
    void onlyWhatIsMissingIsAskedFor() throws Exception {
        var asked = new ArrayList<String>();
        var counting = new Embedder() {
            @Override
            public String id() {
                return "m";
            }

            @Override
            public List<float[]> embed(List<String> texts, Duration within) {
                asked.addAll(texts);
                return texts.stream().map(text -> new float[] {text.length()}).toList();
            }
        };
        try (var embedder = new CachedEmbedder(counting, VectorCache.open(folder, "m"))) {
            embedder.embed(List.of("a", "bb"), Duration.ofSeconds(1));
            var vectors = embedder.embed(List.of("bb", "ccc", "a"), Duration.ofSeconds(1));
            assertEquals(List.of("a", "bb", "ccc"), asked);
            assertArrayEquals(new float[] {2}, vectors.get(0));
            assertArrayEquals(new float[] {3}, vectors.get(1));
        }
    }
}
