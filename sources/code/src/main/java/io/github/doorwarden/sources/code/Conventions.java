package io.github.doorwarden.sources.code;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads off some files how they are written: what is counted, not what is guessed.
final class Conventions {

    private static final Pattern IMPORT = Pattern.compile("^(?:import(?: static)? ([\\w.*]+)|from ([\\w.]+) import"
            + "|import .{1,200}? from ['\"]([^'\"]+)['\"]|use ([\\w:]+)|#include [<\"]([^>\"]+))");

    private final Map<String, Integer> imports = new HashMap<>();
    private final Map<String, Integer> indents = new HashMap<>();
    private final Map<String, Integer> names = new HashMap<>();
    private int files;
    private int longest;
    private int documented;
    private int declared;

    void add(Lookup.Found file) {
        files++;
        var lines = new SourceText(file.text()).all();
        var before = 0;
        for (var line : lines) {
            var match = IMPORT.matcher(line);
            if (match.find()) {
                for (var group = 1; group <= match.groupCount(); group++) {
                    if (match.group(group) != null) {
                        imports.merge(match.group(group), 1, Integer::sum);
                    }
                }
            }
            longest = Math.max(longest, line.length());
            if (!line.isBlank()) {
                var indent = line.length() - line.stripLeading().length();
                if (indent > before) {
                    indents.merge(line.charAt(0) == '\t' ? "tabs" : indent - before + " blanks", 1, Integer::sum);
                }
                before = indent;
            }
        }
        var text = new SourceText(file.text());
        for (var symbol : BraceOutline.of(Language.named(file.language()).orElse(Language.TEXT), text)) {
            declared++;
            documented += symbol.begin() < symbol.from() ? 1 : 0;
            names.merge(symbol.name().contains("_") ? "snake_case" : Character.isUpperCase(symbol.name().charAt(0))
                    ? "CapitalizedWords" : "camelCase", 1, Integer::sum);
        }
    }

    List<String> sentences() {
        var all = new ArrayList<String>();
        if (files == 0) {
            return all;
        }
        most(indents).ifPresent(indent -> all.add("Indented by " + indent + "; the longest of the lines has " + longest
                + " characters."));
        if (declared > 0) {
            all.add(documented + " of " + declared + " declarations have a comment above them; names are mostly "
                    + most(names).orElse("short") + ".");
        }
        var common = imports.entrySet().stream().filter(each -> each.getValue() > 1 || files == 1)
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed().thenComparing(Map.Entry
                .comparingByKey())).limit(12).map(Map.Entry::getKey).toList();
        if (!common.isEmpty()) {
            all.add("Often imported: " + String.join(", ", common) + ".");
        }
        return all;
    }

    private static java.util.Optional<String> most(Map<String, Integer> counts) {
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }
}
