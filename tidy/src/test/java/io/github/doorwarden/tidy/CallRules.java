package io.github.doorwarden.tidy;

import java.util.List;
import java.util.function.Predicate;

/// Calls and words that this repository does not use, each with what to use instead. Comments and strings are not
/// looked at, except by the rules about words.
final class CallRules {
    private static final Predicate<String> JAVA = path -> path.endsWith(".java");
    private static final Predicate<String> TEST = JAVA.and(path -> path.contains("/src/test/"));
    private static final Predicate<String> MAIN = JAVA.and(path -> path.contains("/src/main/"));
    /// Where a process begins or a person reads the terminal.
    private static final Predicate<String> OUTERMOST =
            path -> path.matches("(app|cli|bench|conformance|interop|systems)/.*");
    private static final String MAIN_PATH = "server/src/main/java/Sample.java";
    private static final String TEST_PATH = "server/src/test/java/SampleTest.java";

    private CallRules() { }

    static List<Rule> all() {
        return List.of(sleep(), spin(), terminal(), stackTrace(), date(), random(), clock(), oldJackson(), mocks(),
                skips(),
                lookups(), siteLocal(),
                requestTimeout(), secretEquals(), locale(), reflection(), serialization(), promises(), machinePaths(),
                registries());
    }

    private static Rule sleep() {
        return Rule.ban("tests do not sleep", TEST,
                "Thread\\.sleep\\s*\\(|TimeUnit\\.\\w+\\.sleep\\s*\\(|parkNanos\\s*\\(",
                "wait for the thing itself (a latch, a queue, a reply), or move an injected InstantSource", TEST_PATH,
                "class A { void a() { Thread.sleep(10); } }",
                "class A { String a = \"Thread.sleep(10)\"; /* Thread.sleep(1) */ }");
    }

    private static Rule spin() {
        return Rule.ban("tests leave the processor to what they wait for", TEST,
                "while\\b[^{;]*\\{\\s*Thread\\.onSpinWait", "wait for the thing itself, or look again after "
                + "Polling.pause()", TEST_PATH, "class A { void a() { while (b()) { Thread.onSpinWait(); } } }",
                "class A { void a() { for (var i = 0; i < n; i++) { Thread.onSpinWait(); } } }");
    }

    private static Rule terminal() {
        return Rule.ban("only the outermost modules print", MAIN.and(OUTERMOST.negate()), "System\\.(out|err)\\b",
                "log through SLF4J, or return the text to who asked", MAIN_PATH,
                "class A { void a() { System.out.println(); } }",
                "class A { void a() { log.info(\"x\"); } }");
    }

    private static Rule stackTrace() {
        return Rule.ban("nobody prints a stack trace", JAVA, "\\.printStackTrace\\s*\\(\\s*\\)",
                "log it once, at the boundary, with the exception as last argument", MAIN_PATH,
                "class A { void a() { e.printStackTrace(); } }",
                "class A { void a() { log.error(\"x\", e); } }");
    }

    private static Rule date() {
        // An import alone is no offence: the JOSE and mail libraries ask for a Date, made from an Instant.
        return Rule.ban("time is java.time", JAVA,
                "\\bjava\\.util\\.Calendar\\b|new (java\\.util\\.)?Date\\s*\\(|SimpleDateFormat",
                "use Instant; where a library wants a Date, write Date.from(instant)", MAIN_PATH,
                "class A { Object a = new Date(); }", "class A { Object a = Date.from(clock.instant()); }");
    }

    private static Rule random() {
        return Rule.ban("chance is seeded or secure", JAVA,
                "new (java\\.util\\.)?Random\\s*\\(\\s*\\)|Math\\.random\\s*\\(|ThreadLocalRandom",
                "SecureRandom for what must not be guessed, new Random(seed) with the seed printed for the rest",
                MAIN_PATH,
                "class A { Object a = new Random(); }", "class A { Object a = new Random(42); }");
    }

    private static Rule clock() {
        // When a migration ran is a note for the operator: nothing depends on it.
        Predicate<String> note = path -> path.endsWith("/store/Migrations.java");
        return Rule.ban("the time is passed in", MAIN.and(OUTERMOST.or(note).negate()),
                "(Instant|Local(Date|DateTime)|(Zoned|Offset)DateTime)\\.now\\s*\\(\\s*\\)"
                        + "|System\\.currentTimeMillis\\s*\\(|Clock\\.system|InstantSource\\.system\\s*\\(",
                "take an InstantSource in the constructor; app/ passes the real one", MAIN_PATH,
                "class A { Object a = Instant.now(); }",
                "class A { Object a = time.instant(); long b = System.nanoTime(); }");
    }

    private static Rule oldJackson() {
        return Rule.ban("JSON is Jackson 3", JAVA, "com\\.fasterxml\\.jackson\\.(databind|core|dataformat)",
                "import tools.jackson instead: one JSON stack is enough to keep safe", MAIN_PATH,
                "import com.fasterxml.jackson.databind.JsonNode;", "import tools.jackson.databind.JsonNode;");
    }

