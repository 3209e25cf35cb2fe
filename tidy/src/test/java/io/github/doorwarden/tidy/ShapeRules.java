package io.github.doorwarden.tidy;

import io.github.doorwarden.tidy.JavaCode.Method;
import io.github.doorwarden.tidy.JavaCode.Type;
import io.github.doorwarden.tidy.Rule.Finding;
import io.github.doorwarden.tidy.Rule.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.lang.model.element.Modifier;

/// Rules about sizes, names, comments and tests: what the parser sees.
final class ShapeRules {
    static final int FILE_LINES_MAX = 500;
    static final int FILE_LINES_AIM = 300;
    private static final int METHOD_LINES_MAX = 60;
    private static final int ENDPOINT_METHOD_LINES_MAX = 40;
    private static final int COLUMNS_MAX = 120;
    private static final char DATA = '\0';

    private static final Set<String> TESTS =
            Set.of("Test", "ParameterizedTest", "TestFactory", "RepeatedTest", "TestTemplate", "Property",
            "FuzzTest");
    private static final Predicate<String> JAVA = path -> path.endsWith(".java");
    private static final Predicate<String> MAIN = JAVA.and(path -> path.contains("/src/main/"));
    private static final Predicate<String> TEST = JAVA.and(path -> path.contains("/src/test/"));
    private static final String MAIN_PATH = "server/src/main/java/Sample.java";
    private static final String TEST_PATH = "server/src/test/java/SampleTest.java";

    private ShapeRules() { }

    static List<Rule> all() {
        return List.of(fileLength(), methodLength(), endpointLength(), columns(), names(), javadoc(),
                markdownJavadoc(), testsAreTests(),
                classesHaveTests(), testClassesRun());
    }

    private static Rule fileLength() {
        return new Rule("a file has at most 500 lines", JAVA, code -> code.lines().size() <= FILE_LINES_MAX ? List.of()
                : List.of(new Finding(code.path(), FILE_LINES_MAX + 1, "the file has " + code.lines().size()
                        + " lines, and 500 is the end: find the second idea in it and give it a file of its own")),
                new Sample(MAIN_PATH, "class Sample {\n" + "\n".repeat(FILE_LINES_MAX) + "}\n"),
                new Sample(MAIN_PATH, "class Sample {\n" + "\n".repeat(FILE_LINES_MAX - 2) + "}\n"));
    }

    private static Rule methodLength() {
        return methodLines("a method has at most 60 lines", JAVA, METHOD_LINES_MAX, method -> true, MAIN_PATH, "run",
                "name the steps and move them out");
    }

    private static Rule endpointLength() {
        return methodLines("the method of an endpoint that everybody reads has at most 40 lines",
                MAIN.and(path -> path.endsWith("Endpoint.java")), ENDPOINT_METHOD_LINES_MAX, method -> method.name()
                .equals("handle"),
                "transport/src/main/java/SampleEndpoint.java", "handle",
                "a new feature is a step in a file of its own, not a branch here");
    }

    private static Rule methodLines(String name, Predicate<String> where, int max, Predicate<Method> which,
            String path, String method,
            String remedy) {
        return new Rule(name, where, code -> code.methods().stream().filter(which).filter(found -> found.lines() > max)
                .map(found -> new Finding(code.path(), found.line(), found.name() + " has " + found.lines()
                + " lines: " + remedy)).toList(),
                new Sample(path, "class Sample {\n void " + method + "() {\n" + "\n".repeat(max) + " }\n}\n"),
                new Sample(path, "class Sample {\n void " + method + "() {\n" + "\n".repeat(max - 2) + " }\n}\n"));
    }

    private static Rule columns() {
        return new Rule("a line of Java has at most 120 columns", JAVA, code -> {
            List<String> lines = code.lines();
            if (lines.stream().allMatch(line -> line.length() <= COLUMNS_MAX)) {
                return List.of();
            }
            // Data may be wide: scripts/fmt breaks strings between words, and what it leaves is JSON, SQL or a pattern.
            List<String> masked = JavaCode.masked(code.text(), DATA).lines().toList();
            return IntStream.range(0, lines.size())
                    .filter(i -> lines.get(i).length() > COLUMNS_MAX && masked.get(i).charAt(COLUMNS_MAX - 1) != DATA)
                    .mapToObj(i -> new Finding(code.path(), i + 1, lines.get(i).length()
                            + " columns, 120 fit: run scripts/fmt")).toList();
        }, new Sample(MAIN_PATH, "// " + "x".repeat(COLUMNS_MAX) + "\n"),
                new Sample(MAIN_PATH, "// " + "x".repeat(COLUMNS_MAX - 3) + "\nvar a = \"" + "x".repeat(COLUMNS_MAX)
                        + "\";"));
    }

