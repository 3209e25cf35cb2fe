package io.github.doorwarden.cli;

import io.github.doorwarden.app.Administration;
import io.github.doorwarden.app.Explanation;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Why the door stays shut.
@Command(name = "auth", description = "The front door: explain.", mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND", subcommands = AuthCommand.Explain.class)
final class AuthCommand {

    @Command(name = "explain", mixinStandardHelpOptions = true, description = {
            "Says why a request was refused, or why a token is of no use, and what to do about it.",
            "WHAT is a token, a client's id, a person's e-mail address, or the id of a request as audit list --json "
                    + "and the answers of this server name it. A token is better written to standard input, with - "
                    + "in its place: others on this machine can read arguments."})
    static final class Explain implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Mixin
        private Output output;

        @Parameters(index = "1", paramLabel = "WHAT", description = "What to explain; - reads it from standard input.")
        private String what;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            var asked = what.equals("-") ? Input.line().orElse("").strip() : what.strip();
            if (asked.isEmpty()) {
                throw new CommandFailure("There is nothing to explain: WHAT is empty.");
            }
            try (var administration = Administration.open(deployment.read())) {
                var explanation = administration.explain(asked);
                if (output.json()) {
                    var table = output.table("verdict", "text");
                    table.row("about", explanation.about());
                    explanation.findings().forEach(finding -> table.row(word(finding.verdict()), finding.text()));
                    table.print();
                    return 0;
                }
                var out = spec.commandLine().getOut();
                out.println(explanation.about());
                for (var finding : explanation.findings()) {
                    out.println("  " + "%-4s".formatted(mark(finding.verdict())) + " " + finding.text());
                }
                return 0;
            }
        }

        private static String word(Explanation.Verdict verdict) {
            return verdict.name().toLowerCase(Locale.ROOT);
        }

        private static String mark(Explanation.Verdict verdict) {
            return switch (verdict) {
                case OK -> "ok";
                case FACT -> "-";
                case NO -> "NO";
                case DO -> "  =>";
            };
        }
    }
}
