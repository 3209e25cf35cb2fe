package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.cli.Visible;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/// Brings a server into the settings of another program.
@Command(name = "connect", mixinStandardHelpOptions = true, description = {
        "Brings a server into the settings of Claude, Cursor, VS Code or Codex.",
        "Prints what belongs there, or writes it. Clients that speak HTTP and sign their person in are given the URL; "
        + "Claude Desktop, whose file knows programs "
                + "alone, starts 'doorwarden bridge URL'. With --write what is in the file stays to the letter, and "
                + "a copy of it is kept beside it. A file that cannot be read is left alone.",
        "", "  doorwarden connect claude-code https://mcp.example.com/mcp",
        "  doorwarden connect claude-desktop https://mcp.example.com/mcp --write",
        "  doorwarden connect vscode https://mcp.example.com/mcp --write --project"})
final class ConnectCommand implements Callable<Integer> {

    /// Names are part of what models see as a tool's name, which has room for 64 characters (Cursor: 60).
    private static final int NAME_MAX = 32;
    /// Where `./doorwarden` is, said by itself.
    private static final String LAUNCHER = "doorwarden.launcher";
    private static final List<String> NO_NAMES = List.of("mcp", "www", "api", "app", "localhost");

    /// The words for clients.
    static final class Words extends java.util.ArrayList<String> {
        private static final long serialVersionUID = 1;

        Words() {
            super(Arrays.stream(KnownClient.values()).map(KnownClient::word).toList());
        }
    }

    @Parameters(index = "0", paramLabel = "CLIENT", completionCandidates = Words.class,
            description = "${COMPLETION-CANDIDATES}.")
    private String client;

    @Parameters(index = "1", paramLabel = "URL", description = "Of the endpoint, for example "
            + "https://mcp.example.com/mcp.")
    private String url;

    @Option(names = "--write", description = "Writes it into the client's file instead of printing it.")
    private boolean write;

    @Option(names = "--project", description = "For this folder and whoever works in it, instead of for you alone.")
    private boolean project;

    @Option(names = "--name", paramLabel = "NAME", description = "What the client calls the server; made from the URL "
            + "if left out.")
    private String name;

    @Option(names = "--bridge", description = "Over 'doorwarden bridge', also for a client that speaks HTTP itself.")
    private boolean bridge;

    @Option(names = "--replace", description = "Replaces an entry of that name that says something else.")
    private boolean replace;

    @Option(names = "--file", paramLabel = "FILE", description = "The client's file, where it is not at its usual "
            + "place.")
    private Path elsewhere;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var known = known();
        var target = Server.url(url, spec);
        var called = name == null ? nameFor(target) : name;
        if (!called.matches("[A-Za-z0-9_-]{1," + NAME_MAX + "}")) {
            throw new ParameterException(spec.commandLine(), "--name takes 1 to " + NAME_MAX
                    + " letters, digits, - and _: models see it as part of every tool's name.");
        }
        var direct = known.speaksHttp() && !bridge;
        var entry = direct ? known.direct(target.toString()) : known.program(command(target.toString()));
        var file = SettingsFile.at(file(known));
        if (target.getScheme().equals("http") && !loopback(target)) {
            spec.commandLine().getErr().println("http:// to another machine shows tokens to everybody on the way, and "
                    + "most clients refuse to sign in there. Use https://.");
        }
        return write ? write(known, called, entry, file) : print(known, called, entry, file, target.toString());
    }

    private KnownClient known() {
        return Arrays.stream(KnownClient.values()).filter(each -> each.word().equals(client)).findFirst()
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "CLIENT must be one of "
                        + String.join(", ", new Words()) + ". Another client that speaks HTTP needs the URL alone; one "
                        + "that starts programs is given:  " + String.join(" ", command("URL"))));
    }

    private Path file(KnownClient known) {
        if (elsewhere != null) {
            return elsewhere.toAbsolutePath();
        }
        var machine = Machine.here();
        return project ? known.projectFile(machine).orElseThrow(() -> new ParameterException(spec.commandLine(),
                known.title() + " has one file for everything: leave --project out.")) : known.userFile(machine);
    }

    private static boolean loopback(URI target) {
        return List.of("localhost", "127.0.0.1", "[::1]").contains(target.getHost());
    }

    /// The first word of the host that says anything; of an address, the product and the port.
    static String nameFor(URI target) {
        var host = target.getHost();
        var telling = host.matches("[0-9.]+|\\[.*") ? Optional.<String>empty() : Arrays.stream(host.split("\\."))
                .filter(label -> !NO_NAMES.contains(label) && label.matches("[A-Za-z0-9_-]+")).findFirst();
        var text = telling.orElse(target.getPort() < 0 ? "doorwarden" : "doorwarden-" + target.getPort());
        return text.substring(0, Math.min(text.length(), NAME_MAX));
    }

    /// How this program is started by another one, which has a folder and variables of its own.
    private static List<String> command(String url) {
        var launcher = System.getProperty(LAUNCHER, "");
        if (!launcher.isEmpty()) {
            return List.of(launcher, "bridge", url);
        }
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var jars = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(each -> Path.of(each).toAbsolutePath().toString()).collect(Collectors.joining(File.pathSeparator));
        return List.of(java, "-cp", jars, "io.github.doorwarden.cli.Doorwarden", "bridge", url);
    }

    private int print(KnownClient known, String called, ObjectNode entry, SettingsFile file, String target) {
        var err = spec.commandLine().getErr();
        err.println(known.title() + (entry.has("url") ? " speaks to the server itself and signs you in."
                : " starts a program that speaks to the server and signs you in."));
        err.println("Its file" + (project ? " for this folder: " : " for you: ") + file.path()
                + (Files.exists(file.path()) ? "" : " (not there yet)"));
        err.println();
        spec.commandLine().getOut().print(SettingsText.alone(known, called, entry));
        spec.commandLine().getOut().flush();
        err.println();
        err.println("To have it written there, everything else left as it is, add --write.");
        if (!project && entry.has("url")) {
            known.ownCommand(called, target).ifPresent(own -> err.println("Or:   " + own));
        }
        err.println("Then: " + known.next(called));
        return 0;
    }

    private int write(KnownClient known, String called, ObjectNode entry, SettingsFile file) {
        var err = spec.commandLine().getErr();
        var before = file.read();
        try {
            var settings = SettingsText.of(known, before);
            var there = settings.entry(called);
            if (there.filter(entry::equals).isPresent()) {
                err.println(called + " is in " + file.path() + " already.");
                err.println("Then: " + known.next(called));
                return 0;
            }
            if (there.isPresent() && !replace) {
                throw new CommandFailure(file.path() + " has a server " + called + " that says something else:\n  "
                        + Visible.line(there.get().toString()) + "\nNothing was changed. Give --replace to replace it, "
                        + "or another --name.");
            }
            var copy = file.replace(before, settings.with(called, entry));
            spec.commandLine().getOut().println(file.path());
            err.println(called + " is now in the settings of " + known.title() + "." + copy.map(kept ->
                    " What was there before: " + kept).orElse(""));
            err.println("Then: " + known.next(called));
            return 0;
        } catch (SettingsText.Unreadable e) {
            throw new CommandFailure(file.path() + " " + e.getMessage()
                    + ". Nothing was changed: mend the file, or run "
                    + "this without --write and paste what is printed.");
        }
    }
}
