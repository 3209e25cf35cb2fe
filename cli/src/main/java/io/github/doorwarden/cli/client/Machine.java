package io.github.doorwarden.cli.client;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/// The machine that clients are configured on, as far as their files depend on it.
///
/// @param environment of this process
record Machine(System system, Path home, Path folder, Map<String, String> environment) {

    enum System { LINUX, MAC, WINDOWS }

    Machine {
        environment = Map.copyOf(environment);
    }

    static Machine here() {
        var name = java.lang.System.getProperty("os.name").toLowerCase(Locale.ROOT);
        var system = name.startsWith("windows") ? System.WINDOWS : name.startsWith("mac") ? System.MAC : System.LINUX;
        return new Machine(system, Path.of(java.lang.System.getProperty("user.home")), Path.of("").toAbsolutePath(),
                java.lang.System.getenv());
    }

    /// Where applications keep what a person has set.
    Path settings() {
        return switch (system) {
            case LINUX -> from("XDG_CONFIG_HOME", home.resolve(".config"));
            case MAC -> home.resolve("Library").resolve("Application Support");
            case WINDOWS -> from("APPDATA", home.resolve("AppData").resolve("Roaming"));
        };
    }

    /// A folder that a variable names, or the usual one.
    Path from(String variable, Path otherwise) {
        var named = environment.getOrDefault(variable, "");
        return named.isBlank() ? otherwise : Path.of(named);
    }
}
