package io.github.doorwarden.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the real `./doorwarden` in a tree of its own, on a path where `mvn` and the JDKs are scripts that say how they
/// were called.
class LauncherTest {
    private static final List<String> TOOLS =
            List.of("bash", "readlink", "dirname", "find", "head", "tr", "tee", "grep", "rm", "mv",
            "mkdir", "ln", "sleep", "cat");

    @TempDir Path temp;
    private Path tree;
    private Path bin;

    @BeforeEach
    void lay() throws IOException {
        tree = Files.createDirectories(temp.resolve("tree"));
        bin = Files.createDirectories(temp.resolve("bin"));
        for (String file : List.of("doorwarden", "scripts/find-jdk")) {
            Files.createDirectories(tree.resolve(file).getParent());
            Files.copy(Repository.root().resolve(file), tree.resolve(file));
        }
        write(tree.resolve("cli/src/main/java/Main.java"), "");
        for (String tool : TOOLS) {
            script(bin.resolve(tool), "exec " + installed(tool) + " \"$@\"");
        }
    }

    @Test
    void saysWhatToInstallWithoutJdk() throws Exception {
        Ran ran = run(tree, "serve");
        assertEquals(1, ran.exit);
        assertTrue(ran.err.contains("no JDK 25 or later was found") && ran.err.contains("DOORWARDEN_JAVA_HOME"),
                ran.err);
    }

    @Test
    void refusesTheWrongJdkThatItWasToldToTake() throws Exception {
        jdk("17.0.15");
        jdk("25.0.3");
        Ran ran = run(tree, List.of("DOORWARDEN_JAVA_HOME=" + temp.resolve("jdks/17.0.15")), "serve");
        assertEquals(1, ran.exit);
        assertTrue(ran.err.contains("is not a JDK 25 or later"), ran.err);
    }

    @Test
    void passesOverTheOldJavaOnThePath() throws Exception {
        jdk("25.0.3");
        built();
        Files.createSymbolicLink(bin.resolve("java"), jdk("17.0.15").resolve("bin/java"));
        Ran ran = run(tree, "serve");
        assertTrue(ran.out.contains("jdk 25.0.3"), ran.toString());
    }

    @Test
    void takesEveryFormOfVersion() throws Exception {
        built();
        for (String version : List.of("25", "26-ea", "25.0.1")) {
            Path jdk = jdk(version);
            Ran ran = run(tree, List.of("DOORWARDEN_JAVA_HOME=" + jdk), "--help");
            assertTrue(ran.out.contains("jdk " + version), ran.toString());
        }
    }

    @Test
    void keepsTheCallersDirectoryAndArgumentsThroughLinks() throws Exception {
        jdk("25");
        built();
        Path elsewhere = Files.createDirectories(temp.resolve("else where"));
        Files.createSymbolicLink(elsewhere.resolve("direct"), tree.resolve("doorwarden"));
        Files.createSymbolicLink(elsewhere.resolve("dw"), Path.of("direct"));
        Ran ran = start(elsewhere, List.of(), List.of("./dw", "serve", "my system", "--port", "0")).end();
        assertEquals(0, ran.exit, ran.toString());
        assertTrue(ran.out.contains("in " + elsewhere.toRealPath()), ran.toString());
        assertTrue(ran.out.contains("|serve|my system|--port|0|"), ran.toString());
    }

    @Test
    void buildsOnFirstUseAndAfterAChangeOnly() throws Exception {
        jdk("25");
        maven("mkdir -p cli/target/dist/lib");
        assertTrue(run(tree, "--help").err.contains("building (first start only)"));
        assertFalse(run(tree, "--help").err.contains("building"), "a second start must not build");
        Path stamp = tree.resolve("cli/target/dist/built");
        touchAfter(stamp, tree.resolve("cli/src/main/java/Main.java"));
        assertTrue(run(tree, "--help").err.contains("building (sources have changed)"));
    }

    @Test
    void namesMavenWhenItIsMissing() throws Exception {
        jdk("25");
        Ran ran = run(tree, "--help");
        assertEquals(1, ran.exit);
        assertTrue(ran.err.contains("Maven was not found") && ran.err.contains("apt install maven"), ran.err);
    }

