package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.cli.Visible;
import io.github.doorwarden.cli.client.Coercion.Unfit;
import io.github.doorwarden.client.CallOptions;
import io.github.doorwarden.client.Cancel;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.Tool;
import io.github.doorwarden.client.ToolResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Calls one tool.
@Command(name = "call", mixinStandardHelpOptions = true, customSynopsis = {
        "doorwarden call [OPTIONS] URL TOOL [--ARGUMENT VALUE]...",
        "       doorwarden call [OPTIONS] TOOL [--ARGUMENT VALUE]... -- COMMAND..."}, description = {
        "Calls a tool.",
        "Prints what it answers. Its arguments are flags with the names of its schema; doorwarden call URL TOOL --help "
        + "lists them. Options of "
                + "this command stand before URL; --json and --save may stand behind TOOL too.", "",
        "  doorwarden call URL weather --city Berlin --days 3 --detailed",
        "  doorwarden call URL tag --tags red,green --filter '{\"year\": 2026}'",
        "  doorwarden call URL weather --args '{\"city\": \"Berlin\"}'",
        "  doorwarden call URL weather --file arguments.json", "",
        "What the server asks meanwhile is asked here when this is a terminal. Ctrl-C tells the server to stop.", "",
        "Exit codes: 0 done, 1 the tool says that it failed, 2 wrong arguments, 3 not signed in, 4 not allowed, 5 the "
                + "server is down or too slow, 6 what answers is no MCP."})
final class CallCommand implements Callable<Integer> {

    @Mixin
    private Server server;

    @Option(names = "--json", description = "Prints the result as it came.")
    private boolean json;

    @Option(names = "--save", paramLabel = "FOLDER", description = "Keeps images, sound and files of the result there.")
    private Path folder;

    @Option(names = "--interactive", description = "Asks and shows progress although this does not look like a "
            + "terminal.")
    private boolean interactive;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var rest = server.rest("TOOL");
        var words = ours(rest.subList(1, rest.size()));
        var terminal = Terminal.of(spec, interactive);
        try (var bar = new ProgressBar(terminal, System::nanoTime)) {
            var form = new Form(terminal, server.name(), bar::clear, Pages::open);
            return server.visit(options -> terminal.person() ? options.asking(form) : options, client -> {
                var tool = tool(client, rest.getFirst());
                if (words.contains("--help") || words.contains("-h")) {
                    ToolHelp.of(tool, server.name()).forEach(spec.commandLine().getOut()::println);
                    return 0;
                }
                var result = run(client, tool, arguments(tool, words), bar);
                bar.clear();
                return shown(result, terminal.width());
            });
        }
    }

    /// Ours that stand behind the tool.
    private List<String> ours(List<String> words) {
        var left = new ArrayList<String>();
        for (var i = 0; i < words.size(); i++) {
            if (words.get(i).equals("--json")) {
                json = true;
            } else if (words.get(i).equals("--save") && i + 1 < words.size()) {
                folder = Path.of(words.get(++i));
            } else {
                left.add(words.get(i));
            }
        }
        return left;
    }

    private Tool tool(McpClient client, String name) throws McpFailure, InterruptedException {
        var tools = client.tools();
        return tools.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow(() -> {
            var near = tools.stream().map(Tool::name).filter(each -> each.contains(name) || name.contains(each))
                    .limit(5).map(Visible::line).collect(Collectors.joining(", "));
            return new CommandFailure("There is no tool " + name + " that you may see. " + (near.isEmpty()
                    ? "List them with:  doorwarden tools " + server.name() : "Did you mean " + near + "?"),
                    ClientCommands.USAGE);
        });
    }

    private tools.jackson.databind.node.ObjectNode arguments(Tool tool, List<String> words) {
        var schema = Schema.of(tool.inputSchema());
        try {
            var read = CallWords.read(words, schema);
            if (!read.missing().isEmpty()) {
                var first = read.missing().getFirst();
                throw new Unfit("It needs " + read.missing().stream().map(each -> "--" + each)
                        .collect(Collectors.joining(", ")) + (read.missing().size() > 1
                        || schema.properties().get(first).description().isEmpty() ? "."
                        : ": " + schema.properties().get(first).description()));
            }
            return read.arguments();
        } catch (Unfit e) {
            throw new CommandFailure(e.getMessage() + "\n" + String.join("\n", ToolHelp.synopsis(tool.name(),
                    server.name(), schema)) + "\nAdd --help to see what each means.", ClientCommands.USAGE);
        }
    }

    private static ToolResult run(McpClient client, Tool tool, tools.jackson.databind.node.ObjectNode arguments,
            ProgressBar bar) throws McpFailure, InterruptedException {
        try (var interrupt = new Interrupt()) {
            return client.call(tool.name(), arguments, CallOptions.PLAIN.telling(bar).cancelledBy(interrupt.cancel));
        }
    }

    /// Ctrl-C, while a call runs: the server is told before the process ends.
    private static final class Interrupt implements AutoCloseable {

        private final Cancel cancel = new Cancel();
        private final Thread hook;
        private final java.util.concurrent.CountDownLatch done = new java.util.concurrent.CountDownLatch(1);

        Interrupt() {
            hook = new Thread(() -> {
                cancel.cancel();
                try {
                    done.await(2, java.util.concurrent.TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }, "interrupt");
            Runtime.getRuntime().addShutdownHook(hook);
        }

        @Override
        public void close() {
            done.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                Thread.yield();                                        // it ends because of Ctrl-C
            }
        }
    }

    private int shown(ToolResult result, int width) {
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        if (json) {
            out.println(Visible.json(result.raw()));
        } else {
            Screen.of(result, width).forEach(result.isError() ? err::println : out::println);
        }
        if (folder != null) {
            Pages.keep(result.content(), folder).forEach(file -> err.println("kept  " + file));
        }
        return result.isError() ? ClientCommands.TOOL_ERROR : 0;
    }
}
