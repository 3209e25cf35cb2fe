package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.doorwarden.cli.client.ClientCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/// docs/commands/NAME.md is what `--help` of a command says, and of each below it; docs/commands.md lists them.
/// `-Dupdate` rewrites all.
class CommandsManualTest {

    private static final Path INDEX = Path.of("../docs/commands.md");
    private static final Path PAGES = Path.of("../docs/commands");
    private static final String MADE = "Made from `--help`: mvn test -pl cli -am -Dtest=CommandsManualTest -Dupdate\n"
            + "-Dsurefire.failIfNoSpecifiedTests=false\n";

    @Test
    void theManualSaysWhatHelpSays() throws IOException {
        var wanted = manual();
        if (System.getProperty("update") != null) {
            Files.createDirectories(PAGES);
            for (var stale : pages()) {
                Files.delete(stale);
            }
            for (var page : wanted.entrySet()) {
                Files.writeString(page.getKey(), page.getValue());
            }
        }
        for (var page : wanted.entrySet()) {
            assertEquals(page.getValue(), Files.exists(page.getKey()) ? Files.readString(page.getKey()) : "",
                    "A command has changed: rewrite the pages with -Dupdate and look at the difference.");
        }
        assertEquals(wanted.size() - 1, pages().size(), "a page has no command any more");
    }

    private static List<Path> pages() throws IOException {
        try (var files = Files.list(PAGES)) {
            return files.filter(each -> each.toString().endsWith(".md")).toList();
        }
    }

    private static Map<Path, String> manual() {
        var root = Commands.commandLine();
        var pages = new LinkedHashMap<Path, String>();
        var index = new StringBuilder("# Commands\n\n" + MADE + """

                Results go to standard output, everything else to standard error; `--json` where a program may read. Exit codes: 0 done,
                1 it failed, 2 the command line or the configuration has mistakes. Commands that speak to a server also have 3 not signed
                in, 4 not allowed, 5 the server is down or too slow, 6 what answers is no MCP. Commands about a running deployment may be
                given beside it: it notices within a second. How the client's commands go together: [client-commands.md](client-commands.md).
                """);
        list(index, "A deployment", root, name -> !ClientCommands.speakToServers(name));
        list(index, "Any MCP server, as its client", root, ClientCommands::speakToServers);
        index.append("\n## doorwarden\n\n").append(help(root));
        pages.put(INDEX, index.toString());
        root.getSubcommands().forEach((name, command) -> {
            var page = new StringBuilder("# doorwarden " + name + "\n\n" + MADE + "\n" + help(command));
            new LinkedHashSet<>(command.getSubcommands().values()).forEach(each -> add(page, each));
            pages.put(PAGES.resolve(name + ".md"), page.toString());
        });
        return pages;
    }

    private static void list(StringBuilder index, String title, CommandLine root, Predicate<String> which) {
        index.append("\n## ").append(title).append("\n\n| | |\n|---|---|\n");
        root.getSubcommands().entrySet().stream().filter(each -> which.test(each.getKey())).forEach(each ->
                index.append("| [").append(each.getKey()).append("](commands/").append(each.getKey()).append(".md) | ")
                .append(each.getValue().getCommandSpec().usageMessage().description()[0]).append(" |\n"));
    }

    private static void add(StringBuilder text, CommandLine command) {
        text.append("\n## ").append(command.getCommandSpec().qualifiedName()).append("\n\n").append(help(command));
        new LinkedHashSet<>(command.getSubcommands().values()).forEach(each -> add(text, each));
    }

    private static String help(CommandLine command) {
        command.setUsageHelpAutoWidth(false).setUsageHelpWidth(80);
        return "```\n" + command.getUsageMessage(Ansi.OFF).lines().map(line -> line.stripTrailing() + "\n")
                .collect(Collectors.joining()) + "```\n";
    }
}
