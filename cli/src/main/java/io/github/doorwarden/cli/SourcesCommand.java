package io.github.doorwarden.cli;

import picocli.CommandLine.Command;

/// Where the tools of a deployment come from.
@Command(name = "sources", description = "Sources of tools: list, inspect, pins, approve.", mixinStandardHelpOptions =
        true,
        synopsisSubcommandLabel = "COMMAND", subcommands = {SourcesListCommand.class, SourcesInspectCommand.class,
                SourcesPinsCommand.class, SourcesApproveCommand.class})
final class SourcesCommand {}
