package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A person signs in, calls tools and signs out, by commands alone, at a deployment that is closed to strangers.
class ClientSignInTest {

    private static final Pattern ADDRESS = Pattern.compile("https?://\\S+/authorize\\?\\S+");

    @TempDir
    static Path folder;
    private static Door door;
    @TempDir
    Path signIns;

    @BeforeAll
    static void open() {
        door = Door.open(folder);
    }

    @AfterAll
    static void close() {
        door.close();
    }

    /// A command of the person of this test; the place of their sign-ins stands after its first word.
    private Typed run(String... words) {
        return Typed.run(here(words));
    }

    private String[] here(String... words) {
        var line = new ArrayList<>(List.of(words));
        line.addAll(1, List.of("--sign-ins", signIns.toString()));
        return line.toArray(String[]::new);
    }

    /// Runs until it says where to sign in, and does that.
    private Typed signedIn(String... words) throws IOException, InterruptedException, ExecutionException {
        var out = new StringWriter();
        var told = new StringBuilder();
        try (var piped = new PipedWriter(); var lines = new BufferedReader(new PipedReader(piped, 1 << 16))) {
            var running = new FutureTask<>(() -> {
                try (var err = new PrintWriter(piped, true)) {
                    return Doorwarden.run(here(words), new PrintWriter(out, true), err);
                }
            });
            Thread.ofVirtual().start(running);
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                told.append(line).append('\n');
                var address = ADDRESS.matcher(line);
                if (address.find()) {
                    visit(address.group());
                }
            }
            return new Typed(String.join(" ", words), running.get(), out.toString(), told.toString());
        }
    }

    private static void visit(String address) {
        var browser = door.browser();
        var page = browser.signIn(browser.get(address), Door.EMAIL, Door.PASSWORD).expect(303);
        var back = browser.decide(browser.get(page.location(), "Sec-Fetch-Site", "same-origin").expect(200), "allow")
                .expect(303).location();
        assertTrue(back.startsWith("http://127.0.0.1:"), back);
        door.web.get(back).expect(200);
    }

    @Test
    void thePersonSignsInOnce_CallsWhatTheyMay_AndSignsOut() throws Exception {
        run("whoami", door.notes).failed(3, "not signed in", "doorwarden login " + door.notes);
        run("tools", door.notes).failed(3, "doorwarden login " + door.notes);
        run("logout", door.notes).done().told("You were not signed in");

        var login = signedIn("login", "--no-browser", door.notes).done("issuer    " + door.origin,
                "resource  " + door.notes, "scopes    notes:read", "good for ").told("Signed in to " + door.notes);
        var whoami = Web.JSON.readTree(run("whoami", "--json", door.notes).done().out());
        assertEquals("[\"notes:read\"]", whoami.path("scopes").toString());
        assertEquals(door.notes, whoami.path("resource").asString());
        assertTrue(whoami.path("renewable").asBoolean());
        run("login", "--no-browser", door.notes).done("notes:read");        // nobody is asked again

        run("tools", door.notes).done("notes_list", "notes_add", "Lists the notes.");
        run("call", door.notes, "notes_list").done("buy milk");
        run("call", door.notes, "notes_add", "--text", "x").failed(4, "notes:write");

        var wider = signedIn("login", "--no-browser", "--scope", "notes:write", door.notes);
        assertEquals(0, wider.exit(), wider::toString);
        run("health", door.notes).done("process  ok", "mcp      ok");
        run("logout", door.notes).done().told("Signed out of " + door.notes);
        run("whoami", door.notes).failed(3);
        run("tools", door.notes).failed(3);

        var said = login + "" + wider + whoami;
        for (var answer : door.web.seen) {
            var token = answer.body().startsWith("{") ? answer.json().path("access_token").asString("") : "";
            assertFalse(!token.isEmpty() && said.contains(token), said);
        }
        try (var files = Files.walk(signIns)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1).contains(door.notes),
                        () -> file + " says where somebody signed in");
            }
        }
    }

    @Test
    void aProgramComesForItself() throws IOException {
        var secret = Files.writeString(signIns.resolve("secret"), "canary-robot-secret-4711-4711-4711-4711\n");
        run("call", "--client-id", "robot", "--secret-file", secret.toString(), door.notes, "notes_list")
                .done("buy milk");
        run("login", "--client-id", "robot", "--secret-file", secret.toString(), door.notes).done("client    robot")
                .told("as the client itself");
        Files.writeString(secret, "wrong");
        var wrong = run("tools", "--client-id", "robot", "--secret-file", secret.toString(), door.notes).failed(3);
        assertFalse(wrong.err().contains("wrong\n"), wrong::toString);
        run("tools", "--secret-file", secret.toString(), door.notes).failed(2, "--client-id");
        run("tools", "--client-id", "robot", "--secret-file", signIns.resolve("none").toString(), door.notes)
                .failed(2, "cannot be read");
    }

    @Test
    void whatTheServerRefusesIsSaidWithTheCode() {
        run("tools", "--token-env", "PATH_THAT_IS_NOT_SET", door.notes).failed(2, "PATH_THAT_IS_NOT_SET");
        run("whoami", "--token-env", "HOME", door.notes).failed(2, "--token-env");
        run("login", "http://notes.example/mcp").failed(2, "https://");
        run("health", door.notes).done("process  ok", "mcp      ok    it answers, and wants you to sign in");
        run("tools", door.origin + "/nowhere").failed(6, "/mcp");
        run("tools", "http://127.0.0.1:1/mcp").failed(5, "cannot be reached");
    }
}
