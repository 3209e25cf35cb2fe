package io.github.doorwarden.sources.documents;

import io.github.doorwarden.index.Globs;
import java.nio.file.Path;
import java.util.List;

/// A folder of documents, as configured.
///
/// @param name        as the configuration writes it: part of the ids of its documents
/// @param include     globs over paths relative to the folder; empty: all
/// @param exclude     globs of what is left out nevertheless
/// @param urlTemplate address of a document, with `{path}`, `{stem}`, `{name}` or `{id}`; empty: none
public record Folder(String name, Path path, List<String> include, List<String> exclude, String urlTemplate) {

    public Folder {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        include.forEach(Globs::matcher);
        exclude.forEach(Globs::matcher);
        DocumentUrl.check(urlTemplate);
    }

    boolean has(String relative) {
        var path = Path.of(relative);
        return (include.isEmpty() || include.stream().anyMatch(glob -> Globs.matcher(glob).matches(path)))
                && exclude.stream().noneMatch(glob -> Globs.matcher(glob).matches(path));
    }
}
