package io.github.doorwarden.cli;

import picocli.CommandLine.Command;

/// What an OpenAPI document has for tools, before and after it is configured.
@Command(name = "openapi", description = "OpenAPI documents: inspect, accept.", mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND", subcommands = {OpenApiInspectCommand.class, OpenApiAcceptCommand.class})
final class OpenApiCommand {}
