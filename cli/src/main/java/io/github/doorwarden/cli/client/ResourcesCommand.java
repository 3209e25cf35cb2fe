package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ObjectNode;

/// The resources of a server.
@Command(name = "resources", mixinStandardHelpOptions = true, customSynopsis = {
        "doorwarden resources [OPTIONS] URL", "       doorwarden resources [OPTIONS] -- COMMAND..."}, description = {
        "Lists the resources of a server.",
        "And the patterns of those that it makes when they are asked for. What one holds:  doorwarden read URL URI"})
final class ResourcesCommand implements Callable<Integer> {

    @Mixin
    private Server server;

    @Mixin
    private Listing listing;

    @Override
    public Integer call() {
        server.alone();
        var rows = new ArrayList<List<String>>();
        var raw = new ArrayList<ObjectNode>();
        server.visit(client -> {
            if (!client.server().has("resources")) {
                return 0;
            }
            client.resources().forEach(each -> {
                raw.add(each.raw());
                rows.add(List.of(Visible.line(each.uri()), Visible.line(each.mimeType()), each.size()
                        .map(Screen::size).orElse(""), Visible.line(each.title().orElse(each.name()))));
            });
            client.templates().forEach(each -> {
                raw.add(each.raw());
                rows.add(List.of(Visible.line(each.uriTemplate()), Visible.line(each.mimeType()), "pattern",
                        Visible.line(each.title().orElse(each.name()))));
            });
            return 0;
        });
        return listing.print(raw, List.of("uri", "type", "size", "name"), rows);
    }
}
