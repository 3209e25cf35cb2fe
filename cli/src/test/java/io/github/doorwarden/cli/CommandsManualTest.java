package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/// docs/commands.md is what `--help` says, command by command. `-Dupdate` rewrites it.
class CommandsManualTest {

    private static final Path MANUAL = Path.of("../docs/commands.md");

    @Test
    void theManualSaysWhatHelpSays() throws IOException {
        if (System.getProperty("update") != null) {
            Files.writeString(MANUAL, manual());
        }
        assertEquals(manual(), Files.readString(MANUAL),
                "A command has changed: rewrite the page with -Dupdate and look at the difference.");
    }

    private static String manual() {
        var text = new StringBuilder("""
                # Commands

                Made from `--help` of each command: mvn test -pl cli -am -Dtest=CommandsManualTest -Dupdate
                -Dsurefire.failIfNoSpecifiedTests=false

                Results go to standard output, everything else to standard error; `--json` where a program may read. Exit codes: 0 done,
                1 it failed, 2 the command line or the configuration has mistakes. Commands about a running deployment may be given beside it:
                it notices within a second.
                """);
        add(text, Commands.commandLine());
        return text.toString();
    }

    private static void add(StringBuilder text, CommandLine command) {
        command.setUsageHelpAutoWidth(false).setUsageHelpWidth(80);
        text.append("\n## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```\n");
        command.getUsageMessage(Ansi.OFF).lines().forEach(line -> text.append(line.stripTrailing()).append('\n'));
        text.append("```\n");
        new LinkedHashSet<>(command.getSubcommands().values()).forEach(each -> add(text, each));
    }
}
