package io.github.doorwarden.systems.backend;

import java.nio.file.Path;

/// What stands on a backend's command line.
///
/// @param data folder for everything that it keeps
/// @param port on loopback; 0 takes any free one
public record Arguments(Path data, int port) {

    /// @param usage the sentence that ends what is told of a mistake
    /// @param holds what the data folder holds, for whoever left it out
    public static Arguments of(String[] args, String usage, String holds) throws Mistake {
        Path data = null;
        var port = 0;
        for (var i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new Mistake("The option " + args[i] + " lacks its value. " + usage);
            }
            switch (args[i]) {
                case "--data" -> data = Path.of(args[i + 1]);
                case "--port" -> port = Environment.number("--port", args[i + 1], 0, 65_535,
                        "; 0 takes any free one");
                default -> throw new Mistake("There is no option " + args[i] + ". " + usage);
            }
        }
        if (data == null) {
            throw new Mistake("--data is missing: the folder that holds " + holds + ". " + usage);
        }
        return new Arguments(data, port);
    }
}
