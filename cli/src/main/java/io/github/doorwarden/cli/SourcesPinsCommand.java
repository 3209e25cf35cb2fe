package io.github.doorwarden.cli;

import io.github.doorwarden.app.SourcePins;
import io.github.doorwarden.sources.mcp.Pins;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// What other MCP servers offer, against what was approved.
@Command(name = "pins", mixinStandardHelpOptions = true, description = {
    "Lists what other MCP servers offer, and whether it is approved.",
    "approved: in use. changed: not what it was when it was approved. new: nobody approved it. gone: approved, and not "
            + "offered any more. What is changed or new is shown line by line below the list."})
final class SourcesPinsCommand implements Callable<Integer> {

    private static final int HASH = 8;

    @Mixin
    private DeploymentFolder deployment;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var all = new SourcePins(deployment.read()).all();
        var table = output.table("source", "kind", "name", "state", "hash", "approved_at", "offered", "approved");
        table.onlyJson("offered", "approved");
        all.forEach((source, pins) -> pins.forEach(pin -> table.row(source, pin.kind(), pin.name(), pin.state(),
                pin.offered().map(version -> version.hash().substring(0, HASH)).orElse("-"),
                pin.approved().map(version -> version.at().toString()).orElse("-"),
                pin.offered().map(version -> version.definition().toString()).orElse(""),
                pin.approved().map(version -> version.definition().toString()).orElse(""))));
        table.print();
        if (!output.json()) {
            all.forEach((source, pins) -> pins.stream().filter(pin -> pin.offered().isPresent() && !pin.good())
                    .forEach(pin -> show(source, pin)));
        }
        return 0;
    }

    private void show(String source, Pins.Pin pin) {
        var out = spec.commandLine().getOut();
        out.println();
        out.println(pin.state() + "  " + source + "  " + pin.kind() + " " + Visible.line(pin.name()) + "@"
                + pin.offered().orElseThrow().hash().substring(0, HASH));
        pin.difference().forEach(out::println);
    }
}
