package io.github.doorwarden.tidy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the documents say about the tree, against the tree. Pure: given texts, it answers with findings.
final class Docs {
    private static final Pattern NAMED = Pattern.compile("`([^`\\s]+)`|\\]\\(([^)\\s#]+)[^)]*\\)");
    private static final Pattern FILE = Pattern.compile("[\\w./-]*\\.(md|java|xml|tsv|sql|jte|yaml|yml|sh|json|txt)");
    private static final Pattern ARROW = Pattern.compile("^([a-z-]+) +-> +(.*)$");
    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL);
    private static final Pattern OWN = Pattern.compile("<artifactId>doorwarden-([a-z-]+)</artifactId>");

    private Docs() { }

    /// Paths that `text` names in backticks or links and that do not exist. `exists` answers for a path relative to the
    /// root; a bare file name counts as there when any folder has it.
    static List<String> missing(String document, String text, Predicate<String> exists) {
        var found = new ArrayList<String>();
        Matcher named = NAMED.matcher(text);
        String folder = document.contains("/") ? document.substring(0, document.lastIndexOf('/') + 1) : "";
        while (named.find()) {
            boolean link = named.group(1) == null;
            String path = (link ? named.group(2) : named.group(1)).replaceFirst("^\\./", "");
            if (!isPath(path, link, exists) || exists.test(path) || exists.test(folder + path)) {
                continue;
            }
            found.add(document + ":" + JavaCode.lineOf(text, named.start()) + ": names " + path
                    + ", which is not there: correct the name, or remove the sentence");
        }
        return found;
    }

    private static boolean isPath(String word, boolean link, Predicate<String> exists) {
        if (word.contains(":") || word.contains("*") || word.contains("<") || word.contains("…")
                || word.matches("/.*|\\.(?!ci/|\\./).*")) {
            return false;
        }
        if (link || FILE.matcher(word).matches()) {
            return true;
        }
        int slash = word.indexOf('/');
        return slash > 0 && word.matches("[\\w./-]+") && exists.test(word.substring(0, slash));
    }

    /// The arrows of a drawing: lines such as `transport -> http server`.
    static Map<String, TreeSet<String>> arrows(String drawing) {
        var arrows = new TreeMap<String, TreeSet<String>>();
        drawing.lines().map(ARROW::matcher).filter(Matcher::matches).forEach(line -> arrows.put(line.group(1),
                new TreeSet<>(Arrays.stream(line.group(2).strip().split(" +")).filter(to -> !to.equals("-"))
                .toList())));
        return arrows;
    }

    /// The modules of ours that a pom depends on outside its tests.
    static TreeSet<String> dependencies(String pom) {
        var found = new TreeSet<String>();
        Matcher dependency = DEPENDENCY.matcher(pom);
        while (dependency.find()) {
            Matcher own = OWN.matcher(dependency.group(1));
            if (own.find() && !dependency.group(1).contains("<scope>test</scope>")) {
                found.add(own.group(1));
            }
        }
        return found;
    }

    /// The name of the module that a pom makes, without the common prefix; empty for the root.
    static String module(String pom) {
        Matcher own = OWN.matcher(pom.replaceFirst("(?s)<parent>.*?</parent>", ""));
        return own.find() ? own.group(1) : "";
    }

    /// Decisions are numbered without doubles and say what each owes: date, status, context, choice, price, what would
    /// refute it.
    static List<String> decisions(Map<String, String> files) {
        var found = new ArrayList<String>();
        var numbers = new TreeMap<String, String>();
        files.forEach((path, text) -> {
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (!name.matches("\\d{4}-[a-z0-9-]+\\.md")) {
                found.add(path + ":1: a decision is called NNNN-verb-phrase.md");
                return;
            }
            String other = numbers.putIfAbsent(name.substring(0, 4), path);
            if (other != null) {
                found.add(path + ":1: has the number of " + other + ": take the next free one");
            }
            if (text.lines().noneMatch(line ->
                    line.matches("\\d{4}-\\d\\d-\\d\\d · (proposed|accepted|superseded by \\d{4})"))) {
                found.add(path + ":1: lacks its date and status, for example `2026-11-20 · accepted`");
            }
            for (String part : List.of("**Context.**", "**Choice.**", "**Price.**", "**What would prove it wrong.**")) {
                if (!text.contains(part)) {
                    found.add(path + ":1: lacks `" + part + "`");
                }
            }
        });
        return found;
    }
}
