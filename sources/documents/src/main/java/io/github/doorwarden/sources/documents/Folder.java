package io.github.doorwarden.sources.documents;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A folder of documents, as configured.
///
/// @param name        as the configuration writes it: part of the ids of its documents
/// @param include     globs over paths relative to the folder; empty: all
/// @param exclude     globs of what is left out nevertheless
/// @param urlTemplate address of a document, with `{path}`, `{stem}`, `{name}` or `{id}`; empty: none
public record Folder(String name, Path path, List<String> include, List<String> exclude, String urlTemplate) {

    /// Of all configurations of this process, which are few.
    private static final Map<String, PathMatcher> MATCHERS = new ConcurrentHashMap<>();

    public Folder {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        include.forEach(Folder::matcher);
        exclude.forEach(Folder::matcher);
        DocumentUrl.check(urlTemplate);
    }

    boolean has(String relative) {
        var path = Path.of(relative);
        return (include.isEmpty() || include.stream().anyMatch(glob -> matcher(glob).matches(path)))
                && exclude.stream().noneMatch(glob -> matcher(glob).matches(path));
    }

    /// `**/` in front of a glob matches no directory too, as people expect of it.
    ///
    /// @throws IllegalArgumentException with a sentence
    static PathMatcher matcher(String glob) {
        return MATCHERS.computeIfAbsent(glob, Folder::made);
    }

    private static PathMatcher made(String glob) {
        try {
            var whole = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            if (!glob.startsWith("**/")) {
                return whole;
            }
            var bare = FileSystems.getDefault().getPathMatcher("glob:" + glob.substring(3));
            return path -> whole.matches(path) || bare.matches(path);
        } catch (java.util.regex.PatternSyntaxException | UnsupportedOperationException e) {
            throw new IllegalArgumentException("the glob " + glob + " cannot be read. Write one such as **/*.md.", e);
        }
    }
}
