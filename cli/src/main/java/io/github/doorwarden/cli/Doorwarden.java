package io.github.doorwarden.cli;

import io.github.doorwarden.app.Ahead;
import io.github.doorwarden.app.Logs;
import java.io.PrintWriter;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The table of contents of the product on the command line.
///
/// Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 it failed, 2 the command
/// line or the configuration has mistakes.
@Command(
        name = "doorwarden",
        version = "doorwarden 0.1.0",
        description = "Lets AI clients into a company's systems through a proper front door.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ServeCommand.class, StdioCommand.class, UserCommand.class, ClientCommand.class,
                AuditCommand.class, ConfigCommand.class, ClassPathCommand.class},
        footer = {"", "Begin with:  ./doorwarden serve systems/admin-copilot",
                "Each command explains itself with --help."},
        mixinStandardHelpOptions = true)
public final class Doorwarden {

    private Doorwarden() {}

    public static void main(String[] args) {
        if (args.length > 0 && !Set.of("serve", "stdio").contains(args[0])) {
            Logs.onlyWarnings();
        }
        System.exit(run(args, new PrintWriter(System.out, true), new PrintWriter(System.err, true)));
    }

    static int run(String[] args, PrintWriter out, PrintWriter err) {
        var usual = ServeLine.of(args);
        return usual.isPresent() ? serve(usual.get(), out, err) : execute(args, out, err);
    }

    private static int serve(ServeLine line, PrintWriter out, PrintWriter err) {
        try {
            var ahead = Ahead.begin();
            var config = line.config();
            ahead.await();
            if (line.command().equals("stdio")) {
                StdioCommand.run(config, line.endpoint());
            } else {
                Serve.run(config, out, err);
            }
            return 0;
        } catch (Exception e) {
            return Failures.tell(e, err);
        }
    }

    private static int execute(String[] args, PrintWriter out, PrintWriter err) {
        var line = commandLine();
        line.setOut(out).setErr(err).setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((e, command, parsed) -> Failures.tell(e, command.getErr()));
        return args.length == 0 ? help(line, out) : line.execute(args);
    }

    static CommandLine commandLine() {
        var line = new CommandLine(new Doorwarden());
        line.getSubcommands().values().forEach(Doorwarden::arrange);
        line.getCommandSpec().usageMessage().descriptionHeading("%n").optionListHeading("%n")
                .commandListHeading("%nCommands:%n");
        return line;
    }

    /// Air between the parts of each help, and the version where it means something.
    private static void arrange(CommandLine command) {
        var spec = command.getCommandSpec();
        spec.remove(spec.findOption("--version"));
        spec.usageMessage().descriptionHeading("%n").parameterListHeading("%n").optionListHeading("%n")
                .commandListHeading("%nCommands:%n");
        command.getSubcommands().values().forEach(Doorwarden::arrange);
    }

    private static int help(CommandLine line, PrintWriter out) {
        line.usage(out);
        return 0;
    }
}
