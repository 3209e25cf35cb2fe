package io.github.doorwarden.app.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// What all sections of one file share while it is being read: what comes from outside, and what was found.
final class ReadingContext {

    /// Values made of these are nobody's to see, whatever the key.
    private static final Pattern HIDING = Pattern.compile("\\$\\{(file|generated):");

    /// Names of arguments and environment variables, which have no row that says so.
    private static final Pattern SECRET_NAME = Pattern.compile("(?i)secret|token|password|credential|key");

    /// Of one sentence: it may repeat what somebody wrote, and the longest of ours names all keys of a section.
    private static final int SENTENCE_CHARS = 2_000;

    private record Mistake(int line, String text) {}

    /// @param from where it was set, for people
    record Outside(String value, String from) {}

    private final String file;
    private final Map<String, String> set;
    private final UnaryOperator<String> environment;
    private final Variables variables;
    private final List<Mistake> mistakes = new ArrayList<>();
    private final Map<String, Reading> readings = new LinkedHashMap<>();
    private final Set<String> asked = new TreeSet<>();

    /// @param set         `--set` keys, by their dotted path
    /// @param environment null for a variable that is not set
    ReadingContext(String file, Map<String, String> set, UnaryOperator<String> environment, Variables variables) {
        this.file = file;
        this.set = Map.copyOf(set);
        this.environment = environment;
        this.variables = variables;
    }

    Variables variables() {
        return variables;
    }

    /// What was set for a key on the command line or in the environment.
    Optional<Outside> outside(String path) {
        asked.add(path);
        if (set.containsKey(path)) {
            return Optional.of(new Outside(set.get(path), "--set"));
        }
        var name = Key.environmentName(path);
        return Optional.ofNullable(environment.apply(name)).map(value -> new Outside(value, name));
    }

    /// A value as a person may see it: with what its variables stand for, or masked.
    ///
    /// @throws IllegalArgumentException when a variable has no value
    String shown(Key row, String written) {
        return row.kind() instanceof Kind.Pairs ? written
                : HIDING.matcher(written).find() ? Reading.MASK : variables.preview(written);
    }

    void reading(String path, Key row, String value, String from) {
        var name = path.substring(path.lastIndexOf('.') + 1);
        var hidden = row.secret() || row.kind() instanceof Kind.Pairs && SECRET_NAME.matcher(name).find();
        readings.put(path, new Reading(path, row.path(), hidden && !value.isEmpty() ? Reading.MASK : value, from));
    }

    void mistake(int line, String where, String sentence) {
        var bounded = sentence.length() <= SENTENCE_CHARS ? sentence : sentence.substring(0, SENTENCE_CHARS) + "…";
        mistakes.add(new Mistake(line, file + ":" + line + ": " + (where.isEmpty() ? "the file" : where) + " "
                + bounded));
    }

    /// In the order in which they were read.
    List<Reading> readings() {
        return List.copyOf(readings.values());
    }

    /// @throws ConfigMistakes when there are any, those of the command line first
    void end() {
        set.keySet().stream().filter(path -> !asked.contains(path)).sorted().forEach(path ->
                mistakes.add(new Mistake(0, "--set " + path + ": there is no such key in this deployment. "
                        + Nearest.of(path, asked).map(near -> "Did you mean " + near + "?")
                                .orElse("doorwarden config show lists them."))));
        if (!mistakes.isEmpty()) {
            throw new ConfigMistakes(mistakes.stream().sorted(Comparator.comparingInt(Mistake::line))
                    .map(Mistake::text).distinct().toList());
        }
    }
}
