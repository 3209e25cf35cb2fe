package io.github.doorwarden.cli;

import io.github.doorwarden.app.OpenApiDocuments;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Lets in what the address of a document has now.
@Command(name = "accept", mixinStandardHelpOptions = true, description = {
        "Uses the document that the address of a source has now.",
        "Says what changes for the operations in use; a running deployment follows",
        "within a second."})
final class OpenApiAcceptCommand implements Callable<Integer> {

    @Mixin
    private DeploymentFolder deployment;

    @Parameters(index = "1", paramLabel = "SOURCE", description = "The source, by its name in the configuration.")
    private String source;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try {
            var differences = OpenApiDocuments.accept(deployment.read(), source);
            differences.forEach(each -> spec.commandLine().getOut().println(Visible.line(each)));
            if (differences.isEmpty()) {
                spec.commandLine().getErr().println("Nothing changes for the operations in use.");
            }
            return 0;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(e.getMessage());
        }
    }
}
