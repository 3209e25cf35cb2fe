package io.github.doorwarden.bridge;

import tools.jackson.databind.JsonNode;

/// Words of others in a sentence of ours: one bounded line.
final class Words {

    private Words() {}

    static String of(JsonNode text) {
        var words = text.asString("").replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
        return words.length() <= Limits.WORDS_CHARS ? words : words.substring(0, Limits.WORDS_CHARS) + "…";
    }
}
