package io.github.doorwarden.cli.client;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The command line in the words of fish: one `complete` for each command, option and value. Pure.
final class FishCompletion {

    private final String name;
    private final StringBuilder text = new StringBuilder();

    private FishCompletion(String name) {
        this.name = name;
    }

    static String of(CommandLine root) {
        var fish = new FishCompletion(root.getCommandName());
        fish.text.append("complete -c ").append(fish.name).append(" -f\n");
        fish.add(root, List.of());
        return fish.text.toString();
    }

    private void add(CommandLine command, List<String> path) {
        var subcommands = command.getSubcommands();
        var here = condition(path, subcommands.keySet().stream().toList());
        subcommands.forEach((word, each) -> line(here, "-a " + word, first(each.getCommandSpec().usageMessage()
                .description())));
        var spec = command.getCommandSpec();
        spec.options().stream().filter(option -> !option.hidden()).forEach(option -> line(here, option(option),
                first(option.description())));
        spec.positionalParameters().forEach(parameter -> {
            var values = values(parameter);
            if (!values.isEmpty()) {
                line(here, "-a '" + String.join(" ", values) + "'", "");
            } else if (parameter.typeInfo().getClassName().equals("java.nio.file.Path")) {
                line(here, "-F", "");
            }
        });
        subcommands.forEach((word, each) -> {
            var deeper = new ArrayList<>(path);
            deeper.add(word);
            add(each, deeper);
        });
    }

    /// After the words of the path, and none of those that may come next.
    private static String condition(List<String> path, List<String> next) {
        if (path.isEmpty()) {
            return "__fish_use_subcommand";
        }
        var seen = path.stream().map(word -> "__fish_seen_subcommand_from " + word)
                .collect(Collectors.joining("; and "));
        return next.isEmpty() ? seen : seen + "; and not __fish_seen_subcommand_from " + String.join(" ", next);
    }

    private static String option(OptionSpec option) {
        var words = new StringBuilder();
        for (var each : option.names()) {
            words.append(each.startsWith("--") ? " -l " + each.substring(2) : " -s " + each.substring(1));
        }
        if (option.arity().max() > 0) {
            var values = values(option);
            words.append(" -r").append(values.isEmpty() ? " -F" : " -a '" + String.join(" ", values) + "'");
        }
        return words.substring(1);
    }

    private static List<String> values(ArgSpec argument) {
        var candidates = argument.completionCandidates();
        return candidates == null ? List.of() : StreamSupport.stream(candidates.spliterator(), false).toList();
    }

    private static String first(String[] description) {
        return description.length == 0 ? "" : description[0];
    }

    private void line(String condition, String what, String description) {
        text.append("complete -c ").append(name).append(" -n '").append(condition).append("' ").append(what);
        if (!description.isEmpty()) {
            var sentence = description.replaceAll("\\$\\{[^}]*}|@\\|\\w+ |\\|@", "").replace("\\", "\\\\")
                    .replace("'", "\\'");
            text.append(" -d '").append(sentence).append("'");
        }
        text.append('\n');
    }
}
