package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.identity.Claims;
import io.github.doorwarden.identity.Entitlement;
import io.github.doorwarden.identity.TokenVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Jars as users build them, by the JDK's own compiler, in the folder of plugins.
final class PluginsTest {

    private static final String SERVICE = "META-INF/services/io.github.doorwarden.server.Source";
    private static final String ENDPOINT = "endpoints:\n  /mcp: {sources: [%s]}\n";

    /// Leaves a file when it is closed, and says which jar's code it runs.
    private static final String SOURCE = """
            package %1$s;

            import io.github.doorwarden.server.*;
            import java.nio.file.*;
            import java.util.List;

            public final class Acme implements Source {
                record Nothing() {}

                public String name() { return "%2$s"; }

                public Things things() {
                    return Things.of(List.of(RecordTool.named("%2$s_who", "Says who.").readOnly()
                            .of(Nothing.class, (none, call) -> ToolResult.text("I am " + getClass().getName()))));
                }

                public void close() {
                    try {
                        Files.writeString(Path.of("%3$s"), "closed");
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            }
            """;

    @TempDir
    private Path folder;
    @TempDir
    private Path work;

    private void plugin(String jar, String code, String... services) throws IOException {
        declared(SERVICE, jar, code, services);
    }

    private void declared(String service, String jar, String code, String... services) throws IOException {
        var packaged = code.lines().findFirst().orElseThrow().replaceAll("package |;", "");
        var source = Files.createDirectories(work.resolve(jar + "-src").resolve(packaged)).resolve("Acme.java");
        Files.writeString(source, code);
        var classes = Files.createDirectories(work.resolve(jar + "-classes"));
        var errors = new java.io.ByteArrayOutputStream();
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, errors, "-d", classes.toString(),
                source.toString()), errors.toString());
        Files.createDirectories(folder.resolve("plugins"));
        try (var out = new JarOutputStream(Files.newOutputStream(folder.resolve("plugins").resolve(jar)));
                var files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                out.write(Files.readAllBytes(file));
            }
            if (services.length > 0) {
                out.putNextEntry(new JarEntry(service));
                out.write(String.join("\n", services).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
    }

    private String code(String packaged, String name) {
        return SOURCE.formatted(packaged, name, work.resolve("closed-" + name));
    }

    private String refusal(String sources) {
        return assertThrows(StartFailure.class, () -> Deployed.at(folder, ENDPOINT.formatted(sources)).close())
                .getMessage();
    }

    @Test
    void aJarsSourceIsServed_EachJarByItsOwnLoader_AndClosedAtTheEnd() throws IOException {
        plugin("one.jar", code("acme", "one"), "acme.Acme");
        plugin("two.jar", code("acme", "two"), "acme.Acme");
        Files.writeString(folder.resolve("plugins/README.txt"), "not a jar");
        try (var deployed = Deployed.at(folder, ENDPOINT.formatted("two, one, builtin"))) {
            assertEquals(List.of("doorwarden_whoami", "one_who", "two_who"), Deployed.names(
                    deployed.modern("tools/list", "{}"), "tools"));
            assertEquals("I am acme.Acme", Deployed.text(deployed.modern("tools/call", "{\"name\":\"two_who\"}")));
            assertEquals("I am acme.Acme", Deployed.text(deployed.legacy("2025-06-18", "tools/call",
                    "{\"name\":\"one_who\"}")));
            assertFalse(Files.exists(work.resolve("closed-one")));
        }
        assertTrue(Files.exists(work.resolve("closed-one")) && Files.exists(work.resolve("closed-two")));
    }

    @Test
    void aVerifierAndAnEntitlementComeFromJarsToo() throws IOException {
        var identity = "META-INF/services/io.github.doorwarden.identity.";
        var verifier = """
                package acme;

                import io.github.doorwarden.identity.*;
                import java.time.Instant;
                import java.util.*;

                public final class Acme implements TokenVerifier {
                    public VerifiedToken verify(String token) {
                        return new VerifiedToken(token, "acme", false, Optional.empty(), Set.of(),
                                Set.of("http://127.0.0.1:1/mcp"), Optional.empty(), token,
                                Instant.now().plusSeconds(60));
                    }
                }
                """;
        declared(identity + "TokenVerifier", "verifier.jar", verifier, "acme.Acme");
        declared(identity + "Entitlement", "hook.jar", """
                package hook;

                import java.util.Optional;

                public final class Acme implements io.github.doorwarden.identity.Entitlement {
                    public Optional<String> refusal(Subject subject) {
                        return subject.subject().equals("bob") ? Optional.of("Bob has left.") : Optional.empty();
                    }
                }
                """, "hook.Acme");
        try (var classes = new OwnClasses(folder.resolve("plugins"))) {
            assertEquals("ada", classes.make(TokenVerifier.class, "acme.Acme",
                    "authorization.verifier").verify("ada").subject());
            assertTrue(classes.make(Entitlement.class, "hook.Acme", "x").refusal(
                    new Entitlement.Subject("i", "bob", Optional.empty(),
                    Claims.NONE)).isPresent());
        }
        external("acme.Acme", "hook.Acme").close();
        var said = assertThrows(StartFailure.class, () -> external("acme.Acne", "hook.Acme").close()).getMessage();
        assertTrue(said.contains("authorization.verifier names acme.Acne") && said.contains("plugins")
                && said.contains("services/io.github.doorwarden.identity.TokenVerifier"), said);
        said = assertThrows(StartFailure.class, () -> external("acme.Acme", "java.lang.String").close()).getMessage();
        assertTrue(said.contains("java.lang.String, which is no "), said);
    }

    private Deployment external(String verifier, String entitlement) throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME),
                "server: {port: 0}\nauthorization: {mode: external, verifier: "
                + verifier + ", entitlement: " + entitlement + "}\n" + ENDPOINT.formatted("builtin"));
        return Deployment.start(ConfigFile.read(folder, Map.of(), name -> null), line -> { });
    }

    @Test
    void aJarThatCannotBeLoadedStopsTheStart_AndTheSentenceSaysWhichAndWhatToDo() throws IOException {
        var said = new ArrayList<String>();
        Files.createDirectories(folder.resolve("plugins"));
        Files.writeString(folder.resolve("plugins/broken.jar"), "no zip");
        said.add(refusal("builtin"));
        Files.delete(folder.resolve("plugins/broken.jar"));

        plugin("library.jar", code("acme", "one"));
        said.add(refusal("builtin"));
        Files.delete(folder.resolve("plugins/library.jar"));

        plugin("typo.jar", code("acme", "one"), "acme.Acne");
        said.add(refusal("builtin"));
        Files.delete(folder.resolve("plugins/typo.jar"));

        plugin("empty.jar", code("acme", "one"), "# nothing");
        said.add(refusal("builtin"));
        Files.delete(folder.resolve("plugins/empty.jar"));

        plugin("throws.jar", code("acme", "one").replace("record Nothing",
                "public Acme() { throw new IllegalStateException(\"no key\"); } record Nothing"), "acme.Acme");
        said.add(refusal("builtin"));

        var expected = List.of("plugins/broken.jar cannot be loaded: it is not a jar that can be read",
                "plugins/library.jar cannot be loaded: there is no " + SERVICE + " in it.",
                "plugins/typo.jar cannot be loaded: ", "plugins/empty.jar cannot be loaded: " + SERVICE
                + " in it names no class.", "plugins/throws.jar cannot be loaded: java.lang.IllegalStateException: no "
                + "key.");
        for (var i = 0; i < expected.size(); i++) {
            assertTrue(said.get(i).startsWith("The plugin ") && said.get(i).contains(expected.get(i)), said.get(i));
        }
    }

    @Test
    void namesThatCollideAreNamed() throws IOException {
        plugin("a.jar", code("acme", "one"), "acme.Acme");
        plugin("b.jar", code("acme", "one"), "acme.Acme");
        assertEquals("Two sources are named one: one comes from the plugin a.jar, one from the plugin b.jar. Rename "
                + "one of them.", refusal("one"));
        assertTrue(Files.exists(work.resolve("closed-one")));
        Files.delete(folder.resolve("plugins/a.jar"));
        plugin("b.jar", code("acme", "builtin"), "acme.Acme");
        assertTrue(refusal("builtin").startsWith("Two sources are named builtin: one comes from Doorwarden itself"));
        plugin("b.jar", code("acme", "other"), "acme.Acme");
        assertEquals("There is no source named one. There are: builtin, other.", refusal("one"));
    }
}
