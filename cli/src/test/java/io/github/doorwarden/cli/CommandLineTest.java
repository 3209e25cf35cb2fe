package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The commands as somebody types them: what goes to which stream, exit codes, and what an error says to do.
class CommandLineTest {

    private static final String YAML = """
            name: Typed at
            server: {port: 0}
            authorization:
              scopes:
                notes:read: {text: read notes, baseline: true}
            endpoints:
              /mcp: {sources: [builtin]}
            """;

    @TempDir
    Path folder;

    /// @param out standard output
    /// @param err standard error
    private record Ran(int exit, String out, String err) {

        Ran failed(int wanted, String... words) {
            assertEquals(wanted, exit, this::toString);
            assertEquals("", out, "results alone go to standard output");
            for (var word : words) {
                assertTrue(err.contains(word), () -> word + " is missing: " + this);
            }
            assertFalse(err.contains("Exception") || err.contains("\tat ") || err.contains("fault of Doorwarden"),
                    this::toString);
            return this;
        }

        Ran done() {
            assertEquals(0, exit, this::toString);
            return this;
        }
    }

    private static Ran run(String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        var exit = Doorwarden.run(words, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Ran(exit, out.toString(), err.toString());
    }

    /// A command about the deployment of this test; its folder comes after the first two words.
    private Ran here(String... words) {
        var line = new ArrayList<>(List.of(words));
        line.add(2, folder.toString());
        return run(line.toArray(String[]::new));
    }

    private Ran add(String input, String... words) {
        var before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return here(words);
        } finally {
            System.setIn(before);
        }
    }

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("doorwarden.yaml"), YAML);
    }

    @Test
    void helpIsATableOfContentsOnStandardOutput() {
        for (var words : List.of(new String[0], new String[] {"--help"})) {
            var help = run(words).done();
            assertEquals("", help.err());
            for (var word : List.of("serve", "user", "client", "audit", "Begin with:")) {
                assertTrue(help.out().contains(word), help::out);
            }
        }
        assertTrue(run("--version").done().out().startsWith("doorwarden "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "stdio", "user", "user add", "user list", "client", "client add", "client list",
            "client revoke", "client quirks",
        "keys", "keys list", "keys rotate", "audit", "audit list", "audit verify"})
    void everyCommandExplainsItself(String command) {
        var help = run((command + " --help").split(" ")).done();
        assertTrue(help.out().startsWith("Usage: doorwarden " + command), help::out);
        assertEquals("", help.err());
    }

    @ParameterizedTest
    @CsvSource({"serv, Did you mean: doorwarden serve", "nonsense, Unmatched argument",
            "user ad x, Did you mean: user add",
        "user, Missing required subcommand", "serve, Missing required parameter: 'DIR'", "serve x --prot 7, '--prot'",
        "serve x --set nonsense, KEY=VALUE", "audit list x --last many, '--last'", "audit list x --last 0, at least 1",
        "client add x, NAME", "client add x App, --redirect-uri",
        "client add x App --service --redirect-uri https://a.example/, --service"})
    void whatIsTypedWrongEndsWithTwoAndAHint(String line, String hint) {
        run(line.split(" ")).failed(2, hint);
    }

    @Test
    void quirksAreListedAsTheDeploymentHasThem() throws IOException {
        Files.writeString(folder.resolve("doorwarden.yaml"), YAML.replace("authorization:\n",
                "authorization:\n  client_quirks: {without_iss: [\"*\"], needless_scopes: []}\n"));
        var people = here("client", "quirks").done().out();
        for (var words : List.of("without_iss: on (usually off)", "needless_scopes: off (usually on)",
                "secret_either_way: on\n", "secret_other_way: off\n", "openai/codex#33354")) {
            assertTrue(people.contains(words), () -> words + " is missing: " + people);
        }
        var first = here("client", "quirks", "--json").done().out().lines().findFirst().orElseThrow();
        assertTrue(first.startsWith("{\"name\":\"without_iss\",\"on_for\":\"*\",\"usually_on_for\":\"\","),
                first);
        Files.writeString(folder.resolve("doorwarden.yaml"), YAML.replace("authorization:\n",
                "authorization:\n  client_quirks: {without_iss: [codex], loopback_hosts: []}\n"));
        here("client", "quirks").failed(2, "without_iss may not have codex", "loopback_host");
    }

    @Test
    void mistakesOfTheConfigurationAreAllNamedWithTheirLine() throws IOException {
        Files.writeString(folder.resolve("doorwarden.yaml"), YAML.replace("port: 0", "prot: 0")
                .replace("[builtin]", "[nope]")
                + "development: perhaps\n");
        for (var command : List.of("serve", "user list", "client list", "audit verify")) {
            var line = new ArrayList<>(List.of(command.split(" ")));
            line.add(folder.toString());
            run(line.toArray(String[]::new)).failed(2, "doorwarden.yaml:2: server.prot", "Did you mean port?",
                    "doorwarden.yaml:7: ", "nope", "doorwarden.yaml:8: development must be true or false");
        }
        Files.writeString(folder.resolve("doorwarden.yaml"), "name: [\n");
        run("serve", folder.toString()).failed(2, "doorwarden.yaml:", "is not YAML");
        Files.writeString(folder.resolve("doorwarden.yaml"), "");
        run("serve", folder.toString()).failed(2, "is empty");
        run("serve", folder.resolve("elsewhere").toString()).failed(2, "there is no such file", "doorwarden.yaml");
    }

    @Test
    void overridesAreCheckedLikeTheFile() {
        run("serve", folder.toString(), "--set", "nope.key=1").failed(2, "nope.key");
        run("serve", folder.toString(), "--port", "99999").failed(2, "server.port", "65535");
        here("user", "list", "--set", "state=" + folder.resolve("doorwarden.yaml").resolve("x")).failed(1, "writable");
    }

    @Test
    @Covers("T19")
    void peopleAreAddedWithAPasswordThatIsNoArgument() throws IOException {
        var added = add("a long password of hers\n", "user", "add", "ada@example.org", "--name", "Ada").done();
        assertTrue(added.out().matches("person_\\S+  ada@example.org\\s+"), added::out);
        add("a long password of hers\n", "user", "add", "ada@example.org", "--name", "Ada").failed(1, "already");
        add("short\n", "user", "add", "bob@example.org", "--name", "Bob").failed(1, "10");
        add("", "user", "add", "bob@example.org", "--name", "Bob").failed(1, "standard input");
        add("a long password of his\n", "user", "add", "nonsense", "--name", "Bob").failed(1, "e-mail address");
        add("a long password of his\n", "user", "add", "bob@example.org").failed(2, "--name");

        var table = here("user", "list").done().out().lines().toList();
        assertEquals(2, table.size(), table::toString);
        assertTrue(table.getFirst().matches("id +email +name +state"), table::toString);
        var json = Web.JSON.readTree(here("user", "list", "--json").done().out());
        assertEquals("ada@example.org", json.path("email").asString());
        assertEquals("active", json.path("state").asString());
        assertFalse(Files.readString(folder.resolve("state").resolve("doorwarden.db"), StandardCharsets.ISO_8859_1)
                .contains("a long password"));
    }

    @Test
    void clientsAreAddedListedAndRevoked() {
        assertEquals("There are none.\n", here("client", "list").done().err());
        var app = here("client", "add", "App", "--redirect-uri", "https://app.example/cb").done();
        var id = app.out().replaceAll("client_id +", "").strip();
        assertTrue(id.startsWith("cl_"), app::out);
        assertFalse(app.out().contains("client_secret"));
        var robot = here("client", "add", "Robot", "--service", "--scope", "notes:read").done();
        assertTrue(robot.out().contains("client_secret  "), robot::out);
        assertTrue(robot.err().contains("shown this once"), robot::err);
        here("client", "add", "App", "--redirect-uri", "javascript:x").failed(1, "https://");
        here("client", "add", "App", "--redirect-uri", "http://evil.example/").failed(1, "use https");
        here("client", "add", "Robot", "--service", "--scope", "nope").failed(1, "no scope nope", "notes:read");

        here("client", "revoke", "nobody").failed(1, "There is no client nobody", "client list");
        assertTrue(here("client", "revoke", id).done().err().contains("Its tokens end now"));
        var listed = here("client", "list", "--json").done().out().lines().map(Web.JSON::readTree).toList();
        assertEquals(2, listed.size());
        var revoked = listed.stream().filter(client -> client.path("id").asString().equals(id)).findFirst()
                .orElseThrow();
        assertEquals("revoked", revoked.path("state").asString());
        assertEquals("https://app.example/cb", revoked.path("redirect_uris").asString());
    }

    /// Such keys are made at once.
    private void withQuickKeys() throws IOException {
        Files.writeString(folder.resolve("doorwarden.yaml"), YAML.replace("authorization:\n",
                "authorization:\n  keys: {algorithm: ES256}\n"));
    }

    @Test
    @Covers("AS-47")
    void signingKeysAreListedAndRotated() throws IOException {
        withQuickKeys();
        assertTrue(here("keys", "list").done().out().contains("signing"));
        var next = here("keys", "rotate").done();
        assertTrue(next.err().contains("signs in ten minutes"), next::err);
        var listed = here("keys", "list", "--json").done().out().lines().map(Web.JSON::readTree).toList();
        assertEquals(2, listed.size());
        assertEquals("signing", listed.getFirst().path("state").asString());
        assertEquals("next", listed.getLast().path("state").asString());
        assertEquals(next.out().strip(), listed.getLast().path("kid").asString());
        assertEquals(listed.getFirst().path("signs_until"), listed.getLast().path("signs_from"));
    }

    @Test
    void whatAnOperatorDoesIsOnRecord() throws IOException {
        withQuickKeys();
        add("a long password of hers\n", "user", "add", "ada@example.org", "--name", "Ada").done();
        var id = here("client", "add", "App", "--redirect-uri", "https://app.example/cb").done().out()
                .replaceAll("client_id +", "").strip();
        here("client", "revoke", id).done();
        here("keys", "rotate").done();
        var lines = here("audit", "list", "--json").done().out().lines().map(Web.JSON::readTree).toList();
        for (var event : List.of("admin/user-add", "admin/client-add", "admin/client-revoke", "admin/keys-rotate")) {
            var line = lines.stream().filter(each -> each.path("event").asString().equals(event)).findFirst()
                    .orElseThrow(() -> new AssertionError(event + " is not among " + lines));
            assertEquals(System.getProperty("user.name"), line.path("subject").asString());
        }
    }

    @Test
    void aRecordThatSomebodyChangedIsFoundBroken() {
        here("client", "add", "App", "--redirect-uri", "https://app.example/cb").done();
        var id = Web.JSON.readTree(here("client", "list", "--json").out()).path("id").asString();
        here("client", "revoke", id).done();
        assertTrue(here("audit", "verify").done().out().startsWith("whole  "));
        assertTrue(here("audit", "list").done().out().contains(id));
        try (var database = io.github.doorwarden.store.Database.open(folder.resolve("state")
                .resolve("doorwarden.db"))) {
            assertTrue(database.update("UPDATE audit SET reason = 'nothing happened'") > 0);
        }
        here("audit", "verify").failed(1, "broken");
    }
}
