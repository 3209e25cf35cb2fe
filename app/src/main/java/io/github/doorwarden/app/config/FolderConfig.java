package io.github.doorwarden.app.config;

import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.sources.folder.FolderSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// A source of type `folder`.
final class FolderConfig {

    private FolderConfig() {}

    static List<Key> keys() {
        return List.of(
                Key.flag("sources.<name>.writes", false, "With `folder`: whether there is a tool that writes files."),
                Key.texts("sources.<name>.write_scopes", "With `folder`: scopes that a caller needs for that tool, "
                        + "beside `scopes`."));
    }

    static Config.SourceConfig read(String name, Section in, Path folder, Scopes known) {
        if (in.textOrEmpty("folder").isBlank()) {
            in.need("folder");
        }
        var writes = in.flag("writes");
        var writeScopes = Set.copyOf(in.texts("write_scopes"));
        writeScopes.stream().filter(scope -> !known.knows(scope)).sorted().forEach(scope -> in.mistake("write_scopes",
                "names " + scope + ", which is not declared under authorization.scopes."));
        if (!writes && !writeScopes.isEmpty()) {
            in.mistake("write_scopes", "is for writing, which is off. Set writes to true, or take the scopes out.");
        }
        var prefix = in.text("prefix").orElse(name);
        try {
            return new Config.SourceConfig.Folder(name, new FolderSettings(in.file("folder", folder), prefix,
                    OpenApiConfig.scopes(in, known), writes, writeScopes));
        } catch (IllegalArgumentException e) {
            in.mistake("prefix", "cannot be used: " + e.getMessage());
            return new Config.SourceConfig.Folder(name, new FolderSettings(in.file("folder", folder), "folder",
                    Set.of(), writes, writeScopes));
        }
    }
}
