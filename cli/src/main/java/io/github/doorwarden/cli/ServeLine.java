package io.github.doorwarden.cli;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The words of a usual `serve` or `stdio`, read without picocli, which costs a start a quarter of a second: its
/// classes are too old for the JVM's archives, and it looks at all commands to find one.
///
/// @param command  `serve` or `stdio`
/// @param port     empty for the configured one
/// @param endpoint empty for the first
/// @param set      as `--set` gave them
record ServeLine(String command, Path folder, Optional<Integer> port, Optional<String> endpoint,
        Map<String, String> set) {

    /// @throws io.github.doorwarden.app.config.ConfigMistakes with all of them
    Config config() {
        var all = new HashMap<>(set);
        port.ifPresent(given -> all.put("server.port", given.toString()));
        return ConfigFile.read(folder, all, System::getenv);
    }

    /// Empty when anything is unusual: picocli then reads the words, and explains them. What both read, both read
    /// alike.
    static Optional<ServeLine> of(String... words) {
        if (words.length < 2 || !words[0].equals("serve") && !words[0].equals("stdio")) {
            return Optional.empty();
        }
        Path folder = null;
        Integer port = null;
        String endpoint = null;
        var set = new HashMap<String, String>();
        for (var i = 1; i < words.length; i++) {
            var word = words[i];
            var value = i + 1 < words.length ? words[i + 1] : "";
            if (word.equals("--port") && words[0].equals("serve") && port == null && value.matches("\\d{1,5}")) {
                port = Integer.valueOf(value);
                i++;
            } else if (word.equals("--endpoint") && words[0].equals("stdio") && endpoint == null
                    && value.matches("/[A-Za-z0-9/_-]+")) {
                endpoint = value;
                i++;
            } else if (word.equals("--set") && value.matches("[A-Za-z].*=.*")) {
                set.put(value.substring(0, value.indexOf('=')), value.substring(value.indexOf('=') + 1));
                i++;
            } else if (folder == null && !word.isBlank() && !word.startsWith("-") && !word.startsWith("@")) {
                folder = Path.of(word);
            } else {
                return Optional.empty();
            }
        }
        return folder == null ? Optional.empty()
                : Optional.of(new ServeLine(words[0], folder, Optional.ofNullable(port), Optional.ofNullable(endpoint),
                        set));
    }
}