    private static Rule names() {
        Predicate<String> empty = name ->
                name.matches("(Abstract|Base|Default)[A-Z]\\w*|\\w*(Impl|Manager|Utils?|Helpers?)");
        return new Rule("no type has a name that says nothing", JAVA, code -> code.types().stream()
                .filter(type -> empty.test(type.name()))
                .map(type -> new Finding(code.path(), type.line(), type.name()
                        + " says nothing: take the specification's noun, or the verb of what it does")).toList(),
                new Sample(MAIN_PATH, "class TokenManager { }"), new Sample(MAIN_PATH, "class Tokens { }"));
    }

    private static Rule javadoc() {
        return new Rule("a public type says what it is", MAIN, code -> {
            List<String> lines = code.lines();
            return code.types().stream().filter(type -> type.outer() == null && type.modifiers()
                    .contains(Modifier.PUBLIC))
                    .filter(type -> !commentAbove(lines, type))
                    .map(type -> new Finding(code.path(), type.line(), type.name()
                            + " is public and undocumented: write /// what it is, what always holds, who may share it"))
                    .toList();
        }, new Sample(MAIN_PATH, "package x;\n\npublic final class Sample { }"),
                new Sample(MAIN_PATH, "package x;\n\n/// One thing.\n@Deprecated\npublic final class Sample { }"));
    }

    private static boolean commentAbove(List<String> lines, Type type) {
        int above = type.firstLine() - 2;
        while (above >= 0 && lines.get(above).isBlank()) {
            above--;
        }
        return above >= 0 && lines.get(above).strip().startsWith("///");
    }

    private static Rule markdownJavadoc() {
        return Rule.banText("Javadoc is Markdown", "(?m)^\\s*/\\*\\*", "write /// lines instead of a block comment",
                MAIN_PATH,
                "/" + "** Old. */\nclass Sample { }", "/// New.\nclass Sample { }");
    }

    private static Rule testsAreTests() {
        return new Rule("what looks like a test is one", TEST.and(path -> path.endsWith("Test.java")), code ->
                code.methods().stream()
                .filter(method -> method.in() != null
                && (method.in().outer() == null || method.in().annotations().contains("Nested")))
                .filter(method -> method.isPlainVoid() && method.annotations().isEmpty()
                        && !method.modifiers().contains(Modifier.PRIVATE) && !method.modifiers()
                        .contains(Modifier.STATIC))
                .map(method -> new Finding(code.path(), method.line(), method.name()
                        + " looks like a test and never runs: add @Test, or make it private")).toList(),
                new Sample(TEST_PATH, "class SampleTest {\n @Test void a() { }\n void b() { }\n}"),
                new Sample(TEST_PATH,
                        "class SampleTest {\n @Test void a() { }\n private void b() { }\n void c(int d) { }}"));
    }

    private static Rule classesHaveTests() {
        return new Rule("a test class has a test", TEST.and(path -> path.endsWith("Test.java")), code -> code.types()
                .stream()
                .filter(type -> type.outer() == null && type.isClass() && type.name().endsWith("Test"))
                .filter(type -> !type.modifiers().contains(Modifier.ABSTRACT) && !hasTest(code) && !code.bare()
                .contains(" extends "))
                .map(type -> new Finding(code.path(), type.line(), "nothing in " + type.name()
                + " is a test: write one or remove the file"))
                .toList(), new Sample(TEST_PATH, "class SampleTest { private void a() { } }"),
                new Sample(TEST_PATH, "class SampleTest { @TestFactory Object a() { return null; } }"));
    }

    private static Rule testClassesRun() {
        return new Rule("a class with tests is found by the build", TEST, code -> {
            var found = new ArrayList<Finding>();
            for (Type type : code.types()) {
                boolean tests = code.methods().stream().anyMatch(method -> method.in() == type && isTest(method));
                if (tests && type.outer() == null && !type.name().endsWith("Test") && !type.modifiers()
                        .contains(Modifier.ABSTRACT)
                        && type.isClass()) {
                    found.add(new Finding(code.path(), type.line(), type.name()
                            + " has tests that never run: its name must end in Test"));
                }
            }
            return found;
        }, new Sample("server/src/test/java/Checks.java", "class Checks { @Test void a() { } }"),
                new Sample("server/src/test/java/Checks.java", "abstract class Checks { @Test void a() { } }"));
    }

    private static boolean hasTest(JavaCode code) {
        return code.methods().stream().anyMatch(ShapeRules::isTest);
    }

    private static boolean isTest(Method method) {
        return method.annotations().stream().anyMatch(TESTS::contains);
    }
}
