package io.github.doorwarden.doctor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Examinations of stubs, which wait for no one longer than a second.
final class Doctors {

    static final Options OPTIONS = new Options(Optional.empty(), List.of(), InstantSource.system(), Optional.empty(),
            Duration.ofSeconds(1), Duration.ofMinutes(1));

    private Doctors() {}

    static Report examine(StubServer server, Consumer<String> progress) {
        return Examination.of(server.url(), OPTIONS.withToken(Faultless.TOKEN)).run(progress);
    }

    static List<String> ids(Report report) {
        return report.findings().stream().map(finding -> finding.fault().id()).toList();
    }

    /// Keys of the clients with this outcome, in order.
    static TreeSet<String> with(Outcome outcome, Report report) {
        var keys = new TreeSet<String>();
        report.verdicts().stream().filter(verdict -> verdict.outcome() == outcome)
                .forEach(verdict -> keys.add(verdict.client().key()));
        return keys;
    }
}
