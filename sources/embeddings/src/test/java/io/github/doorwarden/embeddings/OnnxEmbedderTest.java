package io.github.doorwarden.embeddings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The model in this process, really run.
class OnnxEmbedderTest {

    private static final Duration WITHIN = Duration.ofMinutes(2);

    private static double near(float[] one, float[] two) {
        var sum = 0.0;
        for (var i = 0; i < one.length; i++) {
            sum += one[i] * two[i];
        }
        return sum;
    }

    @Test
    void whatMeansTheSameIsNear() throws Exception {
        try (var embedder = new OnnxEmbedder()) {
            var vectors = embedder.embed(List.of("How can I get my money back?", "Refunds are paid within ten days.",
                    "The okapi is a relative of the giraffe.", ""), WITHIN);
            assertEquals(384, vectors.getFirst().length);
            vectors.forEach(vector -> assertEquals(1, near(vector, vector), 1e-4));
            var same = near(vectors.get(0), vectors.get(1));
            var other = near(vectors.get(0), vectors.get(2));
            assertTrue(same > other + 0.2, same + " " + other);
            assertArrayEquals(vectors.get(0), embedder.embed(List.of("how can i get my MONEY back?"), WITHIN)
                    .getFirst(), 1e-6f);
        }
    }

    /// Later versions of the library report to its maker, and read the command line for that until the stack overflows.
    @Test
    void theLibraryKnowsNoAddressToReportTo() throws Exception {
        try (var in = OrtEnvironment.class.getResourceAsStream("/ai/onnxruntime/native/linux-x64/libonnxruntime.so")) {
            var library = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            for (var trace : List.of("OneCollector", "ORT_DISABLE_TELEMETRY", "/proc/self/cmdline")) {
                assertFalse(library.contains(trace), trace);
            }
        }
    }

    /// The tokenizer that comes with the model stops at 128 tokens.
    @Test
    void aTextIsReadBeyondOneHundredTwentyEightTokens() throws Exception {
        try (var embedder = new OnnxEmbedder()) {
            var long1 = "word ".repeat(180);
            var vectors = embedder.embed(List.of(long1, long1 + "giraffes and okapis live in Africa",
                    "x ".repeat(1_000_000)), WITHIN);
            assertTrue(near(vectors.get(0), vectors.get(1)) < 0.99);
        }
    }

    @Test
    void theDeadlineHolds() throws Exception {
        try (var embedder = new OnnxEmbedder()) {
            embedder.embed(List.of("warm"), WITHIN);
            assertThrows(EmbeddingFailure.class, () -> embedder.embed(List.of("a", "b"), Duration.ZERO));
        }
    }

    /// Ids as the reference tokenizer of bert-base-uncased gives them.
    @Test
    void wordsAreDividedAsTheModelWasTaught() {
        var vocabulary = new HashMap<String, Integer>(Map.of("[UNK]", 100, "[CLS]", 101, "[SEP]", 102));
        for (var token : List.of("un", "##aff", "##able", "want", "##ed", ",", "run", "!", "cafe", "中", "文")) {
            vocabulary.put(token, vocabulary.size());
        }
        var wordPiece = new WordPiece(vocabulary);
        assertArrayEquals(new long[] {101, 3, 4, 5, 8, 6, 7, 102}, wordPiece.ids("Unaffable,WANTED", 50));
        assertArrayEquals(new long[] {101, 11, 100, 10, 102}, wordPiece.ids("Café\tzebra\u0000 !", 50));
        assertArrayEquals(new long[] {101, 12, 13, 102}, wordPiece.ids("中文", 50));
        assertArrayEquals(new long[] {101, 100, 102}, wordPiece.ids("run".repeat(40), 50));
        assertArrayEquals(new long[] {101, 9, 9, 102}, wordPiece.ids("run run run run", 4));
        assertArrayEquals(new long[] {101, 102}, wordPiece.ids(" \n ", 50));
    }
}
