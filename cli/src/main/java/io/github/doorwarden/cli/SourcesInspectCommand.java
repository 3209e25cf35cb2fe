package io.github.doorwarden.cli;

import io.github.doorwarden.app.SourceReport;
import io.github.doorwarden.server.ToolListing;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The tools of a deployment as clients will see them.
@Command(name = "inspect", mixinStandardHelpOptions = true, description = {
        "Shows every tool as clients will see it: description, arguments, what it asks of a caller, what it costs.",
        "Nothing is started and no backend is called. Warnings go to standard error."})
final class SourcesInspectCommand implements Callable<Integer> {

    @Mixin
    private DeploymentFolder deployment;

    @Parameters(index = "1", arity = "0..1", paramLabel = "SOURCE", description = "Only this one.")
    private String source;

    @Option(names = "--json", description = "Prints one JSON object a tool and line, its schemas included.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var reports = SourceReport.of(deployment.check().config()).stream()
                .filter(each -> source == null || each.name().equals(source)).toList();
        if (reports.isEmpty()) {
            throw new CommandFailure("This deployment has no source named " + source
                    + ". Look at the names with: doorwarden sources list " + deployment.folder());
        }
        var out = spec.commandLine().getOut();
        for (var report : reports) {
            if (json) {
                report.tools().forEach(tool -> out.println(JsonNodeFactory.instance.objectNode()
                        .put("source", report.name()).put("tokens", tool.tokens())
                        .put("scopes", String.join(" ", tool.spec().scopes().stream().sorted().toList()))
                        .put("confirm", tool.spec().confirm()).set("tool", tool.json())));
            } else {
                show(report, out);
            }
            report.warnings().forEach(warning -> spec.commandLine().getErr().println(report.name() + ": "
                    + Visible.line(warning)));
        }
        return 0;
    }

    private static void show(SourceReport report, PrintWriter out) {
        out.println(report.name() + "  " + count(report.tools().size()) + ", about " + report.tokens() + " tokens, "
                + (report.endpoints().isEmpty() ? "behind no endpoint" : "behind "
                + String.join(" and ", report.endpoints())));
        report.tools().forEach(tool -> show(tool, out));
        out.println();
    }

    private static String count(int tools) {
        return tools == 1 ? "1 tool" : tools + " tools";
    }

    private static void show(ToolListing tool, PrintWriter out) {
        var asks = new ArrayList<String>();
        asks.add(tool.spec().readOnly() ? "reads" : "may change something");
        if (tool.spec().confirm()) {
            asks.add("a person confirms each call");
        }
        if (!tool.spec().scopes().isEmpty()) {
            asks.add("needs " + String.join(" ", tool.spec().scopes().stream().sorted().toList()));
        }
        out.println();
        out.println(Visible.line("  " + tool.spec().name() + "  about " + tool.tokens() + " tokens, "
                + String.join(", ", asks)));
        tool.spec().description().lines().forEach(line -> out.println("    " + Visible.line(line.strip())));
        var required = tool.json().at("/inputSchema/required").valueStream().map(each -> each.asString()).toList();
        tool.json().at("/inputSchema/properties").properties().forEach(argument -> out.println(Visible.line("      "
                + argument.getKey() + "  " + type(argument.getValue()) + (required.contains(argument.getKey())
                ? ", required" : "") + first(argument.getValue().path("description").asString("")))));
    }

    private static String type(JsonNode schema) {
        var type = schema.path("type");
        var name = type.isArray() ? String.join(" or ", type.valueStream().map(each -> each.asString()).toList())
                : type.asString("anything");
        var values = schema.path("enum").valueStream().map(each -> each.asString("null")).limit(8).toList();
        return values.isEmpty() ? name : name + " (" + String.join(", ", values)
                + (schema.path("enum").size() > values.size() ? ", …" : "") + ")";
    }

    /// The first sentence, behind a colon.
    private static String first(String description) {
        var line = List.of(description.strip().split("\\R", 2)).getFirst();
        return line.isEmpty() ? "" : ": " + line;
    }
}
