package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.embeddings.Embedder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Vectors without a model: words and their beginnings, hashed into 256 dimensions. Near means similar words, not
/// similar meaning; for machines on which the model cannot run or is not wanted, and it says so by its name.
final class HashedWords implements Embedder {

    private static final int DIMENSIONS = 256;

    @Override
    public String id() {
        return "hashed words " + DIMENSIONS + " (no model)";
    }

    @Override
    public List<float[]> embed(List<String> texts, Duration within) {
        return texts.stream().map(HashedWords::vector).toList();
    }

    private static float[] vector(String text) {
        var vector = new float[DIMENSIONS];
        for (var word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
            if (word.length() > 2) {
                vector[Math.floorMod(word.hashCode() * 31, DIMENSIONS)] += 1;
                vector[Math.floorMod(word.substring(0, Math.min(4, word.length())).hashCode(), DIMENSIONS)] += 0.5f;
            }
        }
        var length = 0.0;
        for (var each : vector) {
            length += each * each;
        }
        for (var i = 0; length > 0 && i < DIMENSIONS; i++) {
            vector[i] = (float) (vector[i] / Math.sqrt(length));
        }
        return vector;
    }
}
