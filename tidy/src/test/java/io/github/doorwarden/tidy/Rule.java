package io.github.doorwarden.tidy;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One rule of this repository: which files it looks at, what it finds in one of them, and what to do instead. Each
/// rule brings a sample that breaks it and one that does not, because a rule that cannot fail is worth nothing.
record Rule(String name, Predicate<String> looksAt, Function<JavaCode, List<Finding>> judge, Sample bad, Sample good) {

    /// A place that breaks a rule, with the remedy.
    record Finding(String path, int line, String remedy) {
        @Override
        public String toString() {
            return path + ":" + line + ": " + remedy;
        }
    }

    /// A file as it could be: its path decides whether the rule looks at it.
    record Sample(String path, String text) { }

    /// The findings in one file; none where the rule does not look.
    List<Finding> in(JavaCode code) {
        return looksAt.test(code.path()) ? judge.apply(code) : List.of();
    }

    /// A rule that `pattern` must not occur in code; comments and the insides of strings do not count.
    static Rule ban(String name, Predicate<String> looksAt, String pattern, String remedy, String badPath, String bad,
            String good) {
        Pattern compiled = Pattern.compile(pattern);
        return new Rule(name, looksAt, code -> matches(code.path(), code.bare(), compiled, remedy),
                new Sample(badPath, bad), new Sample(badPath, good));
    }

    /// A rule that `pattern` must not occur anywhere in the file, comments and strings included.
    static Rule banText(String name, String pattern, String remedy, String badPath, String bad, String good) {
        Pattern compiled = Pattern.compile(pattern);
        return new Rule(name, path -> true, code -> matches(code.path(), code.text(), compiled, remedy),
                new Sample(badPath, bad), new Sample(badPath, good));
    }

    private static List<Finding> matches(String path, String text, Pattern pattern, String remedy) {
        Matcher matcher = pattern.matcher(text);
        return matcher.results().map(hit -> new Finding(path, JavaCode.lineOf(text, hit.start()), remedy)).toList();
    }
}
