package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The prompts of a server.
@Command(name = "prompts", mixinStandardHelpOptions = true, customSynopsis = {
        "doorwarden prompts [OPTIONS] URL", "       doorwarden prompts [OPTIONS] -- COMMAND..."}, description = {
        "Lists the prompts of a server.", "One filled in:  doorwarden get URL PROMPT --ARGUMENT VALUE"})
final class PromptsCommand implements Callable<Integer> {

    @Mixin
    private Server server;

    @Option(names = "--json", description = "Prints the entries as they came, one a line.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        server.alone();
        var prompts = server.visit(client -> client.server().has("prompts") ? client.prompts()
                : List.<io.github.doorwarden.client.Prompt>of());
        var out = spec.commandLine().getOut();
        if (json) {
            prompts.forEach(prompt -> out.println(prompt.raw()));
        } else if (prompts.isEmpty()) {
            spec.commandLine().getErr().println("There are none that you may see.");
        } else {
            Terminal.of(spec, false).print(
                    Grid.of(List.of("prompt", "arguments", "description"), prompts.stream().map(prompt -> List.of(
                    Visible.line(prompt.name()), prompt.arguments().stream().map(each -> Visible.line(each.required()
                    ? each.name() : "[" + each.name() + "]")).collect(Collectors.joining(" ")),
                    ToolsCommand.first(prompt.description()))).toList()), out);
        }
        return 0;
    }
}