    @Test
    void showsTheErrorsOfAFailedBuild() throws Exception {
        jdk("25");
        maven("echo '[INFO] noise'; echo '[ERROR] Main.java:[3,1] no such thing'; exit 1");
        Ran ran = run(tree, "--help");
        assertEquals(1, ran.exit);
        assertTrue(ran.err.contains("no such thing") && ran.err.contains("build.log") && !ran.err.contains("noise"),
                ran.err);
        assertTrue(Files.notExists(tree.resolve("target/build.lock"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void buildsOnceForTwoStartsAtTheSameTime() throws Exception {
        jdk("25");
        maven("echo once >> builds; sleep 1; mkdir -p cli/target/dist/lib");
        Running first = start(tree, List.of(), List.of("./doorwarden", "--help"));
        Running second = start(tree, List.of(), List.of("./doorwarden", "--help"));
        assertEquals(0, first.end().exit);
        assertEquals(0, second.end().exit);
        assertEquals(List.of("once"), Files.readAllLines(tree.resolve("builds")));
    }

    @Test
    void takesOverTheLockOfAProcessThatIsGone() throws Exception {
        jdk("25");
        maven("mkdir -p cli/target/dist/lib");
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createDirectories(tree.resolve("target"));
        Files.createSymbolicLink(tree.resolve("target/build.lock"), Path.of(Long.toString(gone.pid())));
        assertEquals(0, run(tree, "--help").exit);
    }

    @Test
    void takesTheCacheThatItsOwnJdkMade() throws Exception {
        Path jdk = jdk("25.0.3");
        Path other = jdk("26");
        built();
        Path cache = write(cache("25.0.3"), "");
        for (String command : List.of("serve", "--help")) {
            Ran ran = run(tree, List.of("DOORWARDEN_JAVA_HOME=" + jdk), command);
            assertTrue(ran.out.contains("|-XX:AOTCache=" + cache.toRealPath() + "|"), ran.toString());
        }
        assertFalse(run(tree, List.of("DOORWARDEN_JAVA_HOME=" + other), "serve").out.contains("AOTCache"));
    }

    @Test
    void leavesArchivesAloneWhenTheOptionsNameOne() throws Exception {
        jdk("25.0.3");
        built();
        write(cache("25.0.3"), "");
        Ran ran = run(tree, List.of("DOORWARDEN_JAVA_OPTS=-Xshare:auto"), "serve");
        assertTrue(ran.out.contains("|-Xshare:auto|") && !ran.out.contains("AOTCache"), ran.toString());
    }

    @Test
    void preparesACacheOrSaysWhyThereIsNone() throws Exception {
        jdk("25.0.3", "for word; do case $word in -XX:AOTCacheOutput=*) : > \"${word#*=}\";; esac; done; [ ! -e FAIL "
                + "]");
        built();
        Files.createDirectories(tree.resolve("target"));
        Files.createFile(tree.resolve("FAIL"));
        Ran failed = run(tree, "--prepare");
        assertEquals(1, failed.exit, failed.toString());
        assertTrue(failed.err.contains("rehearsal.log"), failed.toString());
        assertEquals(List.of("built", "lib"), names(dist()));
        Files.delete(tree.resolve("FAIL"));
        assertEquals(0, run(tree, "--prepare").exit);
        assertEquals(List.of("built", cache("25.0.3").getFileName().toString(),
                bridgeCache("25.0.3").getFileName().toString(), "lib"), names(dist()));
        assertEquals(List.of("rehearsal.bridge.log", "rehearsal.log"), names(tree.resolve("target")));
    }

    @Test
    void theBridgeIsAProcessOfFewJarsWithACacheOfItsOwn() throws Exception {
        Path jdk = jdk("25.0.3");
        built();
        for (String jar : List.of("doorwarden-bridge-1.jar", "doorwarden-cli-1.jar", "jackson-core-3.jar",
                "jetty-server-12.jar")) {
            write(dist().resolve("lib").resolve(jar), "");
        }
        write(cache("25.0.3"), "");
        Path cache = write(bridgeCache("25.0.3"), "");
        List<String> environment = List.of("DOORWARDEN_JAVA_HOME=" + jdk);
        Ran ran = start(tree, environment, List.of("./doorwarden", "bridge", "https://mcp.example/mcp", "--header",
                "A: b c")).end();
        assertTrue(ran.out.contains("|io.github.doorwarden.cli.BridgeProcess|https://mcp.example/mcp|--header|A: b c|")
                && ran.out.contains("|-XX:AOTCache=" + cache.toRealPath() + "|"), ran.toString());
        assertTrue(ran.out.contains("doorwarden-bridge-1.jar") && ran.out.contains("jackson-core-3.jar")
                && !ran.out.contains("jetty"), ran.toString());
        Ran help = start(tree, environment, List.of("./doorwarden", "bridge", "--help")).end();
        assertTrue(help.out.contains("|io.github.doorwarden.cli.Doorwarden|bridge|--help|"), help.toString());
    }

    @Test
    void makesTheCacheBehindTheFirstServe() throws Exception {
        jdk("25.0.3", "for word; do case $word in -XX:AOTCacheOutput=*) : > \"${word#*=}\";; esac; done");
        script(bin.resolve("sleep"), "");
        built();
        Files.createDirectories(tree.resolve("target"));
        Path lock = tree.resolve("target/rehearsal.lock");
        try (var changes = lock.getFileSystem().newWatchService()) {
            lock.getParent().register(changes, StandardWatchEventKinds.ENTRY_DELETE);
            assertEquals(0, run(tree, "serve").exit);
            while (!Files.exists(cache("25.0.3")) || Files.exists(lock, LinkOption.NOFOLLOW_LINKS)) {
                var change = changes.poll(30, TimeUnit.SECONDS);
                assertTrue(change != null && change.reset(), "no cache was made");
            }
        }
    }

    // ---- the doctored machine

    private Path dist() {
        return tree.resolve("cli/target/dist");
    }

    private Path cache(String version) {
        return dist().resolve("jdk_nobody__" + version + "_.aot");
    }

    private Path bridgeCache(String version) {
        return dist().resolve("jdk_nobody__" + version + "_.bridge.aot");
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Path jdk(String version) throws IOException {
        return jdk(version, "echo jdk " + version + "; echo \"in $PWD\"; printf '%s|' \"$@\"");
    }

    private Path jdk(String version, String java) throws IOException {
        Path home = temp.resolve("jdks").resolve(version);
        write(home.resolve("release"), "IMPLEMENTOR=\"nobody\"\nJAVA_RUNTIME_VERSION=\"" + version
                + "\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/javac"), "");
        script(home.resolve("bin/java"), java);
        return home;
    }

    private void maven(String body) throws IOException {
        script(bin.resolve("mvn"), body);
    }

    private void built() throws IOException {
        Files.createDirectories(tree.resolve("cli/target/dist/lib"));
        Path stamp = write(tree.resolve("cli/target/dist/built"), "");
        touchAfter(tree.resolve("cli/src/main/java"), stamp);
    }

    private static void touchAfter(Path reference, Path file) throws IOException {
        var later = Files.getLastModifiedTime(reference).toInstant().plusSeconds(5);
        Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.from(later));
    }

    private static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static void script(Path file, String body) throws IOException {
        write(file, "#!/bin/sh\n" + body + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    private static Path installed(String tool) {
        return java.util.Arrays.stream(System.getenv("PATH").split(":")).map(dir -> Path.of(dir, tool))
                .filter(Files::isExecutable).findFirst().orElseThrow();
    }

    private Ran run(Path directory, String argument) throws Exception {
        return run(directory, List.of(), argument);
    }

    private Ran run(Path directory, List<String> environment, String argument) throws Exception {
        return start(directory, environment, List.of("./doorwarden", argument)).end();
    }

    private Running start(Path directory, List<String> environment, List<String> command) throws IOException {
        var words = new ArrayList<>(List.of(installed("env").toString(), "-i", "PATH=" + bin, "HOME=" + temp,
                "DOORWARDEN_JDK_DIRS=" + temp.resolve("jdks")));
        words.addAll(environment);
        words.addAll(List.of("bash", command.getFirst()));
        words.addAll(command.subList(1, command.size()));
        Path out = Files.createTempFile(temp, "out", "");
        Path err = Files.createTempFile(temp, "err", "");
        var process = new ProcessBuilder(words).directory(directory.toFile()).redirectOutput(out.toFile())
                .redirectError(err.toFile());
        return new Running(process.start(), out, err);
    }

    private record Running(Process process, Path out, Path err) {
        Ran end() throws Exception {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher did not end");
            return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
        }
    }

    private record Ran(int exit, String out, String err) { }
}
