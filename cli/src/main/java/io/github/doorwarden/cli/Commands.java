package io.github.doorwarden.cli;

import io.github.doorwarden.cli.client.ClientCommands;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/// The table of contents of the product on the command line.
///
/// Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 it failed, 2 the command
/// line or the configuration has mistakes; those that speak to a server have more ([ClientCommands]).
@Command(
        name = "doorwarden",
        version = "doorwarden 0.1.0",
        description = "Lets AI clients into a company's systems through a proper front door.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ServeCommand.class, StdioCommand.class, BridgeCommand.class, UserCommand.class,
        ClientCommand.class,
                GrantCommand.class, TokenCommand.class, TiersCommand.class, AuthCommand.class, KeysCommand.class,
                AuditCommand.class, DocumentsCommand.class, ConfigCommand.class, SourcesCommand.class,
                OpenApiCommand.class, DoctorCommand.class,
                ClassPathCommand.class},
        footer = {"", "Begin with:  ./doorwarden serve systems/admin-copilot",
                "        or:  ./doorwarden tools https://mcp.example.com/mcp",
                "Each command explains itself with --help."},
        mixinStandardHelpOptions = true)
final class Commands {

    private Commands() {}

    static int execute(String[] args, PrintWriter out, PrintWriter err) {
        var line = commandLine();
        line.setOut(out).setErr(err).setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((e, parsed) -> mistake(e))
                .setExecutionExceptionHandler((e, command, parsed) -> Failures.tell(e, command.getErr()));
        return args.length == 0 ? help(line, out) : line.execute(ClientCommands.packed(args));
    }

    /// What is wrong, and how it is written; a whole help would push the one off the screen.
    private static int mistake(CommandLine.ParameterException e) {
        var command = e.getCommandLine();
        var err = command.getErr();
        err.println(Visible.lines(e.getMessage()));
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Usage: " + command.getHelp().synopsis("Usage: ".length()).strip());
        err.println("Add --help to see what each means.");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    static CommandLine commandLine() {
        var line = new CommandLine(new Commands());
        ClientCommands.addTo(line);
        line.getSubcommands().values().forEach(Commands::arrange);
        line.getCommandSpec().usageMessage().descriptionHeading("%n").optionListHeading("%n")
                .commandListHeading("%nA deployment:%n");
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, Commands::twoLists);
        return line;
    }

    /// Air between the parts of each help, and the version where it means something.
    private static void arrange(CommandLine command) {
        var spec = command.getCommandSpec();
        spec.remove(spec.findOption("--version"));
        spec.usageMessage().descriptionHeading("%n").parameterListHeading("%n").optionListHeading("%n")
                .commandListHeading("%nCommands:%n");
        command.getSubcommands().values().forEach(Commands::arrange);
    }

    private static String twoLists(Help help) {
        var client = new LinkedHashMap<String, Help>();
        var deployment = new LinkedHashMap<>(help.subcommands());
        help.subcommands().keySet().stream().filter(ClientCommands::speakToServers).forEach(name ->
                client.put(name, deployment.remove(name)));
        return help.commandList(deployment) + "%nAny MCP server, as its client:%n".formatted()
                + help.commandList(client);
    }

    private static int help(CommandLine line, PrintWriter out) {
        line.usage(out);
        return 0;
    }
}
