package io.github.doorwarden.doctor;

import java.net.URI;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Walks through everything that real clients do to an MCP server, and judges for each client whether it gets in.
///
/// It does no harm: nobody signs in, no code is redeemed, no tool is called; at most [Limits#REGISTRATIONS] clients are
/// registered, and deleted again where the server lets that be done. Not for several threads.
public final class Examination {

    /// What is asked together.
    private record Group(String name, Predicate<Visit> wanted, Consumer<Visit> probes) {}

    /// In the order in which clients come: what is behind is not asked when nobody gets that far.
    private static final List<Group> GROUPS = List.of(
            new Group("the address", visit -> true, AddressProbes::run),
            new Group("the challenge", visit -> true, ChallengeProbes::run),
            new Group("metadata of the resource", visit -> true, ResourceProbes::run),
            new Group("metadata of the authorization server", visit -> !visit.open || visit.resource != null,
            ServerProbes::run),
            new Group("web pages", visit -> true, BrowserProbes::run),
            new Group("registration", Examination::signIn, RegistrationProbes::run),
            new Group("authorization", Examination::signIn, AuthorizeProbes::run),
            new Group("the token endpoint", Examination::signIn, TokenProbes::run),
            new Group("both eras", visit -> true, SpeechProbes::run),
            new Group("streams and sessions", visit -> true, StreamProbes::run),
            new Group("tools", visit -> true, ToolProbes::run));

    static final Fault OUT_OF_TIME = Fault.of("out-of-time", Fault.Harm.HINDERS_ALL,
            "The server answers so slowly that the examination is not complete.", "answers within a second",
            "no section, but people are waiting", "Look why the server is slow, and examine it again.");

    private final URI url;
    private final Options options;

    private Examination(URI url, Options options) {
        this.url = url;
        this.options = options;
    }

    /// @param url as people give it to a client
    /// @throws IllegalArgumentException when that is no http or https URL, or when a token would go through the net in
    ///         the open; the message says what to do
    public static Examination of(URI url, Options options) {
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme()) || url.getUserInfo() != null
                || url.getFragment() != null) {
            throw new IllegalArgumentException("Give the URL of an MCP endpoint as clients get it, for example "
                    + "https://mcp.example.com/mcp.");
        }
        if (options.token().isPresent() && !Places.https(url) && !Places.loopback(url)) {
            throw new IllegalArgumentException(
                    "A token is not sent without TLS. Examine the https address, or leave the "
                    + "token out.");
        }
        return new Examination(url, options);
    }

    /// @param progress hears the name of each group of questions before it is asked
    public Report run(Consumer<String> progress) {
        try (var wire = new Wire(options)) {
            var visit = new Visit(url, options, wire);
            for (var group : GROUPS) {
                if (!visit.over && !wire.timeIsOver() && group.wanted().test(visit)) {
                    progress.accept(group.name());
                    group.probes().accept(visit);
                }
            }
            var late = wire.timeIsOver();
            wire.tidying();
            if (late) {
                visit.find(OUT_OF_TIME, "everything", "no more within " + options.total().toSeconds() + " s");
            }
            StreamProbes.leave(visit);
            return report(visit, visit.forget());
        }
    }

    private static boolean signIn(Visit visit) {
        return visit.server != null;
    }

    private Report report(Visit visit, int[] forgotten) {
        var findings = visit.findings.stream()
                .sorted(Comparator.comparing(Finding::severity)).toList();
        var verdicts = new ArrayList<Verdict>();
        for (var client : options.clients()) {
            var because = findings.stream().filter(finding -> finding.harmed().containsKey(client.key()))
                    .sorted(Comparator.comparing((Finding finding) -> finding.harmed().get(client.key())).reversed())
                    .toList();
            var outcome = because.stream().map(finding -> finding.harmed().get(client.key()))
                    .reduce(Outcome.CONNECTS, Outcome::worse);
            verdicts.add(new Verdict(client, outcome, because.stream().map(finding -> finding.fault().id()).distinct()
                    .toList()));
        }
        var inside = visit.legacy || visit.modern;
        return new Report(url, options.time().instant().truncatedTo(ChronoUnit.SECONDS), visit.reached(), inside,
                facts(visit, forgotten, inside),
                findings, verdicts);
    }

    private List<String> facts(Visit visit, int[] forgotten, boolean inside) {
        var facts = new ArrayList<String>();
        if (!visit.url.equals(url)) {
            facts.add("It is served at " + visit.url + ".");
        }
        if (visit.open) {
            facts.add("Nobody has to sign in to list its tools" + (visit.resource == null ? "."
                    : "; for some of them perhaps, so signing in is examined too."));
        }
        if (visit.server != null) {
            facts.add("Its authorization server is " + visit.issuer + ".");
        }
        if (!visit.places.isEmpty()) {
            facts.add("The server's metadata is on this origin at " + String.join(", ", visit.places) + ".");
        }
        if (inside) {
            facts.add("It speaks " + (visit.legacy ? visit.revision : "")
                    + (visit.legacy && visit.modern ? " and " : "")
                    + (visit.modern ? Mcp.MODERN : "") + (visit.session != null ? ", with sessions." : "."));
        } else if (visit.reached()) {
            facts.add("What is behind the door was not seen: that needs a token.");
        }
        if (forgotten[1] > 0) {
            facts.add(forgotten[1] + " clients were registered for this, and " + forgotten[0] + " deleted again.");
        }
        return facts;
    }
}
