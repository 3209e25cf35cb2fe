package io.github.doorwarden.cli;

import io.github.doorwarden.authserver.Quirk;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The switches for known faults of clients, as the deployment has them.
@Command(name = "quirks", mixinStandardHelpOptions = true, description = {
    "Lists the known faults of clients that this server can live with.",
    "For each: the clients that it is on for, what then happens, why, and where it was seen. Set them under "
            + "authorization.client_quirks."})
final class QuirksCommand implements Callable<Integer> {

    @Mixin
    private DeploymentFolder deployment;

    @Mixin
    private Output output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var set = deployment.read().authorization().quirks().clients();
        if (output.json()) {
            var table = output.table("name", "on_for", "usually_on_for", "does", "reason", "issues");
            for (var quirk : Quirk.values()) {
                table.row(quirk.key(), String.join(", ", set.get(quirk)), String.join(", ", quirk.usual()),
                        quirk.does(), quirk.reason(), String.join(" ", quirk.issues()));
            }
            table.print();
            return 0;
        }
        var out = spec.commandLine().getOut();
        for (var quirk : Quirk.values()) {
            var clients = set.get(quirk);
            out.println(quirk.key() + ": " + position(clients)
                    + (clients.equals(quirk.usual()) ? "" : " (usually " + position(quirk.usual()) + ")"));
            out.println("  " + quirk.does());
            out.println("  " + quirk.reason());
            out.println("  " + String.join(", ", quirk.issues()));
        }
        return 0;
    }

    private static String position(List<String> clients) {
        return clients.isEmpty() ? "off" : clients.equals(List.of("*")) ? "on" : "on for " + String.join(", ", clients);
    }
}
