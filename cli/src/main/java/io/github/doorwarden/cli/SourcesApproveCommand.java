package io.github.doorwarden.cli;

import io.github.doorwarden.app.SourcePins;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Lets in what another MCP server offers now.
@Command(name = "approve", mixinStandardHelpOptions = true, description = {
    "Approves what another MCP server offers now.",
    "Without names, everything of it that waits. A running deployment uses it within a second. See first: doorwarden "
            + "sources pins DIR"})
final class SourcesApproveCommand implements Callable<Integer> {

    @Mixin
    private DeploymentFolder deployment;

    @Parameters(index = "1", paramLabel = "SOURCE", description = "The source, by its name in the configuration.")
    private String source;

    @Parameters(index = "2..*", paramLabel = "NAME", description = "A tool or prompt, as the server calls it; "
            + "NAME@HASH approves only what has this hash, as pins shows it.")
    private List<String> names = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try {
            var approved = new SourcePins(deployment.read()).approve(source, names);
            approved.forEach(pin -> spec.commandLine().getOut().println(pin.kind() + " "
                    + Visible.line(pin.name()) + "@" + pin.offered().orElseThrow().hash().substring(0, 8)));
            if (approved.isEmpty()) {
                spec.commandLine().getErr().println("Nothing of " + source + " waits for approval.");
            }
            return 0;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(Visible.line(e.getMessage()));
        }
    }
}
