package io.github.doorwarden.cli;

import io.github.doorwarden.app.SourceReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// All sources of a deployment, a line each.
@Command(name = "list", mixinStandardHelpOptions = true, description = {
        "Lists the sources of a deployment: what each has, behind which endpoints, and what its tools cost.",
        "The tokens are what every conversation pays for the descriptions and schemas before anything is called, "
                + "estimated as four bytes each. Warnings go to standard error."})
final class SourcesListCommand implements Callable<Integer> {

    @Mixin
    private DeploymentFolder deployment;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var reports = SourceReport.of(deployment.check().config());
        var table = output.table("source", "tools", "resources", "prompts", "skills", "tokens", "endpoints",
                "warnings");
        for (var each : reports) {
            table.row(each.name(), text(each.tools().size()), text(each.resources() + each.templates()),
                    text(each.prompts()), text(each.skills()), text(each.tokens()),
                    each.endpoints().isEmpty() ? "none" : String.join(" ", each.endpoints()),
                    text(each.warnings().size()));
        }
        table.print();
        var err = spec.commandLine().getErr();
        reports.forEach(each -> each.warnings().forEach(warning -> err.println(each.name() + ": "
                + Visible.line(warning))));
        return 0;
    }

    private static String text(int number) {
        return Integer.toString(number);
    }
}
