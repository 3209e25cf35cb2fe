package io.github.doorwarden.cli;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which deployment a command is about.
final class DeploymentFolder {

    @Parameters(index = "0", paramLabel = "DIR", description = "Folder with a " + ConfigFile.NAME + ".")
    private Path folder;

    @Option(names = "--set", paramLabel = "KEY=VALUE",
            description = {"Overrides a key of the configuration, for example",
            "--set server.port=9000; may be repeated."})
    private Map<String, String> set = Map.of();

    Config read() {
        return read(Map.of());
    }

    Config read(Map<String, String> more) {
        var all = new HashMap<>(set);
        all.putAll(more);
        return ConfigFile.read(folder, all, System::getenv);
    }

    /// Without writing anything.
    ConfigFile.Checked check() {
        return ConfigFile.check(folder, set, System::getenv);
    }

    Path folder() {
        return folder;
    }
}
