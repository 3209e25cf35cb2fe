package io.github.doorwarden.index;

import java.nio.file.FileSystems;
import java.nio.file.PathMatcher;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.PatternSyntaxException;

/// Globs over relative paths, as configurations have them.
public final class Globs {

    private static final Map<String, PathMatcher> MADE = new ConcurrentHashMap<>();

    private Globs() {}

    /// `**/` in front of a glob matches no directory too, as people expect of it.
    ///
    /// @throws IllegalArgumentException with a sentence
    public static PathMatcher matcher(String glob) {
        return MADE.computeIfAbsent(glob, Globs::made);
    }

    private static PathMatcher made(String glob) {
        try {
            var whole = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            if (!glob.startsWith("**/")) {
                return whole;
            }
            var bare = FileSystems.getDefault().getPathMatcher("glob:" + glob.substring(3));
            return path -> whole.matches(path) || bare.matches(path);
        } catch (PatternSyntaxException | UnsupportedOperationException e) {
            throw new IllegalArgumentException("the glob " + glob + " cannot be read. Write one such as **/*.md.", e);
        }
    }
}
