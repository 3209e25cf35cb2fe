package io.github.doorwarden.cli;

import io.github.doorwarden.app.AdminJson;
import io.github.doorwarden.app.Administration;
import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.store.AuditLog;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Who did what, and why a client was refused.
@Command(name = "audit", description = "The audit log: list, export, verify, usage.", mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND", subcommands = {AuditCommand.Show.class, AuditCommand.Export.class,
        AuditCommand.Verify.class, AuditUsageCommand.class})
final class AuditCommand {

    @Command(name = "list", mixinStandardHelpOptions = true, description = "The newest lines, oldest of them first.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Mixin
        private Output output;

        @Option(names = "--client", paramLabel = "CLIENT_ID", description = "Only lines of this client.")
        private String client;

        @Option(names = "--user", paramLabel = "EMAIL", description = "Only lines of this person or service: address, "
                + "or id.")
        private String user;

        @Option(names = "--event", paramLabel = "EVENT",
                description = "Only this event; with a * at its end, all that begin so: admin/*.")
        private String event;

        @Option(names = "--refused", description = "Only what was not allowed.")
        private boolean refused;

        @Option(names = "--since", paramLabel = "TIME",
                description = "Only lines from then on: 2026-07-28T09:00:00Z, or so long ago: 90m, 12h, 7d.")
        private String since;

        @Option(names = "--trace", paramLabel = "ID", description = "Only lines of this W3C trace: 32 hex digits, or a "
                + "whole traceparent.")
        private String trace;

        @Option(names = "--last", paramLabel = "N", defaultValue = "50",
                description = "How many (default: ${DEFAULT-VALUE}).")
        private int last;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (last < 1) {
                throw new ParameterException(spec.commandLine(), "--last must be at least 1.");
            }
            try (var administration = Administration.open(deployment.read())) {
                // In this order, when, whether and what fill a narrow terminal's first line; who and why the next.
                var table = output.table("at", "outcome", "event", "thing", "subject", "client_id", "reason", "ms",
                        "request_id", "token_id", "tenant", "trace_id", "cause");
                table.onlyJson("ms", "request_id", "token_id", "tenant", "trace_id", "cause");
                table.shortened("at", at -> at.replaceFirst("\\.\\d+Z$", "Z"));
                for (var line : administration.audit().search(filter(administration),
                        Optional.empty(), last).reversed()) {
                    var event = line.event();
                    table.row(event.at().toString(), event.outcome(), event.event(), event.thing(), event.subject(),
                            event.clientId(), event.reason(), String.valueOf(event.duration().toMillis()),
                            event.requestId(), event.tokenId(), event.tenant(), event.traceId(), event.cause());
                }
                table.print();
                return 0;
            }
        }

        private AuditLog.Filter filter(Administration administration) {
            var subject = Optional.ofNullable(user).map(who -> administration.person(who).map(Person::id).orElse(who));
            return new AuditLog.Filter(Optional.ofNullable(client), subject, Optional.ofNullable(event), refused,
                    Optional.ofNullable(since).map(text -> time("--since", text, spec)), Optional.ofNullable(trace)
                            .map(id -> id.replaceFirst("^[0-9a-f]{2}-([0-9a-f]{32})-.*$", "$1")));
        }
    }

    /// @param option that says it
    static Instant time(String option, String text, CommandSpec spec) {
        var ago = Pattern.compile("([0-9]{1,6})([smhd])").matcher(text);
        if (ago.matches()) {
            var unit = switch (ago.group(2)) {
                case "s" -> ChronoUnit.SECONDS;
                case "m" -> ChronoUnit.MINUTES;
                case "h" -> ChronoUnit.HOURS;
                default -> ChronoUnit.DAYS;
            };
            return Instant.now().minus(Duration.of(Long.parseLong(ago.group(1)), unit));
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new ParameterException(spec.commandLine(), option
                    + " must be a time such as 2026-07-28T09:00:00Z, or "
                    + "how long ago, such as 90m, 12h or 7d.");
        }
    }

    @Command(name = "export", mixinStandardHelpOptions = true, description = {"Prints the whole log, oldest line first,"
            + " as JSON, one object a line.",
            "With number and hash of each line, so that a copy can be checked against "
            + "audit verify."})
    static final class Export implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Option(names = "--after", paramLabel = "SEQ", defaultValue = "0",
                description = "Goes on after the line of this number (default: ${DEFAULT-VALUE}).")
        private long after;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var out = spec.commandLine().getOut();
                var last = after;
                List<AuditLog.Line> page;
                do {
                    page = administration.audit().following(last, PAGE);
                    for (var line : page) {
                        out.println(AdminJson.line(line));
                        last = line.seq();
                    }
                } while (page.size() == PAGE && !out.checkError());
                return 0;
            }
        }
    }

    /// Lines read at once; each is well below a kilobyte.
    private static final int PAGE = 1_000;

    @Command(name = "verify", mixinStandardHelpOptions = true,
            description = "Proves that no line was changed or cut out.")
    static final class Verify implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var checked = administration.audit().verify();
                checked.broken().ifPresent(broken -> {
                    throw new CommandFailure("The audit log is broken after line " + checked.lines() + ": " + broken);
                });
                spec.commandLine().getOut().println("whole  " + checked.lines() + " lines, head " + checked.head());
                return 0;
            }
        }
    }
}
