package io.github.doorwarden.cli;

import io.github.doorwarden.sources.openapi.Inspection;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// Every operation of a document as the tool that it would become, before anything is configured.
@Command(name = "inspect", mixinStandardHelpOptions = true, description = {
        "Shows an OpenAPI document as the tools that it would become.",
        "With what each costs a conversation, what is skipped and why, and a",
        "configuration to begin with. Versions 2.0, 3.0 and 3.1; no API is called."})
final class OpenApiInspectCommand implements Callable<Integer> {

    /// Of one document, in a configuration to begin with: what somebody still reads.
    private static final int SUGGESTED_TOOLS = 5;

    @Parameters(index = "0", arity = "1..*", paramLabel = "FILE|URL", description = {
            "The document, JSON or YAML, with files beside and below",
            "it; at an address (https, or on this machine), with",
            "others of the same origin."})
    private List<String> documents;

    @Option(names = "--json", description = {"Prints one JSON object a line: for each operation,",
            "and at the end of each document for the whole."})
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var failed = 0;
        for (var document : documents) {
            try {
                var inspection = inspect(document);
                var out = spec.commandLine().getOut();
                if (json) {
                    lines(document, inspection, out);
                } else {
                    show(document, inspection, out);
                }
            } catch (IllegalArgumentException e) {
                failed++;
                spec.commandLine().getErr().println(Visible.lines(documents.size() > 1
                        ? document + ": " + e.getMessage() : e.getMessage()));
            }
        }
        return failed == 0 ? 0 : 1;
    }

    private static Inspection inspect(String document) {
        if (document.matches("https?://.*")) {
            return Inspection.of(URI.create(document));
        }
        var file = Path.of(document).toAbsolutePath().normalize();
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("There is no file " + document + ". Name an OpenAPI document, or an "
                    + "address that begins with https://.");
        }
        return Inspection.of(file, file.getParent());
    }

    private static int tokens(Inspection inspection) {
        return inspection.found().stream().mapToInt(each -> each.listing().tokens()).sum();
    }

    private static void lines(String document, Inspection inspection, PrintWriter out) {
        for (var each : inspection.found()) {
            var line = JsonNodeFactory.instance.objectNode().put("document", document)
                    .put("operation", each.operation()).put("operationId", each.operationId())
                    .put("changes", each.changes()).put("tokens", each.listing().tokens());
            each.warnings().forEach(line.putArray("warnings")::add);
            out.println(Visible.json(line.set("tool", each.listing().json())));
        }
        inspection.skipped().forEach(each -> out.println(JsonNodeFactory.instance.objectNode()
                .put("document", document).put("operation", each.operation()).put("skipped", each.reason())));
        out.println(JsonNodeFactory.instance.objectNode().put("document", document).put("title", inspection.title())
                .put("version", inspection.version()).put("tools", inspection.found().size())
                .put("skippedOperations", inspection.skipped().size()).put("tokens", tokens(inspection)));
    }

    private static void show(String document, Inspection inspection, PrintWriter out) {
        out.println(Visible.line(inspection.title().isEmpty() ? document : inspection.title()) + "  "
                + inspection.found().size() + (inspection.found().size() == 1 ? " tool" : " tools") + ", about "
                + tokens(inspection) + " tokens in all, " + inspection.skipped().size() + " skipped");
        var widest = inspection.found().stream().mapToInt(each -> each.listing().spec().name().length()).max()
                .orElse(0);
        out.println();
        for (var each : inspection.found()) {
            var name = each.listing().spec().name();
            out.println(Visible.line(String.format("  %s%s  %6d  %s  %s", name, " ".repeat(widest - name.length()),
                    each.listing().tokens(), each.changes() ? "writes" : "reads ", each.operation())));
        }
        if (!inspection.skipped().isEmpty()) {
            out.println();
            out.println("Skipped:");
            inspection.skipped().forEach(each ->
                    out.println(Visible.line("  " + each.operation() + ": " + each.reason() + ".")));
        }
        var warnings = inspection.found().stream().flatMap(each -> each.warnings().stream()).toList();
        if (!warnings.isEmpty()) {
            out.println();
            out.println("Warnings:");
            warnings.forEach(each -> out.println(Visible.line("  " + each)));
        }
        out.println();
        out.println("A configuration to begin with:");
        out.println();
        suggest(document, inspection, out);
    }

    /// YAML that can be pasted into a `doorwarden.yaml`: all that reads, and the dearest tools to be curated.
    private static void suggest(String document, Inspection inspection, PrintWriter out) {
        var reading = inspection.found().stream().filter(each -> !each.changes()).toList();
        out.println("sources:");
        out.println("  api:");
        out.println("    type: openapi");
        out.println("    document: " + Visible.quoted(document));
        out.println("    upstream: api");
        out.println("    include:");
        out.println("    - {methods: [GET, HEAD], paths: [/**]}");
        out.println("    # What may change something (" + (inspection.found().size() - reading.size())
                + " here) is included with allow_writes: true, best with confirm: true.");
        var dear = reading.stream().sorted((a, b) -> b.listing().tokens() - a.listing().tokens())
                .limit(SUGGESTED_TOOLS).toList();
        if (!dear.isEmpty()) {
            out.println("    tools:                                 # what costs most: describe, hide, pick");
            dear.forEach(each -> out.println("      " + each.listing().spec().name() + ": {operation: "
                    + Visible.quoted(each.operation()) + "}"));
        }
        out.println("upstreams:");
        out.println("  api: {base_url: " + Visible.quoted(inspection.server().orElse("https://api.example.com")) + "}");
        out.println("endpoints:");
        out.println("  /mcp: {sources: [api]}");
    }
}
