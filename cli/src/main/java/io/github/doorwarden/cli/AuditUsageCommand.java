package io.github.doorwarden.cli;

import io.github.doorwarden.app.Administration;
import io.github.doorwarden.app.UsageJson;
import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.watch.Usage;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How tools are used, from the record.
@Command(name = "usage", mixinStandardHelpOptions = true, description = {"How tools are used: calls, errors, refusals, "
        + "durations, people.", "Errors failed in the tool or behind it; refused were not allowed, malformed, or too "
        + "many. Durations are those of calls that ran, in milliseconds, at most 3 % beside the true value. The last "
        + "line is all together."})
final class AuditUsageCommand implements Callable<Integer> {

    @Mixin
    private DeploymentFolder deployment;

    @Mixin
    private Output output;

    @Option(names = "--last", paramLabel = "TIME", defaultValue = "7d", description =
            "Calls from then on: so long ago, "
            + "90m, 12h, 7d, or 2026-07-28T09:00:00Z (default: ${DEFAULT-VALUE}).")
    private String last;

    @Option(names = "--by", paramLabel = "WHAT", defaultValue = "tool",
            description = "tool, caller, client, tenant or day (default: ${DEFAULT-VALUE}).")
    private String by;

    @Option(names = "--tenant", paramLabel = "NAME", description = "Only calls of this organisation.")
    private String tenant;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var grouped = grouped();
        var since = AuditCommand.time("--last", last, spec);
        try (var administration = Administration.open(deployment.read())) {
            var usage = Usage.of(administration.audit(), new Usage.Query(since, Instant.now(),
                    Optional.ofNullable(tenant)), Set.of(grouped));
            if (usage.isCut()) {
                spec.commandLine().getErr().println("The record is longer than what is read at once, so its oldest "
                        + "part is left out. Ask for less with --last.");
            }
            var rows = usage.rows(grouped).stream().map(row -> named(row, grouped, administration)).toList();
            if (output.json()) {
                var out = spec.commandLine().getOut();
                rows.forEach(row -> out.println(Visible.json(UsageJson.row(row, grouped.word()))));
                out.println(Visible.json(UsageJson.row(usage.total(), "all")));
                return 0;
            }
            var table = output.table(grouped.word(), "calls", "errors", "refused", "p50", "p95", "p99", "people");
            rows.forEach(row -> line(table, row, row.key()));
            if (!rows.isEmpty()) {
                line(table, usage.total(), "all");
            }
            table.print();
            return 0;
        }
    }

    private Usage.By grouped() {
        try {
            return Usage.By.of(by);
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(spec.commandLine(), unknown.getMessage());
        }
    }

    /// People by their addresses, as far as they are still known.
    private static Usage.Row named(Usage.Row row, Usage.By by, Administration administration) {
        if (by != Usage.By.CALLER) {
            return row;
        }
        var name = administration.person(row.key()).map(Person::email).orElse(row.key());
        return new Usage.Row(name, row.calls(), row.failed(), row.refused(), row.p50(), row.p95(), row.p99(),
                row.people());
    }

    private static void line(Output.Table table, Usage.Row row, String name) {
        table.row(name, Long.toString(row.calls()), Long.toString(row.failed()), Long.toString(row.refused()),
                millis(row.p50()), millis(row.p95()), millis(row.p99()), Long.toString(row.people()));
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }
}
