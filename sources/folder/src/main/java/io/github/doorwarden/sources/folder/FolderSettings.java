package io.github.doorwarden.sources.folder;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;

/// What a source of type `folder` serves, and to whom.
///
/// @param folder      whose files are served; may be made or changed by others meanwhile
/// @param prefix      of the tools' names, and the host of the resources' URIs
/// @param scopes      what a caller needs for anything of it, all of them
/// @param writes      whether there is a tool that writes
/// @param writeScopes what a caller needs beside `scopes` to write
public record FolderSettings(Path folder, String prefix, Set<String> scopes, boolean writes, Set<String> writeScopes) {

    public FolderSettings {
        Objects.requireNonNull(folder);
        if (!prefix.matches("[a-z][a-z0-9-]{0,31}")) {
            throw new IllegalArgumentException("the prefix " + prefix + " must be 1 to 32 of a-z 0-9 -, a letter "
                    + "first.");
        }
        scopes = Set.copyOf(scopes);
        writeScopes = Set.copyOf(writeScopes);
    }
}
