package io.github.doorwarden.embeddings;

/// Every bound of this module, each with its reason.
final class Limits {

    /// What all-MiniLM-L6-v2 was trained for; it takes 512, and says less of them.
    static final int TOKENS = 256;

    /// Of a word that the vocabulary is searched for, as the model's own tokenizer has it.
    static final int WORD_CHARS = 100;

    /// Characters of a text that are looked at: 256 tokens are some 1,500 characters of prose, and no word has fewer
    /// than one. What is far beyond is not even divided into words.
    static final int TEXT_CHARS = 20_000;

    /// Texts in one request: with 4,096 dimensions of 20 digits their answer stays below [#ANSWER_BYTES].
    static final int BATCH = 32;

    /// Characters in one request: some 50,000 tokens, where servers take 300,000.
    static final int BATCH_CHARS = 200_000;

    /// Of one answer.
    static final int ANSWER_BYTES = 8 * 1024 * 1024;

    /// Dimensions of a vector; the largest models have 4,096.
    static final int DIMENSIONS = 8_192;

    /// Of the cache's file: a million vectors of 1,024 dimensions. Beyond, it begins anew.
    static final long CACHE_BYTES = 4L * 1024 * 1024 * 1024;

    private Limits() {}
}
