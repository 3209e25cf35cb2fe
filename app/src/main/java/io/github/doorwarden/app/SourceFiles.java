package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.sources.openapi.OpenApiSettings;
import io.github.doorwarden.sources.openapi.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Collectors;

/// The files beside the configuration that sources read when they are made: another file makes another source.
final class SourceFiles {

    private SourceFiles() {}

    /// The settings with the place of the copy under the state of this deployment.
    static OpenApiSettings placed(Config config, OpenApiSettings settings) {
        return settings.origin() instanceof Origin.OfAddress address ? settings.from(new Origin.OfAddress(
                address.address(), config.state().resolve(address.copy()), !config.variables().isReading())) : settings;
    }

    /// What tells the files of all sources from others of the same names.
    static String of(Config config) {
        return config.sources().values().stream().map(source -> of(config, source)).collect(Collectors.joining("\n"));
    }

    /// The same of one source; empty when it reads none.
    static String of(Config config, Config.SourceConfig source) {
        if (!(source instanceof Config.SourceConfig.OpenApi openApi)) {
            return "";
        }
        return switch (placed(config, openApi.settings()).origin()) {
            case Origin.OfFile file -> look(file.file());
            case Origin.Declared declared -> "";
            // the first copy is written when the source is made
            case Origin.OfAddress address -> Files.exists(address.copy()) ? look(address.copy()) : "";
        };
    }

    /// Whether they are written when the source is made.
    static boolean areOurs(Config.SourceConfig source) {
        return source instanceof Config.SourceConfig.OpenApi openApi
                && openApi.settings().origin() instanceof Origin.OfAddress;
    }

    private static String look(Path file) {
        try {
            return file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file) + " "
                    + Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return file + " is not there";
        }
    }
}
