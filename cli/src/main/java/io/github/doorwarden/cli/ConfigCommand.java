package io.github.doorwarden.cli;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.app.config.ConfigSchema;
import io.github.doorwarden.app.config.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// What a configuration says, without starting anything.
@Command(name = "config", description = "The configuration: check, show, schema.", mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND", subcommands = {ConfigCommand.Check.class, ConfigCommand.Show.class,
                ConfigCommand.Schema.class})
final class ConfigCommand {

    @Command(name = "check", mixinStandardHelpOptions = true, description = {
            "Reads the configuration as a start would, without starting.",
            "Names every mistake with its line and what to do, and ends with exit code 2; without mistakes, with 0. "
                    + "Nothing is written and no backend is called."})
    static final class Check implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            Deployment.check(deployment.check().config());
            spec.commandLine().getOut().println("fine  " + deployment.folder().resolve(ConfigFile.NAME));
            return 0;
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = {
            "Shows every value that holds, and where it comes from.",
            "That is a line of the file, --set, an environment variable, or the default. Secrets are masked."})
    static final class Show implements Callable<Integer> {

        private static final int COLUMNS = 120;

        @Mixin
        private DeploymentFolder deployment;

        @Option(names = "--json", description = "Prints one JSON object a line, with values in full.")
        private boolean json;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            var readings = deployment.check().readings();
            var out = spec.commandLine().getOut();
            if (json) {
                readings.forEach(reading -> out.println(JsonNodeFactory.instance.objectNode()
                        .put("key", reading.path()).put("value", reading.value()).put("from", reading.from())));
            } else {
                tree(readings).forEach(out::println);
            }
            return 0;
        }

        /// The sections as headings above what is in them, as in the file; on the left where each value comes from.
        private static List<String> tree(List<Reading> readings) {
            var lines = new ArrayList<String>();
            var margin = readings.stream().mapToInt(reading -> reading.from().length()).max().orElse(0);
            var open = List.<String>of();
            for (var reading : readings) {
                var parts = List.of(reading.path().split("\\."));
                var sections = parts.subList(0, parts.size() - 1);
                for (var depth = common(open, sections); depth < sections.size(); depth++) {
                    lines.add(" ".repeat(margin) + "  " + "  ".repeat(depth) + sections.get(depth) + ":");
                }
                open = sections;
                var line = reading.from() + " ".repeat(margin - reading.from().length()) + "  "
                        + "  ".repeat(sections.size()) + parts.getLast() + ": " + reading.value().replace('\n', ' ');
                lines.add(line.length() <= COLUMNS ? line : line.substring(0, COLUMNS - 1) + "…");
            }
            return lines;
        }

        private static int common(List<String> a, List<String> b) {
            var same = 0;
            while (same < Math.min(a.size(), b.size()) && a.get(same).equals(b.get(same))) {
                same++;
            }
            return same;
        }
    }

    @Command(name = "schema", mixinStandardHelpOptions = true, description = {
            "Prints the JSON Schema of the configuration.",
            "For an editor: write it to a file, and begin doorwarden.yaml with the line",
            "# yaml-language-server: $schema=FILE"})
    static final class Schema implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            spec.commandLine().getOut().println(JsonMapper.shared().writerWithDefaultPrettyPrinter()
                    .writeValueAsString(ConfigSchema.json()));
            return 0;
        }
    }
}
