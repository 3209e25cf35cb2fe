package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import io.github.doorwarden.client.Prompt;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The prompts of a server.
@Command(name = "prompts", mixinStandardHelpOptions = true, customSynopsis = {
        "doorwarden prompts [OPTIONS] URL", "       doorwarden prompts [OPTIONS] -- COMMAND..."}, description = {
        "Lists the prompts of a server.", "One filled in:  doorwarden get URL PROMPT --ARGUMENT VALUE"})
final class PromptsCommand implements Callable<Integer> {

    @Mixin
    private Server server;

    @Mixin
    private Listing listing;

    @Override
    public Integer call() {
        server.alone();
        var prompts = server.visit(client -> client.server().has("prompts") ? client.prompts()
                : List.<Prompt>of());
        return listing.print(prompts.stream().map(Prompt::raw).toList(), List.of("prompt", "arguments", "description"),
                prompts.stream().map(prompt -> List.of(Visible.line(prompt.name()), arguments(prompt),
                        ToolsCommand.first(prompt.description()))).toList());
    }

    private static String arguments(Prompt prompt) {
        return prompt.arguments().stream().map(each -> Visible.line(each.required() ? each.name()
                : "[" + each.name() + "]")).collect(Collectors.joining(" "));
    }
}
