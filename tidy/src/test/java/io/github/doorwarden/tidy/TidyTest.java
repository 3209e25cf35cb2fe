package io.github.doorwarden.tidy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.doorwarden.tidy.Rule.Finding;
import io.github.doorwarden.tidy.Rule.Sample;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Holds the whole tree to the rules in `ShapeRules` and `CallRules`, and each rule to its own samples.
class TidyTest {
    private static final List<Rule> RULES = Stream.concat(ShapeRules.all().stream(), CallRules.all().stream()).toList();
    private static final String LOOKED_AT =
            ".*\\.(java|sh|jte|js|ts|mjs|yaml|yml|xml|sql|css|json|md|tsv|txt)|doorwarden|scripts/.*|\\.ci/.*";

    @TestFactory
    Stream<DynamicTest> everyRuleHolds() {
        List<JavaCode> tree = Repository.files(path -> path.matches(LOOKED_AT)).stream()
                .map(source -> JavaCode.of(source.path(), source.text())).toList();
        assertTrue(tree.size() > 20, "only " + tree.size() + " files were found: the tests look in the wrong place");
        return RULES.stream().map(rule -> dynamicTest(rule.name(), () -> {
            List<Finding> found = tree.stream().flatMap(code -> rule.in(code).stream()).toList();
            assertTrue(found.isEmpty(), () -> rule.name() + ":\n"
                    + found.stream().map(Finding::toString).collect(Collectors.joining("\n")));
        }));
    }

    @TestFactory
    @Covers("T18")
    Stream<DynamicTest> everyRuleCanFail() {
        return RULES.stream().map(rule -> dynamicTest(rule.name(), () -> {
            assertFalse(judged(rule, rule.bad()).isEmpty(), "the bad sample passes");
            assertTrue(judged(rule, rule.good()).isEmpty(), () -> "the good sample fails: "
                    + judged(rule, rule.good()));
        }));
    }

    @Test
    void findingsNameFileLineAndRemedy() {
        Rule sleep = RULES.stream().filter(rule -> rule.name().equals("tests do not sleep")).findFirst().orElseThrow();
        String text = "class A {\n  void a() {\n    Thread.sleep(1);\n  }\n}\n";
        String found = sleep.in(JavaCode.of("x/src/test/java/ATest.java", text)).toString();
        assertTrue(found.startsWith("[x/src/test/java/ATest.java:3: wait for the thing itself"), found);
    }

    @Test
    void blankingKeepsOffsetsAndSeesThroughQuotes() {
        String text = "a(\"x // \\\" y\"); b('\"'); /* c\nd */ e(\"\"\"\n f \" g\"\"\"); // h";
        String bare = JavaCode.blanked(text);
        assertTrue(bare.length() == text.length() && bare.chars().filter(c -> c == '\n').count() == 2, bare);
        assertTrue(bare.replaceAll("\\s+", "").equals("a();b();e();"), bare);
    }

    @Test
    void longFilesAreReported() {
        Repository.files(path -> path.endsWith(".java")).stream()
                .filter(file -> file.lines().size() > ShapeRules.FILE_LINES_AIM)
                .forEach(file -> System.out.println("above the aim of " + ShapeRules.FILE_LINES_AIM + " lines: "
                + file.path() + " has "
                        + file.lines().size()));
        assertTrue(ShapeRules.FILE_LINES_AIM < ShapeRules.FILE_LINES_MAX);
    }

    private static List<Finding> judged(Rule rule, Sample sample) {
        return rule.in(JavaCode.of(sample.path(), sample.text()));
    }
}
