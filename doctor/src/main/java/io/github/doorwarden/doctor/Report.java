package io.github.doorwarden.doctor;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What an examination has found, and for each client whether it gets in. Texts of findings may be a foreign server's.
///
/// @param url      what was examined
/// @param reached  whether anything answered there
/// @param inside   whether what is behind the door was seen: the server is open, or a token was given and taken
/// @param facts    what was seen, a sentence each
/// @param findings the worst first
/// @param verdicts one for each client, in their order
public record Report(URI url, Instant at, boolean reached, boolean inside, List<String> facts, List<Finding> findings,
        List<Verdict> verdicts) {

    public Report {
        facts = List.copyOf(facts);
        findings = List.copyOf(findings);
        verdicts = List.copyOf(verdicts);
    }

    /// Whether every client connects, with faults or without.
    public boolean everybodyConnects() {
        return verdicts.stream().noneMatch(verdict -> verdict.outcome() == Outcome.FAILS);
    }

    public Verdict verdict(Client client) {
        return verdicts.stream().filter(verdict -> verdict.client() == client).findFirst().orElseThrow();
    }

    /// For programs: everything that is in the report.
    public ObjectNode json() {
        var json = JsonNodeFactory.instance.objectNode().put("url", url.toString()).put("at", at.toString())
                .put("reached", reached).put("inside", inside);
        facts.forEach(json.putArray("facts")::add);
        var clients = json.putArray("clients");
        for (var verdict : verdicts) {
            var row = clients.addObject().put("client", verdict.client().key()).put("name", verdict.client().label())
                    .put("seen", verdict.client().seen()).put("outcome", verdict.outcome().name());
            verdict.because().forEach(row.putArray("because")::add);
        }
        var found = json.putArray("findings");
        for (var finding : findings) {
            var fault = finding.fault();
            var row = found.addObject().put("id", fault.id()).put("severity", finding.severity().name())
                    .put("what", fault.what()).put("asked", finding.asked()).put("came", finding.came())
                    .put("expected", fault.expected()).put("source", fault.source()).put("remedy", fault.remedy());
            var harmed = row.putObject("clients");
            finding.harmed().entrySet().stream().sorted(Map.Entry.comparingByKey())
                    .forEach(each -> harmed.put(each.getKey(), each.getValue().name()));
            fault.links().forEach(link -> row.withArray("issues").add(link.toString()));
        }
        return json;
    }
}