    private static Rule mocks() {
        return Rule.ban("tests use the real thing", JAVA, "org\\.(mock" + "ito|easym" + "ock)|mock" + "it\\.",
                "use the real class with a real store; a port gets a small second implementation", TEST_PATH,
                "import org.mock" + "ito.Mock" + "ito;", "import org.junit.jupiter.api.Test;");
    }

    private static Rule skips() {
        return Rule.ban("no test is skipped", TEST, "@Dis"
                + "abled\\b|\\bAssumptions\\b|\\bassume(True|False|That)\\s*\\(",
                "a missing prerequisite is a failure: repair the test, or move it to scripts/check --outside",
                TEST_PATH,
                "@Dis" + "abled class A { }", "class A { void a() { assertTrue(true); } }");
    }

    private static Rule lookups() {
        return Rule.ban("only upstream/ resolves names", MAIN.and(path -> !path.startsWith("upstream/")),
                "InetAddress\\.get(All)?ByName\\s*\\(",
                "fetch through GuardedFetch, which resolves once and pins; InetAddress.ofLiteral reads a literal",
                MAIN_PATH,
                "class A { Object a = InetAddress.getByName(host); }",
                "class A { Object a = InetAddress.ofLiteral(host); }");
    }

    private static Rule siteLocal() {
        return Rule.ban("addresses are judged by our own table", JAVA, "\\.isSiteLocalAddress\\b",
                "ask upstream's table: the JDK's predicates miss fc00::/7, 100.64/10, 198.18/15, NAT64 and 6to4",
                MAIN_PATH,
                "class A { boolean a = b.isSiteLocalAddress(); }", "class A { boolean a = SpecialUse.covers(b); }");
    }

    private static Rule requestTimeout() {
        return Rule.ban("a deadline covers the whole answer", MAIN, "HttpRequest\\.newBuilder[^;]*\\.timeout\\s*\\(",
                "HttpRequest.timeout stops counting at the headers: use upstream's deadline, which covers the body",
                MAIN_PATH,
                "class A { Object a = HttpRequest.newBuilder(uri)\n  .timeout(d).build(); }",
                "class A { Object a = HttpRequest.newBuilder(uri).build(); }");
    }

    private static Rule secretEquals() {
        return Rule.ban("secrets are compared in constant time", MAIN,
                "(?i)\\b\\w*(secret|password|verifier|csrf)\\w*(\\(\\))?\\.equals\\s*\\("
                        + "|\\.equals\\s*\\(\\s*\\w*(secret|password|verifier|csrf)\\w*(\\(\\))?\\s*\\)",
                "use MessageDigest.isEqual on bytes, or look the SHA-256 up", MAIN_PATH,
                "class A { boolean a = clientSecret.equals(given); }",
                "class A { boolean a = MessageDigest.isEqual(b, c) && name.equals(d); }");
    }

    private static Rule locale() {
        return Rule.ban("case does not depend on where the server stands", MAIN, "\\.to(Lower|Upper)Case\\s*\\(\\s*\\)",
                "pass Locale.ROOT: in a Turkish locale \"BASIC\" does not become \"basic\"", MAIN_PATH,
                "class A { String a = b.toLowerCase(); }", "class A { String a = b.toLowerCase(Locale.ROOT); }");
    }

    private static Rule reflection() {
        // app/ loads the classes that a deployment's configuration names, and server/ reads the records that are the
        // arguments of tools: that is how users bring tools of their own.
        return Rule.ban("no reflection over user code",
                MAIN.and(path -> !path.matches("app/.*|server/.*/Record\\w+\\.java")),
                "\\.setAccessible\\s*\\(|Class\\.forName\\s*\\(", "wire it by hand in app/", MAIN_PATH,
                "class A { Object a = Class.forName(\"b\"); }", "class A { Object a = new B(); }");
    }

    private static Rule serialization() {
        return Rule.ban("no Java serialization", JAVA, "\\bObject(In|Out)putStream\\b",
                "write JSON or a record of columns", MAIN_PATH,
                "class A { Object a = new ObjectInputStream(b); }", "class A { Object a = json.readTree(b); }");
    }

    private static Rule promises() {
        return Rule.banText("no promise is left in the code", "\\b(FIX" + "ME|TO" + "DO|XX" + "X)\\b",
                "do it now, or write it into docs/regrets.md", MAIN_PATH, "// TO" + "DO later", "// why, not when");
    }

    private static Rule machinePaths() {
        return Rule.banText("no path of somebody's machine",
                "(?<![\\w.<$}])/(work|root|home/[a-z]\\w*|Users/[A-Za-z]\\w*)/",
                "name it relative to the repository, or take it from the environment", MAIN_PATH, "String a = \"/ro"
                + "ot/x\";",
                "String a = \"docs/x\";");
    }

    private static Rule registries() {
        return Rule.banText("no registry's host",
                "https?://[\\w.-]*(artifactory|nexus|registry|mirror|pypi)[\\w.-]*",
                "leave registries to the tools' own settings; lock files name none (omit-lockfile-registry-resolved)",
                "x/package-lock.json",
                "\"resolved\": \"https://artifac" + "tory.corp.example/a.tgz\"",
                "\"version\": \"1.0.0\"");
    }
}
