package io.github.doorwarden.cli;

import io.github.doorwarden.doctor.Client;
import io.github.doorwarden.doctor.Finding;
import io.github.doorwarden.doctor.Outcome;
import io.github.doorwarden.doctor.Report;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A report of the doctor for people at a terminal: the clients in a table, then each finding with its remedy.
final class DoctorText {

    private static final String EVERYBODY = "every client";

    private DoctorText() {}

    static void print(Report report, PrintWriter out) {
        out.println(Visible.line(report.url().toString()));
        report.facts().forEach(fact -> out.println("  " + Visible.line(fact)));
        out.println();
        var name = report.verdicts().stream().mapToInt(verdict -> verdict.client().label().length()).max().orElse(0);
        for (var verdict : report.verdicts()) {
            out.println(String.format("  %-" + name + "s  %-20s  %s", verdict.client().label(),
                    verdict.outcome().words(), String.join(", ", verdict.because())).stripTrailing());
        }
        for (var finding : report.findings()) {
            out.println();
            print(report, finding, out);
        }
    }

    private static void print(Report report, Finding finding, PrintWriter out) {
        var fault = finding.fault();
        out.println(finding.severity().name().toLowerCase(Locale.ROOT) + " " + fault.id() + whom(report, finding));
        out.println("  " + fault.what());
        out.println("  asked     " + Visible.line(finding.asked()));
        out.println("  came      " + Visible.line(finding.came()));
        out.println("  expected  " + fault.expected() + " (" + fault.source() + ")");
        out.println("  remedy    " + fault.remedy());
        fault.links().forEach(link -> out.println("  seen      " + link));
    }

    private static String whom(Report report, Finding finding) {
        var fails = labels(report, finding, Outcome.FAILS);
        var hindered = labels(report, finding, Outcome.CONNECTS_WITH_FAULTS);
        return (fails.isEmpty() ? "" : fails.equals(EVERYBODY) ? ": no client will connect"
                : ": " + fails + " will not connect")
                + (hindered.isEmpty() ? "" : (fails.isEmpty() ? ": " : "; ") + "hinders " + hindered);
    }

    /// The clients that a finding harms so, as people read them.
    static String labels(Report report, Finding finding, Outcome outcome) {
        var all = report.verdicts().stream().map(verdict -> verdict.client()).toList();
        var harmed = all.stream().filter(client -> finding.harmed().get(client.key()) == outcome).toList();
        return harmed.equals(all) && all.size() > 1 ? EVERYBODY : joined(harmed);
    }

    private static String joined(List<Client> clients) {
        return clients.stream().map(Client::label).collect(Collectors.joining(", "));
    }
}
