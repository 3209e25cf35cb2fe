package io.github.doorwarden.systems.backend;

import java.nio.file.Path;

/// What stands on a backend's command line.
///
/// @param data folder for everything that it keeps
/// @param port on loopback; 0 takes any free one
public record Arguments(Path data, int port) {

    /// What a backend tells who started it wrongly.
    ///
    /// @param usage ends each sentence about options
    /// @param data  said when there is no `--data`
    /// @param port  said when `--port` is none
    public record Words(String usage, String data, String port) {}

    public static Arguments of(String[] args, Words words) throws Mistake {
        Path data = null;
        var port = 0;
        for (var i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new Mistake("The option " + args[i] + " lacks its value. " + words.usage);
            }
            switch (args[i]) {
                case "--data" -> data = Path.of(args[i + 1]);
                case "--port" -> port = port(args[i + 1], words);
                default -> throw new Mistake("There is no option " + args[i] + ". " + words.usage);
            }
        }
        if (data == null) {
            throw new Mistake(words.data + " " + words.usage);
        }
        return new Arguments(data, port);
    }

    private static int port(String text, Words words) throws Mistake {
        try {
            return Environment.number("--port", text, 0, 65_535);
        } catch (Mistake mistake) {
            throw new Mistake(words.port);
        }
    }
}
