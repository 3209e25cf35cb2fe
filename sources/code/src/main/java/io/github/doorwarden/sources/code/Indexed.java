package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Hashes;
import java.util.List;
import java.util.regex.Pattern;

/// A file as it is kept in the index: without secrets.
///
/// @param state   of the file, as [Tree.Entry#state] has it
/// @param hash    of everything that an answer can tell of it
/// @param marks   secrets that were taken out
record Indexed(String repository, String path, Language language, String state, String hash, int marks, String text,
        List<Symbol> symbols, List<Chunk> chunks) {

    private static final Pattern TESTS = Pattern.compile("(?i)(?:.*/)?(?:tests?|__tests__|spec|specs|testing|testdata"
            + "|fixtures)/.*|.*(?-i:Tests?|IT|Spec|TestCase)\\.(?:java|kt|scala|groovy|cs|swift|php)"
            + "|(?:.*/)?test_[^/]*\\.py|.*_test\\.(?:py|go|rb|c|cc|cpp|rs)|.*[._-](?:test|spec)\\.[jt]sx?"
            + "|.*_spec\\.rb");

    String id() {
        return id(repository, path);
    }

    static String id(String repository, String path) {
        return Hashes.of(repository, path).substring(0, 24);
    }

    /// Tests are found, but behind what they test.
    static boolean isTest(String path) {
        return TESTS.matcher(path).matches();
    }
}
